"""`chartwright sweep`: a parameter search, and what luck has to do with its best."""

import math
from typing import Annotated, Any, cast

import typer

from actors.cli import options as opt
from actors.cli.backtest import files, regime_remarks
from actors.cli.output import page, plain_table, progress, told, warn
from actors.lab.search.metrics import METRICS, chosen, values
from actors.lab.search.sampled import SAMPLERS, sampled
from actors.lab.search.search import Found, Search
from actors.lab.search.space import grid, ranges
from actors.replay import ReplaySource
from actors.sources import replayed
from actors.system import crew_params
from core.errors import ConfigurationError
from core.message import Json
from core.sweep.params import Trial
from core.sweep.result import SweepResult
from settings import load

_SEARCH = "Search"
Grid = Annotated[
    list[str] | None,
    typer.Option(
        "--grid",
        metavar="KEY=A,B,C",
        help="Values of one setting, repeatable: every combination.",
        rich_help_panel=_SEARCH,
    ),
]
Trials = Annotated[int | None, typer.Option(min=1, help="How many sets to draw from --space.", rich_help_panel=_SEARCH)]
Space = Annotated[
    list[str] | None,
    typer.Option(metavar="KEY=LOW:HIGH[:STEP]", help="Bounds of one setting, repeatable.", rich_help_panel=_SEARCH),
]
Sampler = Annotated[str, typer.Option(help=f"Who draws: {', '.join(SAMPLERS)}.", rich_help_panel=_SEARCH)]
Metric = Annotated[
    str,
    typer.Option(
        help=f"What to look for: {', '.join(METRICS)}; several with commas.",
        rich_help_panel=_SEARCH,
    ),
]
Top = Annotated[int, typer.Option(min=1, help="How many of the best to show.", rich_help_panel=_SEARCH)]


def sweep(  # noqa: PLR0913  the command's options
    *,
    candles: opt.Candles = None,
    grid_texts: Grid = None,
    trials: Trials = None,
    space: Space = None,
    sampler: Sampler = "tpe",
    metric: Metric = "final_equity",
    top: Top = 10,
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
    bars: opt.BarLimit = None,
    as_json: opt.AsJson = False,
) -> None:
    """Try parameter sets in compiled code; the best is run again by the actors, and refused where they differ.

    Example: chartwright sweep --candles BTCUSDT-5m.csv --profile bare-trend --grid trend.stop_atr=1,1.5,2
    """
    metrics, base = chosen(metric), opt.overrides(assignments, timeframe)
    settings = load(profile=profile, config=config, overrides=base)
    named = files(candles, symbol=symbol, first=first, last=last, macro=macro, news=news, calendar=calendar)
    opened = replayed(named, minutes=settings.measure.timeframe_minutes)
    warn((*opened.remarks, *regime_remarks(opened, settings)))
    wanted = _wanted(grid_texts, trials)
    search = Search(cast("ReplaySource", opened.source), crew_params(settings), limit_bars=bars)
    if wanted is None:
        with progress("sets", trials) as shown:
            wanted = sampled(
                search.run,
                ranges(space or []),
                trials=trials or 0,
                metrics=metrics,
                sampler=sampler,
                seed=seed,
                on_progress=shown,
            )
    with progress("sets", len(wanted)) as shown:
        found = search.judged(search.run(wanted, on_progress=shown), metrics)
    best = found.order[0]
    overrides = [*base, *(f"{name}={value}" for name, value in wanted[best].items())]
    search.check(found.result, best, crew_params(load(profile=profile, config=config, overrides=overrides)))
    document = _document(found, metrics)
    if as_json:
        told(document)
    else:
        _show(document[:top], found.luck, metrics, len(document))


def _wanted(grid_texts: list[str] | None, trials: int | None) -> list[Trial] | None:
    """The sets of a grid; None where a sampler draws them."""
    if bool(grid_texts) == (trials is not None):
        raise ConfigurationError("give --grid KEY=A,B,C, or --trials N with --space KEY=LOW:HIGH, and not both")
    return grid(grid_texts) if grid_texts else None


def _document(found: Found, metrics: list[str]) -> list[dict[str, Any]]:
    """Every set, best first; the first says what the search explains of it."""
    result: SweepResult = found.result
    figures = values(result, metrics)
    rows: list[dict[str, Any]] = [
        {"params": dict(result.trials[place]), **result.summary(place)}
        | {name: _finite(figures[place, at].item()) for at, name in enumerate(metrics) if name == "sharpe"}
        for place in found.order
    ]
    rows[0] |= {"checked": True, "luck": found.luck}
    return rows


def _finite(figure: float) -> float | None:
    return figure if math.isfinite(figure) else None


def _show(rows: list[dict[str, Any]], luck: dict[str, Json], metrics: list[str], sets: int) -> None:
    console = page()
    shown = ("trades", "wins", "final_equity", "profit_factor", "expectancy_r", "max_drawdown_pct")
    extra = tuple(name for name in metrics if name not in shown)
    names = tuple(rows[0]["params"])
    table = plain_table(*names, *shown, *extra, numbers=(*names, *shown, *extra))
    for row in rows:
        figures = (row[name] for name in (*shown, *extra))
        table.add_row(*map(str, row["params"].values()), *("-" if each is None else f"{each:,.6g}" for each in figures))
    console.print(f"{sets:,} sets by {', '.join(metrics)}; the best was run again by the actors and is the same.\n")
    console.print(table)
    console.print()
    for line in _in_words(luck):
        console.print(line)


def _in_words(luck: dict[str, Any]) -> list[str]:
    """What the search explains, one sentence each."""
    said = []
    if "deflated_sharpe_probability" in luck:
        said.append(
            f"The best daily Sharpe ratio is {luck['best_daily_sharpe']:.3f}. {luck['trials']:,} sets are worth "
            f"{luck['independent_trials']:.1f} independent ones."
        )
        said.append(
            "That it beats the best of as many worthless ones has the probability "
            f"{luck['deflated_sharpe_probability']:.0%}; 95 % is what proof takes."
        )
        said.append(
            "Picking the best like this would have failed out of sample with the probability "
            f"{luck['probability_of_overfitting']:.0%}; noise has 50 %."
        )
    score = luck.get("plateau_score")
    if score is not None and math.isfinite(score):
        said.append(f"Plateau score {score:.2f}: 1 is flat around the best, 0 a lone peak.")
    return said
