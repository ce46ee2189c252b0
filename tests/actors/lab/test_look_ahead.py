"""Nothing of ours knows the future, and whatever does is found: a peeking indicator, macro and news known too early."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pytest

from actors.lab.look_ahead import Looked, Seen, cut_points, look_ahead
from actors.lab.observed import observed
from actors.replay import ReplaySource
from actors.system import crew_params
from core.messages import MacroPublished, NewsPublished
from settings import load
from tests.actors.made import BAR_MS, START_MS, bars_of

BARS = bars_of(6_000, seed=3)
HOUR_MS = 3_600_000
PARAMS = crew_params(load(profile="default", overrides=["measure.warm_up_bars=100"]))
OBSERVE = partial(observed, params=PARAMS)
Stamp = Callable[[int], int]


def values(count: int = 500) -> list[float]:
    steps = np.random.default_rng(5).normal(0, 0.4, count)
    return [float(value) for value in 105.0 + np.cumsum(steps)]


def market(cut: int | None, *, known_ms: Stamp = int, told_ms: Stamp = int, scaled: bool = False) -> ReplaySource:
    """Bars, four-hourly dollar values and headlines that exist before a time.

    `known_ms` is when a value is in the file, `told_ms` when the reader says it was known; `scaled` divides by the
    mean of all there are.
    """
    until = BARS.open_ms[-1] + BAR_MS if cut is None else cut
    bars = BARS.between(0, int((BARS.open_ms < until).sum()))
    times = [START_MS + (place - 300) * 4 * HOUR_MS for place in range(500)]
    known = [(time, value) for time, value in zip(times, values(), strict=True) if known_ms(time) <= until]
    mean = float(np.mean([value for _, value in known])) / 100.0 if scaled else 1.0
    macro = [
        MacroPublished(told_ms(time), feed, "4h", value / mean)
        for time, value in known
        for feed in ("dxy", "btc_dominance")
    ]
    wire = [
        (START_MS + n * 3 * HOUR_MS, "Bitcoin exchange hacked" if n % 2 else "Bitcoin ETF approved") for n in range(160)
    ]
    news = [NewsPublished(told_ms(ts), "wire", f"{text}, part {ts}") for ts, text in wire if known_ms(ts) <= until]
    return ReplaySource(bars, macro, news)


def looked(opened: Callable[[int | None], ReplaySource], observe: Callable[..., Seen] = OBSERVE) -> Looked:
    return look_ahead(opened, observe, cut_points(BARS.open_ms.tolist(), count=6, seed=2), last=10)


def fields(found: Looked) -> set[str]:
    return {peek.field for peek in found.peeks}


def test_actors_and_columns_say_the_same_with_and_without_the_future() -> None:
    found = looked(market)
    assert found.peeks == []
    assert found.bars == 60
    assert found.fields > 60 * 100
    bars = frozenset(BARS.open_ms[600::600].tolist())
    scores = {told["columns.regime.score"] for told in OBSERVE(market(None), bars).values()}
    assert len(scores) > 3  # macro and news move it, so something could have been found


def with_mean(source: ReplaySource, bars: frozenset[int], *, ahead: int) -> Seen:
    """A moving average of five bars that ends so many bars late."""
    market = source.whole().bars
    told: Seen = {}
    for place in np.flatnonzero(np.isin(market.open_ms, list(bars))).tolist():
        mean = float(market.close[max(0, place + ahead - 4) : place + ahead + 1].mean())
        told[market.open_ms.item(place)] = {"close": market.close.item(place), "mean": mean}
    return told


def test_an_indicator_that_peeks_is_found_on_the_bar_where_it_does_and_an_honest_one_is_not() -> None:
    assert looked(market, partial(with_mean, ahead=0)).peeks == []
    found = looked(market, partial(with_mean, ahead=1))
    assert fields(found) == {"mean"}
    assert {peek.bar_ms for peek in found.peeks} == {cut - BAR_MS for cut in found.cuts}
    first = found.peeks[0]
    place = int(np.searchsorted(BARS.open_ms, first.bar_ms))
    assert first.known == pytest.approx(BARS.close[place - 3 : place + 1].mean())
    assert first.ahead == pytest.approx(BARS.close[place - 3 : place + 2].mean())


def test_values_and_headlines_told_before_they_were_published_are_found() -> None:
    early = partial(market, known_ms=lambda ts: ts, told_ms=lambda ts: ts - 24 * HOUR_MS)
    assert "columns.confidence" in fields(looked(early)) or "columns.regime.score" in fields(looked(early))


def test_values_scaled_by_what_came_later_are_found() -> None:
    assert looked(partial(market, scaled=True)).peeks


def test_a_field_that_only_one_run_has_is_a_difference() -> None:
    def shy(source: ReplaySource, bars: frozenset[int]) -> Seen:
        return {bar: {"late": 1} if len(source.whole().bars) == len(BARS) else {} for bar in bars}

    found = looked(market, shy)
    assert {(peek.known, peek.ahead) for peek in found.peeks} == {(None, 1)}


@pytest.mark.parametrize(("bars", "count", "drawn"), [(100, 20, 20), (10, 20, 8), (3, 1, 1)])
def test_cuts_are_drawn_by_the_seed_and_leave_bars_before_them(bars: int, count: int, drawn: int) -> None:
    opens: Sequence[int] = range(1_000, 1_000 + bars)
    found = cut_points(opens, count=count, seed=1)
    assert found == sorted(set(found)) == cut_points(opens, count=count, seed=1)
    assert len(found) == drawn
    assert found[0] >= opens[2]
