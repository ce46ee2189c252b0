"""Parameter sets as records: what may be swept, what a trial gives, and the numbers that follow from both."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from hashlib import sha256
from math import ceil
from types import GenericAlias
from typing import Any, Final, Literal, NamedTuple, cast, get_args, get_origin, get_type_hints

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter, ValidationError

from core.errors import ConfigurationError
from core.evaluation import confidence as agreement
from core.evaluation import guards as asked
from core.evaluation.block import INDEX
from core.evaluation.evaluator import EvaluationParams
from core.evaluation.params import GuardParams
from core.measure.panel import PanelParams
from core.risk.params import RiskParams
from core.strategies.breakout import BreakoutParams
from core.strategies.reversion import ReversionParams
from core.sweep import account, guards, machine, position, prices, quick, records, signals, steps
from core.sweep.records import Records
from core.trading.cost import CostParams, reversion_cost_pct, trend_cost_pct
from core.trading.instrument import Instrument

Trial = Mapping[str, object]
"""Settings by dotted name, such as `trend.stop_atr`; what it does not name is as in the base."""

_SECTIONS: Final[dict[str, type]] = {
    "trend": BreakoutParams,
    "reversion": ReversionParams,
    "guards": GuardParams,
    "cost": CostParams,
    "risk": RiskParams,
}
_MEASURED: Final = ("measure.donchian_bars", "measure.atr_bars", "measure.warm_up_bars")
_WITHOUT_EFFECT: Final = ("guards.max_spread_bps", "guards.signal_confidence", "risk.max_positions")
"""Candles tell no spread, a confidence that is only shown decides nothing, and one symbol is one position."""
_ALWAYS_ASKED: Final = ("regime", "risk")
_MOST_DIGITS: Final = 1_000_000
_MOST_PARTS: Final = 1_000_000_000
"""A step as a fraction within these: times the steps of any price or quantity it is still an exact float."""


class Swept(NamedTuple):
    """One setting that may be swept."""

    name: str
    hint: Any
    """Its type with its bounds."""

    @property
    def column(self) -> str:
        """Its field in `SETTINGS`."""
        return self.name.replace(".", "_")

    @property
    def kind(self) -> str:
        """Its number's type."""
        plain = get_args(self.hint)[0]
        return "f8" if plain is float else "i8"

    def code(self, value: object) -> float:
        """A value as a number: a choice by its place, guards by the bits of their places."""
        plain = get_args(self.hint)[0]
        if get_origin(plain) is Literal:
            return get_args(plain).index(value)
        if get_origin(plain) is tuple:
            return sum(1 << place for place in map(_guard, cast("tuple[str, ...]", value)))
        return cast("float", value)


def _guard(name: str) -> int:
    if name not in INDEX:
        raise ConfigurationError(f"no guard is named {name!r}, only {', '.join(INDEX)}")
    return INDEX[name]


def _declared() -> Iterator[Swept]:
    for section, params in _SECTIONS.items():
        hints = get_type_hints(params, include_extras=True)
        names = (field.name for field in fields(params))
        yield from (Swept(f"{section}.{name}", hints[name]) for name in names)
    hints = get_type_hints(PanelParams, include_extras=True)
    yield from (Swept(name, hints[name.partition(".")[2]]) for name in _MEASURED)


SWEPT: Final = {each.name: each for each in _declared() if each.name not in _WITHOUT_EFFECT}
"""Everything that may be swept, by name."""

_PLACES: Final = ("set", "pattern", "atr")
_DERIVED: Final = ("trend_cost", "reversion_cost", "taker_fee", "maker_fee", "slippage", "funding_rate")
_STEPS: Final = ("lot", "lot_part", "lot_parts", "fewest_units", "tick", "tick_part", "tick_parts", "min_notional")


_MADE_OF: Final = (account, guards, machine, position, prices, quick, records, signals, steps, asked, agreement)


def _text_of(*modules: Any) -> str:
    return sha256("".join(map(inspect.getsource, modules)).encode()).hexdigest()[:12]


SETTINGS: Final = np.dtype(
    [
        *((each.column, each.kind) for each in SWEPT.values()),
        *((name, "i8") for name in _PLACES),
        *((name, "f8") for name in (*_DERIVED, *_STEPS)),
        (f"made_of_{_text_of(*_MADE_OF)}", "i1"),
    ],
    align=True,
)
"""One parameter set. The last field holds nothing: its name is in the loop's signature, so that machine code kept from
before a change of these files, which numba does not notice, is not taken for theirs."""


