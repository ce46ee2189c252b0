import math

import pytest

from core.measure.change import PriceChange


def test_the_change_is_measured_from_exactly_one_span_ago() -> None:
    change = PriceChange(1_000)
    assert math.isnan(change.update(0, 100.0))
    assert math.isnan(change.update(999, 500.0))
    assert change.update(1_000, 110.0) == pytest.approx(10.0)
    assert change.update(1_998, 110.0) == pytest.approx(10.0)
    assert change.update(1_999, 250.0) == pytest.approx(-50.0)


def test_over_a_gap_the_last_close_known_then_is_used() -> None:
    change = PriceChange(1_000)
    change.update(0, 50.0)
    change.update(10, 100.0)
    assert change.update(1_500, 101.0) == pytest.approx(1.0)


def test_memory_is_bounded_by_the_span() -> None:
    change = PriceChange(1_000)
    for i in range(500):
        change.update(i * 10, 1.0)
    assert len(change._closes) <= 100
