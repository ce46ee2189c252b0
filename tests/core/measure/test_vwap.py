import math
import random
import statistics

import pytest

from core.measure.vwap import RollingDeviation, SessionVwap


def test_the_vwap_weighs_typical_prices_by_volume() -> None:
    vwap = SessionVwap()
    assert vwap.update(12.0, 9.0, 9.0, 1.0) == 10.0
    assert vwap.update(23.0, 17.0, 20.0, 3.0) == pytest.approx(17.5)


def test_a_session_without_volume_has_no_vwap_and_does_not_divide_by_zero() -> None:
    vwap = SessionVwap()
    assert math.isnan(vwap.update(12.0, 9.0, 9.0, 0.0))
    assert vwap.update(12.0, 9.0, 9.0, 1e-9) == pytest.approx(10.0)


def test_anchoring_forgets_earlier_trades() -> None:
    vwap = SessionVwap()
    vwap.update(1.0, 1.0, 1.0, 1e9)
    vwap.anchor()
    assert vwap.update(5.0, 5.0, 5.0, 1.0) == 5.0


def test_the_rolling_deviation_is_the_population_deviation_of_the_window() -> None:
    rng = random.Random(7)
    values = [rng.gauss(0.0, 300.0) for _ in range(1_000)]
    rolling = RollingDeviation(48)
    measured = [rolling.update(value) for value in values]

    assert all(math.isnan(value) for value in measured[:47])
    for i in range(47, len(values)):
        assert measured[i] == pytest.approx(statistics.pstdev(values[i - 47 : i + 1]), rel=1e-9)


def test_rounding_does_not_pile_up_after_enormous_values_have_left() -> None:
    rolling = RollingDeviation(10)
    for _ in range(10):
        rolling.update(1e9)
    for i in range(20):
        last = rolling.update(float(i % 2))
    assert last == pytest.approx(0.5, rel=1e-12)


def test_equal_values_deviate_by_exactly_zero() -> None:
    rolling = RollingDeviation(3)
    assert [rolling.update(0.1) for _ in range(4)][2:] == [0.0, 0.0]


def test_an_undefined_value_is_left_out_of_the_window() -> None:
    rolling = RollingDeviation(2)
    rolling.update(1.0)
    assert math.isnan(rolling.update(math.nan))
    assert rolling.update(3.0) == 1.0
