"""The faithful engine: the daemon's own actors over a year of bars, every record kept in memory."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from actors.adapters.files.candles import read_candles
from actors.adapters.files.macro import read_macro
from actors.adapters.files.news import read_news
from actors.crew import CrewParams
from actors.kernel.transcript import Transcript
from actors.lab.backtest import backtest
from actors.replay import ReplaySource
from actors.system import crew_params
from settings import load
from tests.bench.candles import year
from tests.bench.figure import Figure, repeated, seconds
from tests.bench.recorded import data
from tests.bench.started import Ran, started

BARS: Final = 105_120
_REAL: Final = Path("candles", "BTCUSDT_binance_spot_5m_2021-08_2024-06.parquet")
_HEADLINES: Final = Path("news", "bitcoin_headlines_labelled_2021-11_2023-06.csv.gz")
_FIRST_2022: Final = 1_640_995_200_000
_MINUTE_YEAR: Final = (
    "from actors.native.finder import use; use(); from tests.bench.engine import minute_year; minute_year()"
)


def engine(repeat: int) -> list[Figure]:
    """Seconds of both profiles, of the digest, and of a year of minutes in a process of its own."""
    bare, source = params("bare-trend"), ReplaySource(year(5), [], [])
    scribe = Transcript()
    backtest(source, bare, scribe=scribe)
    trades = f"{BARS:,} bars, {scribe.transitions:,} transitions"
    figures = [
        Figure("engine: bare-trend, a year of 5m", repeated(runs(source, bare), repeat), "s", goal=0.4, note=trades),
        Figure("engine: its digest", tuple(seconds(scribe.digest) for _ in range(repeat)), "s"),
    ]
    real = real_year()
    if real is not None:
        timed = repeated(runs(real, params("default")), repeat)
        figures.append(Figure("engine: default, 2022 with macro and news", timed, "s", goal=1.0))
    return figures + _minute_figures(repeat)


def params(profile: str) -> CrewParams:
    """A profile's numbers; nothing of this machine's own settings."""
    return crew_params(load(profile=profile, env_file=Path("absent.env")))


def runs(source: ReplaySource, crew: CrewParams) -> Callable[[], object]:
    """One backtest, to be timed: every record is kept, and the digest left out, which is timed apart."""
    return lambda: backtest(source, crew, scribe=Transcript(), digested=False)


def real_year() -> ReplaySource | None:
    """2022 as it was, with its macro values and headlines; None where the recordings are absent."""
    root = data()
    if root is None:
        return None
    bars = read_candles(root / _REAL, first_ms=_FIRST_2022).bars.between(0, BARS)
    first_ms, last_ms = int(bars.open_ms[0]), int(bars.open_ms[-1])
    macro = read_macro(root / "macro", first_ms=first_ms, last_ms=last_ms)
    return ReplaySource(bars, macro, read_news(root / _HEADLINES))


def minute_year() -> None:
    """A year of one-minute bars, in the process that calls this."""
    runs(ReplaySource(year(1), [], []), params("bare-trend"))()


def _minute_figures(repeat: int) -> list[Figure]:
    source, bare = ReplaySource(year(1), [], []), params("bare-trend")
    timed = repeated(runs(source, bare), repeat)
    ran: list[Ran] = [started("-c", _MINUTE_YEAR)]
    return [
        Figure("engine: bare-trend, a year of 1m", timed, "s", note="525,600 bars"),
        Figure("engine: peak memory of that year", tuple(each.peak_mb for each in ran), "MB", goal=500.0),
    ]
