"""Bars: cuts, gaps and fingerprints."""

from dataclasses import replace

import numpy as np
import pytest

from core.market.bars import Bars, Gap

FIVE = 300_000


def bars(*opens: int, symbol: str = "BTCUSDT") -> Bars:
    ramp = np.arange(len(opens), dtype=np.float64) + 100
    times = np.array(opens, dtype=np.int64) * FIVE
    return Bars(symbol, FIVE, times, ramp, ramp + 2, ramp - 2, ramp + 1, ramp * 0 + 5)


def test_a_cut_keeps_the_columns_together() -> None:
    whole = replace(bars(0, 1, 2, 3), incomplete=np.array([False, True, False, False]))
    cut = whole.between(1, 3)
    assert len(cut) == 2
    assert cut.open_ms.tolist() == [FIVE, 2 * FIVE]
    assert cut.close.tolist() == [102.0, 103.0]
    assert cut.incomplete is not None
    assert cut.incomplete.tolist() == [True, False]
    assert np.shares_memory(cut.open, whole.open)


@pytest.mark.parametrize(
    ("opens", "gaps"),
    [
        ((), []),
        ((7,), []),
        ((0, 1, 2), []),
        ((0, 2), [Gap(FIVE, FIVE, 1)]),
        ((0, 1, 5, 6, 8), [Gap(2 * FIVE, 4 * FIVE, 3), Gap(7 * FIVE, 7 * FIVE, 1)]),
    ],
)
def test_every_gap_is_found_with_its_first_and_last_missing_bar(opens: tuple[int, ...], gaps: list[Gap]) -> None:
    assert bars(*opens).gaps() == gaps


def test_equal_bars_have_equal_fingerprints_whatever_their_memory_looks_like() -> None:
    plain = bars(0, 1, 2)
    big_endian = replace(plain, close=plain.close.astype(">f8"))
    strided = replace(plain, close=np.repeat(plain.close, 2)[::2])
    assert plain.sha256() == big_endian.sha256() == strided.sha256() == bars(0, 1, 2).sha256()


@pytest.mark.parametrize("column", ["open_ms", "open", "high", "low", "close", "volume"])
def test_every_column_is_in_the_fingerprint(column: str) -> None:
    plain = bars(0, 1, 2)
    values = getattr(plain, column).copy()
    values[-1] += 1
    assert replace(plain, **{column: values}).sha256() != plain.sha256()


def test_symbol_and_timeframe_are_in_the_fingerprint() -> None:
    plain = bars(0, 1, 2)
    assert replace(plain, symbol="ETHUSDT").sha256() != plain.sha256()
    assert replace(plain, timeframe_ms=60_000).sha256() != plain.sha256()
