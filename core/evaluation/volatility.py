"""Volatility in three words. It grades what a guard measures; it is no regime and decides nothing of its own."""

from typing import Final, Literal

VolatilityClass = Literal["normal", "high", "extreme"]

HIGH_SHARE: Final = 0.5
"""Of the guard's threshold. At the default five ATRs `high` are 2.7 % of five-minute bars, `extreme` 0.4 %."""


def volatility_class(range_atr: float | None, limit: float | None) -> VolatilityClass | None:
    """What a bar's range is called; None where it was not measured.

    Args:
        range_atr: True range over the ATR before the bar.
        limit: The guard's: beyond it is extreme, and nothing is entered.
    """
    if range_atr is None or limit is None:
        return None
    if range_atr > limit:
        return "extreme"
    return "high" if range_atr > HIGH_SHARE * limit else "normal"
