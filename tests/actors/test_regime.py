"""The regime keeper: names, holds, dwells, loses, pins, and decides nothing on what it is told again."""

from typing import Any

import pytest

from actors.kernel.effects import CancelTimer, SetTimer
from actors.regime import RegimeKeeper
from core.durations import HOUR_MS
from core.flow.price import PriceTrend
from core.messages import SystemStarted, TimerFired
from core.news.board import NewsSignal
from core.notices import BlackoutChanged, CrowdingChanged, InputChanged, PriceMoved
from core.records import Transition
from core.regime.calendar import Blackout
from core.regime.params import RegimeParams
from core.regime.trend import Trend
from tests.actors.stage import events, moves, only, reborn, told

T0 = 10 * HOUR_MS


def keeper(**params: object) -> RegimeKeeper:
    return RegimeKeeper(RegimeParams(**params), listeners=("gate",))  # type: ignore[arg-type]  # its own fields


def started(**params: object) -> RegimeKeeper:
    regime = keeper(**params)
    regime.receive(SystemStarted(resumed=False), T0)
    return regime


def trend(feed: str, value: float | None, *, restored: bool = False) -> InputChanged:
    return InputChanged(feed, None if value is None else Trend(value, ()), None, restored=restored)


def test_the_first_regime_needs_no_dwell() -> None:
    regime = started()
    effects = regime.receive(trend("dxy", -0.8), T0)
    assert moves(effects) == [("assess", "RISK_ON", ("REGIME_SCORE_LEADS",))]
    (assessed,) = told(effects, "gate")
    assert (assessed.regime, assessed.score) == ("RISK_ON", 0.8)
    assert assessed.permission.modes == ("TREND_BREAKOUT",)


@pytest.mark.parametrize(("value", "named"), [(-0.6, "RISK_ON"), (-0.59, None), (-0.41, None), (-0.4, "CHOP")])
def test_a_score_on_the_threshold_is_strong_enough(value: float, named: str | None) -> None:
    regime = started()
    effects = regime.receive(trend("dxy", value), T0)
    if named is None:
        assert moves(effects) == [("hold", "undetermined", ("REGIME_SCORE_WEAK",))]
    else:
        assert regime.state == named


def test_a_hold_is_recorded_once_per_candidate_and_reason() -> None:
    regime = started()
    assert events(regime.receive(trend("dxy", -0.55), T0)) == ["hold"]
    assert events(regime.receive(trend("dxy", -0.57), T0 + 1)) == []
    assert events(regime.receive(trend("dxy", 0.57), T0 + 2)) == ["hold"]


def test_a_change_waits_for_the_dwell_and_comes_with_its_timer() -> None:
    regime = started()
    regime.receive(trend("dxy", -1.0), T0)
    early = regime.receive(trend("dxy", 1.0), T0 + HOUR_MS - 1)
    assert moves(early) == [("hold", "RISK_ON", ("REGIME_DWELL",))]
    assert only(early, SetTimer) == [SetTimer("dwell", T0 + HOUR_MS)]
    effects = regime.receive(TimerFired("regime", "dwell"), T0 + HOUR_MS)
    assert moves(effects) == [("assess", "RISK_OFF", ("REGIME_SCORE_LEADS",))]


def test_a_candidate_that_gives_up_takes_its_timer_along() -> None:
    regime = started()
    regime.receive(trend("dxy", -1.0), T0)
    regime.receive(trend("dxy", 1.0), T0 + 1)
    effects = regime.receive(trend("dxy", -1.0), T0 + 2)
    assert only(effects, CancelTimer) == [CancelTimer("dwell")]
    assert events(effects) == []
    assert events(regime.receive(trend("dxy", 1.0), T0 + 3)) == ["hold"]  # a new wait is a new record


def test_losing_every_input_needs_no_dwell() -> None:
    regime = started()
    regime.receive(trend("dxy", -1.0), T0)
    effects = regime.receive(trend("dxy", None), T0 + 1)
    assert moves(effects) == [("lose_inputs", "undetermined", ("REGIME_INPUTS_LOST",))]
    assert told(effects, "gate")[0].permission.modes == ()
    assert events(regime.receive(trend("dxy", None), T0 + 2)) == []
    assert events(regime.receive(trend("dxy", -1.0), T0 + 3)) == ["assess"]


