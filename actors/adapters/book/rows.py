"""Levels as venues write them: pairs of decimal texts."""

from typing import Any

from core.book.update import Rows
from core.errors import FeedMalformed


def rows_of(pairs: Any) -> Rows:
    """(price, size) as numbers.

    Raises:
        ValueError: If one is no number, or no pair.
        TypeError: Likewise.
    """
    return [(float(price), float(size)) for price, size in pairs]


def malformed(venue: str, message: Any, error: Exception) -> FeedMalformed:
    """The fault that names the message, shortened, and what is wrong with it."""
    said = repr(message)
    return FeedMalformed(f"{venue}: {type(error).__name__} {error} in {said[:200]}{'…' if len(said) > 200 else ''}")
