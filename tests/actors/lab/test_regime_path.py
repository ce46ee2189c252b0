"""The regime of real crashes: it must call them what they were."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actors.lab.regime_path import regime_path
from actors.sources import Files, replayed
from actors.system import crew_params
from settings import load

LONG = "BTCUSDT_binance_spot_5m_2021-08_2024-06.parquet"
HEADLINES = "bitcoin_headlines_labelled_2021-11_2023-06.csv.gz"


def ms(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)


def hours(shared_data: Path, first: str, last: str, *settings: str) -> Counter[tuple[str, tuple[int, ...]]]:
    """Hours in each regime, with the sides it permits; the market begins a week earlier, so that price is known."""
    named = Files(
        shared_data / "candles" / LONG,
        first_ms=ms(first) - 8 * 86_400_000,
        last_ms=ms(last),
        macro=(str(shared_data / "macro"),),
        news=shared_data / "news" / HEADLINES,
    )
    source = replayed(named, minutes=5).source
    path = regime_path(source, crew_params(load(overrides=settings)))  # type: ignore[arg-type]  # it is a file's
    opens = source.whole().bars.open_ms.tolist()  # type: ignore[attr-defined]  # likewise
    found: Counter[tuple[str, tuple[int, ...]]] = Counter()
    ends = [*(each.first for each in path.stretches[1:]), len(opens)]
    for stretch, end in zip(path.stretches, ends, strict=True):
        bars = sum(open_ms >= ms(first) for open_ms in opens[stretch.first : end])
        found[stretch.regime, stretch.permission.sides] += bars
    return Counter({key: round(bars / 12) for key, bars in found.items() if bars})


def test_the_fall_of_luna_is_risk_off_but_for_a_few_hours_and_never_an_invitation(shared_data: Path) -> None:
    """9 to 13 May 2022, 34,000 to 26,700: dominance rose, because the other coins fell harder."""
    found = hours(shared_data, "2022-05-09", "2022-05-14")
    regimes = {regime for regime, _ in found}
    assert regimes == {"RISK_OFF", "CHOP"}
    assert found["RISK_OFF", ()] > 100
    assert hours(shared_data, "2022-05-12T16:00", "2022-05-13T17:00") == {("RISK_OFF", ()): 25}


def test_the_fall_of_ftx_is_crypto_weak_while_the_dollar_falls_and_no_risk_on(shared_data: Path) -> None:
    """8 to 10 November 2022, 20,600 to 15,600."""
    found = hours(shared_data, "2022-11-08", "2022-11-11")
    assert {regime for regime, _ in found} == {"RISK_OFF", "CHOP", "DECOUPLED"}
    assert found["DECOUPLED", (-1,)] > 50
    assert ("DECOUPLED", (1,)) not in found


@pytest.mark.parametrize(
    ("first", "last", "misread"),
    [("2022-05-09", "2022-05-14", ("DECOUPLED", (1,))), ("2022-11-08", "2022-11-11", ("RISK_ON", (1, -1)))],
)
def test_without_price_both_are_misread(
    shared_data: Path, first: str, last: str, misread: tuple[str, tuple[int, ...]]
) -> None:
    assert hours(shared_data, first, last, "regime.dominance_by_price=false")[misread] > 7


def test_with_a_weight_of_their_own_faded_headlines_hide_a_third_of_luna(shared_data: Path) -> None:
    found = hours(shared_data, "2022-05-09", "2022-05-14", "regime.news_by_strength=false")
    assert found["RISK_OFF", ()] < 70
