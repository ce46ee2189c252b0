"""What asking a source comes to: every outcome is a value, and none of them is an exception."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.message import Json
from core.messages import CalendarPublished, DerivativesPublished, MacroPublished, NewsPublished, ScheduledEvent
from core.reasons import Reason

Impact = Literal["HIGH", "MEDIUM", "LOW", "NONE"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A macro value as a source gives it, before anybody believes it."""

    ts: int
    """When it became known: a bar's close, or the source's own time of a snapshot; UTC ms."""
    value: float
    timeframe: Literal["4h", "1d", ""] = ""
    """The bar it closes; empty: a snapshot."""


Found = Reading | NewsPublished | ScheduledEvent | DerivativesPublished
"""What a translator makes of an answer."""

Published = MacroPublished | NewsPublished | CalendarPublished | DerivativesPublished
"""What is left of it once it has been sifted."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """Something new that can be believed."""

    published: tuple[Published, ...]
    """Oldest first."""
    set_aside: Mapping[str, int] = field(default_factory=dict)
    """How many items were left out, by reason code."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The source works and has nothing new."""

    set_aside: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing that can be used."""

    reason: Reason
    detail: str
    """A sentence for a person, without secrets."""
    measured: Json = None
    threshold: Json = None
    retry_after_ms: int | None = None
    """How long the source itself asks to be left alone."""


Outcome = Fresh | Unchanged | Refused
