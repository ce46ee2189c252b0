"""The sets that a search draws, the hopeless given up on the first bars."""

from dataclasses import dataclass

from actors.cli.output import progress
from actors.lab.search.sampled import sampled
from actors.lab.search.search import Search
from actors.lab.search.space import Range
from core.sweep.params import Trial

_SHARES = (0.125, 0.25, 0.5)
"""Beginnings of the history that a set must pass, each twice as dear as the one before."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the options say of it."""

    space: list[Range]
    trials: int
    metrics: list[str]
    sampler: str | None
    """None: the one that suits one metric, or several."""
    seed: int

    def sets(self, search: Search, *, prune: bool) -> tuple[list[Trial], list[Trial]]:
        """Those worth running to the end, and those given up; with several metrics nothing is given up.

        Raises:
            ConfigurationError: If there is no such sampler, or nothing to draw.
        """
        pruned: list[Trial] = []
        is_one = len(self.metrics) == 1
        with progress("sets", self.trials) as shown:
            kept = sampled(
                search.run,
                self.space,
                trials=self.trials,
                metrics=self.metrics,
                sampler=self.sampler or ("tpe" if is_one else "nsga2"),
                seed=self.seed,
                prefixes=[search.prefix(share) for share in _SHARES] if prune and is_one and self.space else (),
                on_pruned=pruned.append,
                on_progress=shown,
            )
        return kept, pruned
