"""An evaluation's verdicts as JSON, from memory or the journal: each guard by name, with its distance to passing."""

from collections.abc import Sequence
from typing import Any

from core.evaluation.guards import GUARDS, distance
from core.evaluation.volatility import volatility_class
from core.message import Json
from core.reasons import Reason
from core.records import Verdict
from core.structure.breaks import NEVER


def told(verdicts: Sequence[Verdict]) -> list[dict[str, Json]]:
    """Every guard's verdict in the documented order; a count of bars since what never happened is None."""
    return [
        {
            "guard": guard.name,
            "code": reason.name,
            "passed": passed,
            "value": None if value is not None and value >= NEVER else value,
            "threshold": threshold,
            "distance": distance(index, (passed, reason, value, threshold)),
            "label": volatility_class(value, threshold) if guard.name == "volatility" else None,
        }
        for index, (guard, (passed, reason, value, threshold)) in enumerate(zip(GUARDS, verdicts, strict=False))
    ]


def from_journal(guards: Sequence[Sequence[Any]]) -> list[Verdict]:
    """The verdicts as a journal row's facts keep them: `[code, passed, value, threshold]` each."""
    return [(passed, Reason[code], value, threshold) for code, passed, value, threshold in guards]
