"""How a market is cut into what is learnt from and what is tested on; times are UTC ms."""

from typing import NamedTuple

import numpy as np

from core.durations import DAY_MS
from core.errors import ConfigurationError
from core.lab.splits import purged_folds, walk_forward
from core.market.bars import Bars, Times

Span = tuple[int, int]
"""First time, and the time after the last one."""


class Cut(NamedTuple):
    """One fold."""

    train: tuple[Span, ...]
    """Stretches learnt from; two where the test lies between them."""
    test: Span


def rolling(bars: Bars, *, train_days: int, test_days: int, embargo_bars: int, anchored: bool) -> list[Cut]:
    """Learn on one stretch, test on the next, move on by the tested length.

    Args:
        bars: The market.
        train_days: Days learnt from; the first fold's, where anchored.
        test_days: Days tested on.
        embargo_bars: Bars left out between the two.
        anchored: Learn from the market's beginning each time.

    Raises:
        ConfigurationError: If not one fold fits.
    """
    first, end = int(bars.open_ms[0]), int(bars.open_ms[-1]) + bars.timeframe_ms
    gap = embargo_bars * bars.timeframe_ms
    if (train_days + test_days) * DAY_MS + gap > end - first:
        raise ConfigurationError(
            f"--train-days {train_days} and --test-days {test_days} with an embargo of {embargo_bars} bars do not fit "
            f"into {(end - first) / DAY_MS:.1f} days of candles: shorten them or bring more candles"
        )
    windows = walk_forward((first, end), train=train_days * DAY_MS, test=test_days * DAY_MS, gap=gap, anchored=anchored)
    return [Cut(((each.train_from, each.train_to),), (each.test_from, each.test_to)) for each in windows]


def purged(bars: Bars, *, folds: int, embargo_bars: int) -> list[Cut]:
    """K-fold cross-validation: each part is tested once by what the others taught.

    A run that learns ends where the tested part begins and another begins behind its embargo, so no position that is
    learnt from reaches into the test.

    Args:
        bars: The market.
        folds: How many parts; at least two.
        embargo_bars: Bars after a tested part that nothing is learnt from.

    Raises:
        ConfigurationError: If there are too many folds for the bars.
    """
    length = bars.timeframe_ms
    opened, closed = bars.open_ms, bars.open_ms + length - 1
    found = []
    for split in purged_folds(opened, closed, folds=folds, embargo=embargo_bars * length):
        train = tuple((int(opened[a]), int(closed[b]) + 1) for a, b in _runs(split.train))
        test = (int(opened[split.test[0]]), int(closed[split.test[-1]]) + 1)
        if not train:
            raise ConfigurationError(f"--folds {folds} with an embargo of {embargo_bars} bars leaves nothing to learn")
        found.append(Cut(train, test))
    return found


def _runs(places: Times) -> list[tuple[int, int]]:
    """First and last of each run of consecutive positions."""
    if not len(places):
        return []
    parts = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    return [(int(part[0]), int(part[-1])) for part in parts if len(part) > 1]
