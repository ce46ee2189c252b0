"""Real candles, as the rows that a panel takes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

Row = tuple[int, float, float, float, float, float]


@pytest.fixture(scope="session")
def long_series(shared_data: Path) -> list[Row]:
    """305,285 five-minute bars with three short gaps."""
    frame = pd.read_parquet(shared_data / "candles" / "BTCUSDT_binance_spot_5m_2021-08_2024-06.parquet")
    times = frame["date"].to_numpy(dtype="datetime64[ms]").astype(np.int64).tolist()
    columns = (frame[name].tolist() for name in ("open", "high", "low", "close", "volume"))
    return list(zip(times, *columns, strict=True))
