from collections import Counter
from functools import cache
from html import escape

import numpy as np
import plotly.graph_objects as go  # type: ignore[import-untyped]  # it has no stubs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from plotly.offline import get_plotlyjs  # type: ignore[import-untyped]  # it has no stubs

from actors.kernel.transcript import Transcript
from actors.lab.backtest import backtest
from actors.lab.tearsheet.charts import charts, thinned
from actors.lab.tearsheet.page import page
from actors.lab.tearsheet.study import Asked, Study, study
from actors.lab.tearsheet.tables import months, tables
from actors.replay import ReplaySource
from actors.system import crew_params
from core.market.bars import Bars, Floats
from settings import load

START_MS, BAR_MS = 1_640_995_200_000, 300_000
_PLAIN = Asked()


def market(bars: int, seed: int = 7) -> Bars:
    rng = np.random.default_rng(seed)
    drift = np.repeat(rng.choice([-1.0, 0.0, 1.0], size=bars // 60 + 1), 60)[:bars] * 8e-4
    close = 40_000 * np.exp(np.cumsum(drift + rng.normal(0, 1e-3, bars)))
    opened = np.concatenate(([40_000.0], close[:-1])) * (1 + rng.normal(0, 1e-4, bars))
    high = np.maximum(opened, close) * (1 + rng.uniform(0, 5e-4, bars))
    low = np.minimum(opened, close) * (1 - rng.uniform(0, 5e-4, bars))
    times = START_MS + np.arange(bars) * BAR_MS
    none = np.zeros(bars, np.bool_)
    return Bars("BTCUSDT", BAR_MS, times, opened, high, low, close, rng.uniform(1, 50, bars), none)


@cache
def studied(
    bars: int = 6_000, *, overrides: tuple[str, ...] = (), asked: Asked = _PLAIN, profile: str = "bare-trend"
) -> Study:
    params = crew_params(load(profile=profile, config=None, overrides=list(overrides)))
    source, transcript = ReplaySource(market(6_000).between(0, bars), [], []), Transcript()
    result = backtest(source, params, scribe=transcript)
    return study(result, transcript.records, source.whole(None).bars, params, asked=asked)


def told(each: Study) -> str:
    return page(each, title="BTCUSDT 5m").replace(get_plotlyjs(), "")


def first_trade_alone() -> Study:
    closed_ms = studied().trades[0].closed_ms
    return studied((closed_ms - START_MS) // BAR_MS)


@pytest.mark.parametrize("overrides", [(), ("cost.funding_pct=0.05", "cost.slippage_bps=3")])
def test_the_rebuilt_curve_ends_at_the_accounts_equity(overrides: tuple[str, ...]) -> None:
    each = studied(overrides=overrides)
    assert each.result["trades"] == pytest.approx(len(each.trades), abs=1)
    assert each.curve.equity[-1] == pytest.approx(each.result["final_equity"], rel=1e-9)
    assert each.parts[0].max_drawdown_pct == pytest.approx(each.result["max_drawdown_pct"], rel=1e-2)


def test_trades_are_those_the_account_counted() -> None:
    each = studied(overrides=("cost.funding_pct=0.05",))
    assert Counter(trade.exit for trade in each.trades) == each.result["by_exit"]
    assert Counter(trade.mode for trade in each.trades) == each.result["by_mode"]
    assert sum(trade.r_multiple for trade in each.trades) / len(each.trades) == pytest.approx(
        each.result["expectancy_r"]
    )


def test_slippage_is_what_the_fills_lost_against_their_open() -> None:
    each = studied(overrides=("cost.slippage_bps=10",))
    for trade in each.trades[:20]:
        entry = trade.fills[0]
        place = (entry.ts - START_MS) // BAR_MS
        assert entry.at_open
        assert abs(entry.price - each.bars.open[place]) == pytest.approx(each.bars.open[place] * 0.001)
    before, *costs, after = next(table for table in tables(each) if table.caption == "Costs").rows
    parts = [float(row[1].replace(",", "")) for row in (before, *costs)]
    assert sum(parts) == pytest.approx(float(after[1].replace(",", "")), abs=0.03)
    assert parts[-1] < 0


def test_the_page_shows_the_backtests_own_figures_and_the_verdict() -> None:
    each = studied()
    text, result = told(each), each.result
    for shown in (f"{result['trades']:,}", f"{result['final_equity']:,.2f}", f"{result['max_drawdown_pct']:.2f} %"):
        assert f"<dd>{shown}</dd>" in text
    assert all(escape(finding.sentence) in text for finding in each.findings)
    assert str(result["transitions_sha256"]) in text


def test_the_same_run_gives_the_same_file_and_needs_no_network() -> None:
    text = told(studied())
    assert text == told(studied.__wrapped__())
    assert "http" not in text
    assert " src=" not in text


def test_every_chart_is_a_figure_that_plotly_accepts() -> None:
    for chart in charts(studied(asked=Asked(START_MS + 3_000 * BAR_MS, 20))):
        go.Figure({"data": chart.data, "layout": chart.layout})


def test_out_of_sample_divides_trades_and_is_marked_on_every_chart() -> None:
    each = studied(asked=Asked(START_MS + 3_000 * BAR_MS, 20))
    whole, earlier, later = each.parts
    assert whole.trades == earlier.trades + later.trades
    assert 1 + whole.growth == pytest.approx((1 + earlier.growth) * (1 + later.growth))
    assert min(earlier.trades, later.trades) > 0
    for chart in charts(each):
        assert "out of sample" in str(chart.layout).lower() + chart.note.lower(), chart.name


def test_without_trades_the_page_says_so() -> None:
    each = studied(profile="default")
    assert each.findings[0].code == "NO_TRADES"
    assert each.curve.equity.min() == each.curve.equity.max() == each.result["start_balance"]
    assert "There was no trade" in told(each)


def test_one_trade_is_enough_for_a_page_and_too_few_to_judge() -> None:
    each = first_trade_alone()
    assert len(each.trades) == 1
    assert "TOO_FEW_TRADES" in [finding.code for finding in each.findings]
    assert "<td>1</td>" in told(each)


def test_months_compound_to_the_whole() -> None:
    each = studied()
    _, rows = months(each)
    grown = np.nanprod([1 + value / 100 for row in rows for value in row])
    assert grown - 1 == pytest.approx(each.parts[0].growth)


@given(arrays(np.float64, st.integers(1, 500), elements=st.floats(-1e6, 1e6)), st.integers(4, 60))
def test_a_thinned_line_keeps_its_ends_and_its_extremes(values: Floats, most: int) -> None:
    kept = thinned(values, most)
    assert len(kept) <= most
    assert (kept[0], kept[-1]) == (0, len(values) - 1)
    assert (values[kept].min(), values[kept].max()) == (values.min(), values.max())
