"""Macro sources: what their documented answers become, their complaints, their times across daylight saving."""

import csv
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from actors.adapters.feeds.alphavantage import WEIGHTS, AlphaVantage, dollar_index
from actors.adapters.feeds.answer import Reading, Refused
from actors.adapters.feeds.coingecko import CoinGecko
from actors.adapters.feeds.coinmarketcap import CoinMarketCap
from actors.adapters.feeds.params import (
    AlphaVantageParams,
    CoinGeckoParams,
    CoinMarketCapParams,
    SeriesFileParams,
    TwelveDataParams,
)
from actors.adapters.feeds.series_file import SeriesFile
from actors.adapters.feeds.source import Source
from actors.adapters.feeds.twelvedata import TwelveData
from core.durations import DAY_MS, HOUR_MS
from core.reasons import Reason
from tests.actors.adapters.feeds import bodies
from tests.actors.adapters.feeds.served import START

KEY = SecretStr("k")


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def read(source: Source, *texts: str, now: int = START) -> list[Reading]:
    found = source.translate([text.encode() for text in texts], now)
    assert not isinstance(found, Refused), found
    return list(found)  # type: ignore[arg-type]  # macro sources give readings


def refused(source: Source, *texts: str, now: int = START) -> Reason:
    found = source.translate([text.encode() for text in texts], now)
    assert isinstance(found, Refused)
    return found.reason


def test_a_bar_of_the_index_is_known_at_its_close_and_a_forming_one_is_left_out() -> None:
    source = TwelveData(TwelveDataParams())
    intraday, daily = source.requests(START, history=False)
    assert (intraday.params["interval"], daily.params["interval"]) == ("4h", "1day")
    readings = read(source, bodies.twelvedata(START, "4h", bars=3), bodies.twelvedata(START, "1day", bars=3))
    assert {each.ts for each in readings if each.timeframe == "4h"} == {ms("2024-03-05 04:00"), ms("2024-03-05 08:00")}
    assert {each.ts for each in readings if each.timeframe == "1d"} == {ms("2024-03-05 05:00")}


def test_the_key_of_twelvedata_travels_in_a_header() -> None:
    (request, _) = TwelveData(TwelveDataParams(key=KEY)).requests(START, history=True)
    assert request.secret_headers["Authorization"].get_secret_value() == "apikey k"
    assert request.redacted("bad k") == "bad ***"


@pytest.mark.parametrize(
    ("day", "known"),
    [
        ("2024-03-08", "2024-03-09 05:00"),  # New York is five hours behind UTC
        ("2024-03-10", "2024-03-11 04:00"),  # the day the clocks go forward has 23 hours
        ("2024-11-01", "2024-11-02 04:00"),
        ("2024-11-03", "2024-11-04 05:00"),  # the day they go back has 25
    ],
)
def test_a_daily_bar_ends_at_new_yorks_midnight_whatever_the_season(day: str, known: str) -> None:
    source = TwelveData(TwelveDataParams())
    answer = {"status": "ok", "values": [{"datetime": day, "close": "104.1"}]}
    now = ms(known)
    readings = read(source, bodies.twelvedata(START, "4h", bars=1), json.dumps(answer), now=now)
    assert Reading(now, 104.1, "1d") in readings
    early = read(source, bodies.twelvedata(START, "4h", bars=1), json.dumps(answer), now=now - 1)
    assert [each for each in early if each.timeframe == "1d"] == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [(429, Reason.FEED_QUOTA_SPENT), (401, Reason.FEED_KEY_REFUSED), (404, Reason.FEED_MALFORMED)],
)
def test_an_error_of_twelvedata_comes_with_status_200(code: int, reason: Reason) -> None:
    good = bodies.twelvedata(START, "4h")
    error = bodies.twelvedata_error(code, "You have run out of API credits")
    assert refused(TwelveData(TwelveDataParams()), error, good) is reason
    assert refused(TwelveData(TwelveDataParams()), good, error) is reason


