"""Commands against an exchange that misbehaves: what became of them is told as far as it is known, and no further."""

from decimal import Decimal

import pytest

from actors.adapters.sandbox.faults.plan import Step
from core.trading.reports import (
    CommandAnswered,
    ExecutionReported,
    OrderMissing,
    OrderReported,
    PositionReported,
    VenueSnapshot,
)
from tests.actors.adapters.bybit.desk import desk, only, outcome
from tests.actors.adapters.sandbox.served import STILL
from tests.actors.adapters.sandbox.stall import START

pytestmark = pytest.mark.anyio


async def test_an_entry_is_accepted_found_and_protected() -> None:
    with desk() as at:
        assert outcome(await at.place("e-1", stop="58000.0")) == "accepted ACCEPTED"
        told = await at.do("find_order", "e-1")
        assert outcome(told) == "done ANSWERED"
        assert only(told, OrderReported).status == "filled"
        assert only(told, ExecutionReported).quantity == Decimal("0.010")
        seen = only(await at.do("snapshot", since_ms=0), VenueSnapshot)
    assert (seen.position.side, seen.position.stop) == (1, Decimal(58_000))
    assert [(order.is_stop, order.status) for order in seen.orders] == [(True, "untriggered")]
    assert [each.client_order_id for each in seen.executions] == ["e-1"]
    assert seen.wallet is not None
    assert seen.requested


@pytest.mark.parametrize("fault", ["bad_gateway", "timeout_applied", "ack_lost"])
async def test_an_order_whose_answer_is_lost_is_unknown_and_found(fault: str) -> None:
    with desk(Step(fault, nth=1), request_timeout_ms=500) as at:
        assert outcome(await at.place("e-1")).startswith("unknown ")
        assert only(await at.do("find_order", "e-1"), OrderReported).status == "filled"


@pytest.mark.parametrize("fault", ["timeout_lost", "server_error"])
async def test_an_order_that_never_arrived_is_unknown_and_missing(fault: str) -> None:
    with desk(Step(fault, nth=1)) as at:
        assert outcome(await at.place("e-1")) == "unknown SERVER_ERROR"
        told = await at.do("find_order", "e-1")
        assert outcome(told) == "done ANSWERED"
        assert only(told, OrderMissing).looked_ms == at.stand.clock.now


async def test_a_duplicate_id_shows_the_order_that_has_it() -> None:
    with desk(Step("duplicate_link", nth=1)) as at:
        told = await at.place("e-1", price="59000.0")
    assert outcome(told) == "unknown DUPLICATE_ID"
    assert only(told, OrderReported).status == "new"


async def test_a_cancel_that_lost_its_race_is_done_and_shows_the_fill() -> None:
    with desk(Step("cancel_race", nth=1)) as at:
        await at.place("e-1", price="59000.0", post_only=True)
        told = await at.do("cancel", "e-1")
    assert outcome(told) == "done ALREADY_DONE"
    assert only(told, OrderReported).status == "filled"
    assert only(told, ExecutionReported).price == 59_000


async def test_a_stop_that_is_there_already_is_done_once_the_position_shows_it() -> None:
    with desk() as at:
        await at.place("e-1", stop="58000.0")
        assert outcome(await at.do("set_stop", "s", stop="58500.0")) == "accepted ACCEPTED"
        told = await at.do("set_stop", "s", stop="58500.0")
    assert outcome(told) == "done ALREADY_DONE"
    assert only(told, PositionReported).stop == Decimal(58_500)


async def test_a_stop_that_was_not_modified_without_being_there_is_refused() -> None:
    with desk(Step("not_modified", nth=1)) as at:
        await at.place("e-1")
        told = await at.do("set_stop", "s", stop="58500.0")
    assert outcome(told) == "refused REQUEST_REFUSED"
    assert only(told, PositionReported).stop is None
    assert "not set" in only(told, CommandAnswered).detail


async def test_a_stop_beyond_the_price_is_called_that() -> None:
    with desk() as at:
        await at.place("e-1")
        assert outcome(await at.do("set_stop", "s", stop="60001.0")) == "refused STOP_BEYOND_PRICE"
        assert outcome(await at.place("e-2", stop="60001.0")) == "refused STOP_BEYOND_PRICE"


async def test_a_close_or_a_stop_without_a_position_says_that_there_is_none() -> None:
    with desk() as at:
        assert outcome(await at.place("c-1", -1, reduce_only=True)) == "refused POSITION_ABSENT"
        assert outcome(await at.do("set_stop", "s", stop="58500.0")) == "refused POSITION_ABSENT"


async def test_a_close_that_is_refused_by_mistake_can_be_sent_again() -> None:
    with desk(Step("reduce_only", nth=1)) as at:
        await at.place("e-1")
        assert outcome(await at.place("c-1", -1, reduce_only=True)) == "refused POSITION_ABSENT"
        assert outcome(await at.place("c-1", -1, reduce_only=True)) == "accepted ACCEPTED"


async def test_an_order_beyond_the_margin_is_refused_for_that() -> None:
    with desk() as at:
        assert outcome(await at.place("e-1", quantity="400.000")) == "refused MARGIN_SHORT"


async def test_an_order_that_cannot_be_meant_is_refused_without_being_sent() -> None:
    with desk() as at:
        told = await at.place("e-1", reduce_only=True, stop="58000.0")
        assert outcome(told) == "refused REQUEST_REFUSED"
        assert only(await at.do("find_order", "e-1"), OrderMissing).client_order_id == "e-1"


