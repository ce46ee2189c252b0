"""A whole crew on a made-up market, with everything it recorded: what the invariants are checked on."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np

from actors.crew import Crew, CrewParams, opening
from actors.kernel.effects import CancelTimer, SetTimer
from actors.kernel.kernel import Kernel
from actors.kernel.simulated import SimulatedRuntime
from actors.market import Item, inputs
from core.evaluation.evaluator import EvaluationParams
from core.evaluation.guards import GUARDS
from core.evaluation.params import GuardParams
from core.flow.bias import FlowParams
from core.market.bars import Bars
from core.market.chunk import Chunk
from core.measure.panel import PanelParams
from core.messages import BarClosed, MacroPublished, NewsPublished, OperatorCommanded
from core.news.params import NewsParams
from core.records import Cause, Record, cause_text
from core.regime.params import RegimeParams
from core.risk.params import RiskParams
from core.strategies.breakout import BreakoutParams
from core.strategies.reversion import ReversionParams
from core.trading.cost import CostParams

SYMBOL = "BTCUSDT"
STEP_MS = 15 * 60_000
START_MS = 1_704_398_400_000  # Thursday 2024-01-04, 20:00 UTC: a midnight, a weekend and a Monday follow
TITLES = (
    "Bitcoin ETF approved by SEC",
    "Fed signals rate cut as inflation cools",
    "Major exchange hacked, withdrawals halted",
    "Markets quiet ahead of the holidays",
)


@dataclass(frozen=True)
class Plan:
    """One made-up world."""

    seed: int
    pinned: str = ""
    bars: int = 260
    jumpiness: float = 0.003
    partial_fraction: float = 0.5
    target_fraction: float = 1.0
    secondary_target: str = "none"
    time_stop_bars: int = 0
    commands: tuple[tuple[int, str], ...] = ()
    """(bar index, operator's command)."""


@dataclass
class Recorder:
    """Keeps what the kernel reports."""

    inputs: dict[int, object] = field(default_factory=dict)
    records: list[tuple[str, Any]] = field(default_factory=list)

    def admitted(self, number: int, now: int, message: object) -> None:
        """Keep an input by its number."""
        del now
        self.inputs[number] = message

    def recorded(self, cause: Cause, record: Record) -> None:
        """Keep a record with its cause."""
        self.records.append((cause_text(cause), record))

    def timer_set(self, cause: Cause, actor: str, now: int, effect: SetTimer) -> None:
        """Timers are the kernel's."""

    def timer_canceled(self, cause: Cause, actor: str, now: int, effect: CancelTimer) -> None:
        """Timers are the kernel's."""


class World:
    """A crew under way."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.recorder = Recorder()
        self.crew = Crew(SYMBOL, STEP_MS, _params(plan))
        self.kernel = Kernel(self.crew.deciders, self.recorder)
        self.runtime = SimulatedRuntime(self.kernel)

    def begin(self, now: int = START_MS, *, resumed: bool = False) -> None:
        """Start the system and its stream."""
        for message in opening(resumed=resumed):
            self.runtime.admit(message, now)

    def steps(self, items: Iterable[Item]) -> Iterator[Item]:
        """Run input after input, handing each back once it has come to rest."""
        for item in items:
            self.runtime.run([item])
            yield item

    def run(self, items: Iterable[Item]) -> None:
        """Run all of them."""
        for _ in self.steps(items):
            pass

    def saved(self) -> str:
        """Every actor's state as JSON text."""
        self.kernel.dirty = set(range(len(self.kernel.deciders)))
        return json.dumps(self.kernel.saved(), allow_nan=False)

    @classmethod
    def restored(cls, plan: Plan, saved: str, before: Iterable[Item], now: int) -> "World":
        """A new process that read the journal."""
        world = cls(plan)
        world.kernel.restore(json.loads(saved))
        for _, message in before:
            if type(message) is BarClosed:
                world.crew.strategist.fold(message)
        world.begin(now, resumed=True)
        world.recorder.records.clear()
        return world


def market(plan: Plan) -> list[Item]:
    """Candles in swings and calms, with gaps, macro values, headlines and an operator's commands."""
    random = Random(plan.seed)
    rows, open_ms, price, drift = [], START_MS, 100.0 * random.uniform(0.5, 400), 0.0
    macro, news = [], []
    dollar, dominance = 104.0, 52.0
    moments = []
    for index in range(plan.bars):
        if index % 20 == 0:
            drift = random.choice((-1.0, 0.0, 0.0, 1.0)) * plan.jumpiness / 2
        wick = plan.jumpiness * price
        opened = price * (1 + random.choice((0, 0, 0, 0, 0, 0, 1)) * random.gauss(0, plan.jumpiness))
        closed = opened * (1 + drift + random.gauss(0, plan.jumpiness))
        high = max(opened, closed) + abs(random.gauss(0, wick))
        low = min(opened, closed) - abs(random.gauss(0, wick))
        rows.append((open_ms, opened, high, low, closed, random.uniform(0, 20)))
        moments.append(open_ms)
        if open_ms % (4 * 3_600_000) == 0:
            dollar *= 1 + random.choice((-1, 0, 1)) * 0.004
            dominance += random.choice((-1, 0, 1)) * 0.4
            macro.append(MacroPublished(open_ms, "dxy", "4h", dollar))
            macro.append(MacroPublished(open_ms, "btc_dominance", "4h", dominance))
        if random.random() < 0.05:
            news.append(NewsPublished(open_ms + 60_000, "wire", random.choice(TITLES) + f" {index}"))
        price = closed
        open_ms += STEP_MS * (1 if random.random() < 0.99 else 3)
    columns = np.array(rows).T
    bars = Bars(SYMBOL, STEP_MS, columns[0].astype(np.int64), *(np.ascontiguousarray(part) for part in columns[1:]))
    orders = sorted((moments[min(at, plan.bars - 1)] + 1000, command) for at, command in plan.commands)
    commands = [(now, OperatorCommanded(command, "test")) for now, command in orders]
    return sorted([*inputs([Chunk(bars, macro, news)]), *commands], key=lambda item: item[0])


def _params(plan: Plan) -> CrewParams:
    strict = {"warm_up", "signal"}
    evaluation = EvaluationParams(
        trend=BreakoutParams(partial_fraction=plan.partial_fraction, time_stop_bars=plan.time_stop_bars),
        reversion=ReversionParams(
            target_fraction=plan.target_fraction,
            secondary_target=plan.secondary_target,  # type: ignore[arg-type]  # one of its words
            time_stop_bars=plan.time_stop_bars,
        ),
        guards=GuardParams(off=tuple(guard.name for guard in GUARDS if guard.name not in strict)),
        cost=CostParams(),
        risk=RiskParams(daily_loss_pct=3.0, weekly_loss_pct=5.0),
        warm_up_bars=25,
    )
    regime = RegimeParams(pinned=plan.pinned)  # type: ignore[arg-type]  # one of its words
    return CrewParams(measure=PanelParams(), evaluation=evaluation, regime=regime, news=NewsParams(), flow=FlowParams())


def near(left: float | Decimal, right: float | Decimal, *, scale: float) -> bool:
    """Whether two amounts of money are the same but for rounding."""
    return abs(float(left) - float(right)) <= 1e-9 * scale
