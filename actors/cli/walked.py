"""What a walk forward came to, as a document, as rows and as sentences."""

from collections.abc import Iterator
from math import isfinite
from typing import Any

from actors.cli.output import moment
from actors.lab.walk_forward import Outcome, Study
from core.lab.returns import annualised
from core.message import Json

_HALF = 0.5
"""Efficiency below which most of what was learnt did not last (Pardo 2008, The Evaluation of Trading Strategies)."""


def document(found: Study, *, method: str, metric: str) -> dict[str, Any]:
    """Everything, for `--json`; times are UTC ms."""
    return {
        "method": method,
        "metric": metric,
        "folds": [_fold(each) for each in found.folds],
        "out_of_sample": {
            "closed_trades": found.closed,
            "growth_pct": 100.0 * found.growth,
            "max_drawdown_pct": found.max_drawdown_pct,
            "days": found.daily.periods,
            "daily_sharpe": found.daily.sharpe,
        },
        "efficiency": found.efficiency,
        "independent_trials": found.independent,
        "probabilistic_sharpe": found.probability,
        "deflated_sharpe_probability": found.deflated,
        "verdict": [{"code": each.code.value, "sentence": each.sentence} for each in found.findings],
        "summary": list(sentences(found)),
    }


def rows(found: Study) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """A table's heads, and a row for each fold."""
    names = tuple(found.folds[0].chosen)
    heads = ("tested from", "to", *names, "in sample", "out of sample", "beats", "trades", "growth", "drawdown")
    return heads, [_row(each) for each in found.folds]


def sentences(found: Study) -> Iterator[str]:
    """What there is to say, the verdict last."""
    yield (
        f"Put together, the tests grew by {100 * found.growth:+.2f} % over {found.daily.periods} days with a largest "
        f"drawdown of {found.max_drawdown_pct:.2f} % and {found.closed:,} closed trades; every test begins with a new "
        "account, and its growth is compounded."
    )
    yield _efficiency(found.efficiency)
    if isfinite(found.daily.sharpe):
        yield (
            f"Sharpe ratio {annualised(found.daily.sharpe):.2f} a year. That it is truly above zero has the "
            f"probability {found.probability:.0%}; that it is more than the best of {found.independent:.1f} "
            f"independent worthless sets would show (deflated), {found.deflated:.0%}. 95 % is what proof takes."
        )
    for finding in found.findings:
        yield f"Verdict: {finding.sentence}" if finding is found.findings[0] else finding.sentence


def _efficiency(efficiency: float) -> str:
    if not isfinite(efficiency):
        return "Efficiency: none, as the sets chosen earned nothing even where they were chosen."
    held = "most of what was learnt lasted" if efficiency >= _HALF else "most of what was learnt did not last"
    return f"Efficiency {efficiency:.2f} (growth per day out of sample over that in sample): {held}."


def _fold(each: Outcome) -> dict[str, Json]:
    shown = ("trades", "fills", "wins", "fees", "funding", "final_equity", "max_drawdown_pct", "profit_factor")
    return {
        "train_ms": [list(span) for span in each.cut.train],
        "test_ms": list(each.cut.test),
        "params": {name: _plain(value) for name, value in each.chosen.items()},
        "sets": each.sets,
        "train_metric": each.trained,
        "test_metric": each.tested,
        "beats_share": each.beaten,
        "train_growth_pct": 100.0 * (each.train_growth - 1.0),
        "checked": True,
        **{name: each.result[name] for name in (*shown, "expectancy_r", "transitions_sha256")},
    }


def _row(each: Outcome) -> tuple[str, ...]:
    first, end = each.cut.test
    grown = 100.0 * (float(each.curve.equity[-1]) / _start(each) - 1.0)
    return (
        moment(first),
        moment(end),
        *(_short(value) for value in each.chosen.values()),
        _figure(each.trained),
        _figure(each.tested),
        f"{100 * each.beaten:.0f} %" if isfinite(each.beaten) else "-",
        str(each.result["trades"]),
        f"{grown:+.2f} %",
        f"{each.result['max_drawdown_pct']:.2f} %",
    )


def _start(each: Outcome) -> float:
    return float(str(each.result["start_balance"]))


def _figure(value: float) -> str:
    return f"{value:,.6g}" if isfinite(value) else "-"


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _plain(value: object) -> Json:
    return value if isinstance(value, int | float | str | bool) else str(value)
