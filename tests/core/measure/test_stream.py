import math

import numpy as np
import pytest
import talib

from core.measure.stream import Streamed, average_true_range, donchian_channel, exponential_average

Row = tuple[int, float, float, float, float, float]


def equal(streamed: list[float], batch: np.ndarray) -> bool:
    return bool(np.array_equal(np.array(streamed), batch, equal_nan=True))


def test_streamed_indicators_are_batch_bit_for_bit_over_three_years_of_bars(long_series: list[Row]) -> None:
    high, low, close = (np.array([row[i] for row in long_series]) for i in (2, 3, 4))
    atr, ema, donchian = average_true_range(14), exponential_average(20), donchian_channel(20)
    bands = [donchian.update(row[2], row[3]) for row in long_series]

    assert equal([atr.update(*row[2:5]) for row in long_series], talib.ATR(high, low, close, 14))
    assert equal([ema.update(row[4]) for row in long_series], talib.EMA(close, 20))
    for streamed, batch in zip(zip(*bands, strict=True), talib.DONCHIAN(high, low, 20), strict=True):
        assert equal(list(streamed), batch)


@pytest.mark.parametrize(
    ("indicator", "inputs", "first"),
    [
        (average_true_range(2), (3.0, 1.0, 2.0), 3),
        (exponential_average(2), (2.0,), 2),
        (donchian_channel(2), (3.0, 1.0), 2),
    ],
)
def test_the_first_value_comes_on_exactly_the_promised_bar(
    indicator: Streamed[object], inputs: tuple[float, ...], first: int
) -> None:
    answers = [indicator.update(*inputs) for _ in range(first)]
    values = [float(np.min(answer)) for answer in answers]  # type: ignore[call-overload]

    assert all(math.isnan(value) for value in values[:-1])
    assert not math.isnan(values[-1])


def test_an_open_handle_keeps_no_history() -> None:
    indicator = exponential_average(3)
    for close in (1.0, 2.0, 3.0, 4.0):
        indicator.update(close)

    assert indicator._seen == []
