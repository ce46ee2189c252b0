"""What actors tell each other about themselves: the views the others decide on."""

from core.flow.price import PriceTrend
from core.message import Facts, message
from core.news.board import NewsSignal
from core.reasons import Reason
from core.regime.calendar import Blackout
from core.regime.permissions import Permission
from core.regime.trend import Trend


@message
class SessionChanged:
    """The session chart's state."""

    state: str


@message
class ConnectionChanged:
    """A connection chart's state."""

    stream: str
    state: str


@message
class InputChanged:
    """A macro input's picture now; `trend` and `news` are None where it is absent or stale."""

    feed: str
    trend: Trend | None
    news: NewsSignal | None
    restored: bool = False
    """It is what was told before a restart: take note, decide nothing."""


@message
class PriceMoved:
    """How far the price has come of late, told when an hour's close moved its trend enough."""

    trend: PriceTrend
    restored: bool = False
    """It is what was told before a restart: take note, decide nothing."""


@message
class BlackoutChanged:
    """A scheduled announcement is near, or no more."""

    blackout: Blackout | None
    restored: bool = False
    """It is what was told before a restart: take note, decide nothing."""


@message
class CrowdingChanged:
    """Another side of the perpetual is crowded, or none is; told only where the guard is on."""

    side: int
    """+1 long, -1 short, 0 neither."""
    facts: Facts
    restored: bool = False
    """It is what was told before a restart: take note, decide nothing."""


@message
class RegimeAssessed:
    """The regime, what it permits and the inputs it was read from."""

    regime: str
    score: float
    """The regime's own score at the last assessment, NaN where none was made."""
    permission: Permission
    btc_dominance: Trend | None


@message
class RiskChanged:
    """The risk chart's state and the account in short."""

    state: str
    balance: float
    open_positions: int


@message
class ReconcileRequested:
    """Compare what the venue holds with what we believe."""


@message
class Reconciled:
    """They agree, or have been made to."""

    detail: Facts


@message
class NotReconciled:
    """They differ, and it is not ours to put right."""

    reason: Reason
    detail: Facts


@message
class Flatten:
    """Close the position, whatever it takes."""

    reason: Reason


@message
class OrderLeft:
    """An opening order is no longer in flight."""

    symbol: str
    client_order_id: str


@message
class OrderLost:
    """An order's outcome is not known; its symbol opens nothing until it is."""

    symbol: str
    client_order_id: str


@message
class OrderFound:
    """An order's outcome is known again."""

    symbol: str
    client_order_id: str
