"""Headlines as every news source gives them: with a time, from somebody, not withdrawn."""

from datetime import datetime

from core.durations import DAY_MS
from core.messages import NewsPublished

HISTORY_MS = DAY_MS
"""How far back headlines are taken: several times the longest window in which one counts."""

_WITHDRAWN = "[Removed]"


def headline(moment: datetime, source: str, title: str | None) -> NewsPublished | None:
    """The headline with its blanks made single; None where there is no text, or it was withdrawn."""
    words = " ".join((title or "").split())
    if not words or words == _WITHDRAWN:
        return None
    return NewsPublished(round(moment.timestamp() * 1000), " ".join(source.split()), words)
