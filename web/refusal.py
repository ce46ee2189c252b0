"""Refusals in words: what was asked for, what there is, and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches

from starlette.exceptions import HTTPException

ERRORS = {404: "not_found", 405: "method_not_allowed", 422: "bad_parameter", 503: "input_absent"}
"""Status -> the `error` of its JSON."""


def unprocessable(detail: str) -> HTTPException:
    """The refusal of a bad parameter."""
    return HTTPException(422, detail)


def unknown(name: str, text: str, ids: Iterable[str]) -> HTTPException:
    """The refusal of an id that does not exist, with the nearest that does."""
    return HTTPException(404, f"no {name} {text[:80]!r}{did_you_mean(text, ids) or '; known: ' + listed(ids)}")


def absent(detail: str) -> HTTPException:
    """The refusal where this run lacks an input; says which, and how to provide it."""
    return HTTPException(503, detail)


def did_you_mean(text: str, choices: Iterable[str]) -> str:
    """A hint at the nearest choice, or nothing where none is near."""
    by_lower = {choice.lower(): choice for choice in choices}
    near = get_close_matches(text[:80].lower(), by_lower, n=1)
    return f" (did you mean {by_lower[near[0]]!r}?)" if near else ""


def listed(choices: Iterable[str]) -> str:
    """The first twenty choices in alphabetical order."""
    names = sorted(choices)
    return ", ".join(names[:20]) + (", …" if len(names) > 20 else "") if names else "none"
