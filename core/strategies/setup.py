"""What a strategy sees on one closed bar: a signal or how far it is from one, and the trade it would make."""

from core.message import message


@message
class Setup:
    """A possible trade on this bar; floats are NaN where they cannot be measured yet."""

    mode: str
    side: int
    """+1 long, -1 short: the side signaled, or the nearer one; 0 while nothing can be measured."""
    signaled: bool
    distance_atr: float
    """ATRs by which the trigger is passed; negative: still missing."""
    entry_price: float
    stop_distance: float
    target: float
    """Price of the mode's own target, NaN where it has none."""
