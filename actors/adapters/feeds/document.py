"""JSON bodies against the model of what a source documents."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from actors.adapters.feeds.answer import Refused
from core.reasons import Reason

_Model = TypeVar("_Model", bound=BaseModel)

_SHOWN = 160


def parsed(model: type[_Model], body: bytes) -> _Model | Refused:
    """The body as the model has it, or which field is not as documented."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        return _unlike(error)


def modelled(model: type[_Model], part: Any) -> _Model | Refused:
    """A part of a document as the model has it, or which field is not as documented."""
    try:
        return model.model_validate(part)
    except ValidationError as error:
        return _unlike(error)


def _unlike(error: ValidationError) -> Refused:
    """The first thing amiss, without the contents: they may hold what should not be told."""
    problem = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, problem["loc"])) or "the document"
    detail = problem["msg"] if problem["type"] == "json_invalid" else f"{where}: {problem['msg']}"
    return Refused(Reason.FEED_MALFORMED, brief(detail))


def brief(text: str) -> str:
    """The beginning of what a source says, on one line."""
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"


def complaint(text: str, *, quota: tuple[str, ...], key: tuple[str, ...]) -> Refused:
    """An error that a source put into words, sorted by the words.

    Args:
        text: What it said.
        quota: Lower-case words that speak of quota; they are looked for first.
        key: Lower-case words that speak of keys or plans.
    """
    said = text.lower()
    if any(word in said for word in quota):
        return Refused(Reason.FEED_QUOTA_SPENT, brief(text))
    if any(word in said for word in key):
        return Refused(Reason.FEED_KEY_REFUSED, brief(text))
    return Refused(Reason.FEED_MALFORMED, brief(text) or "an error without a word")
