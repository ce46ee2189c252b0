"""What the page sees of a market: its measures, its bars and the last evaluation, as JSON."""

from collections.abc import Iterable
from math import isnan
from typing import Final, cast

from core.book.sample import FeatureSample
from core.evaluation.told import told
from core.liquidity.history import LevelHistory
from core.measure.reading import Reading
from core.measure.told import levels, liquidity
from core.message import Json, as_dict
from core.messages import BarClosed
from core.records import Evaluation
from core.strategies.reversion import ReversionParams, bands

_CLOSES: Final = 200


def market(
    reading: Reading,
    history: LevelHistory,
    recent: Iterable[BarClosed],
    params: ReversionParams,
    sample: FeatureSample | None,
) -> dict[str, Json]:
    """The measures at the last close, the closes before it, and the order book's newest sample; null: not measured."""
    lower, upper = bands(reading, params)
    values = {
        "last": reading.close,
        "atr": reading.atr,
        "vwap": reading.vwap,
        "band_upper": upper,
        "band_lower": lower,
        "donchian_high": reading.donchian_high,
        "donchian_low": reading.donchian_low,
        "target_above": reading.target_above,
        "target_below": reading.target_below,
    }
    shown: dict[str, Json] = {name: None if isnan(value) else value for name, value in values.items()}
    closes: list[Json] = [bar.close for bar in recent]
    return shown | {
        "open_ms": reading.open_ms or None,
        "closes": closes[-_CLOSES:],
        "levels": cast("Json", _levels(reading, history)),
        "liquidity": liquidity(reading),
        "book": None if sample is None else as_dict(sample),
    }


def _levels(reading: Reading, history: LevelHistory) -> list[dict[str, Json]]:
    """Every level with what happened to it."""
    known = {record.kind: record for record in history.levels()}
    return [as_dict(known[kind]) | level for level in levels(reading) if (kind := cast("str", level["kind"])) in known]


def kline(bar: BarClosed) -> Json:
    """A bar as a row."""
    return [bar.open_ms, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.incomplete]


def described(evaluation: Evaluation) -> dict[str, Json]:
    """An evaluation as JSON: every guard by name, in order."""
    return {
        "bar_open_ms": evaluation.bar_open_ms,
        "decision": evaluation.decision,
        "first": evaluation.reason,
        "mode": evaluation.mode,
        "side": evaluation.side,
        "regime": evaluation.regime,
        "guards": cast("Json", told(evaluation.verdicts)),
    }
