"""Whether an account is ready to be traded: what was found, judged line by line, in words for a person."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Final, Literal

from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.facts import AccountFacts, KeyFacts
from actors.adapters.bybit.rest import BybitRest
from actors.adapters.bybit.translate import Contract
from core.durations import DAY_MS
from core.trading.instrument import Instrument
from core.trading.live import LiveParams
from core.trading.reports import PositionReported

Level = Literal["ok", "warn", "fail"]

_CROSS: Final = "REGULAR_MARGIN"
_SKEW_MS: Final = 500
"""Bybit refuses what is a second ahead or five behind; half a second leaves room for the way."""
_SOON_MS: Final = 14 * DAY_MS


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    level: Level
    """fail: do not trade. warn: it works, and something is worth mending."""
    text: str
    """A sentence."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found."""

    key: KeyFacts
    account: AccountFacts
    contract: Contract
    offset_ms: float | None
    """The venue's clock less this machine's; None: its time is not real time."""
    now_ms: int
    """The venue's time."""


async def look(rest: BybitRest, clock: VenueClock, symbol: str, *, is_real_time: bool = True) -> Facts:
    """Ask for everything that is judged.

    Raises:
        VenueError: If the venue does not answer, or refuses the key; the text says which.
        FeedMalformed: If an answer cannot be believed.
    """
    await rest.measure_clock()
    return Facts(
        key=await rest.key_facts(),
        account=await rest.account_facts(symbol),
        contract=await rest.contract(symbol),
        offset_ms=clock.offset_ms if is_real_time and clock.is_set else None,
        now_ms=clock.now_ms(),
    )


def findings(found: Facts, *, configured: Instrument, live: LiveParams, leverage: Decimal | None) -> list[Finding]:
    """Judge what was found.

    Args:
        found: By `look`.
        configured: The steps and minimums that the settings give.
        live: What is done about a position that is not ours.
        leverage: What the settings want; None: any.
    """
    return [
        *_key(found.key, found.now_ms),
        *_account(found.account, leverage),
        *_position(found.account.position, live),
        *_contract(found.contract, configured),
        *_clock(found.offset_ms),
    ]


def _key(key: KeyFacts, now_ms: int) -> Iterator[Finding]:
    if key.can_trade:
        yield Finding("ok", "The key may trade contracts.")
    else:
        yield Finding("fail", "The key may not trade contracts: allow it Orders and Positions, and not read-only.")
    if key.can_withdraw:
        yield Finding("fail", "The key may withdraw money, which is never needed here: make one that may not.")
    else:
        yield Finding("ok", "The key may not withdraw.")
    if key.is_bound:
        yield Finding("ok", "The key works from certain addresses only.")
    else:
        yield Finding("warn", "The key works from any address: bind it to this machine's.")
    if key.expires_ms is None:
        yield Finding("ok", "The key does not expire.")
        return
    days = (key.expires_ms - now_ms) // DAY_MS
    level: Level = "fail" if days < 0 else "warn" if key.expires_ms - now_ms < _SOON_MS else "ok"
    yield Finding(level, "The key has expired." if days < 0 else f"The key expires in {days} days.")


def _account(account: AccountFacts, leverage: Decimal | None) -> Iterator[Finding]:
    if account.is_one_way:
        yield Finding("ok", "The position mode is one-way.")
    else:
        yield Finding("fail", "The position mode is hedge: switch it to one-way, without positions and orders.")
    is_cross = account.margin_mode == _CROSS
    told = f"The margin mode is {account.margin_mode or 'not told'}"
    yield Finding("ok" if is_cross else "warn", f"{told}." if is_cross else f"{told}, which was not tried: cross was.")
    held = account.leverage
    if leverage is None or held == leverage:
        yield Finding("ok", f"The leverage is {_plain(held)}.")
    else:
        told = f"The leverage is {_plain(held)}; bybit.leverage wants {_plain(leverage)}"
        yield Finding("fail", f"{told}: set it on Bybit, or leave bybit.leverage out.")
    if account.wallet is None or account.wallet.equity <= 0:
        yield Finding("fail", "The account holds no USDT: move some to the unified account.")
    else:
        yield Finding("ok", f"The account's equity is {_plain(account.wallet.equity)} {account.wallet.coin}.")


def _position(held: PositionReported | None, live: LiveParams) -> Iterator[Finding]:
    """What is held, and the plan for it before anything is done."""
    if held is None:
        return
    if not held.quantity:
        yield Finding("ok", f"No position is held in {held.symbol}.")
        return
    side = "long" if held.side > 0 else "short"
    stop = f"its stop at {_plain(held.stop)}" if held.stop is not None else "without a stop"
    plan = {
        "refuse": "it is not touched, and nothing is opened until it is closed",
        "flatten": "it is closed at the market",
        "adopt": "it is taken over and led; "
        + (
            "its stop stays where it is"
            if held.stop is not None
            else f"a stop is set at once, where a new entry's would be, or {live.adopt_stop_pct:g} % from the price"
            " while no ATR is measured"
        ),
    }[live.foreign_position]
    yield Finding(
        "warn",
        f"{held.symbol} holds {_plain(held.quantity)} {side} at {_plain(held.entry_price)}, {stop}. Unless the run "
        f"that is started opened it: {plan} (live.foreign_position={live.foreign_position}).",
    )


def _contract(contract: Contract, configured: Instrument) -> Iterator[Finding]:
    if not contract.is_trading:
        yield Finding("fail", "The contract is not trading now.")
    differing = [
        f"{field.name} is {_plain(getattr(contract.instrument, field.name))}, "
        f"the settings say {_plain(getattr(configured, field.name))}"
        for field in fields(Instrument)
        if getattr(contract.instrument, field.name) != getattr(configured, field.name)
    ]
    if differing:
        yield Finding("fail", f"The contract's {'; '.join(differing)}: set instrument.* so.")
    else:
        yield Finding("ok", "The contract's steps and minimums are those of the settings.")


def _clock(offset_ms: float | None) -> Iterator[Finding]:
    if offset_ms is None:
        yield Finding("ok", "The venue's clock is not compared: it does not run in real time, or was not told.")
    elif abs(offset_ms) < _SKEW_MS:
        yield Finding("ok", f"The clocks differ by {abs(offset_ms):.0f} ms.")
    else:
        yield Finding(
            "fail", f"The clocks differ by {abs(offset_ms):.0f} ms, {_SKEW_MS} are allowed: let NTP set this one."
        )


def _plain(value: Decimal | None) -> str:
    return "none" if value is None else format(value, "f")
