"""Query parameters, checked: a wrong one is refused with 422 and a sentence, an unknown id with 404."""

from collections.abc import Iterable
from datetime import UTC, datetime
from difflib import get_close_matches

from starlette.exceptions import HTTPException
from starlette.requests import Request

MAX_SEQ = 2**53
"""Beyond it a browser cannot count."""


class Params:
    """One request's query parameters, of which only the named ones are allowed."""

    def __init__(self, request: Request, *allowed: str) -> None:
        for name in request.query_params:
            if name not in (*allowed, "token"):
                raise unprocessable(
                    f"unknown parameter {name!r}{did_you_mean(name, allowed)}; allowed: {_list(allowed)}"
                )
        self._given = request.query_params

    def text(self, name: str) -> str | None:
        """The parameter's text, or None when it is absent or empty."""
        return self._given.get(name) or None

    def integer(self, name: str, *, low: int, high: int) -> int | None:
        """A whole number within its limits, or None when it is absent."""
        text = self.text(name)
        return None if text is None else whole_number(name, text, low=low, high=high)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Whether it is `1` or `true` rather than `0` or `false`."""
        text = (self.text(name) or str(default)).lower()
        if text not in ("0", "1", "true", "false"):
            raise unprocessable(f"{name}={text!r} must be 1 or 0")
        return text in ("1", "true")

    def choice(self, name: str, choices: Iterable[str]) -> str | None:
        """One of the known ids, or None when it is absent."""
        text = self.text(name)
        return None if text is None else known(name, text, choices)

    def time_ms(self, name: str) -> int | None:
        """A time as UTC ms, given as such or as ISO 8601 (without a zone: UTC); None when it is absent."""
        text = self.text(name)
        if text is None:
            return None
        if text.isascii() and text.isdigit():
            return whole_number(name, text, low=0, high=MAX_SEQ)
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise unprocessable(f"{name}={text!r} must be UTC ms or ISO 8601, such as 2024-03-05T14:35") from None
        return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def whole_number(name: str, text: str, *, low: int, high: int) -> int:
    """The number a text says, within its limits; else 422."""
    # More digits than the limit has are refused unread: converting a very long number is slow.
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_SEQ)) and low <= int(text) <= high):
        raise unprocessable(f"{name}={text[:40]!r} must be a whole number from {low} to {high}")
    return int(text)


def known(name: str, text: str, choices: Iterable[str]) -> str:
    """The id itself if it is known, else 404 with the nearest known one."""
    ids = tuple(choices)
    if text not in ids:
        raise HTTPException(404, f"no {name} {text[:80]!r}{did_you_mean(text, ids) or '; known: ' + _list(ids)}")
    return text


def unprocessable(detail: str) -> HTTPException:
    """The refusal of a bad parameter."""
    return HTTPException(422, detail)


def did_you_mean(text: str, choices: Iterable[str]) -> str:
    """A hint at the nearest choice, or nothing where none is near."""
    by_lower = {choice.lower(): choice for choice in choices}
    near = get_close_matches(text[:80].lower(), by_lower, n=1)
    return f" (did you mean {by_lower[near[0]]!r}?)" if near else ""


def _list(choices: Iterable[str]) -> str:
    names = sorted(choices)
    return ", ".join(names[:20]) + (", …" if len(names) > 20 else "") if names else "none"
