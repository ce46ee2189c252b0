"""What a headline says: its subject, tone and impact, and the terms that made them.

The title and its time are all that is looked at. Terms match longest first and do not overlap; a negation turns the
tones that follow it within its clause. The tone is their sum, within [-1, 1].
"""

from typing import NamedTuple

from core.message import Facts, message
from core.news.lexicon import NEGATIONS, Impact, Term, terms
from core.news.params import NewsParams
from core.news.words import CLAUSE_ENDS, is_english, stem, words_of

_GENERIC = "CRYPTO_MARKET"
_GENERIC_RELEVANCE = 0.5  # market chatter repeats what price already says
_RANK: dict[Impact, int] = {"LOW": 0, "MEDIUM": 1, "HIGH": 2}
_IMPACTS: tuple[Impact, ...] = ("LOW", "MEDIUM", "HIGH")


class Hit(NamedTuple):
    """A term found in a title."""

    phrase: str
    weight: float
    """Its tone here: turned where negated."""


@message
class Classified:
    """A headline and what was made of it."""

    ts: int
    title: str
    key: str
    """The title's words alone: equal for the same story."""
    category: str
    """`MACRO_…` or `CRYPTO_…`; empty where it is about neither."""
    sentiment: float
    impact: Impact
    relevance: float
    """1 for a definite subject, less for market chatter, 0 for none of ours."""
    hits: tuple[Hit, ...]
    english: bool

    @property
    def is_crypto(self) -> bool:
        """It is about crypto rather than the wider economy."""
        return self.category.startswith("CRYPTO_")

    @property
    def counts(self) -> bool:
        """It is English, about something of ours and takes a side; else it is set aside."""
        return self.english and self.relevance > 0 and any(hit.weight for hit in self.hits)

    def facts(self) -> Facts:
        """What the journal keeps."""
        return {
            "title": self.title,
            "category": self.category,
            "sentiment": round(self.sentiment, 6),
            "impact": self.impact,
            "terms": [f"{hit.phrase} {hit.weight:+g}" for hit in self.hits],
            "counts": self.counts,
        }


class _Found(NamedTuple):
    term: Term
    weight: float


def _index() -> dict[str, list[tuple[tuple[str, ...], Term]]]:
    """Terms by the stem of their first word, longest first; events stand before subjects of the same words."""
    rows: dict[tuple[str, ...], Term] = {}
    for term in terms():
        stems = tuple(stem(word) for word in words_of(term.phrase))
        if stems not in rows or abs(term.weight) > abs(rows[stems].weight):
            rows[stems] = term
    index: dict[str, list[tuple[tuple[str, ...], Term]]] = {}
    for stems, term in sorted(rows.items(), key=lambda row: -len(row[0])):
        index.setdefault(stems[0], []).append((stems, term))
    return index


_INDEX = _index()


def classify(title: str, ts: int, params: NewsParams) -> Classified:
    """Read one headline that appeared at `ts` (UTC ms)."""
    words = words_of(title)
    english = is_english(title, words)
    found = _find(words, params) if english else []
    category = _category(found)
    return Classified(
        ts=ts,
        title=title,
        key=" ".join(word for word in words if word not in CLAUSE_ENDS),
        category=category,
        sentiment=max(-1.0, min(1.0, sum(weight for _, weight in found))),
        impact=_IMPACTS[max((_RANK[term.impact] for term, _ in found), default=0)],
        relevance=0.0 if not category else _GENERIC_RELEVANCE if category == _GENERIC else 1.0,
        hits=tuple(Hit(term.phrase, weight) for term, weight in found),
        english=english,
    )


def _find(words: list[str], params: NewsParams) -> list[_Found]:
    """Every term, in order, with its tone as the negations leave it."""
    stems = [stem(word) for word in words]
    found, at, negated_until = [], 0, -1
    while at < len(words):
        word = words[at]
        if word in CLAUSE_ENDS:
            negated_until = -1
        elif word in NEGATIONS or word.endswith("n't"):
            negated_until = at + params.negation_words
        length = 1
        for phrase, term in _INDEX.get(stems[at], ()):
            if tuple(stems[at : at + len(phrase)]) == phrase:
                turned = -params.negation_strength if at <= negated_until else 1.0
                found.append(_Found(term, term.weight * turned))
                length = len(phrase)
                break
        at += length
    return found


def _category(found: list[_Found]) -> str:
    """The subject named most often, the first of equals; market chatter only where nothing narrower is named."""
    counts: dict[str, int] = {}
    for term, _ in found:
        if term.category:
            counts[term.category] = counts.get(term.category, 0) + 1
    narrower = [category for category in counts if category != _GENERIC]
    return max(narrower, key=counts.__getitem__) if narrower else next(iter(counts), "")
