"""A headline as counted features: what the optional model is trained on and scores by, the same function for both.

Four blocks, told apart by a prefix: `w:` stems and pairs of stems, `c:` runs of letters within a word, `l:` lexicon
terms with the side they take here, `t:` the lexicon's tones in sum. The first two are weighted by rarity and scaled to
length 1.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, pairwise

from core.news.turns import Hit

SHORTEST_RUN, LONGEST_RUN = 2, 5
TERM_VALUE = 0.3  # beside blocks of length 1, a term must not drown the words it is made of
_MOST_TONE = 2.0


def word_counts(stems: Sequence[str]) -> Counter[str]:
    """Stems and neighbouring pairs."""
    counts = Counter(f"w:{one}" for one in stems)
    counts.update(f"w:{one} {two}" for one, two in pairwise(stems))
    return counts


def run_counts(title: str) -> Counter[str]:
    """Runs of letters within blank-separated words, whose ends count as blanks."""
    return Counter(chain.from_iterable(map(_runs, title.lower().split())))


@lru_cache(maxsize=8192)
def _runs(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    lengths = range(SHORTEST_RUN, min(LONGEST_RUN, len(padded)) + 1)
    return tuple(f"c:{padded[at : at + length]}" for length in lengths for at in range(len(padded) - length + 1))


def tone_values(hits: Sequence[Hit]) -> dict[str, float]:
    """What the lexicon found, as values that are used as they are."""
    values = {f"l:{hit.phrase}{_side(hit.weight)}": TERM_VALUE for hit in hits}
    good = sum(hit.weight for hit in hits if hit.weight > 0)
    bad = -sum(hit.weight for hit in hits if hit.weight < 0)
    values |= {"t:sum": max(-1.0, min(1.0, good - bad)), "t:good": min(good, _MOST_TONE), "t:bad": min(bad, _MOST_TONE)}
    values[f"t:side{_side(good - bad)}"] = 1.0
    return values


def shown(name: str) -> str:
    """A feature as people read it: words as they are, runs of letters in quotes, the lexicon by its name."""
    block, _, rest = name.partition(":")
    match block:
        case "c":
            return f"'{rest}'"
        case "l":
            return f"lexicon: {rest[:-1]}"
        case "t":
            return f"lexicon's {rest.rstrip('+-0')}"
        case _:
            return rest


def _side(weight: float) -> str:
    return "+" if weight > 0 else "-" if weight < 0 else "0"
