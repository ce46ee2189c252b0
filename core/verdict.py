"""Yes and no as types: what was not approved has the wrong type for a venue."""

from typing import Generic, TypeVar

from core.message import message
from core.reasons import Reason

T = TypeVar("T")


@message
class Approved(Generic[T]):
    """The item passed the last check before it has an effect."""

    item: T


@message
class Rejected(Generic[T]):
    """The item was refused: by which reason, at which value against which threshold."""

    item: T
    reason: Reason
    value: float | None
    threshold: float | None
