"""What the words around a term do to its tone: deny it, doubt it, undo it, or say which way its subject moves.

All of it happens within a clause. A term's factor is the product of what applies; the words that made it are kept.

| what | example | factor |
|---|---|---|
| negation before it | `no rate cut` | minus `negation_strength` |
| bad news undone, near it | `hack funds returned` | minus `negation_strength` |
| a move of what is bad when it rises | `inflation is rising` | -1 |
| a hedge before it, or a question | `may approve`, `… crash?` | `hedge_strength` |
"""

from collections.abc import Collection
from typing import NamedTuple

from core.news.lexicon import DIRECTIONS, HEDGES, NEGATIONS, RELIEFS, UNWELCOME, Term
from core.news.params import NewsParams
from core.news.words import CLAUSE_ENDS, stem


class Found(NamedTuple):
    """A term and where it stands."""

    term: Term
    at: int
    """Index of its first word."""
    end: int
    """Index after its last word."""


class Hit(NamedTuple):
    """A term found in a title."""

    phrase: str
    weight: float
    """Its tone here: turned where negated."""
    because: str = ""
    """The words that turned or weakened it; empty where it stands as the lexicon has it."""

    def shown(self) -> str:
        """Such as `rate cut -0.3 (no)`."""
        return f"{self.phrase} {self.weight:+g}" + (f" ({self.because})" if self.because else "")


_DIRECTIONS = frozenset(map(stem, DIRECTIONS))
_CONTRACTED = "n't"
_TURNING = NEGATIONS | RELIEFS | HEDGES | {"?"}


def hits(words: list[str], stems: list[str], found: list[Found], params: NewsParams) -> tuple[Hit, ...]:
    """Every term with its tone as the words around it leave it.

    Args:
        words: Lower-case words and clause ends, as `words_of` gives them.
        stems: Their stems.
        found: The terms in order; they do not overlap.
        params: How far each influence reaches and how strong it is.
    """
    if not _could_turn(words, found):
        return tuple([Hit(one.term.phrase, one.term.weight) for one in found])
    title = _Title(words, stems, found, params)
    return tuple(title.hit(place) if one.term.weight else Hit(one.term.phrase, 0.0) for place, one in enumerate(found))


class _Title:
    """A headline's words, and the terms found among them."""

    def __init__(self, words: list[str], stems: list[str], found: list[Found], params: NewsParams) -> None:
        self._words, self._stems, self._found, self._params = words, stems, found, params
        self._negations = NEGATIONS.union([word for word in words if word.endswith(_CONTRACTED)])
        self._inside = {index for one in found for index in range(one.at, one.end)}

    def hit(self, place: int) -> Hit:
        """A term that has a tone, with all that turns or weakens it."""
        one, params = self._found[place], self._params
        turns = (
            (-params.negation_strength, self._before(one, self._negations, params.negation_words, self._inside)),
            (-params.negation_strength, self._relief(one)),
            (-1.0, self._unwelcome(place)),
            (params.hedge_strength, self._hedge(one)),
        )
        weight = one.term.weight
        for factor, word in turns:
            weight *= factor if word else 1.0
        return Hit(one.term.phrase, weight, " ".join(word for _, word in turns if word))

    def _relief(self, one: Found) -> str:
        """The word that undoes a bad event; a mere tone is not undone, or `fails to recover` would be good news."""
        if one.term.weight >= 0 or not one.term.category:
            return ""
        own = frozenset(range(one.at, one.end))
        found = self._before(one, RELIEFS, self._params.relief_words, own)
        return found or self._after(one, RELIEFS, self._params.relief_words)

    def _hedge(self, one: Found) -> str:
        found = self._before(one, HEDGES, self._params.hedge_words, self._inside)
        return found or ("?" if self._words[-1] == "?" else "")

    def _unwelcome(self, place: int) -> str:
        """The subject that this word moves, if its rise is bad news: the one right after, or the nearest before."""
        one = self._found[place]
        if one.end - one.at > 1 or self._stems[one.at] not in _DIRECTIONS:
            return ""
        following = self._found[place + 1] if place + 1 < len(self._found) else None
        if following is not None and following.at == one.end and following.term.phrase in UNWELCOME:
            return following.term.phrase
        subject = next((other for other in reversed(self._found[:place]) if other.term.category), None)
        if subject is None or subject.term.phrase not in UNWELCOME:
            return ""
        between = self._words[subject.end : one.at]
        is_near = len(between) <= self._params.direction_words and not CLAUSE_ENDS.intersection(between)
        return subject.term.phrase if is_near else ""

    def _before(self, one: Found, wanted: frozenset[str], reach: int, spoken_for: Collection[int]) -> str:
        """The nearest word before a term that is wanted and not spoken for; empty where there is none."""
        first = max(0, one.at - reach)
        if wanted.isdisjoint(self._words[first : one.at]):
            return ""
        return self._first(wanted, range(one.at - 1, first - 1, -1), spoken_for)

    def _after(self, one: Found, wanted: frozenset[str], reach: int) -> str:
        if wanted.isdisjoint(self._words[one.end : one.end + reach]):
            return ""
        return self._first(wanted, range(one.end, min(len(self._words), one.end + reach)), ())

    def _first(self, wanted: frozenset[str], indices: range, spoken_for: Collection[int]) -> str:
        for index in indices:
            word = self._words[index]
            if word in CLAUSE_ENDS:
                return ""
            if word in wanted and index not in spoken_for:
                return word
        return ""


def _could_turn(words: list[str], found: list[Found]) -> bool:
    """Whether any word or subject is there that could turn or weaken a term; most headlines have none."""
    if not _TURNING.isdisjoint(words) or any(one.term.phrase in UNWELCOME for one in found):
        return True
    return _CONTRACTED in " ".join(words)