def test_before_the_first_regime_there_is_no_time_since_when_it_holds() -> None:
    regime = started()
    assert regime.view()["since"] is None
    (record,) = only(regime.receive(trend("dxy", -0.55), T0), Transition)
    assert record.facts["since"] is None
    regime.receive(trend("dxy", -1.0), T0 + 1)
    assert regime.view()["since"] == T0 + 1
    regime.receive(trend("dxy", None), T0 + 2)
    assert regime.view()["since"] == T0 + 2


def test_one_input_left_is_enough() -> None:
    regime = started()
    regime.receive(trend("dxy", -1.0), T0)
    regime.receive(InputChanged("news", None, NewsSignal(0.9, None, ())), T0 + 1)
    assert events(regime.receive(trend("dxy", None), T0 + 2)) == []
    assert regime.state == "RISK_ON"


@pytest.mark.parametrize("pinned", ["RISK_ON", "RISK_OFF", "CHOP", "DECOUPLED"])
def test_a_pinned_regime_is_the_one_that_was_asked_for_and_stays(pinned: str) -> None:
    regime = keeper(pinned=pinned)
    effects = regime.receive(SystemStarted(resumed=False), T0)
    assert [(state, reasons) for _, state, reasons in moves(effects)][1:] == [(pinned, ("REGIME_PINNED",))]
    assert told(effects, "gate")[0].score == 1.0
    assert regime.receive(trend("dxy", -1.0), T0 + 9 * HOUR_MS) == ()
    assert regime.state == regime.view()["pinned"] == pinned


def test_what_is_told_again_after_a_restart_decides_nothing() -> None:
    old = started()
    old.receive(trend("dxy", -1.0), T0)
    again = reborn(old, keeper())
    now = T0 + 5 * HOUR_MS
    assert events(again.receive(SystemStarted(resumed=True), now)) == []
    effects = again.receive(trend("dxy", 1.0, restored=True), now)
    assert events(effects) == []
    assert told(effects, "gate")[0].regime == "RISK_ON"
    assert events(again.receive(trend("dxy", 1.0), now)) == ["assess"]


def test_a_restart_keeps_the_dwell_and_the_hold_that_was_recorded() -> None:
    old = started()
    old.receive(trend("dxy", -1.0), T0)
    old.receive(trend("dxy", 1.0), T0 + 1)
    again = reborn(old, keeper())
    effects = again.receive(trend("dxy", 1.0), T0 + HOUR_MS - 1)
    assert events(effects) == []
    assert only(effects, SetTimer) == [SetTimer("dwell", T0 + HOUR_MS)]
    assert events(again.receive(trend("dxy", 1.0), T0 + HOUR_MS)) == ["assess"]


def test_the_view_says_what_is_permitted_and_why() -> None:
    regime = started()
    regime.receive(trend("dxy", -0.1), T0)
    view = regime.view()
    assert (view["state"], view["modes"], view["size_multiplier"]) == ("CHOP", ["VWAP_REVERSION"], 0.5)
    assert view["candidate"] == "CHOP"


def test_a_change_says_how_long_the_new_regime_holds_and_what_would_end_it() -> None:
    regime = started()
    (record,) = only(regime.receive(trend("dxy", -0.8), T0), Transition)
    facts = record.facts
    assert (facts["since"], facts["dwell_ms"], facts["dwell_left_ms"]) == (T0, HOUR_MS, HOUR_MS)
    assert facts["flips"] == {"dxy": [pytest.approx(-0.4, abs=2e-6), "CHOP"]}


def test_a_hold_by_the_dwell_says_what_is_left_of_it_and_that_no_move_is_needed() -> None:
    regime = started()
    regime.receive(trend("dxy", -1.0), T0)
    (record,) = only(regime.receive(trend("dxy", 1.0), T0 + 1_000), Transition)
    facts = record.facts
    assert (facts["since"], facts["dwell_left_ms"]) == (T0, HOUR_MS - 1_000)
    assert facts["flips"] == {"dxy": [1.0, "RISK_OFF"]}


