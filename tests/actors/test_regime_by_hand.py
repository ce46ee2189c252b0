"""Inputs of the regime that an operator sets by hand, for a while."""

from typing import Any

import pytest

from actors.kernel.effects import CancelTimer, SetTimer
from core.durations import HOUR_MS
from core.messages import InputOverridden, TimerFired
from core.records import Transition
from tests.actors.stage import events, moves, only, reborn, told
from tests.actors.test_regime import T0, keeper, started, trend


def test_a_value_set_by_hand_is_recorded_and_moves_the_regime_like_a_measured_one() -> None:
    regime = started()
    regime.receive(trend("dxy", -0.1), T0)
    now = T0 + 2 * HOUR_MS
    effects = regime.receive(InputOverridden("dxy", -0.9, HOUR_MS, "anna"), now)
    assert moves(effects) == [
        ("hold", "CHOP", ("MANUAL_INPUT",)),
        ("assess", "RISK_ON", ("REGIME_SCORE_LEADS",)),
    ]
    set_by_hand = {"value": -0.9, "author": "anna", "until": now + HOUR_MS, "left_ms": HOUR_MS}
    first, second = only(effects, Transition)
    assert first.facts["override"] == {"input": "dxy", **set_by_hand}
    assert first.facts["candidate"] == "RISK_ON"
    assert first.facts["manual"] == second.facts["manual"] == {"dxy": set_by_hand}
    assert only(effects, SetTimer) == [SetTimer("manual", now + HOUR_MS)]
    assert regime.view()["manual"] == [{"input": "dxy", "value": -0.9, "author": "anna", "until": now + HOUR_MS}]


def test_what_is_measured_meanwhile_counts_once_the_time_is_over() -> None:
    regime = started()
    regime.receive(trend("dxy", -0.9), T0)
    regime.receive(InputOverridden("dxy", -0.8, 3 * HOUR_MS, "anna"), T0)
    assert events(regime.receive(trend("dxy", 0.9), T0 + 2 * HOUR_MS)) == []
    effects = regime.receive(TimerFired("regime", "manual"), T0 + 3 * HOUR_MS)
    assert moves(effects) == [
        ("hold", "RISK_ON", ("MANUAL_INPUT_EXPIRED",)),
        ("assess", "RISK_OFF", ("REGIME_SCORE_LEADS",)),
    ]
    assert next(effect.key for effect in only(effects, CancelTimer)) == "manual"
    assert all("manual" not in record.facts for record in only(effects, Transition))
    assert regime.view()["manual"] == []


def test_a_value_taken_back_says_by_whom_and_where_nothing_is_known_the_regime_is_lost() -> None:
    regime = started()
    regime.receive(InputOverridden("news", 0.9, HOUR_MS, "anna"), T0)
    assert regime.state == "RISK_ON"
    effects = regime.receive(InputOverridden("news", None, 0, "bert"), T0 + 1)
    assert moves(effects) == [
        ("hold", "RISK_ON", ("MANUAL_INPUT_CLEARED",)),
        ("lose_inputs", "undetermined", ("REGIME_INPUTS_LOST",)),
    ]
    override = only(effects, Transition)[0].facts["override"]
    assert (override["author"], override["cleared_by"]) == ("anna", "bert")
    assert regime.receive(InputOverridden("news", None, 0, "bert"), T0 + 2) == ()


def test_a_value_set_by_hand_outlives_a_restart_and_ends_when_it_was_to_end() -> None:
    old = started()
    old.receive(trend("dxy", -0.9), T0)
    old.receive(InputOverridden("dxy", -0.8, 3 * HOUR_MS, "anna"), T0)
    again = reborn(old, keeper())
    assert events(again.receive(trend("dxy", 0.9, restored=True), T0 + 1)) == []
    assert again.view()["risk_score"] == pytest.approx(0.8)
    assert events(again.receive(trend("dxy", 0.9), T0 + 2 * HOUR_MS)) == []
    assert events(again.receive(TimerFired("regime", "manual"), T0 + 3 * HOUR_MS)) == ["hold", "assess"]


def test_what_an_older_journal_saved_has_nothing_set_by_hand() -> None:
    saved: Any = started().save()
    del saved["manual"]
    again = keeper()
    again.restore(saved)
    assert again.view()["manual"] == []


def test_dominance_set_by_hand_moves_the_regime_and_not_what_capital_flow_goes_by() -> None:
    regime = started()
    regime.receive(trend("btc_dominance", 0.1), T0)
    effects = regime.receive(InputOverridden("btc_dominance", -0.9, HOUR_MS, "anna"), T0 + 2 * HOUR_MS)
    (assessed, *_) = told(effects, "gate")
    assert (regime.state, assessed.btc_dominance.value) == ("RISK_OFF", 0.1)


def test_a_pinned_regime_takes_no_value() -> None:
    regime = started(pinned="RISK_ON")
    assert regime.receive(InputOverridden("news", -1.0, HOUR_MS, "anna"), T0) == ()
