"""Whether an update follows from what the book holds: the update-id rules of the venues."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from core.book.update import BookUpdate


class Continuity(Enum):
    """What to do with an update."""

    APPLY = "it follows"
    SKIP = "the book holds it already"
    GAP = "something before it is missing"


@dataclass(frozen=True, slots=True)
class UpdateRule:
    """How one venue numbers its updates."""

    buffers: bool
    """Whether the snapshot is asked for apart: it is cut off at some level, and deltas that come before it are kept."""
    continuity: Callable[[BookUpdate, int, bool], Continuity]
    """Takes a delta, the id the book holds, and whether that is still the snapshot's."""


def _rising(update: BookUpdate, held_id: int, _: bool) -> Continuity:  # noqa: FBT001 - the rules' common shape
    return Continuity.APPLY if update.last_id > held_id else Continuity.GAP


def _adjoining(update: BookUpdate, held_id: int, _: bool) -> Continuity:  # noqa: FBT001
    if update.last_id <= held_id:
        return Continuity.SKIP
    return Continuity.APPLY if update.first_id <= held_id + 1 else Continuity.GAP


def _chained(update: BookUpdate, held_id: int, is_fresh: bool) -> Continuity:  # noqa: FBT001
    previous_id = update.first_id - 1 if update.previous_id is None else update.previous_id
    if update.last_id < held_id or (update.last_id == held_id and not is_fresh):
        return Continuity.SKIP
    # The first one after a snapshot holds all that changed in (pu, u]: the snapshot may lie anywhere in it. The page
    # asks for U <= lastUpdateId, but ids of one symbol have holes, and a snapshot in the hole before U loses nothing.
    follows = previous_id <= held_id if is_fresh else previous_id == held_id
    return Continuity.APPLY if follows else Continuity.GAP


BYBIT = UpdateRule(buffers=False, continuity=_rising)
"""The snapshot comes first in the same stream; ids rise, and the page promises no more than that.

Source: Bybit v5, websocket/public/orderbook.
"""

BINANCE_SPOT = UpdateRule(buffers=True, continuity=_adjoining)
"""Deltas up to `lastUpdateId` are old; after them each `U` is at most one past what is held.

Source: Binance spot, web-socket-streams, "How to manage a local order book correctly".
"""

BINANCE_FUTURES = UpdateRule(buffers=True, continuity=_chained)
"""The first delta reaches over `lastUpdateId`, every later one names its predecessor in `pu`.

Source: Binance USD-M futures, "How to manage a local order book correctly".
"""
