"""A venue of either kind at its outside: the paper one at bars, a live one at a served sandbox that plays the same."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal

from actors.adapters.bybit.account_feed import AccountFeed
from actors.adapters.bybit.rest import BybitRest
from actors.adapters.sandbox.faults.plan import Plan
from actors.kernel.actor import Decider
from actors.kernel.kernel import Kernel
from actors.kernel.simulated import SimulatedRuntime
from actors.live.venue import LiveVenue
from actors.paper import PaperVenue
from core.durations import MINUTE_MS
from core.messages import BarOpened, BarRanged
from core.notices import Reconciled, ReconcileRequested
from core.reasons import Reason
from core.trading.cost import CostParams
from core.trading.live import LiveParams
from core.trading.orders import OrderCanceled, OrderFilled, StopAmended, StopFilled
from core.trading.reports import Command, VenueSnapshot
from core.verdict import Approved
from tests.actors.adapters.bybit.desk import KEY
from tests.actors.adapters.bybit.heard import driven, params_for
from tests.actors.adapters.sandbox.served import STILL, Stand, served, until
from tests.actors.adapters.sandbox.stall import OPENS, START, Four
from tests.actors.held import EXACT
from tests.actors.kernel.cast import Actor
from tests.actors.stage import SYMBOL, request
from tests.invariants.world import Recorder

HELD = Decimal("0.010")
DISTANCE = 600.0
POSITION = f"{SYMBOL}/position/1"


B = TypeVar("B", bound="Bench")


class Side(Protocol):
    """How the outside of a venue lets time pass."""

    def play(self) -> None:
        """Let the next bar happen."""

    def work(self) -> None:
        """Carry messages both ways, as far as there are any."""


class Bench:
    """A venue, and everything it tells."""

    def __init__(self, venue: Decider) -> None:
        self.venue = venue
        self.recorder = Recorder()
        self.session, self.gate = Actor("session"), Actor("gate")
        self.orders, self.position = Actor(f"{SYMBOL}/order"), Actor(f"{SYMBOL}/position")
        self.kernel = Kernel(self.crew(), self.recorder)
        self.kernel.now = OPENS
        self.runtime = SimulatedRuntime(self.kernel)
        self.side: Side

    def crew(self) -> tuple[Decider, ...]:
        """Everybody, in rank order."""
        return self.session, self.position, self.orders, self.gate, self.venue

    def tell(self, message: object) -> None:
        """Say something to the venue."""
        self.runtime.tell(self.venue.address, message, self.kernel.now)
        self.side.work()

    def place(self, role: str = "entry", **changes: Any) -> str:
        """Send an order; its id."""
        meant: dict[str, Any] = {"quantity": HELD}
        if role == "entry":
            meant |= {"stop_distance": DISTANCE, "reference_price": START}
        made = request(role, **(meant | changes))
        self.tell(Approved(made))
        return made.client_order_id

    def play(self, bars: int = 1) -> None:
        """Let bars happen."""
        for _ in range(bars):
            self.side.play()

    def heard(self, kind: type[Any]) -> list[Any]:
        """What order and position were told, of one kind."""
        return [each for actor in (self.orders, self.position) for each, _ in actor.heard if isinstance(each, kind)]

    def until(self, found: Callable[[], Any]) -> Any:
        """Wait for what the venue's outside brings about."""

        def look() -> Any:
            self.side.work()
            return found()

        return until(look)

    def settle(self) -> None:
        """Have everything read once more; what was told before must not be told again."""
        before = self.session.heard.copy()
        self.tell(ReconcileRequested())
        self.until(lambda: [each for each, _ in self.session.heard[len(before) :] if isinstance(each, Reconciled)])

    def filled(self, client_order_id: str) -> Decimal:
        """How much of an order is filled."""
        fills = [each for each in self.heard(OrderFilled) if each.client_order_id == client_order_id]
        return sum((each.quantity for each in fills), start=Decimal(0))

    def ended(self, client_order_id: str) -> list[Reason]:
        """Why an order was canceled."""
        return [each.reason for each in self.heard(OrderCanceled) if each.client_order_id == client_order_id]

    def stopped(self) -> Decimal:
        """How much the stop closed."""
        return sum((each.quantity for each in self.heard(StopFilled)), start=Decimal(0))

    @property
    def held(self) -> Decimal:
        """What the venue holds."""
        return Decimal(str(self.venue.view()["quantity"]))

    @property
    def stop(self) -> float:
        """Where the stop was last told to be; 0: nowhere."""
        told = [each.stop_price for each in self.heard(OrderFilled) if each.stop_price is not None]
        return float(([0.0, *told, *(each.price for each in self.heard(StopAmended))])[-1])

    def enter(self) -> float:
        """Hold a position with its stop; the entry's price."""
        entry = self.place()
        self.play()
        self.until(lambda: self.filled(entry) == HELD and self.stop)
        return float(self.heard(OrderFilled)[0].price)


