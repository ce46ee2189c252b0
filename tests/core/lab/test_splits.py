"""Windows and folds: nothing learnt from may know what is tested on."""

from itertools import combinations, pairwise
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.durations import DAY_MS
from core.errors import ConfigurationError, InvariantBroken
from core.lab.splits import Window, backtest_paths, combinatorial_folds, purged_folds, walk_forward

SPANS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 30)), min_size=6, max_size=40)


def spans(drawn: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    opened = np.array([begin for begin, _ in drawn])
    return opened, opened + np.array([length for _, length in drawn])


def test_rolling_windows_learn_from_the_latest_and_test_the_next() -> None:
    assert walk_forward((0, 10), train=4, test=2) == [Window(0, 4, 4, 6), Window(2, 6, 6, 8), Window(4, 8, 8, 10)]


def test_anchored_windows_learn_from_all_there_was() -> None:
    assert walk_forward((0, 10), train=4, test=3, anchored=True) == [Window(0, 4, 4, 7), Window(0, 7, 7, 10)]


def test_a_gap_keeps_trades_begun_while_learning_out_of_the_test() -> None:
    assert walk_forward((100, 110), train=4, test=2, gap=1, step=3) == [
        Window(100, 104, 105, 107),
        Window(103, 107, 108, 110),
    ]
    assert walk_forward((0, 10), train=4, test=2, gap=1, anchored=True)[-1] == Window(0, 6, 7, 9)


def test_windows_may_be_times_as_well_as_indices() -> None:
    start = 1_704_067_200_000
    windows = walk_forward((start, start + 30 * DAY_MS), train=20 * DAY_MS, test=5 * DAY_MS)
    assert [(window.test_from - start) // DAY_MS for window in windows] == [20, 25]


@given(
    first=st.integers(-50, 50),
    extra=st.integers(0, 40),
    train=st.integers(1, 30),
    test=st.integers(1, 20),
    gap=st.integers(0, 9),
    anchored=st.booleans(),
)
def test_tests_follow_each_other_and_never_precede_what_was_learnt(
    *, first: int, extra: int, train: int, test: int, gap: int, anchored: bool
) -> None:
    end = first + train + gap + test + extra
    windows = walk_forward((first, end), train=train, test=test, gap=gap, anchored=anchored)
    for window in windows:
        assert first <= window.train_from < window.train_to <= window.test_from - gap
        assert window.test_to <= end
        assert (window.train_from == first) if anchored else (window.train_to - window.train_from == train)
    assert all(one.test_to == other.test_from for one, other in pairwise(windows))
    assert end - windows[-1].test_to < test


@pytest.mark.parametrize(
    ("train", "test", "step", "gap"), [(0, 1, None, 0), (1, 0, None, 0), (1, 1, 0, 0), (1, 1, None, -1)]
)
def test_lengths_that_are_none_are_refused(train: int, test: int, step: int | None, gap: int) -> None:
    with pytest.raises(ConfigurationError, match="at least 1"):
        walk_forward((0, 10), train=train, test=test, step=step, gap=gap)


def test_a_window_that_does_not_fit_is_refused_and_one_that_just_fits_is_not() -> None:
    assert len(walk_forward((0, 10), train=6, test=3, gap=1)) == 1
    with pytest.raises(ConfigurationError, match="do not fit into 10"):
        walk_forward((0, 10), train=6, test=3, gap=2)


def test_purging_drops_exactly_what_overlaps_and_the_embargo_what_follows() -> None:
    opened, closed = np.array([0, 1, 2, 3, 4, 5]), np.array([0, 2, 2, 3, 6, 5])
    first, second, third = purged_folds(opened, closed, folds=3)
    assert (first.test.tolist(), first.train.tolist()) == ([0, 1], [3, 4, 5])  # 2 begins while 1 is open
    assert (second.test.tolist(), second.train.tolist()) == ([2, 3], [0, 4, 5])
    assert (third.test.tolist(), third.train.tolist()) == ([4, 5], [0, 1, 2, 3])
    first, second, _ = purged_folds(opened, closed, folds=3, embargo=1)
    assert first.train.tolist() == [4, 5]
    assert second.train.tolist() == [0, 5]


@given(SPANS, st.integers(2, 6), st.integers(1, 3), st.integers(0, 25))
def test_nothing_learnt_from_touches_a_test_or_begins_in_its_embargo(
    drawn: list[tuple[int, int]], groups: int, tests: int, embargo: int
) -> None:
    opened, closed = spans(drawn)
    for train, test in combinatorial_folds(
        opened, closed, groups=groups, tests=min(tests, groups - 1), embargo=embargo
    ):
        for i in train:
            assert all(closed[i] < opened[j] or opened[i] > closed[j] + embargo for j in test)


@given(SPANS, st.integers(2, 6))
def test_each_sample_is_tested_once_and_without_overlap_all_others_are_learnt_from(
    drawn: list[tuple[int, int]], folds: int
) -> None:
    opened, closed = spans(drawn)
    splits = purged_folds(opened, closed, folds=folds)
    assert sorted(np.concatenate([split.test for split in splits]).tolist()) == list(range(len(drawn)))
    apart = np.arange(len(drawn)) * 10
    for train, test in purged_folds(apart, apart + 9, folds=folds):
        assert len(train) + len(test) == len(drawn)


def test_samples_may_come_in_any_order() -> None:
    opened, closed = np.array([30, 0, 20, 10]), np.array([35, 5, 25, 15])
    tests = [split.test.tolist() for split in purged_folds(opened, closed, folds=2)]
    assert tests == [[1, 3], [0, 2]]


def test_every_choice_of_groups_is_tested() -> None:
    times = np.arange(12)
    splits = combinatorial_folds(times, times, groups=6, tests=2)
    tested = [tuple(sorted({int(i) // 2 for i in split.test})) for split in splits]
    assert tested == list(combinations(range(6), 2))


@pytest.mark.parametrize(("groups", "tests"), [(6, 2), (5, 1), (5, 4), (7, 3)])
def test_each_path_tests_all_of_time_once_and_no_test_is_used_twice(groups: int, tests: int) -> None:
    paths = backtest_paths(groups, tests)
    chosen = list(combinations(range(groups), tests))
    assert paths.shape == (comb(groups, tests) * tests // groups, groups)
    used = [(split, group) for row in paths.tolist() for group, split in enumerate(row)]
    assert all(group in chosen[split] for split, group in used)
    assert len(set(used)) == len(used) == len(chosen) * tests


@pytest.mark.parametrize(("groups", "tests", "embargo"), [(1, 1, 0), (3, 0, 0), (3, 3, 0), (5, 1, 0), (2, 1, -1)])
def test_folds_that_leave_nothing_to_learn_or_test_are_refused(groups: int, tests: int, embargo: int) -> None:
    times = np.arange(4)
    with pytest.raises(ConfigurationError, match=f"groups={groups}"):
        combinatorial_folds(times, times, groups=groups, tests=tests, embargo=embargo)


@pytest.mark.parametrize("closed", [[0, 1], [0, 1, 1]])
def test_spans_that_end_before_they_begin_are_a_bug(closed: list[int]) -> None:
    with pytest.raises(InvariantBroken, match="span"):
        purged_folds(np.arange(3), np.array(closed), folds=2)
