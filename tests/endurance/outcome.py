"""What a run came to, without what may differ between a disturbed run and one left alone."""

from typing import NamedTuple

BARS = 2_500
SIM = ("--profile", "bare-trend", "--venue", "sim", "--bars", str(BARS))
"""A simulated market with a position open most of the time."""
_MAY_DIFFER = {"elapsed_s", "bars_per_s", "transitions"}
"""The wall clock's, and a count that holds one more session for every start."""


def outcome(told: dict[str, object]) -> dict[str, object]:
    """Every decision, fill and figure of what a daemon told at its end."""
    return {name: value for name, value in told.items() if name not in _MAY_DIFFER}


class Alone(NamedTuple):
    """An undisturbed run: what it came to, and how many inputs it was."""

    outcome: dict[str, object]
    inputs: int
