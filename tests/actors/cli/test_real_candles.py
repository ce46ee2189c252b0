import json
from pathlib import Path
from typing import Any

import pytest

BARE = ("--profile", "bare-trend")
LONG = "BTCUSDT_binance_spot_5m_2021-08_2024-06.parquet"
CRASH = "BTCUSDT_binance_spot_5m_2021-05_crash.csv"
EXACT = ("bars", "trades", "fills", "wins")
FILES = (
    CRASH,
    *(
        pytest.param(name, marks=pytest.mark.slow)
        for name in (
            LONG,
            "freqtrade/BTC_USDT-5m.json.gz",
            "BTCUSDT_binance_perp_5m_2023-01_2024-05.feather",
            "BTCUSDT_bybit_perp_5m_2025-01_2025-05.feather",
        )
    ),
)


def document(result: Any) -> dict[str, Any]:
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("name", FILES)
def test_the_breakout_alone_trades_as_the_plain_loop_that_nobody_optimised(
    cli: Any, shared_data: Path, name: str
) -> None:
    oracle_path = shared_data.parent / "bench" / "oracle.json"
    if not oracle_path.is_file():
        pytest.skip(f"the figures to compare with are absent: {oracle_path}")
    expected = json.loads(oracle_path.read_text())[name]
    found = document(cli("backtest", *BARE, "--candles", shared_data / "candles" / name, "--json"))
    assert {key: found[key] for key in EXACT} == {key: expected[key] for key in EXACT}
    assert found["fees"] == pytest.approx(expected["fees"], rel=1e-6)
    assert found["final_equity"] == pytest.approx(expected["final_equity"], rel=1e-6)


def test_the_daemon_trades_the_crash_as_the_backtest_does(cli: Any, shared_data: Path, tmp_path: Path) -> None:
    market = (*BARE, "--candles", shared_data / "candles" / CRASH, "--json")
    backtest = document(cli("backtest", *market))
    replay = document(
        cli("run", "--venue", "replay", "--speed", "max", "--no-web", "--state-dir", tmp_path / "s", *market)
    )
    assert backtest["trades"] >= 300
    assert replay["transitions_sha256"] == backtest["transitions_sha256"]


def test_the_daemon_trades_a_month_by_macro_and_news_as_the_backtest_does(
    cli: Any, shared_data: Path, tmp_path: Path
) -> None:
    news = shared_data / "news" / "bitcoin_headlines_labelled_2021-11_2023-06.csv.gz"
    market = (
        *("--candles", shared_data / "candles" / LONG, "--from", "2022-01-01", "--to", "2022-02-01"),
        *("--macro", shared_data / "macro", "--news", news, "--json"),
    )
    backtest = document(cli("backtest", *market))
    replay = document(
        cli("run", "--venue", "replay", "--speed", "max", "--no-web", "--state-dir", tmp_path / "s", *market)
    )
    assert backtest["trades"] >= 20
    assert replay["transitions_sha256"] == backtest["transitions_sha256"]
    assert replay["final_equity"] == backtest["final_equity"]


def test_duplicated_and_unsorted_candles_are_counted_and_used(cli: Any, shared_data: Path) -> None:
    messy = shared_data / "candles" / "messy" / "BTCUSDT_5m_duplicated_unsorted.feather"
    result = cli("backtest", *BARE, "--candles", messy, "--bars", "1000", "--json")
    assert "16336 rows duplicated" in result.stderr
    assert document(result)["bars"] == 1_000


@pytest.mark.slow
def test_three_years_of_macro_and_news_are_the_same_with_and_without_a_journal(
    cli: Any, shared_data: Path, tmp_path: Path
) -> None:
    market = ("--candles", shared_data / "candles" / LONG, "--macro", shared_data / "macro", "--json")
    plain, kept = document(cli("backtest", *market)), document(cli("backtest", *market, "--out", tmp_path / "out"))
    assert plain["bars"] == 305_285
    assert plain["transitions_sha256"] == kept["transitions_sha256"]
