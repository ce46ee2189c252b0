"""From what a user names to a market: candle, macro and news files, or the built-in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from actors.adapters.files.candles import Candles, read_candles
from actors.adapters.files.derivatives import read_derivatives
from actors.adapters.files.macro import read_macro
from actors.adapters.files.news import read_news
from actors.adapters.files.times import span, spell
from actors.adapters.sim.params import SimParams
from actors.market import Source
from actors.replay import ReplaySource
from core.durations import DAY_MS, MINUTE_MS
from core.errors import ConfigurationError
from core.market.aggregate import aggregate
from core.market.bars import Bars, Gap
from core.messages import MacroPublished, NewsPublished, ScheduledEvent

NEWS_HISTORY_MS = 7 * DAY_MS
"""The longest window in which a headline counts."""
_SIM_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Files:
    """A market that has already happened, as a user names it."""

    candles: Path
    symbol: str | None = None
    first_ms: int | None = None
    """Only bars that open at or after this, UTC ms."""
    last_ms: int | None = None
    """Only bars that open before this, UTC ms."""
    macro: tuple[str, ...] = ()
    """A folder with a `macro.toml`, or `INPUT=FILE` texts."""
    news: Path | None = None
    calendar: Path | None = None
    derivatives: tuple[str, ...] = ()
    """`FILE` or `FILE@ZONE` texts."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A market, and what its reader has to say about it."""

    source: Source
    remarks: tuple[str, ...] = ()
    """Sentences for the operator."""
    bars: int | None = None
    """How many there are; None: without end."""
    has_macro: bool = True
    has_derivatives: bool = False


def replayed(files: Files, *, minutes: int) -> Opened:
    """The market in files.

    Args:
        files: Which.
        minutes: Length of the bars to make of finer ones; 0: as they are in the file.

    Raises:
        ConfigurationError: If an option is at fault.
        FeedMalformed: If a file's contents cannot be believed.
    """
    found = read_candles(files.candles, symbol=files.symbol, first_ms=files.first_ms, last_ms=files.last_ms)
    bars, coarser = _in_timeframe(found.bars, minutes, files.candles)
    if len(bars) < 2:
        raise ConfigurationError(
            f"{files.candles} gives {len(bars)} closed bars of {span(bars.timeframe_ms)} in the range asked for; "
            "at least 2 are needed"
        )
    first_ms, end_ms = int(bars.open_ms[0]), int(bars.open_ms[-1]) + bars.timeframe_ms
    macro = _macro(files.macro, first_ms, end_ms)
    news = _news(files.news, first_ms, end_ms)
    events = _events(files.calendar)
    derivatives = read_derivatives(files.derivatives, symbol=bars.symbol, first_ms=first_ms, last_ms=end_ms + 1)
    empty = tuple(
        f"{option} holds nothing between {spell(first_ms)} and {spell(end_ms)}"
        for option, given, values in (
            ("--macro", files.macro, macro),
            ("--news", files.news, news),
            ("--calendar", files.calendar, [event for event in events if first_ms <= event.ts < end_ms]),
            ("--derivatives", files.derivatives, derivatives),
        )
        if given and not values
    )
    remarks = (*_remarks(found, files.candles), *coarser, *empty)
    source = ReplaySource(bars, macro, news, events, derivatives)
    return Opened(source, remarks, len(bars), has_macro=bool(macro), has_derivatives=bool(files.derivatives))


def simulated(params: SimParams, *, seed: int, symbol: str | None, minutes: int) -> Opened:
    """The built-in market, in bars of so many minutes (0: five)."""
    timeframe_ms = (minutes or _SIM_MINUTES) * MINUTE_MS
    from actors.adapters.sim.market import SimMarket  # noqa: PLC0415  numpy's generators, which files need none of

    return Opened(SimMarket(params, seed=seed, symbol=symbol or "BTCUSDT", timeframe_ms=timeframe_ms))


def _in_timeframe(bars: Bars, minutes: int, path: Path) -> tuple[Bars, tuple[str, ...]]:
    wanted_ms = minutes * MINUTE_MS or bars.timeframe_ms
    if DAY_MS % wanted_ms:
        raise ConfigurationError(
            f"measure.timeframe_minutes is {minutes}: a day must be a whole number of bars, such as 5, 15, 60 or 240"
        )
    if wanted_ms > bars.timeframe_ms:
        return aggregate(bars, wanted_ms), ()
    if wanted_ms < bars.timeframe_ms:
        own = span(bars.timeframe_ms)
        return bars, (f"{path} holds {own} bars, coarser than the {span(wanted_ms)} asked for: {own} bars are used",)
    return bars, ()


def _macro(given: Sequence[str], first_ms: int, end_ms: int) -> list[MacroPublished]:
    if not given:
        return []
    folders = [text for text in given if "=" not in text or Path(text).is_dir()]
    if folders and len(given) > 1:
        raise ConfigurationError(f"--macro is {', '.join(given)}: give one folder, or INPUT=FILE for each input")
    if folders:
        return read_macro(Path(folders[0]), first_ms=first_ms, last_ms=end_ms + 1)
    files: dict[str, Path] = {}
    for text in given:
        feed, _, path = text.partition("=")
        if feed in files:
            raise ConfigurationError(f"--macro names {feed} twice: {files[feed]} and {path}")
        files[feed] = Path(path)
    return read_macro(files, first_ms=first_ms, last_ms=end_ms + 1)


def _events(path: Path | None) -> list[ScheduledEvent]:
    if path is None:
        return []
    from actors.adapters.files.calendar import read_calendar  # noqa: PLC0415  feeds, which most runs read none of

    return read_calendar(path)


def _news(path: Path | None, first_ms: int, end_ms: int) -> list[NewsPublished]:
    return [] if path is None else read_news(path, first_ms=first_ms - NEWS_HISTORY_MS, last_ms=end_ms + 1)


def _remarks(found: Candles, path: Path) -> tuple[str, ...]:
    if not found.gaps:
        return found.warnings
    missing = sum(gap.bars for gap in found.gaps)
    worst: Gap = max(found.gaps, key=lambda gap: gap.bars)
    told = f"{path}: {len(found.gaps)} gaps, {missing} bars missing; the longest from {spell(worst.first_ms)}"
    return (*found.warnings, f"{told}, {worst.bars} bars. Gaps are journaled, no bar is invented")
