"""The last questions before real money: is the account ready, and is it the one that is meant?"""

import sys
from decimal import Decimal

import anyio
import typer

from actors.adapters.bybit.check import Facts, findings, look
from actors.adapters.bybit.opened import Bybit
from actors.adapters.bybit.rest import BybitRest
from actors.cli.account import named, worded
from actors.cli.output import note
from core.errors import ConfigurationError, FeedMalformed, VenueError
from core.trading.reports import WalletReported
from settings import Settings

_SIGNS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


def approved(found: Bybit, settings: Settings) -> WalletReported:
    """The account's money, once all is well and a person or a setting has named the account.

    Raises:
        ConfigurationError: If keys are missing, a finding forbids trading, or the account was not named.
    """
    if found.key is None or found.secret is None:
        raise ConfigurationError(
            "--live needs an API key: set CHARTWRIGHT_VENUE__API_KEY and CHARTWRIGHT_VENUE__API_SECRET in the "
            "environment or in .env"
        )
    try:
        facts = anyio.run(_facts, found)
    except (VenueError, FeedMalformed) as error:
        told = worded(error, found)
        raise ConfigurationError(f"{found.params.rest} did not tell about the account: {told}") from None
    steps, leverage = found.contract.instrument, settings.bybit.leverage
    judged = findings(facts, configured=steps, live=settings.live, leverage=leverage)
    for finding in judged:
        note(f"{_SIGNS[finding.level]} {finding.text}")
    if any(finding.level == "fail" for finding in judged):
        raise ConfigurationError("--live is refused until what failed above is mended")
    _confirm(facts.key.account, named(settings), found.params.rest)
    wallet = facts.account.wallet
    return wallet if wallet is not None else WalletReported("USDT", Decimal(0), Decimal(0), 0)


async def _facts(found: Bybit) -> Facts:
    rest = BybitRest(found.params, found.key, found.secret, found.clock)
    try:
        return await look(rest, found.clock, found.symbol, is_real_time=found.params.clock_speed == 1)
    finally:
        rest.close()


def _confirm(account: str, wanted: str, place: str) -> None:
    """Nothing, if the account is named.

    Raises:
        ConfigurationError: If another one is, or none.
    """
    hidden = f"…{account[-3:]}"
    if wanted:
        if wanted != account:
            raise ConfigurationError(f"venue.account names another account than the key's at {place}, {hidden}")
        return
    if not sys.stdin.isatty():
        raise ConfigurationError(
            f"--live trades real money on account {hidden} at {place}: name it in venue.account, or start it from a "
            "terminal and type its number"
        )
    typed = typer.prompt(f"Real money on account {hidden} at {place}. Type the account's number to go on", err=True)
    if typed.strip() != account:
        raise ConfigurationError("the number typed is not the account's: nothing was started")
