"""Several symbols over the same time, each with an account of its own, on every core.

The crew of actors trades one symbol, so nothing is shared: neither balance nor limits nor margin. Each symbol's result
is that of a run of its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from actors.adapters.files.candles import symbol_of
from actors.crew import CrewParams
from actors.lab.backtest import backtest
from actors.lab.pool import cores, pool
from actors.lab.ticks import coarse_tick
from actors.replay import ReplaySource
from actors.sources import Files, replayed
from core.errors import ConfigurationError
from core.message import Json

_ENDINGS = (".csv", ".csv.gz", ".zip", ".parquet", ".pq", ".feather", ".json", ".json.gz")
_SUMMED = ("bars", "trades", "fills", "wins", "fees", "funding", "start_balance", "final_equity")


class Traded(NamedTuple):
    """One symbol's run."""

    document: dict[str, Json]
    """Symbol, timeframe and the run's summary."""
    remarks: tuple[str, ...]
    """What the readers have to say."""
    has_macro: bool


def in_folder(folder: Path, wanted: Sequence[str]) -> dict[str, Path]:
    """The candle files of a folder by symbol, as their names say, in order of their symbols.

    Args:
        folder: One file for each symbol; what is no table is passed over.
        wanted: The symbols asked for, in that order; none: all.

    Raises:
        ConfigurationError: If a symbol is absent, asked for twice or in two files.
    """
    found: dict[str, Path] = {}
    for path in sorted(each for each in folder.iterdir() if each.is_file() and each.name.lower().endswith(_ENDINGS)):
        symbol = symbol_of(path)
        if symbol in found:
            raise ConfigurationError(f"{folder} has two files of {symbol}: {found[symbol].name} and {path.name}")
        found[symbol] = path
    if not found:
        raise ConfigurationError(f"{folder} holds no candle file")
    for symbol in wanted:
        if symbol not in found:
            raise ConfigurationError(f"--symbol is {symbol!r}, and {folder} has {', '.join(found)}")
        if list(wanted).count(symbol) > 1:
            raise ConfigurationError(f"--symbol names {symbol} twice")
    return {symbol: found[symbol] for symbol in wanted or found}


def traded(named: Files, params: CrewParams, *, limit_bars: int | None = None) -> Traded:
    """One symbol's market, opened and run to its end."""
    opened = replayed(named, minutes=params.measure.timeframe_minutes)
    source = opened.source
    facts: dict[str, Json] = {"symbol": source.symbol, "timeframe_ms": source.timeframe_ms}
    remarks = opened.remarks
    if isinstance(source, ReplaySource):
        remarks += coarse_tick(source.whole().bars, params.evaluation.instrument)
    return Traded({**facts, **backtest(source, params, limit_bars=limit_bars)}, remarks, opened.has_macro)


def all_traded(
    paths: Mapping[str, Path],
    named: Files,
    params: CrewParams,
    *,
    limit_bars: int | None = None,
    on_progress: Callable[[int], None] | None = None,
    workers: int | None = None,
) -> list[Traded]:
    """Every symbol's run, in the order of the paths.

    Args:
        paths: The candle file of each symbol.
        named: Range, macro values and headlines, which all of them share.
        params: The actors' numbers.
        limit_bars: Stop each after so many closed bars; None: at its end.
        on_progress: Called with the symbols done.
        workers: Processes; 1 runs them in this one, None takes as many as there are cores.
    """
    asked = [replace(named, candles=path, symbol=symbol) for symbol, path in paths.items()]
    run = partial(traded, params=params, limit_bars=limit_bars)
    processes = min(len(asked), cores() if workers is None else workers)
    if processes == 1:
        return list(_one_by_one(run, asked, on_progress))
    with pool(processes) as found:
        runs = [found.submit(run, each) for each in asked]
        for done, each in enumerate(as_completed(runs), 1):
            each.result()
            if on_progress is not None:
                on_progress(done)
    return [each.result() for each in runs]


def total(runs: Sequence[Traded]) -> dict[str, Json]:
    """The sums over accounts that know nothing of each other; there is no drawdown of their sum in it."""
    documents: list[dict[str, Any]] = [each.document for each in runs]
    summed: dict[str, Json] = {name: sum(each[name] for each in documents) for name in _SUMMED}
    closed = [sum(each["by_exit"].values()) for each in documents]
    weighted = [each["expectancy_r"] * count for each, count in zip(documents, closed, strict=True) if count]
    return summed | {"expectancy_r": sum(weighted) / sum(closed) if sum(closed) else None}


def _one_by_one(
    run: Callable[[Files], Traded], asked: Sequence[Files], on_progress: Callable[[int], None] | None
) -> Iterator[Traded]:
    for done, each in enumerate(asked, 1):
        yield run(each)
        if on_progress is not None:
            on_progress(done)
