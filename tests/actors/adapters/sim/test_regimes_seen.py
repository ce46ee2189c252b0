"""What the real regime arithmetic makes of the simulated inputs; the hidden moods are not looked at."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice, pairwise

import pytest

from actors.adapters.sim.market import SimMarket
from actors.adapters.sim.params import SimParams
from core.durations import DAY_MS, HOUR_MS
from core.flow.bias import FlowParams
from core.flow.price import price_trend
from core.market.chunk import Chunk
from core.news.board import NewsBoard
from core.news.classify import classify
from core.news.params import NewsParams
from core.regime.assess import assess
from core.regime.params import RegimeParams
from core.regime.series import MacroSeries

REGIMES = {"RISK_ON", "RISK_OFF", "DECOUPLED", "CHOP"}
SEEDS = range(1, 9)
DAYS = 30
BARS_AN_HOUR = 12


class Listener:
    """Folds what a market publishes and tells the candidate of every hour."""

    def __init__(self) -> None:
        self.params = RegimeParams()
        self.series = {feed: MacroSeries(feed, self.params) for feed in ("dxy", "btc_dominance")}
        self.board = NewsBoard(NewsParams())
        self.closes: list[float] = []

    def hear(self, chunk: Chunk, *, since: int, until: int) -> None:
        for value in chunk.macro:
            if since <= value.ts < until:
                assert self.series[value.feed].add(value.timeframe, value.ts, value.value) == "added"
        for headline in chunk.news:
            if since <= headline.ts < until:
                self.board.add(classify(headline.title, headline.ts, NewsParams()))
        first, end = chunk.bars.open_ms.searchsorted((since, until)).tolist()
        self.closes += chunk.bars.close[first:end].tolist()

    def change_pct(self, hours: int) -> float:
        """Of the price."""
        return 100 * (self.closes[-1] / self.closes[-1 - hours * BARS_AN_HOUR] - 1)

    def candidate(self, now: int) -> str:
        seen = assess(
            dxy=self.series["dxy"].trend(now),
            btc_dominance=self.series["btc_dominance"].trend(now),
            news=self.board.signal(now),
            price=price_trend(self.change_pct(72), self.change_pct(168), FlowParams()),
            params=self.params,
        )
        assert seen is not None
        return seen.candidate if seen.score >= self.params.threshold else ""


@cache
def regimes(seed: int) -> tuple[str, ...]:
    """The regime of every hour over thirty days; one that does not reach the threshold changes nothing."""
    return tuple(_regimes(seed))


def _regimes(seed: int) -> Iterator[str]:
    market, listener, regime = SimMarket(SimParams(), seed=seed), Listener(), ""
    listener.hear(market.history(), since=0, until=2**62)
    for chunk in islice(market.chunks(), DAYS):
        first = int(chunk.bars.open_ms[0])
        for hour in range(first, first + DAY_MS, HOUR_MS):
            listener.hear(chunk, since=hour, until=hour + HOUR_MS)
            regime = listener.candidate(hour + HOUR_MS - 1) or regime
            yield regime


def test_every_regime_holds_for_a_fair_share_of_the_time() -> None:
    hours = Counter(regime for seed in SEEDS for regime in regimes(seed))
    total = sum(hours.values())
    assert all(hours[regime] > 0.04 * total for regime in REGIMES), hours
    assert max(hours.values()) < 0.6 * total, hours


@pytest.mark.parametrize("seed", SEEDS)
def test_each_month_sees_at_least_three_regimes(seed: int) -> None:
    assert len(set(regimes(seed)) & REGIMES) >= 3


def test_the_regime_changes_every_few_hours_to_a_day() -> None:
    changes = sum(before != after for seed in SEEDS for before, after in pairwise(regimes(seed)))
    assert 0.8 < changes / (DAYS * len(SEEDS)) < 6
