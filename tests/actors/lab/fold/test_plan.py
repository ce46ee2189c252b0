"""Folds never learn from what they test on."""

import pytest

from actors.lab.fold.plan import purged, rolling
from core.durations import DAY_MS
from core.errors import ConfigurationError
from tests.actors.made import BAR_MS, START_MS, bars_of

BARS = bars_of(288 * 20)
END_MS = START_MS + 20 * DAY_MS


@pytest.mark.parametrize("anchored", [False, True])
def test_a_walk_tests_each_day_after_the_first_training_once(anchored: bool) -> None:  # noqa: FBT001
    cuts = rolling(BARS, train_days=6, test_days=3, embargo_bars=288, anchored=anchored)
    assert [cut.test for cut in cuts] == [
        (START_MS + day * DAY_MS, START_MS + (day + 3) * DAY_MS) for day in (7, 10, 13, 16)
    ]
    for cut in cuts:
        ((first, end),) = cut.train
        assert cut.test[0] - end == 288 * BAR_MS
        assert first == START_MS if anchored else end - first == 6 * DAY_MS


@pytest.mark.parametrize("embargo", [0, 100])
def test_purged_folds_test_everything_once_and_learn_outside_test_and_embargo(embargo: int) -> None:
    cuts = purged(BARS, folds=4, embargo_bars=embargo)
    assert [cut.test[0] for cut in cuts[1:]] == [cut.test[1] for cut in cuts[:-1]]
    assert (cuts[0].test[0], cuts[-1].test[1]) == (START_MS, END_MS)
    for cut in cuts:
        assert all(end <= cut.test[0] or first > cut.test[1] - 1 + embargo * BAR_MS for first, end in cut.train)
    assert [len(cut.train) for cut in cuts] == [1, 2, 2, 1]


def test_what_does_not_fit_is_refused_in_days() -> None:
    assert rolling(BARS, train_days=15, test_days=5, embargo_bars=0, anchored=False)
    with pytest.raises(ConfigurationError, match=r"--train-days 15 .* 20\.0 days"):
        rolling(BARS, train_days=15, test_days=5, embargo_bars=1, anchored=False)
    with pytest.raises(ConfigurationError, match="nothing to learn"):
        purged(BARS, folds=2, embargo_bars=288 * 20)
