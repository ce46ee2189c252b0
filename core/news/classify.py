"""What a headline says: its subject, tone and impact, and the terms that made them.

The title and its time are all that is looked at. Terms match longest first and do not overlap; the words around a term
may deny, doubt or undo it (`core.news.turns`). The tone is their sum, within [-1, 1].
"""

from core.message import Facts, message
from core.news.lexicon import Impact, Term, terms
from core.news.model import HeadlineModel
from core.news.params import NewsParams
from core.news.turns import Found, Hit, hits
from core.news.words import CLAUSE_ENDS, is_english, stem, stems_of, words_of
from core.reasons import Reason

_GENERIC = "CRYPTO_MARKET"
_GENERIC_RELEVANCE = 0.5  # market chatter repeats what price already says
_RANK: dict[Impact, int] = {"LOW": 0, "MEDIUM": 1, "HIGH": 2}
_IMPACTS: tuple[Impact, ...] = ("LOW", "MEDIUM", "HIGH")


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
        return self.set_aside is None

    @property
    def set_aside(self) -> Reason | None:
        """Why it does not count; None where it does."""
        if not self.english:
            return Reason.NEWS_NOT_ENGLISH
        if self.relevance <= 0:
            return Reason.NEWS_OFF_TOPIC
        return None if any(hit.weight for hit in self.hits) else Reason.NEWS_TAKES_NO_SIDE

    def facts(self) -> Facts:
        """What the journal keeps."""
        return {
            "title": self.title,
            "category": self.category,
            "sentiment": round(self.sentiment, 6),
            "impact": self.impact,
            "terms": [hit.shown() for hit in self.hits],
            "counts": self.counts,
        }


def _index() -> dict[str, list[tuple[list[str], Term]]]:
    """Terms by the stem of their first word, longest first; events stand before subjects of the same words."""
    rows: dict[tuple[str, ...], Term] = {}
    for term in terms():
        stems = tuple(stem(word) for word in words_of(term.phrase))
        if stems not in rows or abs(term.weight) > abs(rows[stems].weight):
            rows[stems] = term
    index: dict[str, list[tuple[list[str], Term]]] = {}
    for stems, term in sorted(rows.items(), key=lambda row: -len(row[0])):
        index.setdefault(stems[0], []).append(([*stems], term))
    return index


_INDEX = _index()


def classify(title: str, ts: int, params: NewsParams, model: HeadlineModel | None = None) -> Classified:
    """Read one headline.

    Args:
        title: Its text.
        ts: When it appeared, UTC ms.
        params: How far and how strongly words act on each other.
        model: Takes the tone over from the lexicon, which still tells subject, impact and language.
    """
    words = words_of(title)
    stems = stems_of(words)
    english = is_english(title, words)
    found = _find(stems) if english else []
    toned = hits(words, stems, found, params)
    tone = max(-1.0, min(1.0, sum([hit.weight for hit in toned])))
    if model is not None and english:
        tone, toned = model.read(title, stems, toned)
    category = _category(found)
    return Classified(
        ts=ts,
        title=title,
        key=" ".join([word for word in words if word not in CLAUSE_ENDS]),
        category=category,
        sentiment=tone,
        impact=_IMPACTS[max([_RANK[one.term.impact] for one in found], default=0)],
        relevance=0.0 if not category else _GENERIC_RELEVANCE if category == _GENERIC else 1.0,
        hits=toned,
        english=english,
    )


def _find(stems: list[str]) -> list[Found]:
    """Every term in order, the longest first, without overlaps."""
    found: list[Found] = []
    end = 0
    for at, rows in enumerate(map(_INDEX.get, stems)):
        if rows is None or at < end:
            continue
        for phrase, term in rows:
            if stems[at : at + len(phrase)] == phrase:
                end = at + len(phrase)
                found.append(Found(term, at, end))
                break
    return found


def _category(found: list[Found]) -> str:
    """The subject named most often, the first of equals; market chatter only where nothing narrower is named."""
    counts: dict[str, int] = {}
    for one in found:
        if one.term.category:
            counts[one.term.category] = counts.get(one.term.category, 0) + 1
    narrower = [category for category in counts if category != _GENERIC]
    return max(narrower, key=counts.__getitem__) if narrower else next(iter(counts), "")
