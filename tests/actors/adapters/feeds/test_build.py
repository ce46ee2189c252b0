"""From settings to relays: every source by its name, and a refusal in words where something lacks."""

import random
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

import pytest

import settings
from actors.adapters.feeds.build import _SOURCES, relays
from actors.adapters.feeds.bybit import Traded
from actors.adapters.feeds.config import FeedsConfig
from actors.adapters.feeds.params import (
    CalendarFileParams,
    IcsParams,
    NewsFileParams,
    RssParams,
    SeriesFileParams,
    TwelveDataParams,
)
from actors.adapters.feeds.relay import Relay
from actors.adapters.feeds.terms import Terms
from actors.system import RunOptions, manifest
from core.durations import DAY_MS, HOUR_MS, MINUTE_MS
from core.errors import ConfigurationError
from tests.actors.adapters.feeds.served import SECRET, START, DrivenClock, Script, plain_client
from tests.actors.adapters.feeds.stand import KEY, configured
from tests.actors.made import market

FEEDS = ("dxy", "btc_dominance", "news", "calendar", "derivatives")
TRADED = Traded("BTCUSDT", "http://127.0.0.1:1")


def built(config: FeedsConfig, **given: Any) -> tuple[Relay, ...]:
    return relays(config, http=plain_client(), clock=DrivenClock(), chance=random.Random(1), **given)


def complete(tmp_path: Path) -> FeedsConfig:
    """Every source of every input, in the order that settings list them."""
    hints = FeedsConfig.__annotations__
    names = {feed: get_args(get_args(get_args(hints[feed])[0])[0]) for feed in FEEDS}
    path = str(tmp_path / "file.csv")
    return configured(
        Script(url="http://127.0.0.1:1"),
        **names,
        dxy_csv=SeriesFileParams(path=path),
        btc_dominance_csv=SeriesFileParams(path=path),
        news_file=NewsFileParams(path=path),
        calendar_csv=CalendarFileParams(path=path),
    )


def test_every_source_that_settings_name_can_be_built(tmp_path: Path) -> None:
    made = built(complete(tmp_path), traded=TRADED)
    assert [relay.feed for relay in made] == list(FEEDS)
    assert [[poller.name for poller in relay.pollers] for relay in made] == [
        ["twelvedata", "alphavantage", "csv"],
        ["coingecko", "coinmarketcap", "csv"],
        ["newsapi", "cryptopanic", "rss", "file"],
        ["forexfactory", "ics", "csv"],
        ["bybit"],
    ]


def test_the_guide_names_every_source_with_its_section_interval_and_quota_and_its_example_can_be_used(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = (Path(__file__).parents[4] / "docs" / "feeds.md").read_text(encoding="utf-8")
    rows = [[cell.strip(" `") for cell in line.split("|")] for line in text.splitlines() if "| `feeds." in line]
    assert [row[2] for row in rows] == [name for _, name in _SOURCES]
    assert [row[3] for row in rows] == [f"feeds.{section}" for section, _ in _SOURCES.values()]
    units = {"s": 1_000, "min": MINUTE_MS, "h": HOUR_MS}
    for _, _, _, section, _, interval, allowed, *_ in rows:
        terms: Terms = getattr(FeedsConfig(), section.removeprefix("feeds."))
        count, unit = interval.split()
        assert int(count) * units[unit] == terms.interval_ms
        quotas = {quota for quota in (terms.per_minute, terms.per_day, terms.per_month) if quota}
        assert {int(part.split()[0].replace(",", "")) for part in allowed.split(", ") if part} == quotas
    config = tmp_path / "feeds.toml"
    config.write_text(text.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    for name in ("TWELVEDATA", "ALPHAVANTAGE", "CRYPTOPANIC"):
        monkeypatch.setenv(f"CHARTWRIGHT_FEEDS__{name}__KEY", SECRET)
    found = settings.load(config=config, env_file=tmp_path / "absent.env").feeds
    assert [relay.feed for relay in built(found)] == ["dxy", "btc_dominance", "news", "calendar"]


def test_no_sources_make_no_relays() -> None:
    assert FeedsConfig().is_empty
    assert built(FeedsConfig()) == ()


def test_a_days_polls_fit_every_sources_own_quota(tmp_path: Path) -> None:
    config = complete(tmp_path)
    requests = {"twelvedata": 2, "alphavantage": 6, "bybit": 3}
    for field in fields(config):
        terms = getattr(config, field.name)
        if isinstance(terms, Terms):
            credits_a_day = DAY_MS / terms.interval_ms * requests.get(field.name, 1) * terms.credits
            assert credits_a_day <= (terms.per_day or 1e9)
            assert 31 * credits_a_day <= (terms.per_month or 1e9)
            assert terms.credits <= (terms.per_minute or 1e9)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dxy": ("twelvedata",), "twelvedata": TwelveDataParams()}, ["feeds.dxy", "feeds.twelvedata.key is empty"]),
        ({"dxy": ("csv",)}, ["feeds.dxy_csv.path is empty"]),
        ({"news": ("rss",), "rss": RssParams()}, ["feeds.rss.urls is empty"]),
        ({"calendar": ("ics",), "ics": IcsParams()}, ["feeds.ics.url is empty"]),
        ({"calendar": ("ics",), "ics": IcsParams(url="ftp://x")}, ["feeds.ics.url is 'ftp://x'", "https://"]),
        ({"calendar": ("ics",), "ics": IcsParams(url=f"https://me:{SECRET}@x")}, ["feeds.ics.url holds a password"]),
        ({"calendar": ("ics",), "ics": IcsParams(url="https://x", zone="Mars/One")}, ["feeds.ics.zone is 'Mars/One'"]),
        (
            {"dxy": ("twelvedata",), "twelvedata": TwelveDataParams(key=KEY, day_zone="Nowhere")},
            ["feeds.twelvedata.day_zone"],
        ),
        ({"derivatives": ("bybit",)}, ["feeds.derivatives names bybit", "--venue bybit"]),
    ],
)
def test_what_lacks_is_refused_in_one_line_that_names_it(changes: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        built(configured(Script(), **changes))
    text = str(caught.value)
    assert [word for word in words if word not in text] == []
    assert "\n" not in text
    assert SECRET not in text


def test_what_earlier_runs_spent_is_counted() -> None:
    config = configured(Script(url="http://x"), news=("newsapi",))
    (relay,) = built(config, spent={"newsapi": {START - START % MINUTE_MS: 100}})
    assert relay.pollers[0].budget.free_at(START) > START + DAY_MS - MINUTE_MS


def test_feeds_are_settings_that_decide_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHARTWRIGHT_FEEDS__TWELVEDATA__KEY", SECRET)
    chosen = settings.load(overrides=["feeds.dxy=twelvedata,csv", "feeds.rss.urls=a,b"])
    assert chosen.feeds == replace(
        FeedsConfig(),
        dxy=("twelvedata", "csv"),
        twelvedata=TwelveDataParams(key=KEY),
        rss=RssParams(urls=("a", "b")),
    )
    source, options = market(10), RunOptions("sim", "default", 1)
    prints = [manifest(each, source, options).fingerprint for each in (chosen, settings.load())]
    assert prints[0] == prints[1]


def test_an_unknown_source_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=r"feeds\.dxy.*'twelvedata'"):
        settings.load(overrides=["feeds.dxy=bloomberg"])
