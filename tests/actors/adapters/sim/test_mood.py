from itertools import pairwise

import numpy as np
import pytest

from actors.adapters.sim.mood import (
    MOODS,
    NO_MOOD,
    QUIET,
    RALLY,
    SLUMP,
    VIOLENT,
    Kinds,
    Spell,
    unfold_moods,
    unfold_stretches,
)


def moods(bars: int) -> Kinds:
    return unfold_moods(np.random.default_rng(5), Spell(NO_MOOD, 0), bars=bars, mean_bars=100.0)[0]


def lengths(kinds: Kinds) -> list[int]:
    edges = [0, *(np.flatnonzero(np.diff(kinds)) + 1).tolist(), len(kinds)]
    return [after - before for before, after in pairwise(edges)]


def test_every_mood_occurs_about_as_often_as_its_weight() -> None:
    share = np.bincount(moods(400_000), minlength=len(MOODS)) / 400_000
    assert share == pytest.approx([mood.weight for mood in MOODS], abs=0.04)


def test_a_mood_lasts_as_long_as_the_mean_says() -> None:
    assert np.mean(lengths(moods(200_000))) == pytest.approx(100, rel=0.05)


def test_a_spell_goes_on_over_midnight() -> None:
    rng = np.random.default_rng(1)
    kinds, left = unfold_moods(rng, Spell(2, 15), bars=10, mean_bars=100.0)
    assert kinds.tolist() == [2] * 10
    assert left == Spell(2, 5)
    kinds, _ = unfold_moods(rng, left, bars=10, mean_bars=100.0)
    assert kinds[:5].tolist() == [2] * 5
    assert kinds[5] != 2


def test_a_stretch_outlives_the_mood_it_began_in() -> None:
    changed = np.array([0] * 5 + [1] * 15)
    kinds, _ = unfold_stretches(np.random.default_rng(1), Spell(RALLY, 12), moods=changed, mean_bars=5.0)
    assert kinds[:12].tolist() == [RALLY] * 12


@pytest.mark.parametrize(("mood", "usual"), [(0, RALLY), (1, SLUMP), (2, QUIET), (3, RALLY), (4, SLUMP)])
def test_each_mood_has_its_usual_stretch(mood: int, usual: int) -> None:
    kinds, _ = unfold_stretches(np.random.default_rng(1), Spell(QUIET, 0), moods=np.full(100_000, mood), mean_bars=50.0)
    share = np.bincount(kinds, minlength=4) / len(kinds)
    assert np.argmax(share) == usual
    assert share[VIOLENT] > 0.1
    assert share == pytest.approx(MOODS[mood].stretches, abs=0.05)


def test_the_shares_of_a_mood_add_up() -> None:
    assert sum(mood.weight for mood in MOODS) == pytest.approx(1)
    assert all(sum(mood.stretches) == pytest.approx(1) for mood in MOODS)