def test_the_index_has_its_published_scale_and_weights() -> None:
    assert dollar_index([1.0] * 6) == pytest.approx(50.14348112)
    assert sum(abs(weight) for weight in WEIGHTS.values()) == pytest.approx(1.0)
    assert dollar_index(bodies.RATES) == pytest.approx(103.8, abs=0.5)


@given(st.lists(st.floats(0.01, 1000), min_size=6, max_size=6), st.floats(1.01, 2), st.integers(0, 5))
def test_the_index_rises_when_the_dollar_gains_on_anyone(rates: list[float], factor: float, which: int) -> None:
    pair = list(WEIGHTS)[which]
    stronger = [
        rate * (factor if pair[0] == "USD" else 1 / factor) if at == which else rate for at, rate in enumerate(rates)
    ]
    assert dollar_index(stronger) > dollar_index(rates)


def test_alpha_vantage_gives_the_index_of_every_day_that_is_over_for_all_six() -> None:
    source = AlphaVantage(AlphaVantageParams(key=KEY))
    texts = [bodies.alphavantage(START, pair) for pair in WEIGHTS]
    readings = read(source, *texts)
    assert readings[-1] == Reading(ms("2024-03-05 00:00"), round(dollar_index(bodies.RATES), 4), "1d")
    assert all(each.ts <= START for each in readings)
    lacking = json.loads(texts[3])
    del lacking["Time Series FX (Daily)"]["2024-03-04"]
    assert read(source, *texts[:3], json.dumps(lacking), *texts[4:])[-1].ts == ms("2024-03-02 00:00")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"Note": "Our standard API call frequency is 5 calls per minute"}, Reason.FEED_QUOTA_SPENT),
        (
            {"Information": "We have detected your API key as X and our rate limit is 25 requests per day"},
            Reason.FEED_QUOTA_SPENT,
        ),
        ({"Information": "This is a premium endpoint"}, Reason.FEED_KEY_REFUSED),
        ({"Error Message": "the parameter apikey is invalid or missing"}, Reason.FEED_KEY_REFUSED),
        ({"Error Message": "Invalid API call"}, Reason.FEED_MALFORMED),
        ({}, Reason.FEED_MALFORMED),
        ({"Time Series FX (Daily)": {"2024-03-04": {"4. close": "n/a"}}}, Reason.FEED_MALFORMED),
        ({"Time Series FX (Daily)": {"2024-03-04": {"4. close": "-1"}}}, Reason.FEED_MALFORMED),
    ],
)
def test_a_complaint_of_alpha_vantage_comes_with_status_200(answer: dict[str, str], reason: Reason) -> None:
    good = [bodies.alphavantage(START, pair) for pair in list(WEIGHTS)[1:]]
    assert refused(AlphaVantage(AlphaVantageParams()), json.dumps(answer), *good) is reason


def test_coingecko_gives_the_share_at_its_own_time() -> None:
    source = CoinGecko(CoinGeckoParams())
    (request,) = source.requests(START, history=False)
    assert (request.url[-7:], dict(request.secret_headers)) == ("/global", {})
    assert read(source, bodies.coingecko(START - 60_000, 52.4)) == [Reading(START - 60_000, 52.4)]
    assert source.requests(START, history=True) == []


def test_the_pro_plan_of_coingecko_has_a_history() -> None:
    source = CoinGecko(CoinGeckoParams(key=KEY, plan="pro"))
    whole, own = source.requests(START, history=True)
    assert set(whole.secret_headers) == set(own.secret_headers) == {"x-cg-pro-api-key"}
    caps = {"market_cap_chart": {"market_cap": [[START, 2e12], [START - DAY_MS, 2.5e12], [START - 9 * DAY_MS, 1e12]]}}
    bitcoin = {"market_caps": [[START - 1, 1e12], [START - DAY_MS - HOUR_MS, 1e12]]}
    readings = read(source, json.dumps(caps), json.dumps(bitcoin))
    assert readings == [Reading(START - DAY_MS, 40.0), Reading(START, 50.0)]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"status": {"error_code": 429, "error_message": "You've exceeded the Rate Limit."}}, Reason.FEED_QUOTA_SPENT),
        ({"status": {"error_code": 10002, "error_message": "API Key Missing"}}, Reason.FEED_KEY_REFUSED),
        ({"data": {"market_cap_percentage": {"eth": 1.0}, "updated_at": 1}}, Reason.FEED_MALFORMED),
        ({"data": {"market_cap_percentage": {"btc": 50.0}}}, Reason.FEED_MALFORMED),
        ([], Reason.FEED_MALFORMED),
    ],
)
def test_coingecko_without_a_share_is_refused(answer: object, reason: Reason) -> None:
    assert refused(CoinGecko(CoinGeckoParams()), json.dumps(answer)) is reason


