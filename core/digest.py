"""`transitions_sha256`: one number that two runs share exactly when they decided the same.

Over the transitions of the charts that decide on trades, and nothing that depends on the wall clock, on the run or on
scheduling: JSON lines with sorted keys and no spaces, sorted by instance and n.
"""

import hashlib
import json
from collections.abc import Iterable

from core.records import Configuration

MACHINES = frozenset({"regime", "risk", "position", "order"})
"""Session, connection and feed charts live by the wall clock."""

Step = tuple[str, int, int, str, Configuration, Configuration, tuple[str, ...]]
"""(instance, n, ts, event, source, target, reason codes)."""

_text = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def digest(steps: Iterable[Step]) -> str:
    """The hex digest of transitions that come sorted by instance and n."""
    found = hashlib.sha256()
    edges: dict[tuple[object, ...], tuple[str, str]] = {}
    named, instance_text = "", ""
    for instance, n, ts, event, source, target, reasons in steps:
        edge = (event, source, target, reasons)
        texts = edges.get(edge)
        if texts is None:
            texts = edges[edge] = _edge(event, source, target, reasons)
        if instance != named:
            named, instance_text = instance, _text(instance)
        before, between = texts
        found.update(f'{before}{instance_text},"n":{n},{between}{ts}}}\n'.encode())
    return found.hexdigest()


def _edge(event: str, source: Configuration, target: Configuration, reasons: tuple[str, ...]) -> tuple[str, str]:
    """A line's text before its instance, and between its number and its time: the same for all lines of an edge."""
    between = {"reasons": reasons, "source": source, "target": target}
    return f'{{"event":{_text(event)},"instance":', f'{_text(between)[1:-1]},"ts":'
