"""Whether a fault strikes now.

Each fault has its own dice, so that how often one is asked does not shift the others.
"""

import random
from typing import Any, NamedTuple

from actors.adapters.sandbox.faults.plan import Plan, known


class Strike(NamedTuple):
    """A fault that was injected."""

    at_s: float
    """Real seconds since the start."""
    fault: str
    on: str
    """What it struck."""


class Faults:
    """The dice, the script, and what has struck so far.

    Args:
        plan: What is to go wrong.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._dice = {name: random.Random(f"{plan.seed}/{name}") for name in plan.rates}  # noqa: S311  not for secrets
        self._chances: dict[str, int] = {}
        self._left = [step.times for step in plan.script]
        self._armed: dict[str, int] = {}
        self.is_healed = False
        self.elapsed_s = 0.0
        """Real seconds since the start; whoever runs the sandbox keeps it."""
        self.struck: list[Strike] = []

    def arm(self, name: str, times: int = 1) -> None:
        """Strike at the next opportunities.

        Raises:
            ConfigurationError: If there is no such fault.
        """
        self._armed[known(name)] = self._armed.get(name, 0) + times

    def heal(self) -> None:
        """No fault strikes any more, except what is armed from now on."""
        self.is_healed = True
        self._armed.clear()

    def strikes(self, name: str, on: str = "") -> bool:
        """Whether this opportunity of a fault is taken; what was taken is remembered.

        Args:
            name: The fault.
            on: What it would strike.
        """
        chance = self._chances[name] = self._chances.get(name, 0) + 1
        if self._armed.get(name, 0):
            self._armed[name] -= 1
        elif self.is_healed or not (self._is_scripted(name, chance) or self._is_thrown(name)):
            return False
        self.struck.append(Strike(round(self.elapsed_s, 3), name, on))
        return True

    def told(self) -> dict[str, Any]:
        """Rates, and what has struck, newest last."""
        return {
            "rates": self._plan.rates,
            "healed": self.is_healed,
            "struck": [strike._asdict() for strike in self.struck],
        }

    def _is_thrown(self, name: str) -> bool:
        dice = self._dice.get(name)
        return dice is not None and dice.random() < self._plan.rates[name]

    def _is_scripted(self, name: str, chance: int) -> bool:
        for number, step in enumerate(self._plan.script):
            if step.fault != name or not self._left[number]:
                continue
            is_due = chance >= step.nth if step.nth is not None else self.elapsed_s >= (step.at_s or 0)
            if is_due:
                self._left[number] -= 1
                return True
        return False
