"""Headlines from RSS and Atom feeds, as the world really writes them.

Feeds break the rules in many harmless ways, which feedparser forgives. A document that stops in the middle is not
harmless: what is missing would look like silence. Nor is one made to keep the parser busy, which forgives slowly: its
size, its tags and its declarations are looked at before it is parsed.
"""

import calendar
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import feedparser  # type: ignore[import-untyped]  # it has no stubs

from actors.adapters.feeds.answer import Refused
from actors.adapters.feeds.headlines import headline
from actors.adapters.feeds.params import RssParams
from actors.adapters.feeds.request import Request
from core.messages import NewsPublished
from core.reasons import Reason

_LAST_TAG = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_TAIL = 4096
_MOST_BYTES, _MOST_TAGS = 1024 * 1024, 50_000
"""Several times what the longest feeds have; the parser takes about a second for 25,000 tags that are never closed."""
_DECLARES = re.compile(rb"<!ENTITY", re.IGNORECASE)
_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8"


class Rss:
    """Headlines of several feeds, read together."""

    name = "rss"
    partial = True

    def __init__(self, params: RssParams) -> None:
        self.terms = params

    def requests(self, now: int, *, history: bool) -> Sequence[Request]:
        """Every feed."""
        del now, history
        return [Request(url, headers={"Accept": _ACCEPT}) for url in self.terms.urls]

    def translate(self, bodies: Sequence[bytes], now: int) -> Sequence[NewsPublished] | Refused:
        """Every feed's entries; one feed that cannot be read does not silence the others."""
        del now
        found: list[NewsPublished] = []
        refused: Refused | None = None
        for body in bodies:
            entries = _entries(body) if body else None
            if isinstance(entries, Refused):
                refused = entries
            elif entries:
                found += entries
        return refused if refused is not None and not found else found


def _overlong(body: bytes) -> Refused | None:
    """Why a document is not even parsed."""
    if len(body) > _MOST_BYTES:
        return Refused(Reason.FEED_MALFORMED, "the document is longer than any feed", len(body), _MOST_BYTES)
    tags = body.count(b"<")
    if tags > _MOST_TAGS:
        return Refused(Reason.FEED_MALFORMED, "the document has more tags than any feed", tags, _MOST_TAGS)
    if _DECLARES.search(body.replace(b"\0", b"")):  # wide encodings put zeros between the letters
        return Refused(Reason.FEED_MALFORMED, "the document declares entities, which feeds have no use for")
    return None


def _entries(body: bytes) -> list[NewsPublished] | Refused:
    overlong = _overlong(body)
    if overlong is not None:
        return overlong
    if not _LAST_TAG.search(body[-_TAIL:]):
        return Refused(Reason.FEED_MALFORMED, "not an RSS or Atom document, or it ends in the middle")
    document: Any = feedparser.parse(body, sanitize_html=False)
    publisher = str(document.feed.get("title") or "rss")
    found = (_entry(entry, publisher) for entry in document.entries)
    headlines = [each for each in found if each is not None]
    if document.entries and not headlines:
        return Refused(Reason.FEED_MALFORMED, "no entry has a title and a time")
    return headlines


def _entry(entry: Any, publisher: str) -> NewsPublished | None:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    if moment is None:
        return None
    return headline(datetime.fromtimestamp(calendar.timegm(moment), UTC), publisher, entry.get("title"))
