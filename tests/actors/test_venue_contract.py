"""The venue's contract: one suite, told in bars, for the paper venue and for a live one at a served sandbox."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal

import pytest

from core.reasons import Reason
from core.trading.orders import (
    CancelOrder,
    MoveStop,
    OrderAccepted,
    OrderFilled,
    OrderRefused,
    StopFilled,
)
from tests.actors.adapters.sandbox.served import STILL
from tests.actors.adapters.sandbox.stall import START, Four
from tests.actors.bench import DISTANCE, HELD, POSITION, Bench, live, paper
from tests.actors.stage import SYMBOL

HALF = Decimal("0.005")
DIP: Four = (START, START, 59_800.0, START)
CRASH: Four = (START, START, 59_000.0, 59_000.0)
RALLY: Four = (START, 60_600.0, START, START)
Open = Callable[..., Bench]


@pytest.fixture(params=[paper, live], ids=["paper", "live"])
def venue(request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens either venue on the bars given."""
    with ExitStack() as stack:
        yield lambda *bars: stack.enter_context(request.param(bars, Bench))


def test_a_market_entry_fills_once_with_its_stop_at_its_distance_or_nearer(venue: Open) -> None:
    bench = venue(STILL, STILL)
    price = bench.enter()
    assert 0 < price - bench.stop <= DISTANCE
    bench.play()
    bench.settle()
    assert [(each.quantity, each.complete) for each in bench.heard(OrderFilled)] == [(HELD, True)]
    assert bench.held == HELD


def test_a_post_only_limit_rests_and_fills_at_its_price_when_the_bar_trades_through(venue: Open) -> None:
    bench = venue(STILL, DIP)
    entry = bench.place(price=Decimal(59_900), post_only=True, reference_price=59_900.0)
    bench.play()
    bench.until(lambda: bench.heard(OrderAccepted))
    assert not bench.filled(entry)
    bench.play()
    bench.until(lambda: bench.filled(entry) == HELD and bench.stop)
    assert {(each.price, each.maker) for each in bench.heard(OrderFilled)} == {(59_900.0, True)}
    assert 0 < 59_900.0 - bench.stop <= DISTANCE


def test_a_canceled_resting_entry_ends_for_that_reason_and_never_fills(venue: Open) -> None:
    bench = venue(STILL, DIP)
    entry = bench.place(price=Decimal(59_900), post_only=True, reference_price=59_900.0)
    bench.play()
    bench.until(lambda: bench.heard(OrderAccepted))
    bench.tell(CancelOrder(SYMBOL, entry, Reason.ORDER_EXPIRED))
    bench.until(lambda: bench.ended(entry))
    bench.play()
    bench.settle()
    assert bench.ended(entry) == [Reason.ORDER_EXPIRED]
    assert not bench.filled(entry)
    assert not bench.held


def test_a_close_of_more_than_is_held_closes_that_and_opens_nothing(venue: Open) -> None:
    bench = venue(STILL, STILL, STILL)
    bench.enter()
    close = bench.place("exit", quantity=2 * HELD)
    bench.play()
    bench.until(lambda: bench.filled(close))
    bench.play()
    bench.settle()
    assert bench.filled(close) == HELD
    assert not bench.held


def test_a_close_after_its_position_is_gone_is_canceled_as_position_closed(venue: Open) -> None:
    bench = venue(STILL, CRASH, (59_000.0,) * 4, (59_000.0,) * 4)
    bench.enter()
    bench.play()
    bench.until(lambda: bench.stopped() == HELD)
    close = bench.place("exit")
    bench.play()
    bench.until(lambda: bench.ended(close))
    assert bench.ended(close) == [Reason.POSITION_CLOSED]
    assert not bench.filled(close)


def test_a_nearer_stop_is_told_once_it_holds_and_is_where_the_position_closes(venue: Open) -> None:
    bench = venue(STILL, CRASH)
    bench.enter()
    bench.tell(MoveStop(SYMBOL, POSITION, Decimal(59_700)))
    bench.until(lambda: bench.stop == 59_700.0)
    bench.play()
    bench.until(lambda: bench.stopped() == HELD)
    assert all(59_600.0 < each.price <= 59_700.0 for each in bench.heard(StopFilled))


def test_a_stop_that_is_hit_closes_everything_once_and_cancels_the_closes_that_rest(venue: Open) -> None:
    bench = venue(STILL, STILL, CRASH, (59_000.0,) * 4)
    bench.enter()
    target = bench.place("partial", quantity=HALF, price=Decimal(60_500))
    bench.play()
    bench.play()
    bench.until(lambda: bench.stopped() == HELD and bench.ended(target))
    bench.play()
    bench.settle()
    assert bench.stopped() == HELD
    assert bench.ended(target) == [Reason.POSITION_CLOSED]
    assert not bench.held


def test_a_partial_takes_its_part_and_the_rest_stays_protected(venue: Open) -> None:
    bench = venue(STILL, RALLY, CRASH)
    bench.enter()
    target = bench.place("partial", quantity=HALF, price=Decimal(60_500))
    bench.play()
    bench.until(lambda: bench.filled(target) == HALF)
    bench.settle()
    assert bench.held == HALF
    assert not bench.stopped()
    bench.play()
    bench.until(bench.stopped)
    assert bench.stopped() == HALF
    assert not bench.held


def test_ids_come_back_as_they_were_given(venue: Open) -> None:
    bench = venue(STILL, STILL, STILL)
    entry = bench.place(client_order_id="cw-7f3-12-1-entry", position=f"{SYMBOL}/position/12")
    bench.play()
    bench.until(lambda: bench.filled(entry))
    close = bench.place("exit", client_order_id="cw-7f3-12-2-exit", position=f"{SYMBOL}/position/12")
    bench.play()
    bench.until(lambda: bench.filled(close))
    assert [each.client_order_id for each in bench.heard(OrderFilled)] == [entry, close]
    assert {each.client_order_id for each in bench.heard(OrderAccepted)} <= {entry, close}


def test_what_concerns_nothing_at_the_venue_changes_and_tells_nothing(venue: Open) -> None:
    bench = venue(STILL)
    bench.tell(CancelOrder(SYMBOL, "cw-never-sent", Reason.ORDER_EXPIRED))
    bench.tell(MoveStop(SYMBOL, POSITION, Decimal(59_700)))
    bench.play()
    assert not [*bench.orders.heard, *bench.position.heard]


def test_an_order_the_exchange_refuses_is_told_as_a_refusal_with_a_registered_reason() -> None:
    with live([STILL], Bench) as bench:
        entry = bench.place(quantity=Decimal("0.00001"))
        (refused,) = bench.until(lambda: bench.heard(OrderRefused))
        assert refused.client_order_id == entry
        assert refused.reason.name.startswith("VENUE_")
        assert not bench.held


def test_a_farther_stop_is_left_where_it_is(venue: Open) -> None:
    bench = venue(STILL, STILL)
    bench.enter()
    before = bench.stop
    bench.tell(MoveStop(SYMBOL, POSITION, Decimal(59_000)))
    bench.play()
    assert bench.stop == before
