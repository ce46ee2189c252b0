"""The deciding actors' own answer for one parameter set, told as a sweep tells its own."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from actors.crew import Crew, CrewParams
from actors.kernel.kernel import Kernel
from actors.lab.backtest import simulate
from actors.replay import ReplaySource
from core.lab.returns import daily_equity
from core.market.bars import Floats
from core.messages import BarClosed
from core.records import Transition
from core.trading.modes import TREND_BREAKOUT

AT_THE_OPEN = ("EXIT_TIME", "EXIT_REGIME")


class Faithful(NamedTuple):
    """What a run of the actors came to."""

    summary: dict[str, Any]
    transitions: dict[tuple[str, str], int]
    trades: list[dict[str, Any]]
    days: Floats


class Listener:
    """A scribe that keeps every transition, and the equity after every bar."""

    def __init__(self) -> None:
        self.transitions: list[Transition] = []
        self.equity: dict[int, float] = {}
        self.crew: Crew
        self._closed_ms: int | None = None

    def admitted(self, number: int, now: int, message: object) -> None:
        """Whatever comes after a bar's close, however numbered, finds the equity that the bar left."""
        del number
        if self._closed_ms is not None:
            self.equity[self._closed_ms] = self.crew.risk.account.equity
        self._closed_ms = now if isinstance(message, BarClosed) else None

    def recorded(self, *told: object) -> None:
        if isinstance(told[-1], Transition):
            self.transitions.append(told[-1])

    def timer_set(self, *told: object) -> None:
        """Not kept."""

    def timer_canceled(self, *told: object) -> None:
        """Not kept."""


def changed(params: CrewParams, trial: Mapping[str, Any]) -> CrewParams:
    """The parameters with a trial's settings."""
    measure, evaluation = params.measure, params.evaluation
    for name, value in trial.items():
        section, _, leaf = name.partition(".")
        if section == "measure":
            measure = replace(measure, **{leaf: value})
        else:
            evaluation = replace(evaluation, **{section: replace(getattr(evaluation, section), **{leaf: value})})
    return replace(params, measure=measure, evaluation=replace(evaluation, warm_up_bars=measure.warm_up_bars))


def run(source: ReplaySource, params: CrewParams) -> Faithful:
    """Run the actors bar by bar."""
    listener = Listener()
    crew = listener.crew = Crew(source.symbol, source.timeframe_ms, params)
    simulate(source, crew, Kernel(crew.deciders, listener))
    account = crew.risk.account
    transitions = Counter((record.machine, record.event) for record in listener.transitions)
    summary = {
        "trades": account.opened,
        "fills": account.fills,
        "wins": account.wins,
        "fees": account.fees,
        "funding": account.funding,
        "final_equity": account.equity,
        "max_drawdown_pct": account.max_drawdown_pct,
        "profit_factor": account.gross_profit / account.gross_loss if account.gross_loss else None,
        "expectancy_r": account.sum_r / account.closed if account.closed else None,
        "transitions": sum(transitions.values()),
    }
    return Faithful(summary, dict(transitions), _trades(source, listener.transitions), _days(listener))


def _days(listener: Listener) -> Floats:
    times, equity = np.array(list(listener.equity)), np.array(list(listener.equity.values()))
    return daily_equity(times, equity, start_equity=listener.crew.risk.account.start_balance)


def _trades(source: ReplaySource, transitions: list[Transition]) -> list[dict[str, Any]]:
    place = {open_ms: index for index, open_ms in enumerate(source.whole().bars.open_ms.tolist())}
    lives: dict[str, dict[str, Transition]] = {}
    for record in transitions:
        if record.machine == "position":
            lives.setdefault(record.instance, {})[record.event] = record
    return [_trade(life, place, source.timeframe_ms) for life in lives.values() if "fill" in life]


def _trade(life: dict[str, Transition], place: dict[int, int], timeframe_ms: int) -> dict[str, Any]:
    plan, fill = life["init"].facts, life["fill"]
    is_trend = plan["mode"] == TREND_BREAKOUT
    told: dict[str, Any] = {name: plan[name] for name in ("mode", "side", "quantity", "stop_distance")}
    told |= {
        "signal_bar": place[life["init"].ts - timeframe_ms],
        "entry_bar": place[fill.ts if is_trend else fill.ts - timeframe_ms],
        "entry_price": fill.facts["price"],
        "partial_bar": -1,
        "exit_bar": -1,
        "exit": "",
    }
    if "take_partial" in life:
        partial = life["take_partial"]
        told |= {"partial_bar": place[partial.ts - timeframe_ms], "partial_price": partial.facts["price"]}
        told["partial_quantity"] = partial.facts["quantity"]
    if "close" in life:
        close = life["close"]
        at_the_open = close.facts["exit"] in AT_THE_OPEN
        told |= {"exit_bar": place[close.ts if at_the_open else close.ts - timeframe_ms]}
        told |= {"exit_price": close.facts["price"]}
        told |= {name: close.facts[name] for name in ("exit", "fees", "funding", "profit", "r_multiple", "bars")}
    return told
