"""Agreement with labels, against figures worked out by hand and by a library."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score  # type: ignore[import-untyped]  # it has none

from actors.lab.headlines.labelled import Labelled, class_of
from actors.lab.headlines.measure import agreement


def labelled(*classes: int) -> Labelled:
    return Labelled(tuple(map(str, range(len(classes)))), np.array(classes), np.arange(len(classes)))


def test_figures_worked_out_by_hand() -> None:
    tones = [0.5, -0.5, 0.0, 0.5]
    found = agreement(lambda title: tones[int(title)], labelled(0, 1, 2, 2))
    assert (found.headlines, found.accuracy) == (4, 0.75)
    assert found.f1 == pytest.approx({"positive": 2 / 3, "negative": 1.0, "neutral": 2 / 3})
    assert found.macro_f1 == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    assert found.per_second > 0


def test_a_class_never_given_counts_zero() -> None:
    assert agreement(lambda _: 0.0, labelled(0, 1, 2)).f1 == pytest.approx(
        {"positive": 0.0, "negative": 0.0, "neutral": 0.5}
    )


def test_the_figures_are_the_librarys() -> None:
    rng = np.random.default_rng(7)
    tones, true = rng.choice([-0.5, 0.0, 0.5], 300), rng.integers(0, 3, 300)
    found = agreement(lambda title: tones[int(title)], labelled(*true.tolist()))
    given = [class_of(tone) for tone in tones]
    assert found.accuracy == pytest.approx(accuracy_score(true, given))
    assert found.macro_f1 == pytest.approx(f1_score(true, given, average="macro"))
