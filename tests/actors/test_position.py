"""The position keeper: from the entry to the trailing stop and the target."""

from decimal import Decimal

import pytest

from actors.kernel.effects import Effects
from actors.position import PositionKeeper
from core.errors import InvariantBroken
from core.notices import Flatten
from core.reasons import Reason
from core.records import StopMoved
from core.trading.booking import EquityMarked, FillBooked, TradeClosed
from core.trading.orders import (
    FundingCharged,
    MoveStop,
    StopAmended,
    StopFilled,
)
from core.verdict import Approved
from tests.actors.held import (
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
    states,
)
from tests.actors.stage import SYMBOL, events, moves, only, plan, told


def test_an_approved_plan_asks_for_a_stop_and_an_entry() -> None:
    effects = keeper().receive(Approved(plan()), 0)
    assert events(effects) == ["init", "request_stop"]
    reasons = moves(effects)[0][2]
    assert reasons == ("TREND_BREAKOUT", "DONCHIAN_BREAK", "ENTRY_APPROVED")
    (entry,) = orders(effects)
    assert (entry.role, entry.side, entry.quantity, entry.price) == ("entry", 1, 2, None)
    assert (entry.stop_distance, entry.reduce_only, entry.post_only) == (4.0, False, False)
    assert (entry.client_order_id, entry.position) == (f"cw-{SYMBOL}-1-1-entry", INSTANCE)
    assert states(effects) == ["pending"]


@pytest.mark.parametrize(("side", "price"), [(1, "100.0"), (-1, "100.1")])
def test_a_fades_entry_rests_at_the_close_on_its_own_side(side: int, price: str) -> None:
    (entry,) = orders(keeper().receive(Approved(plan(side=side, entry_price=100.04, **FADE)), 0))
    assert (entry.price, entry.post_only) == (Decimal(price), True)


def test_a_second_plan_while_one_lives_is_a_bug() -> None:
    with pytest.raises(InvariantBroken, match=r"I4"):
        pending().receive(Approved(plan()), 1)


@pytest.mark.parametrize(("side", "target"), [(1, "104"), (-1, "96")])
def test_a_filled_entry_is_protected_and_its_partial_rests_at_one_r(side: int, target: str) -> None:
    effects = pending(side=side).receive(fill("entry", 1, "2", 100.0, stop=100.0 - side * 4), 1)
    assert moves(effects)[0][2] == ("ENTRY_FILLED",)
    assert moves(effects)[1][2] == ("PROTECTION_CONFIRMED",)
    (partial,) = orders(effects)
    assert (partial.role, partial.side, partial.quantity) == ("partial", -side, 1)
    assert (partial.price, partial.reduce_only, partial.stop_distance) == (Decimal(target), True, None)
    assert told(effects, "risk") == [FillBooked(SYMBOL, 0.0, 0.5, 0.0, 1, 1, 0.0)]
    assert states(effects) == ["open"]


def test_an_entry_that_never_filled_is_abandoned_with_both_reasons() -> None:
    position = pending()
    effects = position.receive(ended("entry", 1, Reason.ORDER_REFUSED_BY_GATE), 1)
    assert moves(effects)[0][2] == ("ENTRY_NOT_FILLED", "ORDER_REFUSED_BY_GATE")
    assert events(effects) == ["abandon", "release"]
    assert states(effects) == ["flat"]
    assert position.view() == {"positions": []}
    assert only(position.receive(Approved(plan()), 2), object)[0].instance == f"{SYMBOL}/position/2"


@pytest.mark.parametrize(("bars", "asked"), [(2, []), (3, [f"cw-{SYMBOL}-1-1-entry"])])
def test_a_resting_entry_expires_after_its_bars(bars: int, asked: list[str]) -> None:
    position = pending(management=led(entry_live_bars=3), **FADE)
    effects: Effects = ()
    for _ in range(bars):
        effects = position.receive(bar(100.0), 1)
    assert canceled(effects) == asked


