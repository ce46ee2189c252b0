"""Parameters of requests: each is declared once, and read, refused and documented by its declaration.

A wrong value is refused with 422 and a sentence, an id that does not exist with 404. An empty one is refused too: it is
more often a script's unset variable than a wish for everything.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal

from starlette.requests import Request

from core.message import Json
from web.refusal import did_you_mean, listed, unknown, unprocessable

MAX_SEQ = 2**53
"""Beyond it a browser cannot count."""
TOKEN = "token"  # noqa: S105  the parameter's name
"""May accompany every request: the guard reads it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_MS = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_LAST_MS = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)

Given = dict[str, Any]
"""A request's parameters by name; the default where one was not given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(ABC):
    """One parameter of an endpoint."""

    name: str
    about: str
    """What people read."""
    where: Literal["query", "path", "header"] = "query"
    default: Any = None
    example: str = ""
    """A text worth trying."""

    refusal: ClassVar[int] = 422
    """The status that answers a value that is not allowed."""

    @abstractmethod
    def read(self, text: str) -> Any:
        """The value a text says.

        Raises:
            HTTPException: With `refusal`, if it is not allowed.
        """

    @abstractmethod
    def schema(self) -> dict[str, Json]:
        """What is allowed, as JSON Schema."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Parameter):
    """A whole number within limits."""

    low: int
    high: int

    def read(self, text: str) -> int:
        """The number."""
        number = _digits(text.strip() if self.where == "header" else text, self.low, self.high)
        if number is None:
            raise unprocessable(f"{self.name}={text[:40]!r} must be a whole number from {self.low} to {self.high}")
        return number

    def schema(self) -> dict[str, Json]:
        """An integer with bounds."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Parameter):
    """Yes or no."""

    def read(self, text: str) -> bool:
        """Whether it says yes."""
        if text.lower() not in ("0", "1", "true", "false"):
            raise unprocessable(f"{self.name}={text[:40]!r} must be 1 or 0")
        return text.lower() in ("1", "true")

    def schema(self) -> dict[str, Json]:
        """The four texts that are understood."""
        return {"type": "string", "enum": ["1", "0", "true", "false"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(Parameter):
    """An id out of a known set."""

    ids: tuple[str, ...]
    refusal: ClassVar[int] = 404

    def read(self, text: str) -> str:
        """The id."""
        if text not in self.ids:
            raise unknown(self.name, text, self.ids)
        return text

    def schema(self) -> dict[str, Json]:
        """The ids."""
        return {"type": "string", "enum": list(self.ids)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Parameter):
    """An id that only the journal can know: one word of printable ASCII."""

    longest: int = 200

    def read(self, text: str) -> str:
        """The name."""
        if not re.fullmatch(r"[!-~]+", text) or len(text) > self.longest:
            raise unprocessable(
                f"{self.name}={text[:40]!r} must be one word of at most {self.longest} ASCII characters"
            )
        return text

    def schema(self) -> dict[str, Json]:
        """A pattern and a length."""
        return {"type": "string", "pattern": "^[!-~]+$", "maxLength": self.longest}


@dataclass(frozen=True, slots=True, kw_only=True)
class Some(Parameter):
    """Some words of a known set, separated by commas."""

    words: tuple[str, ...]

    def read(self, text: str) -> frozenset[str]:
        """The words."""
        found = text.split(",")
        for word in found:
            if word not in self.words:
                hint = did_you_mean(word, self.words)
                raise unprocessable(f"{self.name}: no kind {word[:40]!r}{hint}; allowed: {', '.join(self.words)}")
        return frozenset(found)

    def schema(self) -> dict[str, Json]:
        """A list, which `style: form` without `explode` writes with commas."""
        return {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(self.words)}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Parameter):
    """A time: UTC ms, or ISO 8601, which without a zone is UTC."""

    def read(self, text: str) -> int:
        """UTC ms."""
        ms = _digits(text, 0, MAX_SEQ) if text.isdigit() else _iso_ms(text)
        if ms is None:
            raise unprocessable(f"{self.name}={text[:40]!r} must be UTC ms or ISO 8601, such as 2024-03-05T14:35")
        return max(_FIRST_MS, min(_LAST_MS, ms))  # what lies beyond the calendar is as good as its ends

    def schema(self) -> dict[str, Json]:
        """Either of both."""
        return {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": MAX_SEQ},
                {"type": "string", "format": "date-time"},
            ]
        }


def _digits(text: str, low: int, high: int) -> int | None:
    """The number that digits say; None where they are none, or it is out of bounds."""
    # More digits than the limit has are refused unread: converting a very long number is slow.
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_SEQ))):
        return None
    return number if low <= (number := int(text)) <= high else None


def _iso_ms(text: str) -> int | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)


def given(request: Request, parameters: Iterable[Parameter]) -> Given:
    """What a request gives for each parameter.

    Raises:
        HTTPException: If a value is not allowed, given twice, or no such parameter exists.
    """
    asked = {parameter.name: parameter for parameter in parameters}
    queried = [name for name, parameter in asked.items() if parameter.where == "query"]
    query = request.query_params
    for name in query:
        if name not in (*queried, TOKEN):
            hint = did_you_mean(name, queried)
            raise unprocessable(f"unknown parameter {name[:40]!r}{hint}; allowed: {listed(queried)}")
        if len(query.getlist(name)) > 1:
            raise unprocessable(f"{name} is given {len(query.getlist(name))} times; once is enough")
    texts = {"query": query, "path": request.path_params, "header": request.headers}
    return {name: _value(parameter, texts[parameter.where].get(name)) for name, parameter in asked.items()}


def _value(parameter: Parameter, text: str | None) -> Any:
    if text is None:
        return parameter.default
    if not text:
        raise unprocessable(f"{parameter.name} is empty: give it a value or leave it out")
    return parameter.read(text)
