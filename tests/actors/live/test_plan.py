"""The plan of a reconciliation: what each difference calls for."""

from decimal import Decimal

import pytest

from actors.live import plan
from core.trading.tracked import Phase, Tracked
from tests.actors.live.stand import held, report, snapshot
from tests.actors.stage import request


@pytest.mark.parametrize(
    ("theirs", "ours", "is_second", "policy", "steps"),
    [
        (("2", "96"), "2", False, "refuse", []),
        (("2", None), "2", False, "refuse", ["repair_stop"]),
        (("0", None), "0", False, "refuse", []),
        (("1", "96"), "2", False, "refuse", ["ask_again"]),
        (("1", "96"), "2", True, "refuse", ["close_outside"]),
        (("0", None), "2", True, "flatten", ["close_outside"]),
        (("3", "96"), "2", True, "refuse", ["refuse"]),
        (("3", "96"), "2", True, "flatten", ["flatten"]),
        (("1", "96"), "-2", True, "refuse", ["refuse"]),
        (("1", "96"), "0", True, "flatten", ["flatten"]),
    ],
)
def test_every_difference_has_one_answer(
    theirs: tuple[str, str | None], ours: str, *, is_second: bool, policy: str, steps: list[str]
) -> None:
    found = plan.position(snapshot(held(*theirs)), Decimal(ours), is_second=is_second, policy=policy)
    assert [step.what for step in found] == steps


@pytest.mark.parametrize(
    ("phase", "steps"), [("sent", []), ("waiting", []), ("working", ["look"]), ("unknown", ["look"])]
)
def test_an_order_is_asked_for_where_the_venue_should_have_it(phase: Phase, steps: list[str]) -> None:
    order = Tracked(request(), None, phase, 0)
    found = plan.orders(snapshot(held("0", None)), {order.request.client_order_id: order}, (), "cw")
    assert [step.what for step in found] == steps


def test_a_listed_order_is_taken_and_a_strangers_is_left_alone() -> None:
    order = Tracked(request(), None, "unknown", 0)
    ours = order.request.client_order_id
    listed = snapshot(held("0", None), report(ours), report("cw-old"), report("cw-orphan"), report("x"))
    found = plan.orders(listed, {ours: order}, {"cw-old"}, "cw")
    assert [(step.what, step.subject) for step in found] == [("take", ours), ("cancel", "cw-orphan")]
