"""A capital flow in words, for people."""

from core.flow.bias import Flow
from core.trading.modes import TREND_BREAKOUT, VWAP_REVERSION

_DIRECTIONS = {
    "BTC_INFLOW": "Money flows from the other coins into bitcoin",
    "BTC_OUTFLOW": "Money flows out of bitcoin into the other coins",
    "NEUTRAL": "Money flows neither into bitcoin nor out of it",
}
_BIASES = {
    "continuation": "What moves is likely to go on: breakouts suit it, reversions do not.",
    "mean_reversion": "What moved is likely to come back: reversions suit it, breakouts do not.",
    "neutral": "It speaks for neither breakouts nor reversions, and against none.",
}

_NOTICED = 0.005
"""A momentum that two digits show."""


def told(flow: Flow) -> str:
    """The flow, its momentum and its bias in a few sentences; for one whose dominance is known."""
    trend = "unknown" if flow.trend is None else f"{flow.trend:+.2f}"
    direction = f"{_DIRECTIONS[flow.direction]} (dominance trend {trend})."
    return " ".join((direction, *_momentum(flow), *_price(flow), _BIASES[flow.bias]))


def supported(flow: Flow) -> list[str]:
    """The modes that the flow suits."""
    return [mode for mode in (TREND_BREAKOUT, VWAP_REVERSION) if flow.supports(mode)]


def _momentum(flow: Flow) -> tuple[str, ...]:
    if flow.momentum is None or abs(flow.momentum) < _NOTICED or flow.direction == "NEUTRAL":
        return ()
    gains = (flow.momentum > 0) == (flow.direction == "BTC_INFLOW")
    return (f"It {'gains' if gains else 'loses'} speed (momentum {flow.momentum:+.2f}).",)


def _price(flow: Flow) -> tuple[str, ...]:
    if not flow.divergence or flow.price_trend is None:
        return ()
    return (f"Price contradicts it (trend {flow.price_trend:+.2f}).",)