def test_a_market_entry_does_not_expire() -> None:
    position = pending()
    assert all(not position.receive(bar(100.0), 1) for _ in range(9))


def test_a_stop_in_open_ends_the_trade_with_its_money() -> None:
    position = opened()
    position.receive(FundingCharged(INSTANCE, 0.25), 2)
    effects = position.receive(StopFilled(INSTANCE, Decimal(2), 96.0, 0.5), 3)
    assert events(effects) == ["close", "release"]
    assert moves(effects)[0][2] == ("EXIT_STOP",)
    booked, trade, gone = told(effects, "risk")
    assert gone.state == "flat"
    assert booked == FillBooked(SYMBOL, -8.0, 0.5, 0.0, 1, 0, 0.0)
    assert trade == TradeClosed(SYMBOL, "TREND_BREAKOUT", "EXIT_STOP", -9.25, -9.25 / 8)
    assert states(effects) == ["flat"]
    assert position.receive(ended("partial", 2, Reason.POSITION_CLOSED), 3) == ()


def test_a_partial_is_booked_and_named_after_its_mode() -> None:
    effects = opened().receive(fill("partial", 2, "1", 104.0), 2)
    assert moves(effects)[0][2] == ("PARTIAL_AT_1R",)
    assert told(effects, "risk") == [FillBooked(SYMBOL, 4.0, 0.5, 0.0, 1, 0, 4.0)]
    fade = opened(management=led(partial_at_r=None, trail_atr=None), **FADE)
    assert moves(fade.receive(fill("partial", 2, "1", 106.0), 2))[0][2] == ("PARTIAL_AT_VWAP",)


def test_half_a_partial_is_not_yet_one() -> None:
    position = opened()
    effects = position.receive(fill("partial", 2, "0.4", 104.0, complete=False), 2)
    assert events(effects) == []
    assert len(told(effects, "risk")) == 1
    assert events(position.receive(fill("partial", 2, "0.6", 104.0), 3)) == ["take_partial"]


@pytest.mark.parametrize(("side", "close", "price"), [(1, 105.06, "101.0"), (-1, 94.94, "99.0")])
def test_the_rest_trails_the_best_close_tick_exact(side: int, close: float, price: str) -> None:
    position = partially(side)
    effects = position.receive(bar(close), 3)
    assert events(effects) == ["trail"]
    assert told(effects, "gate") == [MoveStop(SYMBOL, INSTANCE, Decimal(price))]
    moved = only(position.receive(StopAmended(INSTANCE, float(price)), 3), StopMoved)
    assert (moved[0].source, moved[0].target) == (100.0 - side * 4, float(price))
    assert told(position.receive(bar(close - side * 3), 4), "gate") == []  # a worse close loosens nothing
    assert told(position.receive(bar(close, atr=9.0), 5), "gate") == []  # nor does a wider average
    effects = position.receive(StopFilled(INSTANCE, Decimal(1), float(price), 0.5), 6)
    assert moves(effects)[0][2] == ("EXIT_TRAILING_STOP",)


def test_nothing_trails_before_the_partial() -> None:
    position = opened()
    effects = position.receive(bar(130.0), 2)
    assert events(effects) == []
    assert told(effects, "gate") == []
    assert told(effects, "risk") == [EquityMarked(SYMBOL, 60.0)]


@pytest.mark.parametrize(("side", "price"), [(1, 95.9), (-1, 104.1)])
def test_a_stop_that_moved_against_the_position_is_a_bug(side: int, price: float) -> None:
    with pytest.raises(InvariantBroken, match=r"I2"):
        opened(side).receive(StopAmended(INSTANCE, price), 2)


def test_a_stop_amended_to_where_it_is_is_none() -> None:
    opened().receive(StopAmended(INSTANCE, 96.0), 2)


