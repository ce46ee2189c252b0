"""Sets drawn by Optuna's samplers, some at a time: the compiled search runs a batch as fast as one."""

from collections.abc import Callable, Sequence

import optuna

from actors.lab.search.metrics import values
from actors.lab.search.space import Range
from core.errors import ConfigurationError
from core.sweep.params import Trial
from core.sweep.result import SweepResult

BATCH = 32
"""Sets between two looks at what came out."""
SAMPLERS = ("tpe", "random", "nsga2")


def sampled(
    run: Callable[[Sequence[Trial]], SweepResult],
    space: Sequence[Range],
    *,
    trials: int,
    metrics: list[str],
    sampler: str,
    seed: int,
    on_progress: Callable[[int], None] | None = None,
) -> list[Trial]:
    """The sets that a seeded sampler wanted tried, in its order; the same seed draws the same sets.

    Args:
        run: What sets come to.
        space: The settings to draw, at least one.
        trials: How many sets.
        metrics: What is looked for; with several, all of them at once.
        sampler: One of `SAMPLERS`.
        seed: Of the sampler.
        on_progress: Called now and then with the sets done.

    Raises:
        ConfigurationError: If there is no such sampler, or nothing to draw.
    """
    if not space:
        raise ConfigurationError("--trials needs --space: name a setting and its bounds, such as trend.stop_atr=1:3")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=_sampler(sampler, seed), directions=["maximize"] * len(metrics))
    drawn: list[Trial] = []
    while len(drawn) < trials:
        asked = [study.ask() for _ in range(min(BATCH, trials - len(drawn)))]
        sets: list[Trial] = [{each.name: _draw(trial, each) for each in space} for trial in asked]
        for trial, figures in zip(asked, values(run(sets), metrics), strict=True):
            study.tell(trial, [max(figure, -1e300) for figure in figures.tolist()])
        drawn += sets
        if on_progress is not None:
            on_progress(len(drawn))
    return drawn


def _sampler(name: str, seed: int) -> optuna.samplers.BaseSampler:
    match name:
        case "tpe":
            return optuna.samplers.TPESampler(seed=seed)
        case "random":
            return optuna.samplers.RandomSampler(seed=seed)
        case "nsga2":
            return optuna.samplers.NSGAIISampler(seed=seed)
        case _:
            raise ConfigurationError(f"--sampler is {name!r}, and there are {', '.join(SAMPLERS)}")


def _draw(trial: optuna.Trial, each: Range) -> int | float:
    if each.is_whole:
        return trial.suggest_int(each.name, int(each.low), int(each.high), step=int(each.step or 1))
    return trial.suggest_float(each.name, each.low, each.high, step=each.step)