def settings(trials: Sequence[Trial], *, measure: PanelParams, evaluation: EvaluationParams) -> Records:
    """A record of `SETTINGS` for each trial; its places (`set` apart) are still to be filled in.

    Args:
        trials: At least one.
        measure: The base that trials change.
        evaluation: Likewise.

    Raises:
        ConfigurationError: If a name may not be swept, a value is not allowed, or no sweep can follow the base.
    """
    _check_names(trials)
    _check_steps(evaluation.instrument)
    sets = np.zeros(len(trials), SETTINGS)
    for each in SWEPT.values():
        sets[each.column] = _column(each, trials, _base(each.name, measure, evaluation))
    _check_guards(sets["guards_off"])
    _derive(sets)
    _write_steps(sets, evaluation.instrument)
    sets["set"] = np.arange(len(trials))
    return sets


def _base(name: str, measure: PanelParams, evaluation: EvaluationParams) -> object:
    section, _, leaf = name.partition(".")
    if name == "measure.warm_up_bars":
        return evaluation.warm_up_bars
    return getattr(measure if section == "measure" else getattr(evaluation, section), leaf)


def _column(each: Swept, trials: Sequence[Trial], base: object) -> npt.NDArray[Any] | float:
    if not any(each.name in trial for trial in trials):
        return each.code(base)
    given = [trial.get(each.name, base) for trial in trials]
    every: TypeAdapter[list[object]] = TypeAdapter(cast("Any", GenericAlias(list, (each.hint,))))
    try:
        return np.array([each.code(value) for value in every.validate_python(given)])
    except ValidationError as error:
        problem = error.errors()[0]
        place = cast("int", problem["loc"][0])
        allowed = problem["msg"].replace("Input should", "it should")
        raise ConfigurationError(f"{each.name} is {given[place]!r} in trial {place}: {allowed}") from None


def _check_names(trials: Sequence[Trial]) -> None:
    for place, trial in enumerate(trials):
        for name in trial:
            if name not in SWEPT:
                raise ConfigurationError(f"{name} (trial {place}) cannot be swept, only {', '.join(SWEPT)}")


def _check_guards(off: npt.NDArray[np.int64]) -> None:
    for name in _ALWAYS_ASKED:
        places = np.flatnonzero(off >> INDEX[name] & 1)
        if len(places):
            raise ConfigurationError(
                f"guards.off names {name!r} in trial {places[0]}: a sweep always asks {' and '.join(_ALWAYS_ASKED)}"
            )


def _check_steps(instrument: Instrument) -> None:
    if instrument.max_market or instrument.max_limit:
        raise ConfigurationError("instrument.max_market and max_limit are not swept: leave them 0, or use a backtest")
    for name in ("tick", "lot"):
        part, parts = getattr(instrument, name).as_integer_ratio()
        if part > _MOST_DIGITS or parts > _MOST_PARTS:
            raise ConfigurationError(
                f"instrument.{name} is {getattr(instrument, name)}: a sweep follows steps of at most six"
                " digits, none later than the ninth behind the point"
            )


def _derive(sets: Records) -> None:
    """Numbers that follow from several settings, by the same arithmetic as the engine's, on columns."""
    column: dict[str, Any] = {field.name: sets[f"cost_{field.name}"] for field in fields(CostParams)}
    cost = CostParams(**column)
    sets["trend_cost"] = trend_cost_pct(cost, cast("float", sets["trend_partial_fraction"])) / 100.0
    sets["reversion_cost"] = reversion_cost_pct(cost) / 100.0
    sets["taker_fee"] = cost.taker_fee_pct / 100.0
    sets["maker_fee"] = cost.maker_fee_pct / 100.0
    sets["slippage"] = cost.slippage_bps / 10_000.0
    sets["funding_rate"] = cost.funding_pct / 100.0


def _write_steps(sets: Records, instrument: Instrument) -> None:
    for name in ("tick", "lot"):
        step = getattr(instrument, name)
        part, parts = step.as_integer_ratio() if step else (1, 1)  # without a step a value is its own unit
        sets[name], sets[f"{name}_part"], sets[f"{name}_parts"] = float(step), part, parts
    least = instrument.min_quantity
    sets["fewest_units"] = ceil(least / instrument.lot) if instrument.lot else float(least)
    sets["min_notional"] = float(instrument.min_notional)