def test_a_crowded_side_is_taken_from_what_is_permitted_and_given_back() -> None:
    regime = started()
    regime.receive(trend("dxy", -0.8), T0)
    effects = regime.receive(CrowdingChanged(1, {"crowding": "LONGS_CROWDED"}), T0 + 1)
    assert moves(effects) == [("hold", "RISK_ON", ("SIDE_CROWDED",))]
    permission = told(effects, "gate")[0].permission
    assert (permission.sides, permission.note) == ((-1,), "runners; longs are crowded")
    over = regime.receive(CrowdingChanged(0, {}), T0 + 2)
    assert moves(over) == [("hold", "RISK_ON", ("SIDE_CROWDED_OVER",))]
    assert told(over, "gate")[0].permission.sides == (1, -1)


def test_a_crowd_told_again_after_a_restart_is_no_record() -> None:
    regime = started()
    regime.receive(trend("dxy", -0.8), T0)
    effects = regime.receive(CrowdingChanged(-1, {}, restored=True), T0 + 1)
    assert events(effects) == []
    assert told(effects, "gate")[0].permission.sides == (1,)


BLACKOUT = Blackout(T0, T0 + HOUR_MS, ("CPI m/m",))


@pytest.mark.parametrize(
    "message",
    [
        BlackoutChanged(BLACKOUT),
        BlackoutChanged(None),
        CrowdingChanged(1, {"crowding": "LONGS_CROWDED"}),
        CrowdingChanged(0, {}),
    ],
)
def test_a_record_that_only_permits_or_forbids_says_what_every_input_gave_and_what_would_flip_it(
    message: object,
) -> None:
    regime = started()
    regime.receive(trend("dxy", -0.8), T0)
    (record,) = only(regime.receive(message, T0 + 1_000), Transition)
    facts = record.facts
    assert facts["inputs"] == {"dxy": {"trend": -0.8, "weight": 1.0, "contribution": 0.8}}
    assert facts["flips"] == {"dxy": [pytest.approx(-0.4, abs=2e-6), "CHOP"]}
    assert (facts["candidate"], facts["since"], facts["dwell_left_ms"]) == ("RISK_ON", T0, HOUR_MS - 1_000)


def test_a_blackout_with_no_input_known_names_the_announcement_alone() -> None:
    (record,) = only(started().receive(BlackoutChanged(BLACKOUT), T0), Transition)
    assert record.facts == {"events": ["CPI m/m"], "until": T0 + HOUR_MS}


def test_the_loss_of_all_inputs_says_that_none_gives_anything_and_what_the_last_ones_gave() -> None:
    old = started()
    old.receive(trend("dxy", -1.0), T0)
    again = reborn(old, keeper())
    again.receive(trend("dxy", -1.0, restored=True), T0 + 1)
    (record,) = only(again.receive(trend("dxy", None), T0 + 2), Transition)
    (same,) = only(old.receive(trend("dxy", None), T0 + 2), Transition)
    facts: Any = record.facts
    assert (facts["inputs"], facts["flips"]) == ({}, {})
    assert facts["last"]["inputs"] == {"dxy": {"trend": -1.0, "weight": 1.0, "contribution": 1.0}}
    assert same.facts == facts


def decoupled() -> RegimeKeeper:
    """Dominance rises with the dollar: crypto seems to go its own way."""
    regime = started()
    regime.receive(trend("btc_dominance", 1.0), T0)
    regime.receive(trend("dxy", 0.6), T0 + HOUR_MS)
    assert (regime.state, regime.view()["sides"]) == ("DECOUPLED", [1])
    return regime


def test_price_turns_what_dominance_seemed_to_say() -> None:
    effects = decoupled().receive(PriceMoved(PriceTrend(-1.0, -9.8, 72)), T0 + 2 * HOUR_MS)
    assert moves(effects) == [("assess", "RISK_OFF", ("REGIME_SCORE_LEADS",))]
    (assessed,) = told(effects, "gate")
    assert assessed.btc_dominance.value == 1.0  # capital flow goes by dominance as measured


def test_a_price_told_again_after_a_restart_decides_nothing() -> None:
    regime = decoupled()
    effects = regime.receive(PriceMoved(PriceTrend(-1.0, -9.8, 72), restored=True), T0 + 2 * HOUR_MS)
    assert events(effects) == []
    assert regime.state == "DECOUPLED"
    assert regime.view()["candidate"] == "RISK_OFF"
