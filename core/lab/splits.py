"""Honest ways to cut time into what is learnt from and what is tested on.

Times are bar indices or UTC ms; one call keeps to one of them.

Source:
    López de Prado (2018), Advances in Financial Machine Learning: chapter 7 (purging, embargo), 12 (combinatorial).
"""

from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np

from core.errors import ConfigurationError, InvariantBroken
from core.market.bars import Flags, Times


class Window(NamedTuple):
    """One step of a walk forward; from the first time up to, not including, the second."""

    train_from: int
    train_to: int
    test_from: int
    test_to: int


class Split(NamedTuple):
    """Positions of the samples to learn from and to test on, rising."""

    train: Times
    test: Times


def walk_forward(
    span: tuple[int, int], *, train: int, test: int, step: int | None = None, gap: int = 0, anchored: bool = False
) -> list[Window]:
    """The windows of a walk forward: learn on one stretch, test on the next, move on.

    Args:
        span: First time and the time after the last one.
        train: Length learnt from; the first window's, where anchored.
        test: Length tested on.
        step: From one window to the next; None is `test`, so that tests follow each other without gap or overlap.
        gap: Left out between learning and testing: as long as a trade begun while learning may last.
        anchored: Learn from the start of the span each time, instead of from the last `train`.

    Returns:
        Windows that fit wholly, oldest first; times after the last are too few for another one.

    Raises:
        ConfigurationError: If a length is not positive or not even one window fits.
    """
    first, end = span
    by = test if step is None else step
    if min(train, test, by) < 1 or gap < 0:
        raise ConfigurationError(
            f"train={train}, test={test}, step={by}, gap={gap}: lengths are at least 1, the gap at least 0"
        )
    if train + gap + test > end - first:
        raise ConfigurationError(
            f"train={train}, gap={gap} and test={test} do not fit into {end - first}: shorten them or bring more data"
        )
    return [
        Window(first if anchored else begin - gap - train, begin - gap, begin, begin + test)
        for begin in range(first + train + gap, end - test + 1, by)
    ]


def purged_folds(opened: Times, closed: Times, *, folds: int, embargo: int = 0) -> list[Split]:
    """K-fold cross-validation in order of time that keeps what it tests on out of what it learns from.

    Args: as `combinatorial_folds`; `folds` is the number of groups, each tested once.
    """
    return combinatorial_folds(opened, closed, groups=folds, tests=1, embargo=embargo)


def combinatorial_folds(opened: Times, closed: Times, *, groups: int, tests: int, embargo: int = 0) -> list[Split]:
    """Every choice of `tests` out of `groups` stretches of time to test on, learning from the rest.

    A sample is not learnt from if its span touches the time from the first open to the last close of a tested group
    (purged), or opens within `embargo` after it.

    Args:
        opened: When each sample's span begins (a trade's entry, a label's bar); any order, shape (N,).
        closed: When it is known (the exit, the label's last bar), that time included; shape (N,).
        groups: Stretches of as many samples each, give or take one; 2 <= groups <= N.
        tests: Groups tested at a time; 1 <= tests < groups.
        embargo: Time after a test that nothing learnt from may begin in; >= 0.

    Returns:
        comb(groups, tests) splits, in lexicographic order of the tested groups.

    Raises:
        ConfigurationError: If groups, tests or embargo are out of range.
        InvariantBroken: If shapes differ or a span ends before it begins.
    """
    if opened.shape != closed.shape or np.any(closed < opened):
        raise InvariantBroken("every sample needs one span that does not end before it begins")
    _check(groups, tests)
    if embargo < 0 or groups > len(opened):
        raise ConfigurationError(
            f"embargo={embargo} and groups={groups} for {len(opened)} samples: at least 0, and a sample per group"
        )
    members = np.array_split(np.lexsort((closed, opened)), groups)
    barred = [_touching(opened, closed, group, embargo) for group in members]
    splits = []
    for chosen in combinations(range(groups), tests):
        test = np.sort(np.concatenate([members[group] for group in chosen]))
        train = np.flatnonzero(~np.any([barred[group] for group in chosen], axis=0))
        splits.append(Split(train, test))
    return splits


def backtest_paths(groups: int, tests: int) -> Times:
    """Which split's test fills each group of each backtest path that `combinatorial_folds` allows.

    Returns:
        Shape (paths, groups), paths = comb(groups - 1, tests - 1): positions in the list of splits. Put together along
        a row, they test all of time once; each split's test of a group belongs to exactly one path.
    """
    _check(groups, tests)
    paths = np.empty((comb(groups - 1, tests - 1), groups), dtype=np.int64)
    used = [0] * groups
    for split, chosen in enumerate(combinations(range(groups), tests)):
        for group in chosen:
            paths[used[group], group] = split
            used[group] += 1
    return paths


def _check(groups: int, tests: int) -> None:
    if not 1 <= tests < groups:
        raise ConfigurationError(f"groups={groups}, tests={tests}: test at least 1 group and learn from at least 1")


def _touching(opened: Times, closed: Times, group: Times, embargo: int) -> Flags:
    """Which samples may not be learnt from while this group is tested; its own are among them."""
    begin, end = opened[group].min(), closed[group].max()
    touching: Flags = (opened <= end + embargo) & (closed >= begin)
    return touching
