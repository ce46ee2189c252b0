"""What `sweep` searches, and who runs it: one market or a folder of them, here or on a cluster, kept or not."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, cast

import typer

from actors.cli.idle import idle_remarks
from actors.cli.output import progress, warn
from actors.crew import CrewParams
from actors.lab.search.search import Search
from actors.lab.symbols import in_folder
from actors.replay import ReplaySource
from actors.sources import Files, Opened, replayed
from actors.system import crew_params
from core.sweep.params import Trial
from settings import Settings

_SPREAD = "Spread"
Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="tcp://HOST:PORT", help="A Dask scheduler whose workers run the sets.", rich_help_panel=_SPREAD
    ),
]
Results = Annotated[
    str | None,
    typer.Option(
        metavar="FOLDER|postgresql://...",
        help="Keep every set's outcome as it comes; run again, what is kept is not run twice.",
        rich_help_panel=_SPREAD,
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options name."""

    files: Files
    """A candle file, or a folder with one for each symbol."""
    settings: Settings
    """The base of every set."""
    limit_bars: int | None
    """Only the first so many bars of each market; None: all."""


@contextmanager
def searches(
    asked: Asked, wanted: Sequence[Trial] | None, *, cluster: str | None, results: str | None
) -> Iterator[dict[str, Search]]:
    """A search for each symbol; chunks of sets known beforehand are run for all of them at once.

    Args:
        asked: Markets and base.
        wanted: The sets, where they are known already.
        cluster: A scheduler's address; None: this process.
        results: Where outcomes are kept; None: nowhere.

    Raises:
        ConfigurationError: If an option is at fault.
        ClusterLost: If the cluster went away.
        ResultsUnusable: If outcomes cannot be kept or read.
    """
    opened, params = _opened(asked), crew_params(asked.settings)
    if cluster is None and results is None:
        yield {each.source.symbol: _search(each, params, asked.limit_bars) for each in opened}
        return
    from actors.lab.cluster.run import Wanted, spread  # noqa: PLC0415  PyArrow, which only this road needs

    with spread(cluster=cluster, kept=results) as spreading:
        sources = (cast("ReplaySource", each.source) for each in opened)
        found = {each.symbol: spreading.search(each, params, limit_bars=asked.limit_bars) for each in sources}
        if wanted:
            with progress("sets", len(wanted) * len(found)) as shown:
                spreading.fill([Wanted(each.market, wanted) for each in found.values()], on_progress=shown)
        yield dict(found)


def _opened(asked: Asked) -> list[Opened]:
    files = asked.files
    if files.candles.is_dir():
        symbols = in_folder(files.candles, [files.symbol] if files.symbol else [])
        every = [replace(files, candles=path, symbol=symbol) for symbol, path in symbols.items()]
    else:
        every = [files]
    found = [replayed(each, minutes=asked.settings.measure.timeframe_minutes) for each in every]
    remarks = (text for each in found for text in (*each.remarks, *_idle(each, asked.settings)))
    warn(tuple(dict.fromkeys(remarks)))
    return found


def _idle(opened: Opened, settings: Settings) -> tuple[str, ...]:
    return idle_remarks(settings, has_macro=opened.has_macro)


def _search(opened: Opened, params: CrewParams, limit_bars: int | None) -> Search:
    return Search(cast("ReplaySource", opened.source), params, limit_bars=limit_bars)
