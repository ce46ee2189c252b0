"""Three years of the real dollar, dominance and headlines through the whole arithmetic."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from core.news.board import NewsBoard
from core.news.classify import classify
from core.news.params import NewsParams
from core.regime.assess import assess
from core.regime.params import RegimeParams
from core.regime.series import MacroSeries

PARAMS = RegimeParams()
FIRST, LAST = pd.Timestamp("2021-07-01", tz="UTC"), pd.Timestamp("2024-07-01", tz="UTC")

Event = tuple[int, str, str, float | str]


def rows(times: pd.Series, feed: str, timeframe: str, values: pd.Series) -> Iterator[Event]:
    for at, value in zip(times, values, strict=True):
        if not pd.isna(at) and FIRST <= at < LAST:
            yield int(at.timestamp() * 1000), feed, timeframe, value


@pytest.fixture(scope="module")
def events(shared_data: Path) -> list[Event]:
    """Everything known, in the order in which it became known: a bar from its close on."""
    folder = shared_data / "macro"
    h4 = pd.read_csv(folder / "DXY_H4_broker_time.csv.gz")
    h4_open = pd.to_datetime(h4["time"], unit="s").dt.tz_localize(
        "Europe/Athens", ambiguous="NaT", nonexistent="shift_forward"
    )
    dollar = pd.read_csv(folder / "DXY_daily_1980_2026.csv.gz", parse_dates=["Date"])
    share = pd.read_csv(folder / "BTC_dominance_daily_2013_2026.csv", parse_dates=["date"])
    news = pd.read_csv(shared_data / "news" / "bitcoin_headlines_labelled_2021-11_2023-06.csv.gz")
    day = pd.Timedelta(hours=24)
    return sorted([
        *rows(h4_open.dt.tz_convert("UTC") + pd.Timedelta(hours=4), "dxy", "4h", h4["close"]),
        *rows((dollar["Date"] + day).dt.tz_localize("America/New_York"), "dxy", "1d", dollar["Close"]),
        *rows((share["date"] + day).dt.tz_localize("UTC"), "btc_dominance", "1d", share["btc_dominance"]),
        *rows(pd.to_datetime(news["Date"], utc=True), "news", "", news["Short Description"].astype(str)),
    ])  # fmt: skip


def test_every_regime_has_its_days_and_no_input_ever_looks_ahead(events: list[Event]) -> None:
    feeds = {name: MacroSeries(name, PARAMS) for name in ("dxy", "btc_dominance")}
    board, candidates, verdicts = NewsBoard(NewsParams()), Counter[str](), Counter[str]()
    for now, feed, timeframe, value in events:
        if feed == "news":
            verdicts[board.add(classify(str(value), now, NewsParams()))] += 1
        else:
            verdicts[feeds[feed].add(timeframe, now, float(value))] += 1
        made = assess(
            dxy=feeds["dxy"].trend(now),
            btc_dominance=feeds["btc_dominance"].trend(now),
            news=board.signal(now),
            params=PARAMS,
        )
        if made is not None and made.score >= PARAMS.threshold:
            candidates[made.candidate] += 1
    assert set(candidates) == {"RISK_ON", "RISK_OFF", "DECOUPLED", "CHOP"}
    assert min(candidates.values()) > 100
    assert verdicts["late"] == verdicts["implausible"] == verdicts["unknown_timeframe"] == 0


def test_the_classifier_takes_the_labelled_side_three_times_out_of_four(shared_data: Path) -> None:
    news = pd.read_csv(shared_data / "news" / "bitcoin_headlines_labelled_2021-11_2023-06.csv.gz")
    read = [classify(str(title), 0, NewsParams()).sentiment for title in news["Short Description"]]
    sides = [
        (sentiment > 0, label > 0)
        for sentiment, label in zip(read, news["Accurate Sentiments"], strict=True)
        if abs(sentiment) > 1e-9 and label
    ]
    assert len(sides) > 2500
    assert sum(ours == theirs for ours, theirs in sides) / len(sides) > 0.75
