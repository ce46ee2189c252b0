"""A journal row as the columns it is stored in, and back; what is hashed is exactly what is stored."""

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from core.errors import InvariantBroken, LedgerError
from core.message import Json
from core.records import JournalRow

_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False)


def _encoder() -> Callable[[Any], str]:
    """`_JSON.encode`, which would build the C encoder anew for every value; that takes longer than a small row."""
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # an interpreter without it
        return _JSON.encode
    separators = (_JSON.key_separator, _JSON.item_separator)
    chunks = make(
        None, _JSON.default, json.encoder.encode_basestring_ascii, None, *separators, _JSON.sort_keys, False, False
    )
    return lambda value: "".join(chunks(value, 0))


_encode = _encoder()
_told = msgspec.json.Encoder().encode


class Columns(NamedTuple):
    """A row as stored: configurations, reasons and facts are canonical JSON text."""

    seq: int
    kind: str
    ts: int
    actor: str
    machine: str
    instance: str
    n: int
    event: str
    source: str
    target: str
    reasons: str
    facts: str
    cause: str


Stored = Sequence[Any]
"""A row's values in the order of `Columns`, not yet or no longer by name, which takes time for every row."""


NO_ROWS = "[]"


class Texts(NamedTuple):
    """A commit's rows as two JSON lists, as they are hashed."""

    kept: str
    evaluations: str
    """Apart, because they alone may be pruned."""


def texts(rows: Sequence[Stored]) -> Texts:
    """The rows in the canonical JSON of their columns."""
    evaluations = [row for row in rows if row[1] == "evaluation"]
    kept = [row for row in rows if row[1] != "evaluation"] if evaluations else rows
    return Texts(_text(kept), _text(evaluations))


def canonical(value: Json | Sequence[Any]) -> str:
    """JSON with sorted keys, compact, in ASCII; floats survive bit for bit.

    Raises:
        InvariantBroken: On NaN, an infinity, or what JSON cannot hold.
    """
    try:
        return _encode(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise InvariantBroken(f"{error}: the journal holds finite numbers, text, lists and dicts") from error


def encoded(row: JournalRow) -> Stored:
    """The row as stored.

    Raises:
        InvariantBroken: If its facts hold NaN, an infinity, or what JSON cannot hold.
    """
    seq, kind, ts, actor, machine, instance, n, event, source, target, reasons, facts, cause = row
    try:
        told = _encode(facts) if facts else "{}"
    except (ValueError, TypeError, RecursionError) as error:
        raise InvariantBroken(f"journal row {seq} ({kind} {instance} {event}): {error}") from error
    words = (_words(source), _words(target), _words(reasons))
    return (seq, kind, ts, actor, machine, instance, n, event, *words, told, cause)


def decoded(columns: Sequence[Any]) -> JournalRow:
    """The row that was stored in `columns`, in the order of `Columns`.

    Raises:
        LedgerError: If a stored text is not JSON: somebody changed it.
    """
    *head, source, target, reasons, facts, cause = columns
    try:
        words = map(_parsed, (source, target, reasons))
        return JournalRow._make((*head, *words, json.loads(facts), cause))
    except ValueError as error:
        raise LedgerError(f"journal row {columns[0]} was damaged ({error}): restore a backup of the journal") from error


def _text(rows: Sequence[Stored]) -> str:
    # Ten times as fast as `canonical`, and the same but for what that escapes and this does not.
    told = _told(rows)
    return told.decode() if told.isascii() and b"\x7f" not in told else canonical(rows)


@lru_cache(maxsize=4096)  # a chart has few configurations, and few sets of reasons
def _words(words: tuple[str, ...]) -> str:
    return _encode(words)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
