"""A market arrives as it left, and its beginning is what the first bars alone would be."""

import numpy as np

from actors.lab.cluster.market import SweptMarket


def test_a_packed_market_is_the_same_and_smaller(swept: SweptMarket) -> None:
    packed = swept.packed()
    again = SweptMarket.unpacked(packed)
    assert again.sha256 == swept.sha256
    assert np.array_equal(again.bars.close, swept.bars.close)
    assert len(packed) < 6 * 8 * len(swept.bars)


def test_days_are_as_many_as_a_result_keeps(swept: SweptMarket) -> None:
    result = swept.sweep().run([{}], keep_days=True)
    assert result.marks is not None
    assert result.marks.shape == (1, swept.days)


def test_a_beginning_has_no_stretch_behind_its_end(swept: SweptMarket) -> None:
    first = swept.beginning(500)
    assert len(first.bars) == first.path.bars == 500
    assert all(each.first < 500 for each in first.path.stretches)
    assert first.sha256 != swept.sha256
    assert len(swept.beginning(10**9).bars) == len(swept.bars)
