"""The bands around the session VWAP, by either method of the design."""

Bands = tuple[float, float]
"""(lower, upper), in price; NaN where the middle or the width is not measurable yet."""


def atr_bands(vwap: float, atr: float, k: float) -> Bands:
    """Bands `k` average true ranges away from the VWAP."""
    return vwap - k * atr, vwap + k * atr


def sigma_bands(vwap: float, sigma: float, k: float) -> Bands:
    """Bands `k` standard deviations of (close - VWAP) away from the VWAP."""
    return vwap - k * sigma, vwap + k * sigma
