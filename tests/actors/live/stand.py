"""A live venue with the keepers that depend on it, on a clock of its own; the exchange is played by the test."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from actors.gate import OrderGate
from actors.kernel.actor import Decider
from actors.kernel.kernel import Kernel
from actors.kernel.simulated import SimulatedRuntime
from actors.live.venue import LiveVenue
from actors.order import OrderKeeper
from actors.position import PositionKeeper
from core.notices import ConnectionChanged, ReconcileRequested, RegimeAssessed, SessionChanged
from core.records import StopMoved, Transition
from core.regime.permissions import PERMISSIONS
from core.trading.chase import Chase
from core.trading.entry import EntryParams
from core.trading.instrument import Instrument
from core.trading.live import LiveParams
from core.trading.reports import (
    Command,
    CommandAnswered,
    ExecutionReported,
    OrderReported,
    PositionReported,
    VenueSnapshot,
)
from core.verdict import Approved
from tests.actors.held import EXACT
from tests.actors.kernel.cast import Actor
from tests.actors.stage import SYMBOL, plan
from tests.invariants.world import Recorder

TAG = "cwtest"
ENTRY = f"{TAG}-1-1-entry"
TARGET = f"{TAG}-1-2-partial"
EXIT = f"{TAG}-1-3-exit"
NO_MORE_THAN = 200
"""Inputs that one wait may lead to."""


def report(client_order_id: str, status: Any = "new", filled: str = "0", **changes: Any) -> OrderReported:
    """How an order stands."""
    given: dict[str, Any] = {
        "symbol": SYMBOL,
        "client_order_id": client_order_id,
        "order_id": f"venue-{client_order_id}",
        "side": 1 if client_order_id == ENTRY else -1,
        "status": status,
        "is_stop": False,
        "reduce_only": client_order_id != ENTRY,
        "quantity": Decimal(2),
        "filled": Decimal(filled),
        "price": None,
        "updated_ms": 1,
        "detail": "",
    }
    return OrderReported(**(given | changes))


def stop_order(status: Any) -> OrderReported:
    """The order that the venue made of a protective stop."""
    return report("", status, is_stop=True, reduce_only=True)


def execution(exec_id: str, client_order_id: str, quantity: str, price: str, **changes: Any) -> ExecutionReported:
    """One execution; of the entry a buy, of anything else a sale."""
    given: dict[str, Any] = {
        "symbol": SYMBOL,
        "exec_id": exec_id,
        "client_order_id": client_order_id,
        "order_id": f"venue-{client_order_id}",
        "kind": "trade",
        "side": 1 if client_order_id == ENTRY else -1,
        "quantity": Decimal(quantity),
        "price": Decimal(price),
        "fee": Decimal("0.5"),
        "maker": False,
        "ts": 1,
    }
    return ExecutionReported(**(given | changes))


def held(quantity: str, stop: str | None, seq: int = 1, **changes: Any) -> PositionReported:
    """The venue's word on the position; a long one unless said otherwise."""
    amount = Decimal(quantity)
    given: dict[str, Any] = {
        "symbol": SYMBOL,
        "side": int(amount > 0),
        "quantity": amount,
        "entry_price": Decimal(100),
        "stop": None if stop is None else Decimal(stop),
        "mark_price": Decimal(101),
        "seq": seq,
        "ts": 1,
    }
    return PositionReported(**(given | changes))


def snapshot(position: PositionReported, *orders: OrderReported, **changes: Any) -> VenueSnapshot:
    """The venue as a whole."""
    given: dict[str, Any] = {"executions": (), "wallet": None, "requested": True}
    return VenueSnapshot(SYMBOL, position, orders, **(given | changes))


def answer(command: Command, outcome: Any = "accepted", reason: str = "", code: int = 0) -> CommandAnswered:
    """What became of a command."""
    return CommandAnswered(command.verb, command.key, outcome, reason, code, "as the venue says")


