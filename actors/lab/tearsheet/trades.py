"""The closed trades and the regimes of a run, as its own records tell them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import cast

from core.message import Facts
from core.reasons import Reason
from core.records import Record, Transition

_AT_ITS_PRICE = frozenset({Reason.EXIT_STOP, Reason.EXIT_TRAILING_STOP, Reason.EXIT_TARGET})
"""Exits inside a bar; all others are market orders, which fill at an open."""


@dataclass(frozen=True, slots=True)
class Fill:
    """One fill of a position."""

    ts: int
    """UTC ms: the bar's open if `at_open`, its close otherwise."""
    quantity: float
    price: float
    fee: float
    realized: float
    """Quote currency won before fees; 0 for an entry."""
    is_entry: bool
    at_open: bool
    """It filled at a bar's open, so it belongs to the bar that begins at `ts`."""
    taker: bool
    """It crossed the spread, so slippage is in its price."""


@dataclass(slots=True)
class Trade:
    """One position from its first fill to its end; `exit` is empty while it is open."""

    mode: str
    side: int
    reasons: tuple[str, ...]
    """Codes behind the entry."""
    risk_amount: float
    """Money at risk at the first stop: one R."""
    regime: str
    fills: list[Fill] = field(default_factory=list)
    exit: str = ""
    profit: float = 0.0
    """Quote currency after fees and funding."""
    r_multiple: float = 0.0
    fees: float = 0.0
    funding: float = 0.0
    bars: int = 0

    @property
    def opened_ms(self) -> int:
        """The first fill."""
        return self.fills[0].ts

    @property
    def closed_ms(self) -> int:
        """The last fill."""
        return self.fills[-1].ts

    def slippage(self, bps: float) -> float:
        """Money that taker fills lost to slippage of so many basis points, quote currency."""
        share = bps / 10_000.0
        return sum(
            fill.quantity * fill.price * share / (1.0 + (self.side if fill.is_entry else -self.side) * share)
            for fill in self.fills
            if fill.taker
        )

    def paid(self, slippage_bps: float) -> float:
        """All costs: fees, funding and slippage, quote currency."""
        return self.fees + self.funding + self.slippage(slippage_bps)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in one regime; it lasts until the next."""

    ts: int
    regime: str


def stretches(records: Iterable[Record]) -> list[Stretch]:
    """The regimes in order, from the regime chart's transitions."""
    moved = [each for each in records if type(each) is Transition and each.machine == "regime" and each.target]
    return [Stretch(each.ts, each.target[-1]) for each in sorted(moved, key=lambda each: (each.ts, each.n))]


def trades(records: Iterable[Record]) -> list[Trade]:
    """Every position that was filled, in the order they were opened.

    Args:
        records: A run's, in the order they were made; transitions of the position and order charts are read.
    """
    kept = list(records)
    regimes = stretches(kept)
    return [trade for trade in list(_positions(kept, regimes)) if trade.fills]


def _positions(records: list[Record], regimes: list[Stretch]) -> Iterator[Trade]:
    current: dict[str, Trade] = {}
    maker = False
    for record in records:
        if type(record) is not Transition:
            continue
        if record.machine == "order" and "maker" in record.facts:
            maker = bool(record.facts["maker"])
        elif record.machine == "position":
            if record.event == "init":
                current[record.instance] = _planned(record, regimes)
                yield current[record.instance]
            elif "price" in record.facts and record.event != "release":
                _take(current[record.instance], record, maker=maker)


def _planned(record: Transition, regimes: list[Stretch]) -> Trade:
    facts, known = record.facts, bisect_right(regimes, record.ts, key=attrgetter("ts"))
    return Trade(
        mode=cast("str", facts["mode"]),
        side=cast("int", facts["side"]),
        reasons=tuple(reason.name for reason in record.reasons),
        risk_amount=cast("float", facts["risk_amount"]),
        regime=regimes[known - 1].regime if known else "undetermined",
    )


def _take(trade: Trade, record: Transition, *, maker: bool) -> None:
    facts, is_entry = record.facts, "realized" not in record.facts
    at_market = not maker if is_entry else record.event == "close" and record.reasons[0] not in _AT_ITS_PRICE
    is_stop = record.reasons[0] in {Reason.EXIT_STOP, Reason.EXIT_TRAILING_STOP}
    trade.fills.append(
        Fill(
            ts=record.ts,
            quantity=_number(facts, "quantity"),
            price=_number(facts, "price"),
            fee=_number(facts, "fee"),
            realized=0.0 if is_entry else _number(facts, "realized"),
            is_entry=is_entry,
            at_open=at_market,
            taker=at_market or is_stop,
        )
    )
    if record.event == "close":
        trade.exit, trade.bars = cast("str", facts["exit"]), cast("int", facts["bars"])
        trade.profit, trade.r_multiple = _number(facts, "profit"), _number(facts, "r_multiple")
        trade.fees, trade.funding = _number(facts, "fees"), _number(facts, "funding")


def _number(facts: Facts, name: str) -> float:
    return cast("float", facts[name])
