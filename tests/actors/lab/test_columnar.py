"""The road over columns decides exactly what the one bar by bar decides, and tells exactly the same."""

from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from actors.adapters.files.calendar import read_calendar
from actors.adapters.files.candles import read_candles
from actors.adapters.files.macro import read_macro
from actors.adapters.files.news import read_news
from actors.crew import CrewParams
from actors.kernel.transcript import Transcript
from actors.lab.backtest import backtest
from actors.replay import ReplaySource
from actors.system import crew_params
from core.market.bars import Bars
from core.reasons import Reason
from core.records import StopMoved, Transition
from settings import load
from tests.actors.made import LIVELY, crewed, market, swung

LONG = "BTCUSDT_binance_spot_5m_2021-08_2024-06.parquet"


def both(source: ReplaySource, *, profile: str = "default", overrides: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """What each road tells, without what depends on the machine."""
    params = crew_params(load(profile=profile, overrides=overrides))
    results = [backtest(source, params, bar_by_bar=slow) for slow in (False, True)]
    return [{k: v for k, v in told.items() if k not in ("elapsed_s", "bars_per_s")} for told in results]


def records(source: ReplaySource, params: CrewParams, *, bar_by_bar: bool) -> list[Any]:
    """Everything recorded but evaluations, in the order of time and place."""
    scribe = Transcript()
    backtest(source, params, bar_by_bar=bar_by_bar, scribe=scribe)
    return sorted(scribe.records, key=attrgetter("ts", "instance"))


def states(source: ReplaySource, params: CrewParams, *, bar_by_bar: bool) -> dict[str, Any]:
    """Every actor's saved state after a run, by address, and whom risk and position tell from then on."""
    crew, _ = crewed(source, params, bar_by_bar=bar_by_bar)
    saved: dict[str, Any] = {decider.address: decider.save() for decider in crew.deciders}
    return saved | {"listeners": [crew.risk.listeners, crew.position.listeners]}


def real(shared_data: Path, first: int, last: int, *, macro: bool = True) -> ReplaySource:
    """A stretch of the long series with what was known around it."""
    bars: Bars = read_candles(shared_data / "candles" / LONG).bars.between(first, last)
    if not macro:
        return ReplaySource(bars, [], [])
    ends = {"first_ms": int(bars.open_ms[0]), "last_ms": int(bars.open_ms[-1])}
    news = read_news(shared_data / "news" / "bitcoin_headlines_labelled_2021-11_2023-06.csv.gz")
    return ReplaySource(bars, read_macro(shared_data / "macro", **ends), news)


@pytest.mark.parametrize("profile", ["default", "bare-trend"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_made_markets_with_missing_bars_are_the_same_on_both_roads(profile: str, seed: int) -> None:
    """Also where no real candles are at hand."""
    fast, plain = both(market(3_000, seed=seed, without=(700, 701, 1_500)), profile=profile, overrides=LIVELY[:3])
    assert fast == plain
    assert fast["evaluations"] == 2_997


@pytest.mark.parametrize("seed", [1, 2])
def test_where_price_has_a_say_in_dominance_every_record_is_the_same_on_both_roads(seed: int) -> None:
    """Bars are missing at the ends of hours, too; the price is known after 72 of them."""
    source = swung(6_000, seed=seed, without=(1_199, 1_200, 2_387, *range(3_000, 3_020)))
    params = crew_params(load(overrides=LIVELY))
    found, wanted = (records(source, params, bar_by_bar=slow) for slow in (False, True))
    assert found == wanted
    assert sum(each.facts.get("inputs", {}).get("price", {}).get("weight", 0) > 0 for each in found) > 10
    assert both(source, overrides=LIVELY)[0] == both(source, overrides=LIVELY)[1]


@pytest.mark.parametrize("bars", [900, 1_000, 3_000])
def test_every_actor_is_left_in_the_same_state_on_both_roads(bars: int) -> None:
    params = crew_params(load(profile="bare-trend"))
    slow, quick = (states(market(bars, seed=3), params, bar_by_bar=each) for each in (True, False))
    assert slow.keys() == quick.keys()
    for address, state in slow.items():
        assert quick[address] == state, address


def test_progress_is_told_on_the_way_and_at_the_end() -> None:
    source, told = swung(10_000), list[int]()
    backtest(source, crew_params(load(profile="bare-trend")), on_progress=told.append)
    assert len(told) == 3
    assert all(later - earlier >= 4096 for earlier, later in pairwise([0, *told[:-1]]))
    assert told[-1] == len(source.whole().bars)


def test_where_no_quotes_are_chased_entries_cross_as_market_entries_do_and_say_so() -> None:
    source, profile = market(3_000, seed=1), "bare-trend"
    crossed, _ = both(source, profile=profile)
    fast, plain = both(source, profile=profile, overrides=("entry.kind=chase",))
    assert fast == plain
    assert fast["trades"] > 10
    assert fast | {"transitions_sha256": crossed["transitions_sha256"]} == crossed
    told = records(source, crew_params(load(profile=profile, overrides=("entry.kind=chase",))), bar_by_bar=False)
    orders = [each for each in told if isinstance(each, Transition) and each.event == "init"]
    entries = [each for each in orders if each.facts.get("role") == "entry"]
    assert {each.reasons for each in entries} == {(Reason.ORDER_SUBMITTED, Reason.CHASE_NO_QUOTE)}


def test_the_bare_breakout_is_the_same_on_both_roads(shared_data: Path) -> None:
    fast, plain = both(real(shared_data, 0, 12_000, macro=False), profile="bare-trend")
    assert fast == plain
    assert fast["trades"] > 300


@pytest.mark.parametrize(("profile", "overrides"), [("bare-trend", ()), ("default", LIVELY)])
def test_every_record_is_the_same_to_its_last_fact(shared_data: Path, profile: str, overrides: tuple[str, ...]) -> None:
    source = real(shared_data, 40_000, 50_000, macro=profile == "default")
    params = crew_params(load(profile=profile, overrides=overrides))
    found, wanted = (records(source, params, bar_by_bar=slow) for slow in (False, True))
    assert found == wanted
    assert {type(record) for record in found} <= {Transition, StopMoved}
    assert len(found) > 400


def test_scheduled_announcements_stand_down_on_both_roads(shared_data: Path) -> None:
    """The consumer prices of February and March 2022, and what a calendar without them gives."""
    quiet = real(shared_data, 52_000, 62_000)
    events = read_calendar(shared_data / "news" / "macro_events_us_2000_2027.csv.gz")
    noted = ReplaySource(quiet.whole().bars, quiet.whole().macro, quiet.whole().news, events)
    columns, plain = both(noted, overrides=LIVELY)
    assert columns == plain
    assert columns["blocked"]["EVENT_BLACKOUT"] == 10
    assert "EVENT_BLACKOUT" not in both(quiet, overrides=LIVELY)[0]["blocked"]


@pytest.mark.parametrize("overrides", [(), LIVELY])
def test_the_default_profile_is_the_same_on_both_roads(shared_data: Path, overrides: tuple[str, ...]) -> None:
    """Across the third exchange halt, two hundred days in, with headlines."""
    fast, plain = both(real(shared_data, 40_000, 58_000), overrides=overrides)
    assert fast == plain
    assert fast["trades"] > 10


def test_without_any_macro_value_both_roads_say_why_nothing_trades(shared_data: Path) -> None:
    fast, plain = both(real(shared_data, 0, 3_000, macro=False))
    assert fast == plain
    assert fast["blocked"]["REGIME_UNDETERMINED"] > 0


@pytest.mark.parametrize("bars", [1, 2, 20, 501, 502])
def test_short_histories_are_the_same_on_both_roads(shared_data: Path, bars: int) -> None:
    fast, plain = both(real(shared_data, 0, bars, macro=False), profile="bare-trend")
    assert fast == plain
    assert fast["bars"] == fast["evaluations"] == bars


def test_a_limit_of_bars_cuts_both_roads_at_the_same_bar(shared_data: Path) -> None:
    source, params = real(shared_data, 0, 4_000, macro=False), crew_params(load(profile="bare-trend"))
    fast, plain = (backtest(source, params, limit_bars=2_345, bar_by_bar=slow) for slow in (False, True))
    assert fast["bars"] == plain["bars"] == 2_345
    assert fast["transitions_sha256"] == plain["transitions_sha256"]


@pytest.mark.slow
@pytest.mark.parametrize(("profile", "overrides"), [("bare-trend", ()), ("default", ()), ("default", LIVELY)])
def test_the_whole_long_series_is_the_same_on_both_roads(
    shared_data: Path, profile: str, overrides: tuple[str, ...]
) -> None:
    fast, plain = both(real(shared_data, 0, 305_285), profile=profile, overrides=overrides)
    assert fast == plain
