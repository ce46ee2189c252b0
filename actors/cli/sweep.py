"""`chartwright sweep`: a parameter search, and what luck has to do with its best."""

import math
from typing import Annotated, Any

import typer

from actors.cli import options as opt
from actors.cli.backtest import files
from actors.cli.drawing import Drawing
from actors.cli.output import page, plain_table, progress, told
from actors.cli.spread import Asked, Cluster, Results, searches
from actors.lab.search.metrics import METRICS, chosen, values
from actors.lab.search.sampled import SAMPLERS
from actors.lab.search.search import Found
from actors.lab.search.space import grid, ranges
from actors.system import crew_params
from core.errors import ConfigurationError
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
Sampler = Annotated[
    str | None,
    typer.Option(
        help=f"Who draws: {', '.join(SAMPLERS)}. Default: tpe, and nsga2 for several metrics.", rich_help_panel=_SEARCH
    ),
]
Metrics = Annotated[
    list[str] | None,
    typer.Option(
        help=f"What to look for: {', '.join(METRICS)}; of several the sets that none beats in all are listed.",
        rich_help_panel=_SEARCH,
    ),
]
Prune = Annotated[
    bool,
    typer.Option(
        "--prune/--no-prune", help="Give drawn sets up that are hopeless on the first bars.", rich_help_panel=_SEARCH
    ),
]
Top = Annotated[int, typer.Option(min=1, help="How many of the best to show.", rich_help_panel=_SEARCH)]


def sweep(  # noqa: PLR0913  the command's options
    *,
    candles: opt.Candles = None,
    grid_texts: Grid = None,
    trials: Trials = None,
    space: Space = None,
    sampler: Sampler = None,
    metric: Metrics = None,
    prune: Prune = False,
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
    cluster: Cluster = None,
    results: Results = None,
    as_json: opt.AsJson = False,
) -> None:
    """Try parameter sets in compiled code; the best is run again by the actors, and refused where they differ.

    Of a folder with a candle file for each symbol every symbol is searched, or the one that --symbol names.

    Example: chartwright sweep --candles BTCUSDT-5m.csv --profile bare-trend --grid trend.stop_atr=1,1.5,2
    """
    metrics, base = chosen(",".join(metric or ["final_equity"])), opt.overrides(assignments, timeframe)
    settings = load(profile=profile, config=config, overrides=base)
    named = files(candles, symbol=symbol, first=first, last=last, macro=macro, news=news, calendar=calendar)
    wanted, documents = wanted_sets(grid_texts, trials), dict[str, list[dict[str, Any]]]()
    with searches(Asked(named, settings, bars), wanted, cluster=cluster, results=results) as markets:
        for name, search in markets.items():
            sets, pruned = wanted, list[Trial]()
            if sets is None:
                drawing = Drawing(ranges(space or []), trials or 0, metrics, sampler, seed)
                sets, pruned = drawing.sets(search, prune=prune)
            with progress("sets", len(sets)) as shown:
                found = search.judged(search.run(sets, on_progress=shown), metrics)
            for place in found.front[:top]:
                overrides = [*base, *(f"{setting}={value}" for setting, value in sets[place].items())]
                own = crew_params(load(profile=profile, config=config, overrides=overrides))
                search.check(found.result, place, own)
            documents[name] = _document(found, metrics, most=top if results else None, checked=top, pruned=len(pruned))
            if not as_json:
                _show(name, documents[name], found, metrics, top)
    if as_json:
        told({"symbols": documents} if named.candles.is_dir() else documents.popitem()[1])


def wanted_sets(grid_texts: list[str] | None, trials: int | None) -> list[Trial] | None:
    """The sets of a grid; None where a sampler draws them."""
    if bool(grid_texts) == (trials is not None):
        raise ConfigurationError("give --grid KEY=A,B,C, or --trials N with --space KEY=LOW:HIGH, and not both")
    return grid(grid_texts) if grid_texts else None


def _document(found: Found, metrics: list[str], *, most: int | None, checked: int, pruned: int) -> list[dict[str, Any]]:
    """Every set or so many, the front and then the best first; the first says what the search explains of it."""
    result: SweepResult = found.result
    figures, front = values(result, metrics), dict.fromkeys(found.front)
    order = list(front | dict.fromkeys(found.order))
    rows: list[dict[str, Any]] = [
        {"params": dict(result.trials[place]), **result.summary(place)}
        | {name: _finite(figures[place, at].item()) for at, name in enumerate(metrics) if name == "sharpe"}
        | ({"front": place in front} if len(metrics) > 1 else {})
        | ({"checked": True} if place in found.front[:checked] else {})
        for place in order[:most]
    ]
    rows[0] |= {"luck": found.luck | ({"pruned": pruned} if pruned else {})}
    return rows


def _finite(figure: float) -> float | None:
    return figure if math.isfinite(figure) else None


def _show(symbol: str, document: list[dict[str, Any]], found: Found, metrics: list[str], top: int) -> None:
    console = page()
    rows = [row for row in document if row.get("front", True)][:top]
    shown = ("trades", "wins", "final_equity", "profit_factor", "expectancy_r", "max_drawdown_pct")
    extra = tuple(name for name in metrics if name not in shown)
    names = tuple(rows[0]["params"])
    table = plain_table(*names, *shown, *extra, numbers=(*names, *shown, *extra))
    for row in rows:
        figures = (row[name] for name in (*shown, *extra))
        table.add_row(*map(str, row["params"].values()), *("-" if each is None else f"{each:,.6g}" for each in figures))
    again = "the best was run again by the actors and is the same"
    if len(metrics) > 1:
        front = f"{len(found.front):,} are beaten by none in all of them (the Pareto front)"
        again = f"{front}; the {len(rows):,} shown were run again by the actors and are the same"
    console.print(f"{symbol}: {len(found.order):,} sets by {', '.join(metrics)}; {again}.\n")
    console.print(table)
    console.print()
    for line in _in_words(document[0]["luck"]):
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
    if luck.get("pruned"):
        said.append(f"{luck['pruned']:,} more sets were given up early: what is said of luck here is too kind by them.")
    score = luck.get("plateau_score")
    if score is not None and math.isfinite(score):
        said.append(f"Plateau score {score:.2f}: 1 is flat around the best, 0 a lone peak.")
    return said
