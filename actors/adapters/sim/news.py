"""A day's headlines: as many good and bad ones as the mood makes, and one for every jump of the price."""

from collections.abc import Iterator

import numpy as np

from actors.adapters.sim.headlines import BLANKS, SHOCKS, TEMPLATES, Tone, Topic
from actors.adapters.sim.mood import MOODS, Kinds
from actors.adapters.sim.params import SimParams
from core.market.bars import Floats
from core.messages import NewsPublished

_CRYPTO_SHARE = 0.6
_SOURCE = "simulated wire"


def unfold_news(
    rng: np.random.Generator, *, day_ms: int, bar_ms: int, moods: Kinds, jumps: Floats, params: SimParams
) -> list[NewsPublished]:
    """The headlines of a day, oldest first, at whole seconds."""
    everything = [
        *_moody(rng, day_ms=day_ms, bar_ms=bar_ms, moods=moods, params=params),
        *_shocks(rng, day_ms=day_ms, bar_ms=bar_ms, jumps=jumps),
    ]
    return sorted(everything, key=lambda headline: headline.ts)


def _moody(
    rng: np.random.Generator, *, day_ms: int, bar_ms: int, moods: Kinds, params: SimParams
) -> Iterator[NewsPublished]:
    for second in rng.integers(0, 86_400, rng.poisson(params.headlines_per_day)).tolist():
        mood = MOODS[moods[second * 1_000 // bar_ms]]
        topic: Topic = "crypto" if rng.random() < _CRYPTO_SHARE else "macro"
        slant = mood.crypto_tone if topic == "crypto" else mood.macro_tone
        tone = _tone(slant, neutral=mood.neutral, luck=rng.random())
        yield NewsPublished(day_ms + second * 1_000, _SOURCE, _fill(rng, TEMPLATES[topic, tone]))


def _shocks(rng: np.random.Generator, *, day_ms: int, bar_ms: int, jumps: Floats) -> Iterator[NewsPublished]:
    for bar in np.flatnonzero(jumps).tolist():
        tone: Tone = "good" if jumps[bar] > 0 else "bad"
        yield NewsPublished(day_ms + bar * bar_ms + 1_000, _SOURCE, _fill(rng, SHOCKS[tone]))


def _tone(slant: float, *, neutral: float, luck: float) -> Tone:
    if luck < neutral:
        return "neutral"
    good = (1 - neutral) * (1 + slant) / 2
    return "good" if luck < neutral + good else "bad"


def _fill(rng: np.random.Generator, templates: tuple[str, ...]) -> str:
    template = templates[int(rng.integers(len(templates)))]
    words = {name: choices[int(rng.integers(len(choices)))] for name, choices in BLANKS.items()}
    title = template.format(**words)
    return title[0].upper() + title[1:]
