"""One order as it is followed: its count, its end, and its way through JSON."""

import json
from decimal import Decimal

import pytest

from core.reasons import Reason
from core.trading.instrument import Instrument
from core.trading.tracked import Tracked, first_stop
from tests.actors.stage import request


def test_an_order_is_the_same_after_a_restart() -> None:
    order = Tracked(request(price=Decimal("99.5")), "96.0", "unknown", 7, is_lost=True, cancel="OPERATOR_PAUSE")
    order.fill(Decimal("0.5"), Decimal(100))
    assert Tracked.restore(json.loads(json.dumps(order.save()))) == order


def test_the_last_execution_is_the_one_that_completes_the_quantity() -> None:
    order = Tracked(request(), None, "working", 0, reported=Decimal(2))
    assert [order.fill(Decimal("1.9"), Decimal(100)), order.is_settled] == [False, False]
    assert [order.fill(Decimal("0.1"), Decimal(110)), order.is_settled] == [True, True]
    assert order.average == pytest.approx(100.5)


@pytest.mark.parametrize(
    ("role", "cancel", "detail", "ended", "absent"),
    [
        ("entry", "", "", Reason.ORDER_CANCELED_BY_VENUE, Reason.ENTRY_UNKNOWN_ABANDONED),
        ("entry", "", "EC_PostOnlyWillTakeLiquidity", Reason.POST_ONLY_WOULD_CROSS, Reason.ENTRY_UNKNOWN_ABANDONED),
        ("exit", "", "", Reason.POSITION_CLOSED, Reason.POSITION_CLOSED),
        ("entry", "OPERATOR_PAUSE", "", Reason.OPERATOR_PAUSE, Reason.OPERATOR_PAUSE),
    ],
)
def test_every_end_has_its_reason(role: str, cancel: str, detail: str, ended: Reason, absent: Reason) -> None:
    order = Tracked(request(role), None, "working", 0, cancel=cancel, detail=detail)
    assert (order.why_ended, order.why_absent) == (ended, absent)


@pytest.mark.parametrize(("side", "price", "stop"), [(1, None, "96.0"), (-1, None, "104.1"), (1, "99", "95.0")])
def test_the_first_stop_is_measured_from_the_limit_or_the_price_it_was_decided_at(
    side: int, price: str | None, stop: str
) -> None:
    entry = request(side=side, price=None if price is None else Decimal(price), reference_price=100.04)
    assert first_stop(entry, Instrument()) == stop
    assert first_stop(request("exit"), Instrument()) is None


@pytest.mark.parametrize(("side", "held", "stop"), [(1, "95", "96.0"), (1, "97", "97"), (-1, "103", "103")])
def test_the_stop_of_a_second_entry_is_no_farther_than_the_one_its_position_has(
    side: int, held: str, stop: str
) -> None:
    entry = request(side=side, reference_price=100.0)
    assert first_stop(entry, Instrument(), Decimal(held)) == stop
