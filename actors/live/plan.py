"""What to do about a venue's snapshot: how what it holds differs from what we believe, as a list of steps."""

from collections.abc import Container, Iterable
from decimal import Decimal
from typing import Literal, NamedTuple

from core.message import Json
from core.reasons import Reason
from core.trading.reports import VenueSnapshot
from core.trading.stake import signed
from core.trading.tracked import Tracked


class Step(NamedTuple):
    """One thing to do."""

    what: Literal[
        "look", "take", "cancel", "repair_stop", "ask_again", "close_outside", "refuse", "flatten", "clear", "adopt"
    ]
    subject: str
    """A client order id, or the symbol."""
    reason: Reason

    def told(self) -> Json:
        """As the journal holds it."""
        return {"what": self.what, "subject": self.subject, "reason": self.reason.name}


def orders(snapshot: VenueSnapshot, ours: dict[str, Tracked], ended: Container[str], tag: str) -> Iterable[Step]:
    """What the open orders call for: those of ours that are not open are asked for, unknown ones with our tag go."""
    found = {order.client_order_id for order in snapshot.orders}
    for client_order_id, order in ours.items():
        if client_order_id in found:
            yield Step("take", client_order_id, Reason.RECONCILE_PLANNED)
        elif order.phase in ("working", "unknown"):
            yield Step("look", client_order_id, Reason.RECONCILE_PLANNED)
    for client_order_id in sorted(found):
        if client_order_id.startswith(tag) and client_order_id not in ours and client_order_id not in ended:
            yield Step("cancel", client_order_id, Reason.ORDER_ORPHANED)


def position(
    snapshot: VenueSnapshot,
    net: Decimal,
    *,
    is_second: bool,
    policy: str,
    is_busy: bool = False,
    is_orphan: bool = False,
) -> Iterable[Step]:
    """What the position calls for.

    Args:
        snapshot: What the venue holds.
        net: What we believe, with its sign.
        is_second: Whether the snapshot before this one differed in the same way, so that it is not a fill under way.
        policy: What to do about quantity that is not ours, or that nobody leads.
        is_busy: Whether an order of ours lives, which might change what is adopted.
        is_orphan: Whether orders of ours that had been given up explain the difference.
    """
    held, name = snapshot.position, snapshot.symbol
    theirs = signed(held.side, held.quantity)
    if theirs == net:
        if net and held.stop is None:
            yield Step("repair_stop", name, Reason.STOP_REPAIRED)
    elif not is_second:
        yield Step("ask_again", name, Reason.ORPHAN_FILL if is_orphan else Reason.POSITION_DIFFERS)
    elif net and theirs * net >= 0 and abs(theirs) < abs(net):
        yield Step("close_outside", name, Reason.EXIT_OUTSIDE)
    elif policy == "adopt" and not net:
        # On top of a position of ours it is refused: one position has one entry.
        adopted = Reason.ORPHAN_FILL if is_orphan else Reason.POSITION_ADOPTED
        yield Step("clear", name, Reason.ADOPTION_WAITS) if is_busy else Step("adopt", name, adopted)
    elif policy == "flatten" or is_orphan:
        yield Step("flatten", name, Reason.ORPHAN_FILL if is_orphan else Reason.POSITION_FOREIGN_FLATTENED)
    else:
        yield Step("refuse", name, Reason.POSITION_FOREIGN)
