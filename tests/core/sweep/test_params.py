"""What may be swept, and what a trial's settings become."""

from dataclasses import replace
from decimal import Decimal
from types import ModuleType

import pytest

from core.errors import ConfigurationError
from core.evaluation.evaluator import EvaluationParams
from core.evaluation.guards import GUARDS
from core.measure.panel import PanelParams
from core.sweep import account, guards, machine, position, prices, quick, signals, steps
from core.sweep.params import _MADE_OF, SETTINGS, SWEPT, Trial, settings
from core.sweep.records import Records
from core.trading.cost import CostParams, reversion_cost_pct, trend_cost_pct
from core.trading.instrument import Instrument


def made(*trials: Trial, instrument: Instrument | None = None) -> Records:
    evaluation = EvaluationParams(instrument=instrument or Instrument())
    return settings(trials, measure=PanelParams(), evaluation=evaluation)


def test_a_trial_changes_what_it_names_and_nothing_else() -> None:
    base, changed = made({}, {"trend.stop_atr": 2.5})
    differ = [name for name in SETTINGS.names or () if base[name] != changed[name]]
    assert differ == ["trend_stop_atr", "set"]
    assert changed["trend_stop_atr"] == 2.5


def test_text_from_a_command_line_is_read_as_the_setting_is() -> None:
    (found,) = made({"measure.donchian_bars": "35", "trend.slope_filter": "true", "reversion.stop_method": "band"})
    assert (found["measure_donchian_bars"], found["trend_slope_filter"], found["reversion_stop_method"]) == (35, 1, 1)


def test_guards_are_the_bits_of_their_places() -> None:
    (found,) = made({"guards.off": ("gap", "confidence")})
    assert [guard.name for place, guard in enumerate(GUARDS) if found["guards_off"] >> place & 1] == [
        "gap",
        "confidence",
    ]


def test_the_cost_of_a_round_trip_follows_each_trial() -> None:
    trials: list[Trial] = [{"cost.taker_fee_pct": 0.1, "trend.partial_fraction": 0.3}, {"cost.maker_fee_pct": 0.07}]
    first, second = made(*trials)
    assert first["trend_cost"] == trend_cost_pct(CostParams(taker_fee_pct=0.1), 0.3) / 100.0
    assert second["reversion_cost"] == reversion_cost_pct(CostParams(maker_fee_pct=0.07)) / 100.0


@pytest.mark.parametrize(
    ("trial", "words"),
    [
        ({"regime.threshold": 0.5}, ["regime.threshold", "trial 1", "trend.stop_atr", "risk.risk_pct"]),
        ({"guards.max_spread_bps": 2.0}, ["guards.max_spread_bps", "cannot be swept"]),
        ({"risk.max_positions": 2}, ["risk.max_positions", "cannot be swept"]),
        ({"trend.stop_atr": -1.0}, ["trend.stop_atr", "-1.0", "trial 1", "greater than 0"]),
        ({"trend.stop_method": "moon"}, ["trend.stop_method", "'moon'", "donchian"]),
        ({"guards.off": ("regime",)}, ["guards.off", "'regime'", "trial 1"]),
        ({"guards.off": ("moon",)}, ["'moon'", "warm_up"]),
    ],
)
def test_what_cannot_be_swept_is_refused_with_what_can(trial: Trial, words: list[str]) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        made({}, trial)
    assert [word for word in words if word not in str(refusal.value)] == []


def test_a_step_too_fine_for_floats_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"instrument\.lot is 1E-12"):
        made({}, instrument=replace(Instrument(), lot=Decimal("1e-12")))


@pytest.mark.parametrize("name", ["max_market", "max_limit"])
def test_the_venues_largest_orders_are_refused_because_no_sweep_follows_them(name: str) -> None:
    with pytest.raises(ConfigurationError, match="not swept"):
        made({}, instrument=replace(Instrument(), **{name: Decimal(500)}))


@pytest.mark.parametrize("name", ["trend", "reversion", "guards", "cost", "risk", "measure"])
def test_every_section_has_something_to_sweep(name: str) -> None:
    assert any(swept.startswith(f"{name}.") for swept in SWEPT)


@pytest.mark.parametrize("module", [account, guards, machine, position, prices, quick, signals, steps])
def test_code_that_loops_are_made_of_is_in_their_signature(module: ModuleType) -> None:
    """A part that is not would be run as it was when the kept machine code was made."""
    assert module in _MADE_OF
