"""A tearsheet's charts, as Plotly figures in plain data."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from actors.lab.tearsheet.study import Study
from actors.lab.tearsheet.tables import months
from core.lab.drawdown import drawdown_pct
from core.market.bars import Floats, Times

POINTS: Final = 4_000
"""Marks kept of a line: more than a screen has columns."""
_COLUMNS: Final = 1_000
"""Columns of regime shading."""
_BLUE, _GREY, _GREEN, _RED, _BAND = "#2f6fde", "#8a8f98", "#1a9850", "#d73027", "rgba(47,111,222,0.15)"
_SHADES: Final = {
    "RISK_ON": "#7fc97f",
    "RISK_OFF": "#f4a582",
    "CHOP": "#d9d9d9",
    "DECOUPLED": "#beaed4",
    "undetermined": "#ffffff",
}
_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, slots=True)
class Chart:
    """One figure with its heading."""

    name: str
    """Its element's id."""
    title: str
    data: list[dict[str, Any]]
    layout: dict[str, Any]
    note: str = ""


def charts(study: Study) -> list[Chart]:
    """Equity, drawdown, price with trades, exposure, Monte-Carlo bands, months."""
    return [_equity(study), _drawdown(study), _price(study), _exposure(study), _bands(study), _months(study)]


def thinned(values: Floats, most: int) -> Times:
    """Positions of at most `most` values that keep every bucket's extremes and both ends; rising."""
    count = len(values)
    if count <= most:
        return np.arange(count)
    edges = np.linspace(0, count, (most - 2) // 2 + 1).astype(np.int64)
    kept = [0, count - 1]
    for first, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        kept += [first + int(values[first:end].argmin()), first + int(values[first:end].argmax())]
    return np.unique(np.array(kept, dtype=np.int64))


def _equity(study: Study) -> Chart:
    data = [
        _line(study, study.curve.equity, "strategy", _BLUE),
        _line(study, study.held, "buy and hold, same start", _GREY),
    ]
    return Chart("equity", "Equity", data, _timed(study, "quote currency"))


def _drawdown(study: Study) -> Chart:
    below = [
        _line(study, -drawdown_pct(equity), name, colour)
        for equity, name, colour in ((study.curve.equity, "strategy", _RED), (study.held, "buy and hold", _GREY))
    ]
    return Chart("drawdown", "Drawdown", below, _timed(study, "percent"))


def _exposure(study: Study) -> Chart:
    line = _line(study, study.curve.exposure, "exposure", _BLUE) | {"line": {"width": 0.7, "color": _BLUE}}
    return Chart("exposure", "Exposure", [line], _timed(study, "notional / equity, short below zero"))


def _price(study: Study) -> Chart:
    layout = _timed(study, "price")
    layout["yaxis"] |= {"overlaying": "y2"}
    layout["yaxis2"] = {"visible": False, "range": [0, 1], "fixedrange": True}
    data = [*_regimes(study), _line(study, study.bars.close, "close", _GREY), *_entries(study), *_exits(study)]
    note = "Background: the regime in force. Triangles: entries, long up and short down. Crosses: exits."
    return Chart("price", "Trades on price, regimes shaded", data, layout, note)


def _entries(study: Study) -> list[dict[str, Any]]:
    found = []
    for side, name, symbol, colour in (
        (1, "long entry", "triangle-up", _GREEN),
        (-1, "short entry", "triangle-down", _RED),
    ):
        fills = [trade.fills[0] for trade in study.trades if trade.side == side]
        marker = {"symbol": symbol, "color": colour, "size": 6, "opacity": 0.7}
        found.append(_marks([fill.ts for fill in fills], [fill.price for fill in fills], name, marker))
    return found


def _exits(study: Study) -> list[dict[str, Any]]:
    found = []
    for won, name, colour in ((True, "exit, won", _GREEN), (False, "exit, lost", _RED)):
        trades = [trade for trade in study.trades if (trade.profit > 0) == won]
        marker = {"symbol": "x-thin", "size": 4, "line": {"color": colour, "width": 1}}
        marks = _marks([trade.closed_ms for trade in trades], [trade.fills[-1].price for trade in trades], name, marker)
        found.append(marks | {"text": [f"{trade.exit} {trade.r_multiple:+.2f} R" for trade in trades]})
    return found


def _regimes(study: Study) -> list[dict[str, Any]]:
    if not study.regimes:
        return []
    times = study.curve.time_ms
    edges = np.linspace(int(study.bars.open_ms[0]), int(times[-1]), _COLUMNS + 1).astype(np.int64)
    begins = np.array([stretch.ts for stretch in study.regimes])
    names = [stretch.regime for stretch in study.regimes]
    shown = [names[max(place - 1, 0)] for place in begins.searchsorted(edges[1:], side="right").tolist()]
    present = [name for name in _SHADES if name in shown]
    scale = [[place / len(_SHADES), colour] for n, colour in enumerate(_SHADES.values()) for place in (n, n + 1)]
    shading = {
        "type": "heatmap",
        "x": edges.tolist(),
        "y": [0, 1],
        "z": [[list(_SHADES).index(name) + 0.5 if name in _SHADES else None for name in shown]],
        "zmin": 0,
        "zmax": len(_SHADES),
        "colorscale": scale,
        "showscale": False,
        "opacity": 0.45,
        "hoverinfo": "skip",
        "yaxis": "y2",
    }
    keys = [_marks([None], [None], name, {"symbol": "square", "size": 10, "color": _SHADES[name]}) for name in present]
    return [shading, *keys]


def _bands(study: Study) -> Chart:
    steps = study.shuffled.steps.tolist()
    low, under, middle, over, high = (_rounded(row) for row in study.shuffled.bands((0.05, 0.25, 0.5, 0.75, 0.95)))
    edge = {"type": "scatter", "mode": "lines", "x": steps, "line": {"width": 0}, "hoverinfo": "skip"}
    fill = {"fill": "tonexty", "fillcolor": _BAND}
    data = [
        edge | {"y": low, "showlegend": False},
        edge | fill | {"y": high, "name": "90 % of orders"},
        edge | {"y": under, "showlegend": False},
        edge | fill | {"y": over, "name": "50 % of orders"},
        edge | {"y": middle, "name": "median", "line": {"color": _BLUE, "dash": "dot"}},
    ]
    if study.trades:
        start = float(str(study.result["start_balance"]))
        profits = np.cumsum([0.0, *(trade.profit for trade in study.trades)])
        data.append(edge | {"y": _rounded(1 + profits[steps] / start), "name": "as it was", "line": {"color": _RED}})
    layout = {"yaxis": {"title": {"text": "multiple of the start"}}}
    if (place := _split_trade(study)) is not None:
        layout |= _split(place)
    note = (
        "Equity after so many closed trades. The same trades in random orders end alike; how far they may fall before"
        " that does not."
    )
    return Chart("bands", "Monte-Carlo: the order of trades", data, layout, note)


def _months(study: Study) -> Chart:
    years, values = months(study)
    heat = {
        "type": "heatmap",
        "x": _MONTHS,
        "y": years,
        "z": [_rounded(np.array(row)) for row in values],
        "text": [["" if value != value else f"{value:+.1f}" for value in row] for row in values],  # noqa: PLR0124  NaN
        "texttemplate": "%{text}",
        "colorscale": [[0, _RED], [0.5, "#ffffff"], [1, _GREEN]],
        "zmid": 0,
        "showscale": False,
        "hovertemplate": "%{x} %{y}: %{z:.2f} %<extra></extra>",
    }
    layout: dict[str, Any] = {
        "yaxis": {"type": "category", "autorange": "reversed"},
        "height": 120 + 34 * len(years),
    }
    split = study.asked.out_of_sample_from
    note = "Percent of the equity at the month's start."
    if split is not None:
        note += f" Out of sample from {np.datetime64(split, 'ms').astype('datetime64[D]')}."
    return Chart("months", "Monthly returns", [heat], layout, note)


def _line(study: Study, values: Floats, name: str, colour: str) -> dict[str, Any]:
    kept = thinned(values, POINTS)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": study.curve.time_ms[kept].tolist(),
        "y": _rounded(values[kept]),
        "line": {"width": 1.3, "color": colour},
    }


def _marks(x: list[Any], y: list[Any], name: str, marker: dict[str, Any]) -> dict[str, Any]:
    return {"type": "scatter", "mode": "markers", "name": name, "x": x, "y": y, "marker": marker}


def _timed(study: Study, title: str) -> dict[str, Any]:
    layout: dict[str, Any] = {"xaxis": {"type": "date"}, "yaxis": {"title": {"text": title}}}
    split = study.asked.out_of_sample_from
    return layout if split is None else layout | _split(split)


def _split(place: float) -> dict[str, Any]:
    """A line where out of sample begins, and its name."""
    line = {"type": "line", "x0": place, "x1": place, "yref": "paper", "y0": 0, "y1": 1, "line": {"dash": "dash"}}
    label = {
        "x": place,
        "yref": "paper",
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "text": "out of sample →",
    }
    return {"shapes": [line], "annotations": [label]}


def _split_trade(study: Study) -> int | None:
    split = study.asked.out_of_sample_from
    return None if split is None else sum(trade.opened_ms < split for trade in study.trades)


def _rounded(values: Floats) -> list[float | None]:
    """Six digits, and null where there is no number."""
    return [float(f"{value:.6g}") if np.isfinite(value) else None for value in values.tolist()]
