"""Sets drawn by Optuna's samplers, some at a time: the compiled search runs a batch as fast as one."""

from collections.abc import Callable, Sequence
from math import isfinite

import optuna

from actors.lab.search.metrics import values
from actors.lab.search.space import Range
from core.errors import ConfigurationError
from core.sweep.params import Trial
from core.sweep.result import SweepResult

BATCH = 32
"""Sets between two looks at what came out."""
_WORST = -1e300
SAMPLERS = ("tpe", "random", "nsga2")

Run = Callable[[Sequence[Trial]], SweepResult]
Asked = tuple[optuna.Trial, Trial]


def sampled(  # noqa: PLR0913  each is one thing to say of a search
    run: Run,
    space: Sequence[Range],
    *,
    trials: int,
    metrics: list[str],
    sampler: str,
    seed: int,
    prefixes: Sequence[Run] = (),
    on_pruned: Callable[[Trial], None] | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> list[Trial]:
    """The sets that a seeded sampler wanted tried to the end, in its order; the same seed draws the same sets.

    Args:
        run: What sets come to.
        space: The settings to draw, at least one.
        trials: How many sets.
        metrics: What is looked for; with several, all of them at once.
        sampler: One of `SAMPLERS`.
        seed: Of the sampler.
        prefixes: What sets come to on beginnings of the history, shortest first; a set that does worse on one than
            the median of those before it did there is given up. For one metric; none: every set is run to the end.
        on_pruned: Called with each set that is given up.
        on_progress: Called now and then with the sets done.

    Raises:
        ConfigurationError: If there is no such sampler, or nothing to draw.
    """
    if not space:
        raise ConfigurationError("--trials needs --space: name a setting and its bounds, such as trend.stop_atr=1:3")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if prefixes and len(metrics) > 1:
        raise ConfigurationError("sets are given up by one metric: name one with --metric, or say --no-prune")
    study = optuna.create_study(
        sampler=_sampler(sampler, seed), directions=["maximize"] * len(metrics), pruner=optuna.pruners.MedianPruner()
    )
    tried, done = list[Trial](), 0
    while done < trials:
        asked = [study.ask() for _ in range(min(BATCH, trials - done))]
        done += len(asked)
        batch: list[Asked] = [(trial, {each.name: _draw(trial, each) for each in space}) for trial in asked]
        for step, prefix in enumerate(prefixes):
            batch = _survivors(study, batch, prefix, metrics, step, on_pruned)
        sets = [drawn for _, drawn in batch]
        if batch:
            for (trial, _), figures in zip(batch, values(run(sets), metrics), strict=True):
                study.tell(trial, [max(figure, _WORST) for figure in figures.tolist()])
        tried += sets
        if on_progress is not None:
            on_progress(done)
    return tried


def _survivors(
    study: optuna.Study,
    batch: list[Asked],
    prefix: Run,
    metrics: list[str],
    step: int,
    on_pruned: Callable[[Trial], None] | None,
) -> list[Asked]:
    """Those that are worth more bars; one without a value yet is not judged."""
    if not batch:
        return batch
    kept = []
    figures = values(prefix([drawn for _, drawn in batch]), metrics)[:, 0].tolist()
    for (trial, drawn), figure in zip(batch, figures, strict=True):
        if isfinite(figure):
            trial.report(figure, step)
        if isfinite(figure) and trial.should_prune():
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            if on_pruned is not None:
                on_pruned(drawn)
        else:
            kept.append((trial, drawn))
    return kept


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
