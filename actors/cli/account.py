"""Whether Bybit, and the account there if keys are set, is ready to be traded; asked before anything is started."""

from collections.abc import Iterator

import anyio

from actors.adapters.bybit.check import Facts, Level, findings, look
from actors.adapters.bybit.opened import Bybit, opened
from actors.adapters.bybit.rest import BybitRest
from core.errors import ConfigurationError, FeedMalformed, VenueError
from settings import Settings

DEFAULT_SYMBOL = "BTCUSDT"


def judged(settings: Settings, symbol: str | None) -> Iterator[tuple[Level, str]]:
    """What was found, in order: how it stands, and a sentence.

    Args:
        settings: Where Bybit is, and the keys, if there are any.
        symbol: What would be traded; None: BTCUSDT.
    """
    venue = settings.venue
    try:
        found = opened(
            settings.bybit,
            symbol=symbol or DEFAULT_SYMBOL,
            minutes=settings.measure.timeframe_minutes,
            key=venue.api_key,
            secret=venue.api_secret,
        )
    except (ConfigurationError, FeedMalformed) as error:
        yield "fail", str(error)
        return
    steps = found.contract.instrument
    yield "ok", f"{found.params.rest} answers."
    told = f"ticks of {steps.tick:f} and lots of {steps.lot:f}, at least {steps.min_quantity:f}"
    most = f", at most {steps.max_market:f} at the market and {steps.max_limit:f} at a limit"
    least = f"and {steps.min_notional:f} USDT"
    yield "ok", f"{found.symbol} trades in {told} {least}{most}; a run takes these for instrument.*."
    if found.key is None or found.secret is None:
        yield "ok", "No keys are set: paper money works, --live does not."
        return
    try:
        facts = anyio.run(_facts, found)
    except (VenueError, FeedMalformed) as error:
        yield "fail", f"The account could not be read: {worded(error, found)}"
        return
    for finding in findings(facts, configured=steps, live=settings.live, leverage=settings.bybit.leverage):
        yield finding.level, finding.text
    yield _named(facts.key.account, named(settings))


def named(settings: Settings) -> str:
    """The number of the account that --live may trade; empty: no setting gives it."""
    given = settings.venue.account
    return given.get_secret_value() if given else ""


def _named(account: str, wanted: str) -> tuple[Level, str]:
    """Whether the account is the one that --live may trade."""
    hidden = f"…{account[-3:]}"
    if not wanted:
        return "ok", f"The key is account {hidden}'s: --live asks for its number, unless venue.account gives it."
    if wanted != account:
        return "fail", f"The key is account {hidden}'s, and venue.account names another one."
    return "ok", f"The key is account {hidden}'s, as venue.account says."


def worded(error: Exception, found: Bybit) -> str:
    """What went wrong, without the keys: Bybit repeats them where it refuses a signature."""
    text = str(error)
    for kept in (found.key, found.secret):
        text = text.replace(kept.get_secret_value(), "…") if kept else text
    return text


async def _facts(found: Bybit) -> Facts:
    rest = BybitRest(found.params, found.key, found.secret, found.clock)
    try:
        return await look(rest, found.clock, found.symbol, is_real_time=found.params.clock_speed == 1)
    finally:
        rest.close()
