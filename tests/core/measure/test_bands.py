import math

import pytest

from core.measure.bands import atr_bands, sigma_bands


@pytest.mark.parametrize(("k", "expected"), [(0.0, (100.0, 100.0)), (1.0, (96.0, 104.0)), (2.5, (90.0, 110.0))])
def test_both_methods_put_k_widths_on_either_side(k: float, expected: tuple[float, float]) -> None:
    assert atr_bands(100.0, 4.0, k) == expected
    assert sigma_bands(100.0, 4.0, k) == expected


def test_bands_of_an_unmeasured_middle_or_width_are_not_numbers() -> None:
    assert all(math.isnan(band) for band in (*atr_bands(math.nan, 1.0, 1.0), *sigma_bands(1.0, math.nan, 1.0)))
