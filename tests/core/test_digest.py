"""The digest that two equal runs share."""

from typing import Any

import pytest

from core.digest import MACHINES, Step, digest

STEP: Step = ("BTCUSDT/order/1", 0, 1000, "init", (), ("pending_new",), ("ORDER_SUBMITTED",))


def test_equal_steps_have_equal_digests() -> None:
    assert digest([STEP]) == digest(iter([STEP]))
    assert len(digest([])) == 64


@pytest.mark.parametrize("at", range(7))
def test_every_part_of_a_step_counts(at: int) -> None:
    other: Any = list(STEP)
    other[at] = {str: "x", int: 9, tuple: ("x",)}[type(STEP[at])]
    assert digest([tuple(other)]) != digest([STEP])


def test_order_and_number_count() -> None:
    assert digest([STEP, STEP]) != digest([STEP])


def test_what_lives_by_the_wall_clock_is_left_out() -> None:
    assert not MACHINES & {"session", "connection", "feed"}
