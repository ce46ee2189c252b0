"""Reconciliation with a real venue: it is read as a whole, compared, and the plan journaled before it is carried out.

Executions come first: what happened is taken before what stands is judged. A difference in the position counts only
when a second reading finds the same one, because a fill may be under way. What is not ours is not touched, unless a
setting says so; what an order of ours opened after it had been given up is taken over, or closed.
"""

from decimal import Decimal
from itertools import chain

from actors.kernel.effects import NOTHING, CancelTimer, Effect, Effects, SetTimer, Tell
from actors.live import plan
from actors.live.desk import Desk
from actors.live.stop import StopWatch
from core.message import Facts
from core.notices import NotReconciled, Reconciled
from core.reasons import Reason
from core.trading.adoption import PositionFound
from core.trading.live import LiveParams
from core.trading.orders import CancelOrder, StopFilled
from core.trading.reports import Command, ExecutionReported, VenueSnapshot
from core.trading.stake import Stake, signed

_KINDS = {"stop": None, "adl": Reason.EXIT_ADL, "liquidation": Reason.EXIT_LIQUIDATION, "trade": Reason.EXIT_OUTSIDE}


class Reconciliation:
    """Asks for snapshots of one symbol, and draws the consequences.

    Args:
        symbol: Which.
        params: Patience and policies.
        desk: The live orders.
        stop: The protective stop.
        stake: What we believe to hold; its owner may replace it on a restart.
        tag: What our client order ids begin with.
        actor: Address of the venue keeper, for commands.
    """

    def __init__(
        self,
        symbol: str,
        params: LiveParams,
        *,
        desk: Desk,
        stop: StopWatch,
        stake: Stake,
        tag: str,
        actor: str,
    ) -> None:
        self._symbol = symbol
        self._params = params
        self._instrument = desk.instrument
        self._desk = desk
        self._stop = stop
        self.stake = stake
        self._tag = tag
        self._foreign = f"{tag}-foreign-"
        self._actor = actor
        self.asked = 0
        """Snapshots asked for, which numbers them."""
        self.is_awaited = False
        """Whether the session waits for the outcome."""
        self._differed = ""
        """How the last snapshot differed from what we believe; empty: not at all."""

    def ask(self, reason: Reason, now: int) -> list[Effect]:
        """Have the venue read as a whole."""
        self.asked += 1
        fields: Facts = {"symbol": self._symbol, "since_ms": self.stake.since_ms}
        again = SetTimer("snapshot", now + self._params.absent_ms)
        return [Command(now, self._actor, "snapshot", f"snapshot#{self.asked}", fields, (reason,)), again]

    def is_of_foreign(self, client_order_id: str) -> bool:
        """Whether it closes what no position of ours holds."""
        return client_order_id.startswith(self._foreign)

    def why_closed(self, execution: ExecutionReported) -> Reason | None:
        """Why an execution that no live order explains closed quantity; None: it was the stop."""
        return Reason.ORPHAN_FILL if self._is_given_up(execution) else _KINDS[execution.kind]

    def unexplained(self, execution: ExecutionReported) -> Reason:
        """Take note of an execution that can be booked to nothing; returns why the venue is to be read."""
        if not self._is_given_up(execution):
            return Reason.POSITION_DIFFERS
        self.stake.orphaned += signed(execution.side, execution.quantity)
        self._differed = execution.exec_id  # the next reading may be older than it, and agree for that reason
        return Reason.ORPHAN_FILL

    def judge(self, snapshot: VenueSnapshot, now: int) -> Effects:
        """Compare, plan, and carry the plan out; the snapshot's executions and position have been taken already."""
        theirs, ours = signed(snapshot.position.side, snapshot.position.quantity), self.stake.net
        difference = "" if theirs == ours else f"{theirs} held, {ours} believed"
        is_orphan, params = self.stake.explains(theirs - ours), self._params
        if not difference and not self._differed:
            self.stake.orphaned = Decimal(0)
        steps = [
            *plan.position(
                snapshot,
                ours,
                is_second=bool(difference) and difference == self._differed,
                policy=params.orphan_fill if is_orphan else params.foreign_position,
                is_busy=bool(self._desk.orders),
                is_orphan=is_orphan,
            ),
            *plan.orders(snapshot, self._desk.orders, self._desk.ended, self._tag),
        ]
        self._differed = difference
        effects: list[Effect] = [CancelTimer("snapshot"), self._planned(snapshot, steps, now)]
        for step in steps:
            effects += self._order(step, snapshot, now) or self._quantity(step, snapshot, now)
        return [*effects, *self._told(snapshot, steps)]

    def _is_given_up(self, execution: ExecutionReported) -> bool:
        """Whether an execution that no live order explains is of an order of ours all the same."""
        client_order_id = execution.client_order_id
        is_ours = client_order_id.startswith(self._tag) and not self.is_of_foreign(client_order_id)
        return is_ours and execution.kind == "trade"

    def _planned(self, snapshot: VenueSnapshot, steps: list[plan.Step], now: int) -> Command:
        held = snapshot.position
        facts: Facts = {
            "held": str(signed(held.side, held.quantity)),
            "believed": str(self.stake.net),
            "stop": None if held.stop is None else str(held.stop),
            "open_orders": len(snapshot.orders),
            "steps": [step.told() for step in steps],
        }
        return Command(now, self._actor, "plan", f"snapshot#{self.asked}", facts, (Reason.RECONCILE_PLANNED,))

    def _order(self, step: plan.Step, snapshot: VenueSnapshot, now: int) -> Effects:
        """A step that concerns an order."""
        if step.what == "take":
            found = next(order for order in snapshot.orders if order.client_order_id == step.subject)
            return self._desk.reported(found, now)
        if step.what == "look":
            return [self._desk.asking.find(step.subject, step.reason, now)]
        if step.what == "cancel":
            return [Command(now, self._actor, "cancel", step.subject, {"symbol": self._symbol}, (step.reason,))]
        return NOTHING

    def _quantity(self, step: plan.Step, snapshot: VenueSnapshot, now: int) -> Effects:
        """A step that concerns what is held; of a refusal the session is told."""
        again = SetTimer("snapshot", now + self._params.compare_ms)
        if step.what == "repair_stop":
            return self._stop.resume(now)
        if step.what == "ask_again":
            return [again]
        if step.what == "close_outside":
            return self._vanished(snapshot)
        if step.what == "flatten":
            return [self._close_foreign(snapshot, step.reason, now), again]
        if step.what == "clear":
            ids = list(self._desk.orders)
            taken = [self._desk.cancel(CancelOrder(self._symbol, each, step.reason), now) for each in ids]
            return [*chain.from_iterable(taken), again]
        if step.what == "adopt":
            return [self._adopt(snapshot, step.reason)]
        return NOTHING

    def _vanished(self, snapshot: VenueSnapshot) -> list[Effect]:
        """Quantity of ours is gone, and no execution tells how: book it at the mark."""
        held, stake = snapshot.position, self.stake
        theirs = signed(held.side, held.quantity)
        gone = abs(stake.net - theirs)
        stake.net = theirs
        self._differed = ""
        price = float(held.mark_price or held.entry_price)
        closed = StopFilled(self._stop.position, gone, price, 0.0, Reason.EXIT_OUTSIDE)
        return [Tell(f"{self._symbol}/order", closed), *([] if theirs else [*self._stop.end(), *self._desk.release()])]

    def _adopt(self, snapshot: VenueSnapshot, reason: Reason) -> Effect:
        """Believe in what is held, and have it led; strategist, risk and position follow within this input."""
        held = snapshot.position
        self.stake.net, self.stake.orphaned = signed(held.side, held.quantity), Decimal(0)
        self._differed = ""
        price = float(held.mark_price or held.entry_price)
        fallback = price * self._params.adopt_stop_pct / 100.0
        entry, stop = held.entry_price, held.stop
        found = PositionFound(self._symbol, held.side, held.quantity, entry, stop, price, fallback, reason)
        return Tell(f"{self._symbol}/strategist", found)

    def _close_foreign(self, snapshot: VenueSnapshot, reason: Reason, now: int) -> Command:
        """Close what no position of ours holds, and only that; what one order may not have follows in slices."""
        held = snapshot.position
        excess = signed(held.side, held.quantity) - self.stake.net
        fields: Facts = {
            "symbol": self._symbol,
            "side": -1 if excess > 0 else 1,
            "quantity": format(self._instrument.slice_of(abs(excess)), "f"),
            "price": None,
            "post_only": False,
            "reduce_only": True,
            "stop": None,
        }
        return Command(now, self._actor, "place", f"{self._foreign}{self.asked}", fields, (reason,))

    def _told(self, snapshot: VenueSnapshot, steps: list[plan.Step]) -> Effects:
        """Tell the session how it came out, once it has."""
        kinds = {step.what for step in steps}
        if "refuse" in kinds:
            self.is_awaited = False
            detail: Facts = {"held": str(self.stake.theirs), "believed": str(self.stake.net)}
            return [Tell("session", NotReconciled(Reason.POSITION_FOREIGN, detail))]
        if not self.is_awaited or kinds & {"ask_again", "flatten", "clear"}:
            return NOTHING
        self.is_awaited = False
        done: Facts = {"positions": int(bool(self.stake.net)), "orders": len(snapshot.orders), "steps": len(steps)}
        return [Tell("session", Reconciled(done))]
