"""The position keeper: time stops, an operator, a regime that leaves, and a restart."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from actors.kernel.effects import Effects
from actors.position import PositionKeeper
from core.notices import Flatten, SessionChanged
from core.reasons import Reason
from core.trading.booking import FillBooked
from core.trading.orders import (
    FundingCharged,
)
from core.verdict import Approved
from tests.actors.held import (
    EXACT,
    FADE,
    INSTANCE,
    bar,
    canceled,
    ended,
    fill,
    keeper,
    led,
    opened,
    orders,
    partially,
    pending,
)
from tests.actors.stage import SYMBOL, moves, plan, reborn, told


@pytest.mark.parametrize(("bars", "leaves"), [(3, False), (4, True)])
def test_a_trade_without_progress_is_closed_in_time(bars: int, leaves: bool) -> None:  # noqa: FBT001  a table's column
    position = opened(management=led(time_stop_bars=4))
    effects: Effects = ()
    for _ in range(bars):
        effects = position.receive(bar(100.0), 2)
    assert canceled(effects) == ([f"cw-{SYMBOL}-1-2-partial"] if leaves else [])
    if leaves:
        (exit_,) = orders(position.receive(ended("partial", 2, Reason.EXIT_TIME), 3))
        assert (exit_.role, exit_.quantity, exit_.price, exit_.reduce_only) == ("exit", 2, None, True)
        assert moves(position.receive(fill("exit", 3, "2", 100.0), 4))[0][2] == ("EXIT_TIME",)


def test_progress_ends_the_time_stop() -> None:
    position = partially(management=led(time_stop_bars=2))
    for _ in range(5):
        assert canceled(position.receive(bar(104.0), 3)) == []


def test_an_operator_flattens_a_pending_entry() -> None:
    position = pending()
    effects = position.receive(Flatten(Reason.EXIT_OPERATOR), 1)
    assert canceled(effects) == [f"cw-{SYMBOL}-1-1-entry"]
    effects = position.receive(ended("entry", 1, Reason.EXIT_OPERATOR), 1)
    assert moves(effects)[0][2] == ("ENTRY_NOT_FILLED", "EXIT_OPERATOR")


def test_an_operator_flattens_an_open_position_with_one_close_in_flight() -> None:
    position = opened()
    effects = position.receive(Flatten(Reason.EXIT_OPERATOR), 2)
    assert canceled(effects) == [f"cw-{SYMBOL}-1-2-partial"]
    assert orders(effects) == []  # not before the partial is off the book
    (exit_,) = orders(position.receive(ended("partial", 2, Reason.EXIT_OPERATOR), 2))
    assert exit_.quantity == 2
    assert list(position.receive(Flatten(Reason.EXIT_OPERATOR), 3)) == []
    effects = position.receive(fill("exit", 3, "2", 99.0), 4)
    assert moves(effects)[0][2] == ("EXIT_OPERATOR",)


def test_an_operator_flattens_what_is_left_after_the_partial() -> None:
    position = partially()
    position.receive(bar(106.0), 3)  # trailing
    (exit_,) = orders(position.receive(Flatten(Reason.EXIT_OPERATOR), 4))
    assert (exit_.role, exit_.quantity) == ("exit", 1)


def test_a_flatten_with_nothing_to_flatten_is_nothing() -> None:
    assert keeper().receive(Flatten(Reason.EXIT_OPERATOR), 1) == ()


def test_the_first_reason_to_leave_is_the_one_recorded() -> None:
    position = opened(management=led(time_stop_bars=1))
    position.receive(bar(100.0), 2)
    position.receive(Flatten(Reason.EXIT_OPERATOR), 2)
    position.receive(ended("partial", 2, Reason.EXIT_TIME), 2)
    assert moves(position.receive(fill("exit", 3, "2", 100.0), 4))[0][2] == ("EXIT_TIME",)


def test_a_part_filled_entry_that_ends_is_led_with_what_it_has() -> None:
    position = pending()
    effects = position.receive(fill("entry", 1, "0.5", 100.0, complete=False, stop=96.0), 1)
    assert orders(effects) == []
    effects = position.receive(ended("entry", 1, Reason.ORDER_EXPIRED), 2)
    assert moves(effects)[0][::2] == ("finish_entry", ("ORDER_EXPIRED",))
    assert [(order.role, order.quantity) for order in orders(effects)] == [("partial", Decimal("0.25"))]


def test_a_part_filled_entry_that_is_flattened_leaves_with_what_it_has() -> None:
    position = pending()
    position.receive(fill("entry", 1, "0.5", 100.0, complete=False, stop=96.0), 1)
    assert canceled(position.receive(Flatten(Reason.EXIT_OPERATOR), 2)) == [f"cw-{SYMBOL}-1-1-entry"]
    effects = position.receive(ended("entry", 1, Reason.EXIT_OPERATOR), 3)
    assert [(order.role, order.quantity) for order in orders(effects)] == [("exit", Decimal("0.5"))]


def test_a_fill_that_overtakes_a_flatten_is_left_again() -> None:
    position = pending()
    position.receive(Flatten(Reason.EXIT_OPERATOR), 1)
    effects = position.receive(fill("entry", 1, "2", 100.0, stop=96.0), 2)
    assert [(order.role, order.quantity) for order in orders(effects)] == [("exit", 2)]
    position = opened()
    position.receive(Flatten(Reason.EXIT_OPERATOR), 2)
    effects = position.receive(fill("partial", 2, "1", 104.0), 3)
    assert [(order.role, order.quantity) for order in orders(effects)] == [("exit", 1)]


def halved() -> PositionKeeper:
    position = opened(management=led(partial_at_r=None, trail_atr=None, secondary_target=112.0), **FADE)
    effects = position.receive(fill("partial", 2, "1", 106.0), 2)
    assert [(order.role, order.price) for order in orders(effects)] == [("target", Decimal(112))]
    return position


def test_the_rest_of_a_fade_goes_to_its_second_target_while_the_regime_is_chop() -> None:
    position = halved()
    assert canceled(position.receive(bar(107.0, regime="CHOP"), 3)) == []
    assert moves(position.receive(fill("target", 3, "1", 112.0), 4))[0][2] == ("EXIT_TARGET",)


def test_the_rest_of_a_fade_leaves_with_the_regime() -> None:
    position = halved()
    assert canceled(position.receive(bar(107.0, regime="RISK_ON"), 3)) == [f"cw-{SYMBOL}-1-3-target"]
    (exit_,) = orders(position.receive(ended("target", 3, Reason.EXIT_REGIME), 3))
    assert exit_.quantity == 1
    assert moves(position.receive(fill("exit", 4, "1", 107.0), 4))[0][2] == ("EXIT_REGIME",)


def test_an_exit_larger_than_a_market_order_goes_in_slices_one_at_a_time() -> None:
    largest = replace(EXACT, max_market=Decimal("0.8"))
    position = PositionKeeper(SYMBOL, largest, listeners=("strategist",), account="risk")
    position.receive(Approved(plan(management=led(0.0))), 0)
    position.receive(fill("entry", 1, "2", 100.0, stop=96.0), 1)
    sent = orders(position.receive(Flatten(Reason.EXIT_OPERATOR), 2))
    assert orders(position.receive(fill("exit", 2, "0.3", 99.0, complete=False), 3)) == []
    sent += orders(position.receive(fill("exit", 2, "0.5", 99.0), 4))
    sent += orders(position.receive(fill("exit", 3, "0.8", 99.0), 5))
    assert [(order.quantity, order.reduce_only) for order in sent] == [
        (Decimal("0.8"), True),
        (Decimal("0.8"), True),
        (Decimal("0.4"), True),
    ]
    assert moves(position.receive(fill("exit", 4, "0.4", 99.0), 6))[0][2] == ("EXIT_OPERATOR",)


def test_funding_is_booked_where_it_falls() -> None:
    assert told(opened().receive(FundingCharged(INSTANCE, -0.5), 2), "risk") == [
        FillBooked(SYMBOL, 0.0, 0.0, -0.5, 0, 0, 0.0)
    ]


@pytest.mark.parametrize("made", [keeper, pending, opened, partially, halved])
def test_a_position_comes_back_after_a_restart(made: Any) -> None:
    old = made()
    again = reborn(old, keeper())
    assert again.save() == old.save()
    assert again.view() == old.view()
    assert again.receive(bar(105.0), 9) == old.receive(bar(105.0), 9)
    assert again.receive(Flatten(Reason.EXIT_OPERATOR), 9) == old.receive(Flatten(Reason.EXIT_OPERATOR), 9)


def test_a_pause_takes_a_resting_entry_back_and_leaves_an_open_position_alone() -> None:
    assert canceled(pending().receive(SessionChanged("paused"), 1)) == [f"cw-{SYMBOL}-1-1-entry"]
    assert list(opened().receive(SessionChanged("paused"), 2)) == []
    assert list(pending().receive(SessionChanged("trading"), 1)) == []
