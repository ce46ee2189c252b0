"""How a trade is meant: the two execution modes of the design (000 §7), and their absence."""

TREND_BREAKOUT = "TREND_BREAKOUT"
VWAP_REVERSION = "VWAP_REVERSION"
ADOPTED = "ADOPTED"
"""Not decided by a signal: found on the venue and taken over."""
