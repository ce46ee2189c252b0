"""`chartwright walk-forward`: parameters chosen on one stretch and traded on the next, by time or in folds."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal, cast

import typer

from actors.cli import options as opt
from actors.cli.backtest import files, regime_remarks
from actors.cli.output import page, plain_table, progress, told, warn
from actors.cli.sweep import Grid, Sampler, Space, Trials, wanted_sets
from actors.cli.walked import document, rows, sentences
from actors.lab.fold.plan import Cut, purged, rolling
from actors.lab.search.metrics import METRICS, chosen
from actors.lab.search.sampled import sampled
from actors.lab.search.space import ranges
from actors.lab.walk_forward import Choice, Outcome, Run, Study, outcome, study
from actors.replay import ReplaySource
from actors.sources import replayed
from actors.system import crew_params
from core.errors import ConfigurationError
from core.market.bars import Bars
from core.sweep.params import Trial
from settings import Settings, load

_FOLDS = "Folds"
Method = Annotated[
    Literal["walk-forward", "purged"],
    typer.Option(help="Learn on the past and test on what follows, or test each part once.", rich_help_panel=_FOLDS),
]
TrainDays = Annotated[int, typer.Option(min=1, help="Days learnt from.", rich_help_panel=_FOLDS)]
TestDays = Annotated[int, typer.Option(min=1, help="Days tested on, and from fold to fold.", rich_help_panel=_FOLDS)]
Anchored = Annotated[bool, typer.Option(help="Learn from the first bar each time.", rich_help_panel=_FOLDS)]
Folds = Annotated[int, typer.Option(min=2, help="Parts of --method purged.", rich_help_panel=_FOLDS)]
Embargo = Annotated[
    int,
    typer.Option(
        "--embargo-bars",
        min=0,
        help="Bars between learning and testing; a trade should end in it.",
        rich_help_panel=_FOLDS,
    ),
]
Metric = Annotated[str, typer.Option(help=f"What the best is by: {', '.join(METRICS)}.", rich_help_panel="Search")]


def walk_forward(  # noqa: PLR0913  the command's options
    *,
    candles: opt.Candles = None,
    method: Method = "walk-forward",
    train_days: TrainDays = 90,
    test_days: TestDays = 30,
    anchored: Anchored = False,
    folds: Folds = 5,
    embargo_bars: Embargo = 288,
    grid_texts: Grid = None,
    trials: Trials = None,
    space: Space = None,
    sampler: Sampler = None,
    metric: Metric = "final_equity",
    symbol: opt.Symbol = None,
    first: opt.From = None,
    last: opt.To = None,
    timeframe: opt.Timeframe = None,
    macro: opt.Macro = None,
    news: opt.News = None,
    calendar: opt.Calendar = None,
    profile: opt.Profile = "default",
    config: opt.Config = None,
    assignments: opt.Set = None,
    seed: opt.Seed = opt.DEFAULT_SEED,
    as_json: opt.AsJson = False,
) -> None:
    """Choose parameters on one stretch, trade them on the next with the actors, and say what choosing was worth.

    Example: chartwright walk-forward --candles BTCUSDT-5m.csv --macro macro/ --grid trend.stop_atr=1,1.5,2
    """
    base, by = opt.overrides(assignments, timeframe), _one(metric)
    settings = load(profile=profile, config=config, overrides=base)
    draw = _draw(grid_texts, trials, space, metric=by, sampler=sampler, seed=seed)
    named = files(candles, symbol=symbol, first=first, last=last, macro=macro, news=news, calendar=calendar)
    opened = replayed(named, minutes=settings.measure.timeframe_minutes)
    warn((*opened.remarks, *regime_remarks(opened, settings)))
    source = cast("ReplaySource", opened.source)
    bars = source.whole().bars
    if method == "purged":
        cuts = purged(bars, folds=folds, embargo_bars=embargo_bars)
    else:
        cuts = rolling(bars, train_days=train_days, test_days=test_days, embargo_bars=embargo_bars, anchored=anchored)
    warn(_untested(bars, cuts))

    def with_set(trial: Trial) -> Settings:
        overrides = [*base, *(f"{name}={value}" for name, value in trial.items())]
        return load(profile=profile, config=config, overrides=overrides)

    found = _walked(source, cuts, Choice(draw, by, lambda trial: crew_params(with_set(trial))), settings, seed=seed)
    if as_json:
        told(document(found, method=method, metric=by))
    else:
        _show(found, method=method, metric=by)


def _walked(source: ReplaySource, cuts: list[Cut], choice: Choice, settings: Settings, *, seed: int) -> Study:
    params, done = crew_params(settings), list[Outcome]()
    with progress("folds", len(cuts)) as shown:
        for cut in cuts:
            done.append(outcome(source, cut, choice, params))
            if shown is not None:
                shown(len(done))
    return study(done, params, seed=seed)


def _one(metric: str) -> str:
    names = chosen(metric)
    if len(names) > 1:
        raise ConfigurationError(f"--metric is {metric!r}: a fold has one best set, so name one metric")
    return names[0]


def _draw(
    grid_texts: list[str] | None,
    trials: int | None,
    space: list[str] | None,
    *,
    metric: str,
    sampler: str | None,
    seed: int,
) -> Callable[[Run], list[Trial]]:
    """The sets of a fold: the same grid for all of them, or each fold's own draws."""
    wanted = wanted_sets(grid_texts, trials)
    if wanted is not None:
        return lambda _: wanted
    return partial(
        sampled, space=ranges(space or []), trials=trials or 0, metrics=[metric], sampler=sampler or "tpe", seed=seed
    )


def _untested(bars: Bars, cuts: list[Cut]) -> tuple[str, ...]:
    left = int((bars.open_ms >= cuts[-1].test[1]).sum())
    if not left:
        return ()
    return (f"the last {left:,} bars are too few for another fold and are not used",)


def _show(found: Study, *, method: str, metric: str) -> None:
    console = page()
    heads, lines = rows(found)
    console.print(
        f"{len(found.folds)} folds ({method}), the best of {found.folds[0].sets:,} sets by {metric} on each; every "
        "test was traded by the actors and is what the search says.\n"
    )
    table = plain_table(*heads, numbers=heads[2:])
    for row in lines:
        table.add_row(*row)
    console.print(table)
    console.print()
    for line in sentences(found):
        console.print(line, markup=False)