def test_a_target_for_all_closes_the_trade() -> None:
    position = opened(management=led(1.0, partial_at_r=None, trail_atr=None), **FADE)
    assert position.view()["positions"][0]["target"] == 106.0  # type: ignore[index,call-overload]  # a JSON object
    effects = position.receive(fill("target", 2, "2", 106.0), 2)
    assert moves(effects)[0][2] == ("EXIT_TARGET",)
    assert told(effects, "risk")[1].profit == 11.0


@pytest.mark.parametrize(
    ("quantity", "role", "amount"),
    [
        ("0.100", "target", "0.100"),  # half of it would be worth 4.95 at the target
        ("0.200", "partial", "0.100"),
        ("0.001", "target", "0.001"),
    ],
)
def test_dust_is_merged_into_the_target(quantity: str, role: str, amount: str) -> None:
    position = keeper()
    position.receive(Approved(plan(quantity)), 0)
    (order,) = orders(position.receive(fill("entry", 1, quantity, 95.0 if role == "target" else 100.0, stop=90.0), 1))
    assert (order.role, order.quantity) == (role, Decimal(amount))
    if role == "target":
        effects = position.receive(fill("target", 2, quantity, 99.0), 2)
        assert moves(effects)[0][2] == ("EXIT_TARGET", "DUST_MERGED")


def test_no_partial_is_no_order() -> None:
    effects = pending(management=led(0.0)).receive(fill("entry", 1, "2", 100.0, stop=96.0), 1)
    assert orders(effects) == []


def chasing() -> PositionKeeper:
    """A market entry of 2 that somebody may quote instead."""
    position = keeper()
    (order,) = orders(position.receive(Approved(plan()), 0))
    assert (order.post_only, order.price, order.reference_price) == (False, None, 100.0)
    return position


@pytest.mark.parametrize("reason", [Reason.POST_ONLY_WOULD_CROSS, Reason.CHASE_CROSSED])
def test_an_order_of_a_chase_is_followed_by_one_for_what_is_not_filled(reason: Reason) -> None:
    position = chasing()
    position.receive(fill("entry", 1, "0.5", 100.0, complete=False), 1)
    effects = position.receive(ended("entry", 1, reason), 2)
    (order,) = orders(effects)
    assert (order.client_order_id, order.quantity, order.price) == (f"cw-{SYMBOL}-1-2-entry", Decimal("1.5"), None)
    assert events(effects) == []
    effects = position.receive(fill("entry", 2, "1.5", 101.0), 3)
    assert [each.role for each in orders(effects)] == ["partial"]
    assert position.view()["positions"][0]["entry_price"] == 100.75  # type: ignore[index,call-overload]  # a JSON object


def test_no_other_end_of_a_chase_is_followed_by_an_order() -> None:
    effects = chasing().receive(ended("entry", 1, Reason.CHASE_OUT_OF_TRIES), 2)
    assert (orders(effects), events(effects)) == ([], ["abandon", "release"])


def test_a_fade_that_would_cross_is_over() -> None:
    effects = pending(**FADE).receive(ended("entry", 1, Reason.POST_ONLY_WOULD_CROSS), 2)
    assert (orders(effects), events(effects)) == ([], ["abandon", "release"])


def test_a_position_that_is_to_be_closed_is_not_added_to() -> None:
    position = chasing()
    position.receive(fill("entry", 1, "0.5", 100.0, complete=False), 1)
    position.receive(Flatten(Reason.EXIT_OPERATOR), 2)
    effects = position.receive(ended("entry", 1, Reason.CHASE_CROSSED), 3)
    assert [(order.role, order.quantity) for order in orders(effects)] == [("exit", Decimal("0.5"))]


def test_a_remainder_that_is_dust_is_left() -> None:
    position = chasing()
    position.receive(fill("entry", 1, "1.951", 100.0, complete=False), 1)  # the rest is worth 4.9
    effects = position.receive(ended("entry", 1, Reason.CHASE_CROSSED), 2)
    assert [order.role for order in orders(effects)] == ["partial"]
