"""What a position reports to the account: fills with what they realised, and the trade's end."""

from core.message import message


@message
class FillBooked:
    """Money moved: a fill, or funding."""

    symbol: str
    realized: float
    """Quote currency won by closing quantity; 0 for an entry."""
    fee: float
    funding: float
    fills: int
    """1 for a fill, 0 for funding."""
    opens: int
    """1 for the first fill of a trade."""
    unrealized: float
    """What is left open is worth this much more than it cost, at the fill's price."""


@message
class EquityMarked:
    """An open position's value at a close."""

    symbol: str
    unrealized: float


@message
class TradeClosed:
    """A position is flat again."""

    symbol: str
    mode: str
    exit: str
    profit: float
    """Quote currency after fees and funding."""
    r_multiple: float
    """Profit over the money at risk at entry."""


@message
class PositionChanged:
    """A position's lifecycle as others may see it."""

    symbol: str
    state: str
    """`flat`, `pending`, `open`, `partial` or `trailing`."""
    instance: str
    side: int


@message
class BarAssessed:
    """A closed bar, for a position that is pending or open."""

    close: float
    atr: float
    regime: str
