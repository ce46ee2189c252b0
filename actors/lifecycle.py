"""A position's lifecycle in one word, as others are told it."""

from functools import cache

from core.records import Configuration

_STATES = ("pending", "open", "partial", "trailing", "closed")


@cache  # of a few dozen configurations
def lifecycle(states: Configuration) -> str:
    """`flat`, `pending`, `open`, `partial` or `trailing`, from the active states of a position's chart."""
    state = next(state for state in _STATES if state in states)
    return "flat" if state == "closed" else state
