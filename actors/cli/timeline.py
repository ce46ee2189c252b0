"""`chartwright timeline`: the regime's path, and what moved or held it."""

from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from actors.adapters.ledger.reader import LedgerReader
from actors.cli import options as opt
from actors.cli.backtest import files
from actors.cli.journals import opened_journal
from actors.cli.output import told, warn
from actors.cli.regime_steps import Step, show
from actors.lab.regime_path import regime_records
from actors.replay import ReplaySource
from actors.sources import Files, replayed
from actors.system import crew_params
from core.errors import ConfigurationError
from core.flow.derivatives import DerivativesParams
from core.flow.derivatives_book import DerivativesBook
from core.message import Facts
from core.reasons import Reason
from core.records import JournalRow, Transition
from settings import Settings, load

_PAGE_ROWS = 5_000


def timeline(  # noqa: PLR0913  the command's options
    *,
    state_dir: opt.StateDir = None,
    database: opt.Database = None,
    candles: opt.Candles = None,
    symbol: opt.Symbol = None,
    first: opt.From = None,
    last: opt.To = None,
    macro: opt.Macro = None,
    news: opt.News = None,
    calendar: opt.Calendar = None,
    derivatives: opt.Derivatives = None,
    profile: opt.Profile = "default",
    config: opt.Config = None,
    assignments: opt.Set = None,
    as_json: opt.AsJson = False,
) -> None:
    """The regime's path with its reasons: what each input gave, what would flip it, how long the dwell holds.

    Of a journal, or straight from files: --candles says which stretch of time, the others what was known in it.

    Example: chartwright timeline --candles BTCUSDT_5m.parquet --macro macro/ --from 2022-05-08 --to 2022-05-14
    """
    if any((candles, macro, news, calendar, derivatives)):
        _refuse_both(state_dir, database)
        asked = files(
            candles,
            symbol=symbol,
            first=first,
            last=last,
            macro=macro,
            news=news,
            calendar=calendar,
            derivatives=derivatives,
        )
        steps = _from_files(asked, load(profile=profile, config=config, overrides=opt.overrides(assignments, None)))
    else:
        with opened_journal(state_dir, database) as reader:
            steps = [_step(row, row.reasons) for row in _rows(reader)]
    told(steps) if as_json else show(steps)


def _refuse_both(state_dir: Path | None, database: str | None) -> None:
    given = [name for name, value in (("--state-dir", state_dir), ("--database", database)) if value is not None]
    if given:
        raise ConfigurationError(f"{given[0]} names a journal and --candles a file: give one of them")


def _from_files(asked: Files, settings: Settings) -> list[Step]:
    """What the regime would have been, with the journal left out."""
    opened = replayed(asked, minutes=settings.measure.timeframe_minutes)
    warn(opened.remarks)
    source = cast("ReplaySource", opened.source)
    records = regime_records(source, crew_params(settings, has_derivatives=opened.has_derivatives))
    steps = [_step(record, _codes(record.reasons)) for record in records]
    return _with_derivatives(steps, source, settings.derivatives) if opened.has_derivatives else steps


def _with_derivatives(steps: list[Step], source: ReplaySource, params: DerivativesParams) -> list[Step]:
    """Each step with what was known of the perpetual by then."""
    book, before = DerivativesBook(params), source.history()
    published = deque((*(before.derivatives if before else ()), *source.whole().derivatives))
    found = []
    for step in steps:
        while published and published[0].ts <= step["ts"]:
            book.add(published.popleft())
        read = book.read(step["ts"])
        found.append(step | {"derivatives": read.facts() | {"text": read.told()}})
    return found


def _rows(reader: LedgerReader) -> Iterator[JournalRow]:
    after = 0
    while rows := reader.rows(after=after, limit=_PAGE_ROWS, kinds=("transition",), machine="regime"):
        yield from rows
        after = rows[-1].seq


def _codes(reasons: Sequence[Reason]) -> tuple[str, ...]:
    return tuple(reason.name for reason in reasons)


def _step(row: JournalRow | Transition, reasons: tuple[str, ...]) -> Step:
    """One record of the regime, its facts as they were."""
    facts: Facts = row.facts
    return {
        "ts": row.ts,
        "from": row.source[0] if row.source else None,
        "to": row.target[0],
        "event": row.event,
        "reasons": list(reasons),
        **facts,
    }
