"""The paper venue: fills by the documented rules, one bar in three parts."""

from decimal import Decimal
from math import nextafter
from typing import Any

import pytest

from actors.kernel.effects import Effects
from actors.paper import FUNDING_MS, PaperVenue
from core.book.sample import FeatureSample
from core.messages import BarOpened, BarRanged
from core.notices import Reconciled, ReconcileRequested
from core.reasons import Reason
from core.trading.cost import CostParams
from core.trading.orders import (
    AmendOrder,
    CancelOrder,
    FundingCharged,
    MoveStop,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderReplaced,
    StopAmended,
    StopFilled,
)
from core.verdict import Approved
from tests.actors.stage import SYMBOL, reborn, request, told

COST = CostParams(taker_fee_pct=0.1, maker_fee_pct=0.05, slippage_bps=0.0, funding_pct=0.01)
POSITION = f"{SYMBOL}/position/1"
T = FUNDING_MS + 1  # no funding is due


def venue(**changes: Any) -> PaperVenue:
    return PaperVenue(
        SYMBOL, CostParams(**{"slippage_bps": 0.0, "taker_fee_pct": 0.1, "maker_fee_pct": 0.05} | changes)
    )


def orders(effects: Effects) -> list[Any]:
    return told(effects, f"{SYMBOL}/order")


def place(paper: PaperVenue, role: str = "entry", **changes: Any) -> list[Any]:
    return orders(paper.receive(Approved(request(role, **changes)), 0))


def opened(side: int = 1, **changes: Any) -> PaperVenue:
    """A position of 2 at 100, stop 4 away."""
    paper = venue(**changes)
    place(paper, side=side)
    (fill,) = orders(paper.receive(BarOpened(SYMBOL, T, 100.0), T))
    assert fill.stop_price == fill.price - side * 4
    return paper


def ranged(paper: PaperVenue, open_: float, high: float, low: float) -> list[Any]:
    return orders(paper.receive(BarRanged(SYMBOL, T, open_, high, low), T))


def test_an_order_is_accepted_and_a_market_order_fills_at_the_next_open() -> None:
    paper = venue()
    assert place(paper) == [OrderAccepted("cw-entry-1")]
    assert ranged(paper, 99.0, 101.0, 90.0) == []
    (fill,) = orders(paper.receive(BarOpened(SYMBOL, T, 100.0), T))
    assert fill == OrderFilled("cw-entry-1", Decimal(2), 100.0, 0.2, maker=False, complete=True, stop_price=96.0)


@pytest.mark.parametrize(("side", "price"), [(1, 100.1), (-1, 99.9)])
def test_slippage_is_always_paid(side: int, price: float) -> None:
    paper = venue(slippage_bps=10.0)
    place(paper, side=side)
    (fill,) = orders(paper.receive(BarOpened(SYMBOL, T, 100.0), T))
    assert fill.price == pytest.approx(price)
    (stop,) = ranged(paper, 100.0, 150.0, 50.0)
    assert (stop.price - (price - side * 4)) * side < 0


@pytest.mark.parametrize(
    ("side", "bar", "price"),
    [
        (1, (100.0, 101.0, 96.0), 96.0),  # touched
        (1, (100.0, 101.0, nextafter(96.0, 100)), None),
        (1, (95.0, 97.0, 94.0), 95.0),  # a gap beyond the stop fills at the open
        (-1, (100.0, 104.0, 99.0), 104.0),
        (-1, (100.0, nextafter(104.0, 0), 99.0), None),
        (-1, (105.0, 106.0, 104.5), 105.0),
    ],
)
def test_a_stop_fills_when_touched_at_the_worse_of_open_and_stop(
    side: int, bar: tuple[float, float, float], price: float | None
) -> None:
    found = ranged(opened(side), *bar)
    assert [(stop.quantity, stop.price) for stop in found] == ([] if price is None else [(2, price)])
    assert all(stop.fee == pytest.approx(0.002 * stop.price) for stop in found)