class Bars:
    """The outside of a paper venue."""

    def __init__(self, bench: Bench, bars: Sequence[Four]) -> None:
        self._bench = bench
        self._bars = deque(bars)

    def play(self) -> None:
        bench, (open_, high, low, _) = self._bench, self._bars.popleft()
        now = bench.kernel.now
        bench.runtime.admit(BarOpened(SYMBOL, now, open_), now)
        bench.runtime.admit(BarRanged(SYMBOL, now, open_, high, low), now)
        bench.kernel.now = now + MINUTE_MS

    def work(self) -> None:
        """Everything happens with the bars."""


class Line:
    """The outside of a live venue: its commands go to the sandbox by REST, the account's stream comes back."""

    def __init__(self, bench: Bench, stand: Stand, portal: BlockingPortal) -> None:
        self._bench, self.stand, self._portal = bench, stand, portal
        params, clock = params_for(stand.address), driven(stand)
        self.rest = BybitRest(params, KEY, KEY, clock)
        self.feed = AccountFeed(
            params, (KEY, KEY), SYMBOL, rest=self.rest, clock=clock, post=self._post, since=lambda: 0
        )
        self._told: deque[object] = deque()
        self._done = 0

    @property
    def is_read(self) -> bool:
        """Whether the stream is open and the account was read."""
        return any(isinstance(each, VenueSnapshot) for each in self._told)

    def play(self) -> None:
        self.stand.pass_minutes(1)
        self._bench.settle()  # its request also makes the sandbox notice the time

    def work(self) -> None:
        bench = self._bench
        bench.kernel.now = max(bench.kernel.now, self.stand.clock.now)
        while self._told or self._commands():
            while self._told:
                bench.runtime.admit(self._told.popleft(), bench.kernel.now)
            for command in self._commands():
                self._done += 1
                self._told += self._carry_out(command)
            self._done = len(bench.recorder.records)
        for _, fired in list(bench.kernel.due(bench.kernel.now)):
            bench.runtime.admit(fired, bench.kernel.now)

    async def _post(self, inputs: Sequence[object]) -> None:
        self._told += inputs

    def _commands(self) -> list[Command]:
        new = self._bench.recorder.records[self._done :]
        return [record for _, record in new if isinstance(record, Command) and record.verb != "plan"]

    def _carry_out(self, command: Command) -> Sequence[object]:
        if command.verb == "reconnect":
            self._portal.call(self.feed.reconnect)
            return ()
        return self._portal.call(self.rest.answer, command)


@contextmanager
def paper(bars: Sequence[Four], kind: type[B]) -> Iterator[B]:
    """The paper venue on these bars."""
    bench = kind(PaperVenue(SYMBOL, CostParams(slippage_bps=0.0), on_quotes=kind is not Bench))
    bench.side = Bars(bench, bars)
    yield bench


@contextmanager
def live(bars: Sequence[Four], kind: type[B], plan: Plan | None = None) -> Iterator[B]:
    """A live venue at a sandbox that plays these bars, with these faults."""
    bench = kind(LiveVenue(SYMBOL, EXACT, LiveParams(), tag="cw"))
    with served((*bars, *(STILL,) * 3), plan) as stand, start_blocking_portal() as portal:
        bench.side = line = Line(bench, stand, portal)
        listening = portal.start_task_soon(line.feed.run)
        try:
            until(lambda: line.is_read)
            bench.settle()
            yield bench
        finally:
            listening.cancel()
            line.rest.close()
