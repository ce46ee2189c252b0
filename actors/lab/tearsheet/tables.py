"""A tearsheet's tables, as rows of text."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import cast

import numpy as np

from actors.lab.tearsheet.study import Study
from actors.lab.tearsheet.trades import Trade
from core.lab.returns import annualised, daily_equity
from core.lab.sharpe import deflated_sharpe, probabilistic_sharpe
from core.reasons import Reason

_MS = "datetime64[ms]"


@dataclass(frozen=True, slots=True)
class Table:
    """A caption, column heads and rows; the first column heads its row, the others are figures."""

    caption: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    note: str = ""


def tables(study: Study) -> list[Table]:
    """All but the months: figures, costs, groups, refusals."""
    trades = study.trades
    return [
        _figures(study),
        _costs(study),
        *(
            _groups(f"Trades per {name}", name, trades, keys)
            for name, keys in (
                ("regime", lambda trade: (trade.regime,)),
                ("mode", lambda trade: (trade.mode,)),
                ("exit", lambda trade: (trade.exit,)),
                ("entry reason", lambda trade: trade.reasons),
            )
        ),
        _refusals(study),
        _luck(study),
    ]


def months(study: Study) -> tuple[list[str], list[list[float]]]:
    """Growth per calendar month as percent: years, and twelve values a year, NaN where nothing was traded."""
    times, start = study.curve.time_ms, cast("float", study.result["start_balance"])
    marks = daily_equity(times, study.curve.equity, start_equity=start)
    first = (int(times[0]) - 1) // 86_400_000
    month = (np.arange(len(marks) - 1) + first).astype("datetime64[D]").astype("datetime64[M]").astype(int)
    ends = np.append(np.flatnonzero(np.diff(month)), len(month) - 1)
    values: dict[int, list[float]] = {}
    before = 0
    for end in ends.tolist():
        year, place = divmod(int(month[end]), 12)
        opened, closed = float(marks[before]), float(marks[end + 1])
        values.setdefault(year + 1970, [nan] * 12)[place] = 100.0 * (closed / opened - 1.0) if opened > 0 else nan
        before = end + 1
    return [str(year) for year in values], list(values.values())


def _figures(study: Study) -> Table:
    parts = study.parts
    trials = study.asked.trials
    lines: list[tuple[str, list[str]]] = [
        ("Closed trades", [f"{part.trades:,}" for part in parts]),
        ("Growth", [_percent(part.growth) for part in parts]),
        ("Buy and hold", [_percent(part.held_growth) for part in parts]),
        ("Largest drawdown", [f"{part.max_drawdown_pct:.2f} %" for part in parts]),
        ("Expectancy", [_or_dash(part.expectancy_r, "+.3f", " R") for part in parts]),
        ("Profit factor", [_or_dash(part.profit_factor, ".2f") for part in parts]),
        ("Sharpe ratio a year", [_or_dash(annualised(part.daily.sharpe), ".2f") for part in parts]),
        ("Chance that it is above zero", [_percent(probabilistic_sharpe(part.daily), "") for part in parts]),
    ]
    if trials > 1:
        deflated = [_percent(deflated_sharpe(part.daily, trials=trials), "") for part in parts]
        lines.append((f"… beyond the luck of {trials:,} trials", deflated))
    note = "From the marks at every bar's close; a trade belongs to the part in which it was entered."
    heads = ("", *(part.name for part in parts))
    return Table("Figures", heads, [(name, *values) for name, values in lines], note)


def _costs(study: Study) -> Table:
    result, trades = study.result, study.trades
    slippage = sum(trade.slippage(study.slippage_bps) for trade in trades)
    net = sum(trade.profit for trade in trades)
    fees, funding = sum(trade.fees for trade in trades), sum(trade.funding for trade in trades)

    def row(name: str, money: float, part: Callable[[Trade], float]) -> tuple[str, ...]:
        shares = [part(trade) / trade.risk_amount for trade in trades if trade.risk_amount]
        return name, f"{money:+,.2f}", _or_dash(float(np.mean(shares)) if shares else nan, "+.3f")

    bps = study.slippage_bps
    rows = [
        row(
            "Before costs",
            net + fees + funding + slippage,
            lambda trade: trade.r_multiple * trade.risk_amount + trade.paid(bps),
        ),
        row("Fees", -fees, lambda trade: -trade.fees),
        row("Funding", -funding, lambda trade: -trade.funding),
        row("Slippage", -slippage, lambda trade: -trade.slippage(bps)),
        row("After costs", net, lambda trade: trade.profit),
    ]
    note = (
        f"Closed trades. The account paid {result['fees']:,.2f} in fees and {result['funding']:,.2f} in funding in all."
    )
    return Table("Costs", ("", "money", "R per trade"), rows, note)


def _groups(caption: str, name: str, trades: Iterable[Trade], keys: Callable[[Trade], Sequence[str]]) -> Table:
    groups: dict[str, list[Trade]] = {}
    for trade in trades:
        for key in keys(trade):
            groups.setdefault(key, []).append(trade)
    rows = [
        (
            key,
            f"{len(group):,}",
            f"{100 * sum(trade.profit > 0 for trade in group) / len(group):.1f} %",
            f"{np.mean([trade.r_multiple for trade in group]):+.3f}",
            f"{sum(trade.profit for trade in group):+,.2f}",
        )
        for key, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    note = "A trade counts under each of its reasons." if name == "entry reason" else ""
    return Table(caption, (name, "trades", "won", "mean R", "profit"), rows, note)


def _refusals(study: Study) -> Table:
    blocked = cast("Mapping[str, int]", study.result["blocked"])
    bars = cast("int", study.result["bars"])
    rows = [
        (code, f"{count:,}", f"{100 * count / bars:.1f} %", Reason[code].meaning)
        for code, count in sorted(blocked.items(), key=lambda item: (-item[1], item[0]))
    ]
    return Table("Why bars were no entries: the first guard that said no", ("reason", "bars", "share", "meaning"), rows)


def _luck(study: Study) -> Table:
    levels = (0.05, 0.5, 0.95)
    deep = study.shuffled.drawdown_quantiles(levels)
    rows = [
        (f"Drawdown that {level:.0%} of orders stay within", f"{value:.2f} %")
        for level, value in zip(levels, deep, strict=True)
    ]
    rows.append(("Growth that 95% of resampled histories exceed", _percent(study.growth_low)))
    used = float(np.mean(study.curve.exposure != 0.0))
    rows.append(("Time in the market", f"{100 * used:.1f} %"))
    most = float(np.abs(study.curve.exposure).max(initial=0.0))
    rows.append(("Largest exposure, notional over equity", f"{most:.2f}"))
    note = "Orders: the same trades shuffled. Resampled: daily returns drawn again in blocks."
    return Table("What else might have happened, and exposure", ("", "value"), rows, note)


def _percent(share: float, sign: str = "+") -> str:
    return f"{100 * share:{sign}.2f} %" if isfinite(share) else "-"


def _or_dash(value: float, form: str, unit: str = "") -> str:
    return f"{value:{form}}{unit}" if isfinite(value) else "-"