def test_coinmarketcap_gives_the_share_and_where_the_plan_has_it_a_history() -> None:
    source = CoinMarketCap(CoinMarketCapParams(key=KEY))
    assert read(source, bodies.coinmarketcap(START, 52.9)) == [Reading(START, 52.9)]
    assert source.requests(START, history=True) == []
    rich = CoinMarketCap(CoinMarketCapParams(key=KEY, history=True))
    assert len(rich.requests(START, history=True)) == 1
    quotes = {"quotes": [{"timestamp": "2024-03-05T10:00:00.000Z", "btc_dominance": 52.1}]}
    assert read(rich, json.dumps({"status": {}, "data": quotes})) == [Reading(START - HOUR_MS, 52.1)]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (1001, Reason.FEED_KEY_REFUSED),
        (1007, Reason.FEED_KEY_REFUSED),
        (1008, Reason.FEED_QUOTA_SPENT),
        (1011, Reason.FEED_QUOTA_SPENT),
        (500, Reason.FEED_MALFORMED),
    ],
)
def test_an_error_code_of_coinmarketcap_becomes_a_reason(code: int, reason: Reason) -> None:
    assert refused(CoinMarketCap(CoinMarketCapParams()), bodies.coinmarketcap_error(code, "no")) is reason


@pytest.mark.parametrize(
    ("zone", "wall", "known"),
    [
        ("Europe/Athens", "2024-03-29 20:00", "2024-03-29 22:00"),  # winter: two hours ahead of UTC
        ("Europe/Athens", "2024-04-01 00:00", "2024-04-01 01:00"),  # summer: three
        ("Europe/Athens", "2024-10-28 00:00", "2024-10-28 02:00"),
        ("America/New_York", "2024-03-08 12:00", "2024-03-08 21:00"),
        ("America/New_York", "2024-03-11 12:00", "2024-03-11 20:00"),
        ("UTC", "2024-03-31 00:00", "2024-03-31 04:00"),
    ],
)
def test_a_files_times_are_converted_across_daylight_saving(tmp_path: Path, zone: str, wall: str, known: str) -> None:
    path = tmp_path / "dxy.csv"
    path.write_text(f"time,close\n{wall},104.5\n")
    params = SeriesFileParams(path=str(path), zone=zone, resolution="4h")
    assert read(SeriesFile("dxy", params), "", now=ms(known)) == [Reading(ms(known), 104.5, "4h")]
    assert read(SeriesFile("dxy", params), "", now=ms(known) - 1) == []


def test_the_broker_file_agrees_with_the_one_that_has_offsets(shared_data: Path) -> None:
    path = shared_data / "macro" / "DXY_H4_broker_time.csv.gz"
    now = ms("2025-07-15 00:00")
    params = SeriesFileParams(path=str(path), zone="Europe/Athens", resolution="4h")
    readings = read(SeriesFile("dxy", params), "", now=now)
    assert now - 31 * DAY_MS < readings[0].ts < readings[-1].ts <= now
    with gzip.open(shared_data / "macro" / "DXY_H1_close_utc_2024-06_2026-06.csv.gz", "rt") as file:
        rows = csv.reader(file)
        next(rows)
        hourly = {
            round(datetime.fromisoformat(stamp).timestamp() * 1000) + HOUR_MS: float(close) for stamp, close in rows
        }
    apart = [abs(each.value - hourly[each.ts]) for each in readings if each.ts in hourly]
    assert len(apart) > 100
    assert sorted(apart)[len(apart) // 2] < 0.02
