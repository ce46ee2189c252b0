"""A position as others see it: its lifecycle in one word, and what the page shows of it."""

from functools import cache
from typing import Final

from core.message import Json
from core.records import Configuration
from core.trading.holding import Holding
from machines.instance import Instance

_STATES: Final = ("pending", "open", "partial", "trailing", "closed")


@cache  # of a few dozen configurations
def lifecycle(states: Configuration) -> str:
    """`flat`, `pending`, `open`, `partial` or `trailing`, from the active states of a position's chart."""
    state = next(state for state in _STATES if state in states)
    return "flat" if state == "closed" else state


def shown(held: Holding, chart: Instance) -> dict[str, Json]:
    """The position that is held, for the page."""
    return {
        "instance": chart.instance,
        "configuration": list(chart.configuration),
        "state": lifecycle(chart.configuration),
        "protection": chart.configuration[-1],
        "target": held.first_target if held.filled and not chart.is_in("trailing") else None,
        **held.shown(),
    }