async def test_a_request_out_of_its_time_may_be_sent_again_and_the_clock_is_set() -> None:
    with desk(Step("clock_skew", nth=1)) as at:
        assert outcome(await at.place("e-1")) == "unreachable CLOCK_SKEW"
        assert at.clock.is_set
        assert outcome(await at.place("e-1")) == "accepted ACCEPTED"


async def test_too_many_requests_say_how_long_to_wait() -> None:
    with desk(Step("rate_burst", nth=1)) as at:
        told = await at.place("e-1")
    assert outcome(told) == "unreachable RATE_LIMITED"
    assert "wait " in only(told, CommandAnswered).detail


async def test_an_address_that_is_shut_out_sends_nothing_more() -> None:
    with desk(Step("ban", nth=1)) as at:
        assert outcome(await at.place("e-1")) == "unreachable BANNED"
        asked = len(at.stand.sandbox.limits._asked)
        assert outcome(await at.place("e-1")) == "unreachable BANNED"
        assert outcome(await at.do("find_order", "e-1")) == "unreachable BANNED"
        assert len(at.stand.sandbox.limits._asked) == asked
        assert at.rest.banned_ms > 0


async def test_a_list_that_lags_shows_an_older_truth_but_never_an_invented_one() -> None:
    with desk(Step("rest_lag", nth=1, times=2)) as at:
        await at.do("find_order", "e-1")
        await at.place("e-1")
        told = await at.do("find_order", "e-1")
    assert only(told, ExecutionReported).client_order_id == "e-1"


async def test_a_snapshot_that_is_not_answered_is_not_flat() -> None:
    with desk(secret=None) as at:
        told = await at.do("snapshot", since_ms=0)
    assert outcome(told) == "fatal KEY_REFUSED"
    assert len(told) == 1


async def test_a_plan_is_for_the_journal_alone() -> None:
    with desk() as at:
        assert await at.do("plan") == ()


async def test_a_long_list_is_read_to_its_end_and_each_execution_once() -> None:
    with desk(drawn=[STILL] * 5, writes_per_s=100) as at:
        for number in range(120):
            at.stand.sandbox.request(
                "/v5/order/create",
                {
                    "category": "linear",
                    "symbol": "BTCUSDT",
                    "side": "Buy" if number % 2 else "Sell",
                    "orderType": "Market",
                    "qty": "0.001",
                    "orderLinkId": f"n-{number}",
                },
            )
        seen = only(await at.do("snapshot", since_ms=0), VenueSnapshot)
    assert [each.client_order_id for each in seen.executions] == [f"n-{number}" for number in range(120)]


async def test_a_stop_that_fills_is_told_as_a_stop() -> None:
    falling = (START, START, 57_900.0, 57_900.0)
    with desk(drawn=[STILL, falling, STILL]) as at:
        await at.place("e-1", stop="58000.0")
        at.stand.pass_minutes(2)
        seen = only(await at.do("snapshot", since_ms=0), VenueSnapshot)
    assert [each.kind for each in seen.executions] == ["trade", "stop"]
    assert seen.position.side == 0


async def test_a_resting_entry_moves_with_its_stop() -> None:
    with desk() as at:
        await at.place("e-1", price="59000.0", post_only=True, stop="58000.0")
        assert outcome(await at.do("amend", "e-1", price="59100.0", stop="58100.0")) == "accepted ACCEPTED"
        assert only(await at.do("find_order", "e-1"), OrderReported).price == 59_100
        order = at.stand.sandbox.exchange.floor.orders.find("", "e-1")
    assert order is not None
    assert order.bracket.stop_loss == 58_100


async def test_a_move_without_a_stop_leaves_the_stop_where_it_is() -> None:
    with desk() as at:
        await at.place("e-1", price="59000.0", post_only=True, stop="58000.0")
        await at.do("amend", "e-1", price="59100.0", stop=None)
        order = at.stand.sandbox.exchange.floor.orders.find("", "e-1")
    assert order is not None
    assert (order.price, order.bracket.stop_loss) == (Decimal(59_100), Decimal(58_000))


async def test_a_move_that_changes_nothing_is_refused_and_one_of_a_filled_order_is_not_known() -> None:
    with desk() as at:
        await at.place("e-1", price="59000.0", post_only=True)
        assert outcome(await at.do("amend", "e-1", price="59000.0", stop=None)) == "refused REQUEST_REFUSED"
        await at.place("e-2")
        assert outcome(await at.do("amend", "e-2", price="59000.0", stop=None)) == "unknown OUTCOME_UNKNOWN"


async def test_a_move_to_where_it_would_take_ends_a_post_only_order() -> None:
    with desk() as at:
        await at.place("e-1", price="59000.0", post_only=True)
        assert outcome(await at.do("amend", "e-1", price="60100.0", stop=None)) == "accepted ACCEPTED"
        found = only(await at.do("find_order", "e-1"), OrderReported)
    assert (found.status, found.detail) == ("canceled", "EC_PostOnlyWillTakeLiquidity")


async def test_a_move_without_a_price_is_refused_without_being_sent() -> None:
    with desk() as at:
        assert outcome(await at.do("amend", "e-1", stop=None)) == "refused REQUEST_REFUSED"
