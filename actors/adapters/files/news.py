"""News files: headlines with the time they appeared, and nothing else.

Only a time, a text and a source column are read. Labels that come with a file (sentiment, score, category) are made by
others, often with hindsight, and never looked at.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from actors.adapters.files.reading import read_table
from actors.adapters.files.table import Table
from actors.adapters.files.times import TIME_NAMES, read_stamps
from core.durations import DAY_MS
from core.messages import NewsPublished

_TIMES = ("publishedat", "published_at", "published_on", "published", "pubdate", "pub_date", "created_at", *TIME_NAMES)
_TEXTS = ("title", "headline", "short_description", "text", "description", "summary", "content", "body")
_SOURCES = ("source", "source_name", "publisher", "provider", "site", "domain")
_WITHDRAWN = "[Removed]"


def read_news(path: Path, *, first_ms: int | None = None, last_ms: int | None = None) -> list[NewsPublished]:
    """The headlines of a CSV or JSON file, such as NewsAPI's response, oldest first.

    A day without a time of day counts from its end, since the headline may have appeared at any time of it. Rows
    without a text, withdrawn articles and repeats of the same headline at the same time are left out.

    Args:
        path: The file; times without an offset are UTC.
        first_ms: Only headlines that appeared at or after this, UTC ms.
        last_ms: Only headlines that appeared before this, UTC ms.

    Raises:
        FeedMalformed: If the contents are not headlines with times.
        ConfigurationError: If the path is at fault.
    """
    table = read_table(path)
    first = float("-inf") if first_ms is None else first_ms
    last = float("inf") if last_ms is None else last_ms
    unique = {(ts, title): source for ts, source, title in _headlines(table) if first <= ts < last}
    return [NewsPublished(ts, source, title) for (ts, title), source in sorted(unique.items())]


def _headlines(table: Table) -> Iterator[tuple[int, str, str]]:
    stamps = read_stamps(table, table.find(_TIMES))
    times = stamps.ms + DAY_MS if stamps.dates else stamps.ms
    titles = [_words(value) for value in table.columns[table.find(_TEXTS)]]
    found = zip(times.tolist(), _sources(table), titles, strict=True)
    return (row for row in found if row[2] and row[2] != _WITHDRAWN)


def _sources(table: Table) -> list[str]:
    """Who published each row; the file's name where it does not say."""
    here = table.path.name.split(".", 1)[0]
    if not table.has(_SOURCES):
        return [here] * len(table)
    values = (v.get("name") if isinstance(v, dict) else v for v in table.columns[table.find(_SOURCES)])
    return [_words(value) or here for value in values]


def _words(value: Any) -> str:
    """Text with its blanks made single; empty where there is none."""
    return " ".join(value.split()) if isinstance(value, str) else ""