class Stand:
    """Position, orders, gate and venue of one symbol.

    Args:
        params: Patience and policies.
        judges: Makes a strategist and a risk officer that answer; without it two that only listen.
        instrument: Steps and largest orders.
        entry: How entries are chased; None: they cross.
    """

    def __init__(
        self,
        params: LiveParams | None = None,
        judges: Callable[[], tuple[Decider, Decider]] | None = None,
        instrument: Instrument = EXACT,
        entry: EntryParams | None = None,
    ) -> None:
        self.params = params or LiveParams()
        self.judges = judges
        self.instrument = instrument
        self.entry = entry
        self.recorder = Recorder()
        self.session, self.strategist, self.risk = (Actor(name) for name in ("session", "strategist", "risk"))
        strategist, risk = judges() if judges is not None else (self.strategist, self.risk)
        self.position = PositionKeeper(SYMBOL, instrument, listeners=(strategist.address,), account="risk", tag=TAG)
        self.order = OrderKeeper(SYMBOL, None if entry is None else Chase(entry, instrument))
        self.gate = OrderGate(venue=f"{SYMBOL}/venue", streams=("market",))
        self.venue = LiveVenue(SYMBOL, instrument, self.params, tag=TAG)
        actors: tuple[Decider, ...] = (
            self.session,
            strategist,
            risk,
            self.position,
            self.order,
            self.gate,
            self.venue,
        )
        self.kernel = Kernel(actors, self.recorder)
        self.runtime = SimulatedRuntime(self.kernel)
        self.read = 0
        for view in (
            SessionChanged("trading"),
            ConnectionChanged("market", "live"),
            RegimeAssessed("RISK_ON", 1.0, PERMISSIONS[0], None),
        ):
            self.tell("gate", view)

    @property
    def now(self) -> int:
        """The time."""
        return self.kernel.now

    def tell(self, address: str, message: object) -> "Stand":
        """Say something to one actor."""
        self.runtime.tell(address if "/" not in address else f"{SYMBOL}{address}", message, self.now)
        return self

    def hear(self, *messages: object) -> "Stand":
        """The venue says something."""
        for message in messages:
            self.runtime.admit(message, self.now)
        return self

    def wait(self, ms: int) -> "Stand":
        """Let time pass, with every timer due in it."""
        until = self.now + ms
        for count, (due_ms, fired) in enumerate(self.kernel.due(until)):
            assert count < NO_MORE_THAN, "timers without end"
            self.runtime.admit(fired, due_ms)
        self.kernel.now = until
        return self

    def commands(self, verb: str = "") -> list[Command]:
        """What the venue was asked for since the last look."""
        new = [record for _, record in self.recorder.records[self.read :]]
        self.read = len(self.recorder.records)
        return [record for record in new if isinstance(record, Command) and verb in ("", record.verb)]

    def command(self, verb: str) -> Command:
        """The one such command since the last look."""
        (found,) = self.commands(verb)
        return found

    def order_states(self) -> dict[str, str]:
        """Where every order's chart ended up, by its client order id."""
        transitions = [record for _, record in self.recorder.records if isinstance(record, Transition)]
        ids = {each.instance: str(each.facts["client_order_id"]) for each in transitions if _begins(each)}
        return {ids[each.instance]: each.target[0] for each in transitions if each.machine == "order"}

    def fills(self) -> list[tuple[object, object]]:
        """Quantity and price of every fill that an order's chart was told."""
        transitions = [record for _, record in self.recorder.records if isinstance(record, Transition)]
        fills = [each for each in transitions if (each.machine, each.event) == ("order", "fill")]
        return [(each.facts["quantity"], each.facts["price"]) for each in fills]

    def reasons(self, machine: str, event: str) -> list[tuple[str, ...]]:
        """Why a machine of this kind moved so, each time it did."""
        transitions = [record for _, record in self.recorder.records if isinstance(record, Transition)]
        moved = [each for each in transitions if (each.machine, each.event) == (machine, event)]
        return [tuple(reason.name for reason in each.reasons) for each in moved]

    def stop_moves(self) -> list[tuple[float, float]]:
        """How the position was told its stop moved."""
        return [(move.source, move.target) for _, move in self.recorder.records if isinstance(move, StopMoved)]

    @property
    def net(self) -> str:
        """What we believe to hold."""
        return str(self.venue.view()["quantity"])

    @property
    def configuration(self) -> tuple[str, ...]:
        """The position's; empty: none."""
        chart = self.position._chart
        return () if chart is None else chart.configuration

    def heard(self, actor: Actor, kind: type[Any]) -> list[Any]:
        """What a listener was told."""
        return [message for message, _ in actor.heard if isinstance(message, kind)]

    def reborn(self) -> "Stand":
        """A new process with what this one saved, by way of JSON text; its records go on."""
        self.kernel.dirty = set(range(len(self.kernel.deciders)))
        saved = json.dumps(self.kernel.saved(), allow_nan=False)
        again = Stand(self.params, self.judges, self.instrument, self.entry)
        again.kernel.restore(json.loads(saved))
        again.recorder.records[:] = list(self.recorder.records)
        again.read = self.read
        again.session.heard.clear()
        return again

    def restarted(self) -> "Stand":
        """A new process whose session asks how things stand."""
        return self.reborn().tell("/venue", ReconcileRequested())

    # --- stories that many tests begin with

    def entering(self, **changes: Any) -> "Stand":
        """An entry of 2 at the market was decided at 100, its stop 4 away."""
        return self.tell("/position", Approved(plan(**changes)))

    def entered(self, price: str = "100") -> "Stand":
        """All of it is held and protected, the target at 104 is acknowledged."""
        self.entering()
        self.hear(answer(self.command("place")), report(ENTRY), execution("e1", ENTRY, "2", price))
        self.hear(report(ENTRY, "filled", "2"), held("2", "96"))
        self.hear(answer(self.commands("place")[0]), report(TARGET, quantity=Decimal(1)))
        return self


def _begins(transition: Transition) -> bool:
    return (transition.machine, transition.event) == ("order", "init")
