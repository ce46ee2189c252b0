"""The hidden regime: moods that move macro and news, and under each the stretches that move the price.

Theory of operation: a mood lasts some days, a stretch some hours, both as long as a gamma variate says (few very short
ones, no memoryless blips). A stretch is drawn from its mood when it begins, so a new mood shows in the dollar, in
dominance and in the news before the price follows. None of this leaves the adapter.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Mood(NamedTuple):
    """What a mood does; signs are directions, sizes are shares of the parameters' strengths."""

    weight: float
    """Relative frequency."""
    dollar: float
    dominance: float
    crypto_tone: float
    """-1 all bad to 1 all good."""
    macro_tone: float
    """As risk assets see it: 1 is a soft dollar and cheap money."""
    neutral: float
    """Share of headlines that say nothing."""
    homing: float
    """How much faster than usual DXY and BTC.D return to where they came from."""
    stretches: tuple[float, float, float, float]
    """Relative frequencies of rally, slump, quiet and violent."""


RALLY, SLUMP, QUIET, VIOLENT = range(4)
NO_MOOD = -1

MOODS = (
    Mood(0.27, -1.0, 1.0, 0.9, 0.8, 0.15, 1.0, (0.54, 0.06, 0.24, 0.16)),  # risk is bought
    Mood(0.27, 1.0, -1.0, -0.9, -0.8, 0.15, 1.0, (0.06, 0.52, 0.22, 0.20)),  # risk is sold
    Mood(0.26, 0.0, 0.0, 0.0, 0.0, 0.70, 6.0, (0.13, 0.13, 0.56, 0.18)),  # nobody cares
    Mood(0.11, 1.0, 1.1, 0.9, -0.2, 0.20, 1.0, (0.52, 0.08, 0.22, 0.18)),  # bought against the dollar
    Mood(0.09, -1.0, -1.1, -0.9, 0.2, 0.20, 1.0, (0.08, 0.50, 0.22, 0.20)),  # sold though the dollar falls
)

_GAMMA_SHAPE = 3.0
_MOOD_WEIGHTS = np.array([mood.weight for mood in MOODS])
_STRETCH_WEIGHTS = np.array([mood.stretches for mood in MOODS])


class Spell(NamedTuple):
    """A mood or stretch under way."""

    kind: int
    bars_left: int


Kinds = npt.NDArray[np.intp]


def unfold_moods(rng: np.random.Generator, now: Spell, *, bars: int, mean_bars: float) -> tuple[Kinds, Spell]:
    """Each bar's mood, shape (bars,), and the mood that goes on after them; a mood never follows itself."""
    kinds = np.empty(bars, dtype=np.intp)
    at = 0
    while at < bars:
        if now.bars_left == 0:
            weights = np.where(np.arange(len(MOODS)) == now.kind, 0.0, _MOOD_WEIGHTS)
            now = _begin(rng, weights, mean_bars)
        at, now = _spend(kinds, at, now)
    return kinds, now


def unfold_stretches(rng: np.random.Generator, now: Spell, *, moods: Kinds, mean_bars: float) -> tuple[Kinds, Spell]:
    """Each bar's stretch, shape as `moods`, and the one that goes on; a mood is asked when a stretch begins."""
    kinds = np.empty(len(moods), dtype=np.intp)
    at = 0
    while at < len(moods):
        if now.bars_left == 0:
            now = _begin(rng, _STRETCH_WEIGHTS[moods[at]], mean_bars)
        at, now = _spend(kinds, at, now)
    return kinds, now


def _begin(rng: np.random.Generator, weights: npt.NDArray[np.float64], mean_bars: float) -> Spell:
    edges = np.cumsum(weights)
    kind = int(np.searchsorted(edges, rng.random() * edges[-1], side="right"))
    return Spell(kind, max(1, round(rng.gamma(_GAMMA_SHAPE, mean_bars / _GAMMA_SHAPE))))


def _spend(kinds: Kinds, at: int, now: Spell) -> tuple[int, Spell]:
    end = min(len(kinds), at + now.bars_left)
    kinds[at:end] = now.kind
    return end, Spell(now.kind, now.bars_left - (end - at))
