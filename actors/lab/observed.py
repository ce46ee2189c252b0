"""What a run says on chosen bars, field by field: the actors' own evaluations, and the columns of a backtest."""

from typing import Final

import numpy as np

from actors.crew import CrewParams
from actors.kernel.transcript import Transcript
from actors.lab.backtest import backtest
from actors.lab.look_ahead import Fields, Seen
from actors.lab.regime_path import regime_path
from actors.replay import ReplaySource
from core.evaluation.block import REASONS
from core.evaluation.columns import EvaluationColumns
from core.evaluation.guards import GUARDS
from core.evaluation.history import history
from core.evaluation.moment import Views
from core.measure.columns import columns
from core.measure.reading import Reading
from core.records import Evaluation

_GUARDS: Final = tuple(guard.name for guard in GUARDS)
_ROADS: Final = ("actors", "columns")


def observed(source: ReplaySource, bars: frozenset[int], *, params: CrewParams) -> Seen:
    """Both roads over a market: bar by bar as the daemon goes, and in columns as a backtest does.

    Args:
        source: The market.
        bars: Opens of the bars asked for, UTC ms.
        params: The actors' numbers.
    """
    roads = zip(_ROADS, (by_actors(source, bars, params=params), by_columns(source, bars, params=params)), strict=True)
    told: Seen = {bar: {} for bar in bars}
    for road, seen in roads:
        for bar, fields in seen.items():
            told[bar] |= {f"{road}.{name}": value for name, value in fields.items()}
    return told


def by_actors(source: ReplaySource, bars: frozenset[int], *, params: CrewParams) -> Seen:
    """Every field of the strategist's evaluations, each guard's verdict among them, of a run bar by bar."""
    seen = Seen()

    def note(told: Evaluation) -> None:
        if told.bar_open_ms in bars:
            seen[told.bar_open_ms] = _fields(told)

    backtest(source, params, bar_by_bar=True, scribe=Transcript(note), digested=False)
    return seen


def by_columns(source: ReplaySource, bars: frozenset[int], *, params: CrewParams) -> Seen:
    """Every measure, the regime and what history is judged to be, of a run that knows its market whole."""
    market = source.whole().bars
    readings, path = columns(market, params.measure), regime_path(source, params)
    verdicts = EvaluationColumns(readings, params.evaluation, params.flow)
    judged = history(verdicts, path, Views(session="trading", connection="live"))
    stretches = path.spread(np.arange(len(path.stretches)))
    entries, seen, reading = frozenset(judged.entries.tolist()), Seen(), Reading()
    for row in np.flatnonzero(np.isin(market.open_ms, list(bars))).tolist():
        readings.row(row, reading)
        fields: Fields = {f"reading.{name}": getattr(reading, name) for name in Reading.__slots__}
        stretch = path.stretches[stretches[row]]
        fields |= {"regime": stretch.regime, "regime.score": stretch.score}
        fields |= {"regime.permission": repr(stretch.permission), "regime.dominance": repr(stretch.dominance)}
        fields |= {"first": judged.first.item(row), "reason": REASONS[judged.reason.item(row)].name}
        fields |= {"confidence": judged.confidence.item(row), "is_entry": row in entries}
        seen[market.open_ms.item(row)] = fields
    return seen


def _fields(record: Evaluation) -> Fields:
    told: Fields = {name: getattr(record, name) for name in ("ts", "decision", "reason", "mode", "side", "regime")}
    for guard, (passed, reason, value, threshold) in zip(_GUARDS, record.verdicts, strict=False):
        told |= {f"{guard}.passed": passed, f"{guard}.code": reason.name}
        told |= {f"{guard}.value": value, f"{guard}.threshold": threshold}
    return told
