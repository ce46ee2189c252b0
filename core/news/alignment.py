"""How crypto's news stand to those of the wider economy."""

from typing import Literal

from core.news.params import NewsParams

Alignment = Literal["ALIGNED", "DECOUPLED", "NEUTRAL", "RISK"]
"""Both point one way or only one is loud · they contradict each other · neither is loud · bad news outweigh all."""


def align(tone: float, macro: float | None, crypto: float | None, params: NewsParams) -> Alignment:
    """Name how the two sides stand to each other.

    Args:
        tone: Of all news together, in [-1, 1].
        macro: Of the wider economy's alone; None where there are none.
        crypto: Of crypto's alone, likewise.
        params: From where on a tone is loud, and from where on bad news are an alarm.
    """
    if tone <= -params.alarm:
        return "RISK"
    sides = [side for side in (macro, crypto) if side is not None and abs(side) >= params.loud]
    if not sides:
        return "NEUTRAL"
    return "DECOUPLED" if min(sides) < 0 < max(sides) else "ALIGNED"
