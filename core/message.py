"""How messages and records are declared: slotted dataclasses, frozen for the type checker only.

A frozen slotted dataclass costs five times a plain one to create (950 ns against 174 ns for seven fields), and messages
are created on the hot path; so freezing is enforced where it is free, in type checking.
"""

from dataclasses import dataclass
from typing import TypeVar, cast, dataclass_transform

_T = TypeVar("_T", bound=type)

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""What can be saved in the journal."""

Facts = dict[str, Json]
"""Measured values beside their thresholds, by name."""


@dataclass_transform(frozen_default=True)
def message(cls: _T) -> _T:
    """Declare a value that actors pass by reference and nobody changes."""
    return cast("_T", dataclass(slots=True)(cls))
