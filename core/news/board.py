"""The headlines that still count, and the signal they make.

A headline counts for its impact's window and fades linearly to zero at the window's end. The signal is the faded tones
weighted by impact and relevance, over the weights unfaded: it fades with its items, and chatter alone stays weak. The
news are an input while at least one headline counts; an empty board is a missing input, not a neutral one. A story
that several sources tell counts once, from when it was first told; its tellers are kept.
"""

from typing import Literal, NamedTuple, cast

from core.message import Facts, Json, message
from core.news.alignment import Alignment, align
from core.news.classify import Classified
from core.news.lexicon import Impact
from core.news.params import NewsParams
from core.news.story import Story, is_same, story_of

Added = Literal["added", "duplicate", "set_aside", "expired"]
"""What became of a headline; only the first counts."""

_SHOWN = 3
_MOST_SOURCES = 8


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
    sources: tuple[str, ...] = ()
    """Who told it, the first teller first."""

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
    n_macro: float | None = None
    """The same of the wider economy's headlines alone."""
    alignment: Alignment = "NEUTRAL"

    def facts(self) -> Facts:
        """The count, and the loudest headlines with their tone and who told them."""
        return {
            "crypto": None if self.n_crypto is None else round(self.n_crypto, 6),
            "macro": None if self.n_macro is None else round(self.n_macro, 6),
            "alignment": self.alignment,
            "items": len(self.items),
            "loudest": [[item.title, round(item.sentiment, 6), list(item.sources)] for item in self.items[:_SHOWN]],
        }


class NewsBoard:
    """The headlines whose windows have not ended."""

    def __init__(self, params: NewsParams) -> None:
        self._params = p = params
        self._windows: dict[Impact, tuple[int, float]] = {
            "HIGH": (p.high_window_ms, p.high_weight),
            "MEDIUM": (p.medium_window_ms, p.medium_weight),
            "LOW": (p.low_window_ms, p.low_weight),
        }
        self._items: list[NewsItem] = []
        self._stories: dict[str, Story] = {}
        self._newest_ms = 0

    def add(self, headline: Classified, source: str = "") -> Added:
        """Pin a headline to the board; a story that still counts is not counted again."""
        self._newest_ms = max(self._newest_ms, headline.ts)
        self._keep([item for item in self._items if item.until > self._newest_ms])
        if not headline.counts:
            return "set_aside"
        item = self._item(headline, source)
        if item.until <= self._newest_ms:
            return "expired"
        story = story_of(item.key)
        told = self._told(item, story)
        if told is not None:
            self._credit(told, source)
            return "duplicate"
        self._items.append(item)
        self._stories[item.key] = story
        if len(self._items) > self._params.most_items:
            last = min(self._items, key=lambda item: item.until)
            self._keep([item for item in self._items if item is not last])
        return "added"

    def signal(self, now: int) -> NewsSignal | None:
        """What the board says at `now` (UTC ms), or None where nothing counts."""
        active = [item for item in self._items if item.ts <= now < item.until]
        if not active:
            return None
        n = _mean_tone(active, now)
        n_crypto, n_macro = (_side_tone(active, now, is_crypto=side, n=n) for side in (True, False))
        if len(active) > 1:
            active.sort(key=lambda item: -abs(item.tone(now)))
        return NewsSignal(
            n=n,
            n_crypto=n_crypto,
            items=tuple(active),
            n_macro=n_macro,
            alignment=align(n, n_macro, n_crypto, self._params),
        )

    def expires_at(self, now: int) -> int | None:
        """The next moment after `now` at which a headline stops counting, UTC ms."""
        return min((item.until for item in self._items if item.until > now), default=None)

    def save(self) -> Json:
        """Everything needed to go on."""
        return {"newest_ms": self._newest_ms, "items": [[*item[:-1], list(item.sources)] for item in self._items]}

    def restore(self, saved: Json) -> None:
        """Replace the board by what `save` gave."""
        state = cast("dict[str, Json]", saved)
        self._newest_ms = cast("int", state["newest_ms"])
        rows = cast("list[tuple[int, int, float, float, bool, str, str, list[str]]]", state["items"])
        self._items = [NewsItem(*row[:-1], sources=tuple(row[-1])) for row in rows]
        self._stories = {item.key: story_of(item.key) for item in self._items}

    def _keep(self, items: list[NewsItem]) -> None:
        """Forget all other headlines."""
        if len(items) < len(self._items):
            self._items = items
            self._stories = {item.key: self._stories[item.key] for item in items}

    def _told(self, item: NewsItem, story: Story) -> int | None:
        """The place of the headline that already tells this story and points the same way; None where none does."""
        share = self._params.same_story
        for place, other in enumerate(self._items):
            same_side = (other.sentiment > 0) == (item.sentiment > 0)
            if other.key == item.key or (same_side and is_same(story, self._stories[other.key], share)):
                return place
        return None

    def _credit(self, place: int, source: str) -> None:
        item = self._items[place]
        if source and source not in item.sources and len(item.sources) < _MOST_SOURCES:
            self._items[place] = item._replace(sources=(*item.sources, source))

    def _item(self, headline: Classified, source: str) -> NewsItem:
        window_ms, weight = self._windows[headline.impact]
        return NewsItem(
            ts=headline.ts,
            until=headline.ts + window_ms,
            weight=weight * headline.relevance,
            sentiment=headline.sentiment,
            is_crypto=headline.is_crypto,
            key=headline.key,
            title=headline.title,
            sources=(source,) if source else (),
        )


def _side_tone(items: list[NewsItem], now: int, *, is_crypto: bool, n: float) -> float | None:
    """The mean tone of one side's headlines, `n` being that of all; None where it has none."""
    side = [item for item in items if item.is_crypto is is_crypto]
    if len(side) == len(items):
        return n
    return _mean_tone(side, now) if side else None


def _mean_tone(items: list[NewsItem], now: int) -> float:
    """Weighted tone over weight, but never over less than one high-impact headline's: quiet news stay quiet."""
    return sum([item.tone(now) for item in items]) / max(1.0, sum([item.weight for item in items]))
