"""What a real venue tells us and what we ask of it, in our own words; inputs of the venue keeper, exact in Decimal."""

from decimal import Decimal
from typing import Literal

from core.message import Facts, message
from core.reasons import Reason

Outcome = Literal["accepted", "done", "refused", "unknown", "unreachable", "fatal"]
"""What became of a command.

accepted: the venue has it and will tell more. done: what was asked for is so already. refused: a definite no, nothing
happened. unknown: it may have happened. unreachable: nothing was sent, or it was certainly not looked at; may be sent
again. fatal: no command will succeed until a person mends something.
"""

OrderStatus = Literal["new", "partially_filled", "filled", "canceled", "rejected", "untriggered", "triggered"]
ExecutionKind = Literal["trade", "stop", "adl", "liquidation", "funding", "other"]
"""`stop`: a protective stop's fill; `other` never changes what is held."""


@message
class Command:
    """Something for the venue to do, journaled before it is sent; `key` names it and comes back with the answer."""

    ts: int
    actor: str
    verb: Literal["place", "amend", "cancel", "set_stop", "find_order", "snapshot", "plan", "reconnect"]
    """`plan` is for the journal alone; `reconnect` is for the account's stream."""
    key: str
    """The client order id where there is one."""
    fields: Facts
    """See `place_fields` and its neighbours; decimals as text."""
    reasons: tuple[Reason, ...]


@message
class CommandAnswered:
    """The outcome of a command, as far as the venue's answer tells it."""

    verb: str
    key: str
    outcome: Outcome
    reason: str
    """A registered code."""
    code: int
    """The venue's own; 0: none."""
    detail: str


@message
class OrderReported:
    """How an order stands, by a stream or an answer."""

    symbol: str
    client_order_id: str
    """Empty for one that is not ours, and for a position's stop."""
    order_id: str
    side: int
    status: OrderStatus
    is_stop: bool
    """Whether it is a position's protective stop, made by the venue."""
    reduce_only: bool
    quantity: Decimal
    filled: Decimal
    price: Decimal | None
    updated_ms: int
    detail: str
    """The venue's reason for a rejection or cancel; empty where there is none."""


@message
class OrderMissing:
    """The venue knows no order by this id, in any of its lists; `looked_ms` is its own time of the last look."""

    client_order_id: str
    looked_ms: int


@message
class ExecutionReported:
    """One execution; the same one may be told many times."""

    symbol: str
    exec_id: str
    client_order_id: str
    order_id: str
    kind: ExecutionKind
    side: int
    quantity: Decimal
    price: Decimal
    fee: Decimal
    """Quote currency, paid; negative: received. Of a funding the whole amount."""
    maker: bool
    ts: int


@message
class PositionReported:
    """What the venue holds for us in one symbol."""

    symbol: str
    side: int
    """0: flat."""
    quantity: Decimal
    entry_price: Decimal
    stop: Decimal | None
    mark_price: Decimal | None
    seq: int
    """Rises with every change; an older one is out of date."""
    ts: int


@message
class WalletReported:
    """The account's money in the settlement coin."""

    coin: str
    equity: Decimal
    balance: Decimal
    ts: int


@message
class VenueSnapshot:
    """All that the venue holds for us, read at one time: the ground on which what we believe is put right."""

    symbol: str
    position: PositionReported
    orders: tuple[OrderReported, ...]
    """Open ones."""
    executions: tuple[ExecutionReported, ...]
    """Since the moment asked for, oldest first."""
    wallet: WalletReported | None
    requested: bool
    """Whether a command asked for it; otherwise a stream was connected anew."""
