"""What `run` trades on: the simulated market, candles that have already happened, or Bybit, on paper or for real."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from actors.cli.backtest import market_facts, regime_remarks
from actors.crew import CrewParams
from actors.feeder import Pace
from actors.intake import Intake, PacedIntake
from actors.market import Fingerprinted
from actors.sources import Files, Opened, replayed, simulated
from core.book.params import BookParams
from core.errors import ConfigurationError
from core.message import Json
from core.records import JournalRow
from settings import Settings

if TYPE_CHECKING:
    from actors.adapters.bybit.opened import Bybit

Journaled = Callable[[str], Iterator[JournalRow]]
"""The input rows of a run by its id, oldest first."""
SIM_SPEED, REPLAY_SPEED = 300.0, 1.0
"""Market time over wall time: one 5-minute bar a second, and as it happened."""


class Venue(StrEnum):
    """Where orders go."""

    SIM = "sim"
    REPLAY = "replay"
    BYBIT = "bybit"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A market and its venue, ready to be run."""

    market: Fingerprinted
    facts: dict[str, Json]
    intake: Callable[[Journaled, Path], Callable[[], Intake]]
    """Makes the outside of every engine, from the journal's reader and the state directory."""
    remarks: tuple[str, ...] = ()
    mode: str = "paper"
    adapted: Callable[[CrewParams], CrewParams] = field(default=lambda params: params)
    """What the venue itself knows better than the settings."""


def simulation(settings: Settings, *, seed: int, symbol: str | None, speed: str | None, bars: int | None) -> Chosen:
    """The built-in market."""
    opened = simulated(settings.sim, seed=seed, symbol=symbol, minutes=settings.measure.timeframe_minutes)
    return _paced(opened, settings, Pace(pace(speed, SIM_SPEED), bars))


def replay(
    settings: Settings, files: Files, *, speed: str | None, bars: int | None, derivatives: list[str] | None = None
) -> Chosen:
    """Candles of files, and what files tell of the perpetual."""
    files = dataclasses.replace(files, derivatives=tuple(derivatives or ()))
    opened = replayed(files, minutes=settings.measure.timeframe_minutes)
    return _paced(opened, settings, Pace(pace(speed, REPLAY_SPEED), bars))


def bybit(settings: Settings, *, symbol: str | None, is_real: bool) -> Chosen:
    """Bybit's market; its venue too where real orders are meant, once everything about the account is found right.

    Raises:
        ConfigurationError: If it cannot be reached, or the account must not be traded as it is.
    """
    from actors.adapters.bybit.opened import opened  # noqa: PLC0415  only this venue needs its client
    from actors.adapters.feeds.live import check  # noqa: PLC0415  likewise

    _check_pace(settings)
    venue = settings.venue
    found = opened(
        settings.bybit,
        symbol=symbol or "BTCUSDT",
        minutes=settings.measure.timeframe_minutes,
        key=venue.api_key,
        secret=venue.api_secret,
    )
    found = dataclasses.replace(found, has_derivatives=bool(settings.feeds.derivatives))
    anyio.run(check, settings.feeds, found.traded)
    remarks = () if settings.feeds.has_regime or settings.regime.pinned else (_UNFED,)
    adapted = partial(_with_venue, found, settings)
    if not is_real:
        return Chosen(found, _facts(found), _outside(found, settings, is_real=False), remarks, "paper", adapted)
    from actors.cli.real import approved  # noqa: PLC0415  likewise

    account = approved(found, settings)

    def for_real(params: CrewParams) -> CrewParams:
        told = adapted(params)
        risk = dataclasses.replace(told.evaluation.risk, start_balance=float(account.equity))
        evaluation = dataclasses.replace(told.evaluation, risk=risk)
        live = settings.live.scaled(settings.bybit.clock_speed)
        return dataclasses.replace(told, evaluation=evaluation, live=live)

    return Chosen(found, _facts(found), _outside(found, settings, is_real=True), remarks, "live", for_real)


def pace(text: str | None, default: float) -> float | None:
    """Market time over wall time; None: as fast as possible.

    Raises:
        ConfigurationError: If the text is neither a number above 0 nor `max`.
    """
    if text is None:
        return default
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 1e9:
        raise ConfigurationError(f"--speed is {text!r}: give a number above 0, such as 300, or max")
    return speed


_UNFED = (
    "without macro feeds the regime stays undetermined and nothing will trade: set feeds.dxy and feeds.btc_dominance, "
    "or pin one with --set regime.pinned=RISK_ON"
)
_UNPOLLED = "feeds.* is set and not used: live sources are polled with --venue bybit; this market brings its own values"


def _paced(opened: Opened, settings: Settings, paced: Pace) -> Chosen:
    def outside(_: Journaled, __: Path) -> Callable[[], Intake]:
        return lambda: PacedIntake(opened.source, paced)

    unpolled = () if settings.feeds.is_empty else (_UNPOLLED,)
    remarks = (*opened.remarks, *regime_remarks(opened, settings), *unpolled)
    return Chosen(opened.source, market_facts(opened), outside, remarks)


def _outside(found: "Bybit", settings: Settings, *, is_real: bool) -> Callable[[Journaled, Path], Callable[[], Intake]]:
    def outside(journaled: Journaled, folder: Path) -> Callable[[], Intake]:
        book = _book(settings)
        return lambda: found.intake(journaled, feeds=settings.feeds, folder=folder, is_real=is_real, book=book)

    return outside


def _check_pace(settings: Settings) -> None:
    """Nothing, if the context of the contract, which is polled in real time, is dated in it too."""
    if settings.feeds.derivatives and settings.bybit.clock_speed != 1:
        raise ConfigurationError(
            f"feeds.derivatives is polled in real time, and bybit.clock_speed is {settings.bybit.clock_speed:g}: "
            "leave one of them out"
        )


def _book(settings: Settings) -> BookParams | None:
    """How the order book is followed; None where it is not."""
    return settings.book.scaled(settings.bybit.clock_speed) if settings.book.enabled else None


def _with_venue(found: "Bybit", settings: Settings, params: CrewParams) -> CrewParams:
    evaluation = dataclasses.replace(params.evaluation, instrument=found.contract.instrument)
    derivatives = settings.derivatives if found.has_derivatives else None
    return dataclasses.replace(params, evaluation=evaluation, book=_book(settings), derivatives=derivatives)


def _facts(found: "Bybit") -> dict[str, Json]:
    return {"symbol": found.symbol, "timeframe_ms": found.timeframe_ms}
