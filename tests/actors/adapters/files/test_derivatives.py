"""Files about perpetuals: which columns are what, and when each value was known."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from actors.adapters.files.derivatives import read_derivatives
from core.errors import ConfigurationError, FeedMalformed
from core.messages import DerivativesPublished


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def read(path: Path | str, **range_: int) -> list[DerivativesPublished]:
    return read_derivatives([str(path)], symbol="BTCUSDT", **range_)


def test_a_funding_is_known_when_it_is_settled_by_the_clock_of_its_zone(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", "Symbol,Date,Funding Rate", "BTC-USDT,2021-01-01 03:00:00,0.0003")
    assert read(path) == [DerivativesPublished(ms("2021-01-01 03:00"), "BTCUSDT", funding_rate=0.0003)]
    assert read(f"{path}@Etc/GMT-3") == [DerivativesPublished(ms("2021-01-01 00:00"), "BTCUSDT", funding_rate=0.0003)]


def test_a_days_open_interest_is_known_at_its_end(tmp_path: Path) -> None:
    path = write(tmp_path / "oi.csv", "date,futures_open_interest", "2021-01-01,5e9")
    assert read(path) == [DerivativesPublished(ms("2021-01-02 00:00"), "BTCUSDT", open_interest=5e9)]


def test_taker_volume_is_known_at_its_bars_close(tmp_path: Path) -> None:
    rows = ("1609459200000,100,30", "1609459500000,100,80")
    path = write(tmp_path / "k.csv", "open_time,volume,taker_buy_volume", *rows)
    assert [(each.ts, each.taker_delta) for each in read(path)] == [
        (ms("2021-01-01 00:05"), -40.0),
        (ms("2021-01-01 00:10"), 60.0),
    ]


def test_basis_is_read_or_made_of_two_prices(tmp_path: Path) -> None:
    given = write(tmp_path / "b.csv", "timestamp,basis", "1609459200000,0.001")
    made = write(tmp_path / "m.csv", "timestamp,mark_price,index_price", "1609459200000,30300,30000")
    assert [each.basis for each in read(given)] == [0.001]
    assert [each.basis for each in read(made)] == [pytest.approx(0.01)]


def test_what_a_row_lacks_is_unknown_not_zero_and_other_symbols_are_left_out(tmp_path: Path) -> None:
    rows = ("1,1609459200000,BTC/USDT:USDT,0.0001,", "2,1609459200000,ETHUSDT,0.0002,7", "3,1609459260000,BTCUSDT,,9")
    path = write(tmp_path / "f.csv", "id,timestamp,symbol,funding_rate,open_interest", *rows)
    assert [(each.funding_rate, each.open_interest) for each in read(path)] == [(0.0001, None), (None, 9.0)]


def test_several_files_are_merged_by_time(tmp_path: Path) -> None:
    late = write(tmp_path / "a.csv", "timestamp,funding_rate", "1609459300000,0.0001")
    early = write(tmp_path / "b.csv", "timestamp,open_interest", "1609459200000,5")
    found = read_derivatives([str(late), str(early)], symbol="BTCUSDT")
    assert [each.ts for each in found] == [1609459200000, 1609459300000]


def test_only_what_is_asked_for_is_read_and_judged(tmp_path: Path) -> None:
    day = 86_400_000
    rows = [f"{1609459200000 + n * day},{0.0001 if n else 9}" for n in range(100)]
    path = write(tmp_path / "f.csv", "timestamp,funding_rate", *rows)
    first = 1609459200000 + 60 * day
    found = read(path, first_ms=first, last_ms=first + day)
    assert (found[0].ts, found[-1].ts) == (first - 40 * day, first)
    with pytest.raises(FeedMalformed, match="row 2: funding_rate is 9"):
        read(path)


def test_a_rate_in_percent_is_refused_with_its_row(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", "timestamp,funding_rate", "1609459200000,0.01", "1609459300000,0.51")
    with pytest.raises(FeedMalformed, match=r"row 3: funding_rate is 0\.51: .* of the notional, not percent"):
        read(path)


def test_a_file_without_such_columns_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", "timestamp,close", "1609459200000,1")
    with pytest.raises(FeedMalformed, match="has no column funding_rate or open_interest"):
        read(path)


def test_an_unknown_zone_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", "timestamp,funding_rate", "1609459200000,0.0001")
    with pytest.raises(ConfigurationError, match="'Nowhere/X' is no time zone"):
        read(f"{path}@Nowhere/X")


def test_a_single_bar_does_not_tell_its_length(tmp_path: Path) -> None:
    path = write(tmp_path / "k.csv", "open_time,volume,taker_buy_volume", "1609459200000,100,30")
    with pytest.raises(FeedMalformed, match="one row does not tell how long its bar is"):
        read(path)


def test_real_fundings_of_two_sources_agree_once_their_zones_do(shared_data: Path) -> None:
    folder = shared_data / "derivatives"
    span = {"first_ms": ms("2023-12-01"), "last_ms": ms("2024-01-01")}
    feather = read(folder / "binance_um_BTC_USDT_USDT-8h-funding_rate.feather", **span)
    csv = read(f"{folder / 'BTC-USDT_binance_2020-01-01_2024-01-01_funding_history.csv.gz'}@Etc/GMT-3", **span)
    one, other = ({each.ts: each.funding_rate for each in source} for source in (feather, csv))
    both = one.keys() & other.keys()
    assert len(both) > 90  # the one begins where the other ends
    assert all(one[ts] == pytest.approx(other[ts], abs=1e-8) for ts in both)


def test_real_taker_volume_is_read(shared_data: Path) -> None:
    found = read(shared_data / "derivatives" / "klines_taker_volume" / "BTCUSDT-5m-2025-01.csv.gz")
    assert len(found) == 8_928
    assert found[0].ts == ms("2025-01-01 00:05")
    assert found[0].taker_delta == pytest.approx(2 * 148.318 - 341.604)