@pytest.mark.parametrize(("bar", "price"), [((100.0, 104.0, 99.0), 104.0), ((105.0, 106.0, 104.5), 105.0)])
def test_a_partial_fills_at_the_better_of_open_and_limit_as_a_maker(
    bar: tuple[float, float, float], price: float
) -> None:
    paper = opened()
    place(paper, "partial", quantity=Decimal(1), price=Decimal(104))
    (fill,) = ranged(paper, *bar)
    assert (fill.price, fill.maker, fill.fee, fill.stop_price) == (price, True, pytest.approx(0.0005 * price), None)
    assert paper.view() == {"resting": 0, "quantity": 1.0}


def test_the_stop_is_looked_at_before_the_limit_and_takes_it_along() -> None:
    paper = opened()
    place(paper, "partial", quantity=Decimal(1), price=Decimal(104))
    stop, canceled = ranged(paper, 100.0, 110.0, 90.0)
    assert (type(stop), stop.price) == (StopFilled, 96.0)
    assert canceled == OrderCanceled("cw-partial-1", Reason.POSITION_CLOSED)
    assert paper.view() == {"resting": 0, "quantity": 0.0}


def test_a_closing_order_takes_no_more_than_is_left_and_cancels_the_rest() -> None:
    paper = opened()
    place(paper, "partial", quantity=Decimal("1.5"), price=Decimal(104))
    place(paper, "target", quantity=Decimal(2), price=Decimal(105))
    place(paper, "exit", quantity=Decimal(9))
    first, canceled, _ = orders(paper.receive(BarOpened(SYMBOL, T, 101.0), T))
    assert (first.client_order_id, first.quantity) == ("cw-exit-1", 2)
    assert canceled.client_order_id == "cw-partial-1"
    assert paper.view() == {"resting": 0, "quantity": 0.0}


def test_a_resting_entry_fills_when_traded_through_and_its_stop_counts_in_the_same_bar() -> None:
    paper = venue()
    place(paper, price=Decimal(99), post_only=True)
    assert ranged(paper, 100.0, 101.0, 99.0) == []
    fill, stop = ranged(paper, 100.0, 101.0, 95.0)
    assert (fill.price, fill.maker, fill.stop_price) == (99.0, True, 95.0)
    assert (type(stop), stop.price) == (StopFilled, 95.0)


def test_a_close_for_a_position_that_is_gone_is_taken_back_at_once() -> None:
    paper = venue()
    for position in (POSITION, f"{SYMBOL}/position/2"):
        found = place(paper, "target", price=Decimal(104), position=position)
        assert found == [OrderCanceled("cw-target-1", Reason.POSITION_CLOSED)]
        paper = opened()


def test_a_cancel_is_answered_once() -> None:
    paper = venue()
    place(paper)
    cancel = CancelOrder(SYMBOL, "cw-entry-1", Reason.ORDER_EXPIRED)
    assert orders(paper.receive(cancel, 1)) == [OrderCanceled("cw-entry-1", Reason.ORDER_EXPIRED)]
    assert orders(paper.receive(cancel, 2)) == []


def test_a_moved_stop_holds_from_the_next_range_on() -> None:
    paper = opened()
    assert told(paper.receive(MoveStop(SYMBOL, POSITION, Decimal("99.5")), T), f"{SYMBOL}/position") == [
        StopAmended(POSITION, 99.5)
    ]
    (stop,) = ranged(paper, 100.0, 101.0, 99.0)
    assert stop.price == 99.5
    assert paper.receive(MoveStop(SYMBOL, POSITION, Decimal(100)), T) == ()  # nothing is left to protect


@pytest.mark.parametrize(("hour", "due"), [(0, True), (8, True), (16, True), (4, False), (7, False)])
@pytest.mark.parametrize("side", [1, -1])
def test_funding_is_paid_by_longs_every_eight_hours(hour: int, side: int, due: bool) -> None:  # noqa: FBT001  a table's column
    paper = opened(side, funding_pct=0.01)
    ts = 10 * 86_400_000 + hour * 3_600_000
    found = told(paper.receive(BarOpened(SYMBOL, ts, 110.0), ts), f"{SYMBOL}/position")
    assert len(found) == due
    for charged in found:
        assert isinstance(charged, FundingCharged)
        assert charged.amount == pytest.approx(side * 2 * 110 * 0.0001)


