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


def digest(steps: Iterable[Step]) -> str:
    """The hex digest of transitions that come sorted by instance and n."""
    found = hashlib.sha256()
    for instance, n, ts, event, source, target, reasons in steps:
        line = {
            "ts": ts,
            "instance": instance,
            "n": n,
            "event": event,
            "source": source,
            "target": target,
            "reasons": reasons,
        }
        found.update(json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")
    return found.hexdigest()
