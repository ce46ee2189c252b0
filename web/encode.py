"""Journal rows and views as JSON and as Server-Sent Events."""

import json
import math
from datetime import UTC, datetime
from typing import Any

from core.message import Json
from core.records import JournalRow


def compact(value: Any) -> bytes:
    """JSON without white space; a number that JSON cannot say becomes null, so that a browser can read it."""
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
    except ValueError:
        return json.dumps(_speakable(value), separators=(",", ":"), allow_nan=False).encode()


def _speakable(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _speakable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_speakable(item) for item in value]
    return value


def row_json(row: JournalRow) -> dict[str, Json]:
    """One journal row under the journal's public keys."""
    return {
        "seq": row.seq,
        "kind": row.kind,
        "ts": row.ts,
        "actor": row.actor,
        "machine": row.machine,
        "instance": row.instance,
        "n": row.n,
        "event": row.event,
        "source": list(row.source),
        "target": list(row.target),
        "reasons": list(row.reasons),
        "facts": row.facts,
        "cause": row.cause,
    }


def row_event(row: JournalRow) -> bytes:
    """One journal row as a Server-Sent Event whose id is its `seq`."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (row.seq, row.kind.encode(), compact(row_json(row)))


def iso(ts_ms: int) -> str:
    """A time for people, in UTC with milliseconds only where they matter."""
    at = datetime.fromtimestamp(ts_ms / 1000, UTC)
    return at.isoformat(timespec="milliseconds" if ts_ms % 1000 else "seconds").replace("+00:00", "Z")