def test_the_entrys_own_bar_pays_no_funding() -> None:
    paper = venue(funding_pct=0.01)
    place(paper)
    assert told(paper.receive(BarOpened(SYMBOL, FUNDING_MS, 100.0), FUNDING_MS), f"{SYMBOL}/position") == []


def test_bars_matter_only_while_something_rests_or_is_held() -> None:
    paper = venue()
    bar = BarOpened(SYMBOL, T, 100.0)
    assert not paper.wants(bar)
    place(paper)
    assert paper.wants(bar)
    assert not paper.wants(BarOpened("ETHUSDT", T, 100.0))
    paper.receive(bar, T)
    assert paper.wants(BarRanged(SYMBOL, T, 100.0, 101.0, 99.0))


def test_it_reconciles_by_saying_what_it_holds() -> None:
    paper = opened()
    place(paper, "partial", quantity=Decimal(1), price=Decimal(104))
    assert told(paper.receive(ReconcileRequested(), T), "session") == [Reconciled({"positions": 1, "orders": 1})]


def test_the_venue_comes_back_after_a_restart() -> None:
    old = opened()
    place(old, "partial", quantity=Decimal(1), price=Decimal(104))
    again = reborn(old, venue())
    assert again.save() == old.save()
    assert ranged(again, 100.0, 104.0, 99.0) == ranged(old, 100.0, 104.0, 99.0)


def quoting(*, on_quotes: bool = True) -> PaperVenue:
    return PaperVenue(SYMBOL, CostParams(slippage_bps=10.0, maker_fee_pct=0.05), on_quotes=on_quotes)


def seen(bid: float | None, ask: float | None) -> FeatureSample:
    return FeatureSample(SYMBOL, T, at_close=False, book="", bid=bid, ask=ask)


@pytest.mark.parametrize(
    ("side", "bid", "ask", "is_filled"),
    [(1, 98.0, 99.0, True), (1, 98.0, 99.1, False), (-1, 99.0, 100.0, True), (-1, 98.9, 99.0, False)],
)
def test_where_entries_are_chased_one_fills_when_the_far_touch_reaches_it(
    side: int, bid: float, ask: float, *, is_filled: bool
) -> None:
    paper = quoting()
    place(paper, side=side, price=Decimal(99), post_only=True)
    told_ = orders(paper.receive(seen(bid, ask), T))
    assert [(fill.price, fill.maker, fill.stop_price) for fill in told_] == (
        [(99.0, True, 99.0 - side * 4)] if is_filled else []
    )


def test_where_entries_are_chased_one_at_the_market_takes_the_far_touch_with_slippage() -> None:
    paper = quoting()
    place(paper)
    (fill,) = orders(paper.receive(seen(99.9, 100.0), T))
    assert (fill.price, fill.maker) == (pytest.approx(100.1), False)


def test_quotes_fill_no_closing_order_and_a_sample_without_a_touch_nothing() -> None:
    paper = quoting()
    place(paper)
    assert orders(paper.receive(seen(None, None), T)) == []
    paper.receive(seen(99.9, 100.0), T)
    place(paper, "partial", quantity=Decimal(1), price=Decimal(104))
    assert orders(paper.receive(seen(105.0, 105.1), T)) == []


def test_quotes_concern_it_only_where_entries_are_chased() -> None:
    for on_quotes in (False, True):
        paper = quoting(on_quotes=on_quotes)
        assert not paper.wants(seen(99.0, 99.1))
        place(paper, price=Decimal(99), post_only=True)
        assert paper.wants(seen(99.0, 99.1)) is on_quotes


def test_a_resting_entry_is_moved_and_fills_at_its_new_price() -> None:
    paper = venue()
    place(paper, price=Decimal(99), post_only=True)
    moved = orders(paper.receive(AmendOrder(SYMBOL, "cw-entry-1", Decimal("99.5")), 0))
    assert moved == [OrderReplaced("cw-entry-1", Decimal("99.5"))]
    (fill,) = ranged(paper, 100.0, 101.0, 99.4)
    assert (fill.price, fill.stop_price) == (99.5, 95.5)
    assert paper.receive(AmendOrder(SYMBOL, "cw-entry-1", Decimal(100)), 0) == ()
