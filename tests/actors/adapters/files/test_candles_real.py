import subprocess
import sys
import time
from pathlib import Path

import pytest

from actors.adapters.files.candles import read_candles

SEVEN_MONTHS = (
    *("AAVE", "ADA", "ATOM", "AVAX", "BCH", "BTC", "DOGE", "DOT", "EOS", "ETH"),
    *("FTM", "LINK", "LTC", "MATIC", "SAND", "SOL", "TRX", "UNI", "XRP"),
)
LONG = "candles/BTCUSDT_binance_spot_5m_2021-08_2024-06.parquet"
MESSY = "candles/messy/BTCUSDT_5m_duplicated_unsorted.feather"


@pytest.mark.parametrize(
    ("name", "minutes", "bars", "gaps", "missing"),
    [
        (LONG, 5, 305_285, 3, 94),
        ("candles/BTCUSDT_binance_spot_5m_2021-05_crash.csv", 5, 8_928, 0, 0),
        ("candles/BTCUSDT_binance_perp_5m_2023-01_2024-05.feather", 5, 143_900, 0, 0),
        ("candles/BTCUSDT_bybit_perp_5m_2025-01_2025-05.feather", 5, 38_972, 0, 0),
        ("candles/BTCUSDT_binance_spot_1m_2025-05_2025-08.feather", 1, 130_708, 0, 0),
        ("candles/freqtrade/BTC_USDT-5m.json.gz", 5, 59_999, 0, 0),
        ("candles/perp_1h_1d/BTC_USDT_1d.csv.gz", 1_440, 2_190, 0, 0),
        ("candles/perp_1h_1d/BTC_USDT_1h.csv.gz", 60, 35_039, 1, 1),
        ("candles/perp_1h_1d/ETH_USDT_1h.csv.gz", 60, 35_039, 1, 1),
        (MESSY, 5, 105_664, 1, 16),
        ("candles/messy/BTCUSDT_bybit_1m_mostly_missing.parquet", 1, 105_076, 524, 419_724),
        ("derivatives/klines_taker_volume/BTCUSDT-5m-2025-01.csv.gz", 5, 8_928, 0, 0),
        ("derivatives/klines_taker_volume/BTCUSDT-5m-2025-02.csv.gz", 5, 8_064, 0, 0),
        ("derivatives/klines_taker_volume/BTCUSDT-5m-2025-03.csv.gz", 5, 8_928, 0, 0),
        ("derivatives/klines_taker_volume/BTCUSDT-5m-2025-04.csv.gz", 5, 8_640, 0, 0),
        ("derivatives/klines_taker_volume/BTCUSDT-5m-2025-05.csv.gz", 5, 8_928, 0, 0),
        ("derivatives/klines_taker_volume/BTCUSDT-5m-2025-06.csv.gz", 5, 8_640, 0, 0),
        *((f"candles/multi_5m_2022-01_2022-08/{coin}_USDT-5m.json.gz", 5, 61_999, 0, 0) for coin in SEVEN_MONTHS),
    ],
)
def test_real_files_hold_these_bars_and_gaps(
    shared_data: Path, name: str, minutes: int, bars: int, gaps: int, missing: int
) -> None:
    candles = read_candles(shared_data / name)
    assert candles.bars.timeframe_ms == minutes * 60_000
    assert (len(candles.bars), len(candles.gaps), sum(gap.bars for gap in candles.gaps)) == (bars, gaps, missing)
    assert bool(candles.warnings) == (name == MESSY)
    assert candles.bars.symbol == Path(name).name.replace("_USDT", "USDT").split("USDT")[0] + "USDT"


def test_the_messy_file_says_how_messy_it_was(shared_data: Path) -> None:
    unsorted, duplicated = read_candles(shared_data / MESSY).warnings
    assert unsorted.endswith(": 16312 rows out of order (sorted)")
    assert duplicated.endswith(": 16336 rows duplicated (dropped)")


def test_three_years_of_bars_are_read_in_well_under_a_second(shared_data: Path) -> None:
    read_candles(shared_data / LONG)
    started = time.perf_counter()
    read_candles(shared_data / LONG)
    assert time.perf_counter() - started < 1.0


def test_reading_candles_does_not_import_pandas(shared_data: Path) -> None:
    names = [LONG, MESSY, "candles/freqtrade/BTC_USDT-5m.json.gz", "candles/perp_1h_1d/BTC_USDT_1h.csv.gz"]
    paths = [str(shared_data / name) for name in names]
    program = (
        "import sys, pathlib; from actors.adapters.files.candles import read_candles\n"
        "assert 'pyarrow' not in sys.modules\n"
        f"for path in {paths}: read_candles(pathlib.Path(path))\n"
        "assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[4], check=True)
