"""The headlines that still count, and the signal they make.

A headline counts for its impact's window and fades linearly to zero at the window's end. The signal is the faded tones
weighted by impact and relevance, over the weights unfaded: it fades with its items, and chatter alone stays weak. The
news are an input while at least one headline counts; an empty board is a missing input, not a neutral one.
"""

from typing import Literal, NamedTuple, cast

from core.message import Facts, Json, message
from core.news.classify import Classified
from core.news.params import NewsParams

Added = Literal["added", "duplicate", "set_aside", "expired"]
"""What became of a headline; only the first counts."""

_SHOWN = 3


class NewsItem(NamedTuple):
    """A headline on the board."""

    ts: int
    until: int
    """When it no longer counts, UTC ms."""
    weight: float
    """By impact and relevance, unfaded."""
    sentiment: float
    is_crypto: bool
    key: str
    title: str

    def tone(self, now: int) -> float:
        """Its weighted tone, faded."""
        return self.weight * self.sentiment * (self.until - now) / (self.until - self.ts)


@message
class NewsSignal:
    """What the news say now."""

    n: float
    """In [-1, 1]; positive is appetite for risk."""
    n_crypto: float | None
    """The same of crypto headlines alone; None where none counts."""
    items: tuple[NewsItem, ...]
    """Those that count, the loudest first."""

    def facts(self) -> Facts:
        """The count and the loudest headlines."""
        return {
            "crypto": None if self.n_crypto is None else round(self.n_crypto, 6),
            "items": len(self.items),
            "loudest": [[item.title, item.sentiment] for item in self.items[:_SHOWN]],
        }


class NewsBoard:
    """The headlines whose windows have not ended."""

    def __init__(self, params: NewsParams) -> None:
        self._params = params
        self._items: list[NewsItem] = []
        self._newest_ms = 0

    def add(self, headline: Classified) -> Added:
        """Pin a headline to the board; a story that still counts is not counted again."""
        self._newest_ms = max(self._newest_ms, headline.ts)
        self._items = [item for item in self._items if item.until > self._newest_ms]
        if not headline.counts:
            return "set_aside"
        item = self._item(headline)
        if item.until <= self._newest_ms:
            return "expired"
        if any(item.key == other.key for other in self._items):
            return "duplicate"
        self._items.append(item)
        if len(self._items) > self._params.most_items:
            self._items.remove(min(self._items, key=lambda item: item.until))
        return "added"

    def signal(self, now: int) -> NewsSignal | None:
        """What the board says at `now` (UTC ms), or None where nothing counts."""
        active = [item for item in self._items if item.ts <= now < item.until]
        if not active:
            return None
        crypto = [item for item in active if item.is_crypto]
        return NewsSignal(
            n=_mean_tone(active, now),
            n_crypto=_mean_tone(crypto, now) if crypto else None,
            items=tuple(sorted(active, key=lambda item: -abs(item.tone(now)))),
        )

    def expires_at(self, now: int) -> int | None:
        """The next moment after `now` at which a headline stops counting, UTC ms."""
        return min((item.until for item in self._items if item.until > now), default=None)

    def save(self) -> Json:
        """Everything needed to go on."""
        return {"newest_ms": self._newest_ms, "items": [list(item) for item in self._items]}

    def restore(self, saved: Json) -> None:
        """Replace the board by what `save` gave."""
        state = cast("dict[str, Json]", saved)
        self._newest_ms = cast("int", state["newest_ms"])
        rows = cast("list[tuple[int, int, float, float, bool, str, str]]", state["items"])
        self._items = [NewsItem(*row) for row in rows]

    def _item(self, headline: Classified) -> NewsItem:
        p = self._params
        window_ms, weight = {
            "HIGH": (p.high_window_ms, p.high_weight),
            "MEDIUM": (p.medium_window_ms, p.medium_weight),
            "LOW": (p.low_window_ms, p.low_weight),
        }[headline.impact]
        return NewsItem(
            ts=headline.ts,
            until=headline.ts + window_ms,
            weight=weight * headline.relevance,
            sentiment=headline.sentiment,
            is_crypto=headline.is_crypto,
            key=headline.key,
            title=headline.title,
        )


def _mean_tone(items: list[NewsItem], now: int) -> float:
    """Weighted tone over weight, but never over less than one high-impact headline's: quiet news stay quiet."""
    return sum(item.tone(now) for item in items) / max(1.0, sum(item.weight for item in items))
