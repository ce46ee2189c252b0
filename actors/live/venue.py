"""The keeper of a real venue: turns approved orders into commands, and what the venue reports into our own events.

It believes nothing but executions about quantity, and nothing but the position's own report about the stop. What the
two say is compared; where they differ for longer than a fill takes, the venue is read as a whole.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar, cast

from actors.kernel.effects import NOTHING, CancelTimer, Effect, Effects, SetTimer, Tell
from actors.live.desk import Desk
from actors.live.reconciliation import Reconciliation
from actors.live.stop import StopWatch
from core.message import Json
from core.messages import TimerFired
from core.notices import ReconcileRequested
from core.reasons import Reason
from core.trading.adoption import ProtectPosition
from core.trading.instrument import Instrument
from core.trading.live import LiveParams
from core.trading.orders import AmendOrder, CancelOrder, FundingCharged, MoveStop, OrderRequest, StopFilled
from core.trading.reports import (
    Command,
    CommandAnswered,
    ExecutionReported,
    OrderMissing,
    OrderReported,
    PositionReported,
    VenueSnapshot,
    WalletReported,
)
from core.trading.stake import Stake, signed
from core.trading.tracked import Tracked
from core.verdict import Approved

_DOUBTFUL = (Reason.VENUE_REDUCE_ONLY.name, Reason.VENUE_POSITION_ABSENT.name)
"""A close refused in these words: is there still something to close?"""


class LiveVenue:
    """One symbol on a real venue.

    Args:
        symbol: What is traded.
        instrument: Its steps.
        params: Patience and policies.
        tag: What our client order ids begin with.
    """

    inputs: ClassVar[tuple[type, ...]] = (
        CommandAnswered,
        OrderReported,
        OrderMissing,
        ExecutionReported,
        PositionReported,
        WalletReported,
        VenueSnapshot,
    )

    def __init__(self, symbol: str, instrument: Instrument, params: LiveParams, *, tag: str) -> None:
        self.address = f"{symbol}/venue"
        self._symbol = symbol
        self._params = params
        self._stake = Stake()
        self._stop = StopWatch(symbol, instrument, params, actor=self.address)
        self._desk = Desk(symbol, instrument, params, actor=self.address, is_held=self._is_held, stop_of=self._stop.of)
        self._reconciliation = Reconciliation(
            symbol,
            params,
            desk=self._desk,
            stop=self._stop,
            stake=self._stake,
            tag=tag,
            actor=self.address,
        )
        self._was_restored = False
        self._is_judging = False
        self._wallet: WalletReported | None = None
        self._handlers: dict[type, Callable[[Any, int], Effects]] = {
            Approved: self.submit,
            AmendOrder: self.amend,
            CancelOrder: self._desk.cancel,
            MoveStop: self.move_stop,
            ProtectPosition: self._protect,
            CommandAnswered: self._answered,
            OrderReported: self._ordered,
            OrderMissing: lambda report, now: self._desk.missing(report, now, seq=self._stake.seq),
            ExecutionReported: self._executed,
            PositionReported: self._positioned,
            VenueSnapshot: self._reconcile,
            WalletReported: self._paid,
            ReconcileRequested: self._begin,
            TimerFired: self._due,
        }

    def wants(self, message: object) -> bool:
        """What concerns its symbol; answers and wallets name none."""
        return getattr(message, "symbol", self._symbol) == self._symbol

    def receive(self, message: object, now: int) -> Effects:
        """Send, follow, compare."""
        return self._handlers[type(message)](message, now)

    def submit(self, order: Approved[OrderRequest], now: int) -> list[Effect]:
        """Send an order; an entry carries its stop."""
        return self._desk.place(order.item, now)

    def cancel(self, order: CancelOrder, now: int) -> Effects:
        """Take an order off the venue's book."""
        return self._desk.cancel(order, now)

    def amend(self, order: AmendOrder, now: int) -> Effects:
        """Move a resting entry, and the stop it carries."""
        return self._desk.amend(order, now)

    def move_stop(self, stop: MoveStop, now: int) -> Effects:
        """Draw the stop nearer."""
        is_ours = stop.position == self._stop.position
        return self._stop.want(stop.price, Reason.STOP_TRAILED, now) if is_ours else NOTHING

    def _protect(self, wanted: ProtectPosition, now: int) -> Effects:
        """Of a position taken over: the stop that stands is kept, where none does one is set at once."""
        began = [*self._stop.begin(wanted.position, wanted.side, None, now), *self._stop_seen(now)]
        if self._stop.is_confirmed:
            return began
        return [*began, *self._stop.want(wanted.stop, Reason.PROTECTION_REQUESTED, now)]

    @property
    def executions_since(self) -> int:
        """From when on executions are to be asked for, by the venue's clock."""
        return self._stake.since_ms

    def _is_held(self, position: str) -> bool:
        return position == self._stop.position

    def _answered(self, answer: CommandAnswered, now: int) -> Effects:
        if answer.verb in ("place", "amend", "cancel"):
            effects = self._desk.answered(answer, now)
            return [*effects, *self._doubted(now)] if answer.reason in _DOUBTFUL else effects
        if answer.verb == "set_stop":
            effects = self._stop.answered(answer, now)
            # "Not modified" may also mean that something was missing in the request: the position tells.
            return [*effects, *self._doubted(now)] if answer.outcome == "done" else effects
        if answer.verb == "snapshot" and answer.outcome not in ("accepted", "done"):
            return [SetTimer("snapshot", now + 2 * self._params.retry_ms)]
        return NOTHING

    def _ordered(self, report: OrderReported, now: int) -> Effects:
        if report.is_stop:
            return self._stop.reported(report, now)
        order = self._desk.orders.get(report.client_order_id)
        effects = self._desk.reported(report, now)
        return [*effects, *self._anchored(order, now)] if order is not None else effects

    def _executed(self, execution: ExecutionReported, now: int) -> Effects:
        if not self._stake.is_new(execution) or execution.kind == "other":
            return NOTHING
        if execution.kind == "funding":
            charged = FundingCharged(self._stop.position, float(execution.fee))
            return [Tell(f"{self._symbol}/position", charged)] if self._stop.position else NOTHING
        if execution.client_order_id in self._desk.orders:
            return self._filled(execution, now)
        return self._closed_otherwise(execution, now)

    def _filled(self, execution: ExecutionReported, now: int) -> Effects:
        """An execution of an order of ours."""
        order = self._desk.orders[execution.client_order_id]
        effects, request = self._desk.proven(execution), order.request
        self._stake.net += signed(execution.side, execution.quantity)
        if not request.reduce_only and not order.filled:
            effects += self._protected(order, now)
        effects += self._desk.executed(execution, now)
        effects += self._anchored(order, now)
        if not self._stake.net:
            effects += self._over()
        return [*effects, *self._compared(now)]

    def _protected(self, order: Tracked, now: int) -> list[Effect]:
        """An entry's first fill: its stop is watched from now on, or drawn to where the second entry's is."""
        request = order.request
        if self._stop.position == request.position and order.stop is not None:
            return self._stop.want(Decimal(order.stop), Reason.STOP_ANCHORED, now)
        return [*self._stop.begin(request.position, request.side, order.stop, now), *self._stop_seen(now)]

    def _anchored(self, order: Tracked, now: int) -> list[Effect]:
        """Once an entry is over, its stop belongs where its real price wants it."""
        request = order.request
        if request.reduce_only or not order.filled or request.client_order_id in self._desk.orders:
            return []
        return self._stop.anchor(order.average - request.side * cast("float", request.stop_distance), now)

    def _closed_otherwise(self, execution: ExecutionReported, now: int) -> Effects:
        """An execution that no live order of ours explains: the stop's, the venue's own, a stranger's, or given up."""
        change, net = signed(execution.side, execution.quantity), self._stake.net
        is_beside = net * change >= 0 or abs(change) > abs(net) or not self._stop.position
        if is_beside or self._reconciliation.is_of_foreign(execution.client_order_id):
            reason = self._reconciliation.unexplained(execution)
            return NOTHING if self._is_judging else self._reconciliation.ask(reason, now)
        self._stake.net += change
        position, price, fee = self._stop.position, float(execution.price), float(execution.fee)
        closed = StopFilled(position, execution.quantity, price, fee, self._reconciliation.why_closed(execution))
        # By way of the order keeper, so that it cannot overtake the fill of the entry.
        told: list[Effect] = [Tell(f"{self._symbol}/order", closed)]
        ended = [CancelTimer("stop/fill")] if self._stake.net else self._over()
        return [*told, *ended, *self._compared(now)]

    def _over(self) -> list[Effect]:
        """Nothing is held any more."""
        return [*self._stop.end(), *self._desk.release()]

    def _positioned(self, report: PositionReported, now: int) -> Effects:
        return [*self._stop_seen(now), *self._compared(now)] if self._stake.hear(report) else NOTHING

    def _stop_seen(self, now: int) -> list[Effect]:
        report, net = self._stake.reported, self._stake.net
        is_ours = report is not None and report.quantity and (report.side > 0) == (net > 0)
        return self._stop.seen(report.stop, now) if report is not None and is_ours else []

    def _paid(self, wallet: WalletReported, now: int) -> Effects:
        del now
        self._wallet = wallet
        return NOTHING

    def _compared(self, now: int) -> list[Effect]:
        """Leave a difference the time of a fill, then look."""
        due_ms = now + self._params.compare_ms
        return [CancelTimer("compare") if self._stake.agrees else SetTimer("compare", due_ms)]

    def _doubted(self, now: int) -> list[Effect]:
        return self._reconciliation.ask(Reason.POSITION_DIFFERS, now)

    def _begin(self, _: ReconcileRequested, now: int) -> Effects:
        """Of a session that starts, or resumes after a safe mode."""
        self._reconciliation.is_awaited = True
        self._stake.begin(now)
        effects: list[Effect] = []
        if self._was_restored:
            self._was_restored = False
            effects += [*self._desk.resume(now), *self._stop.resume(now)]
        return [*effects, *self._reconciliation.ask(Reason.RECONCILE_PLANNED, now)]

    def _reconcile(self, snapshot: VenueSnapshot, now: int) -> Effects:
        """What happened first, then what stands."""
        effects: list[Effect] = []
        self._is_judging = True
        late_ms, is_deaf = now - 2 * self._params.compare_ms, False
        for execution in snapshot.executions:
            is_deaf |= snapshot.requested and execution.ts < late_ms and execution.exec_id not in self._stake.seen
            effects += self._executed(execution, now)
        self._is_judging = False
        if is_deaf:
            effects.append(Command(now, self.address, "reconnect", "private", {}, (Reason.STREAM_DEAF,)))
        effects += self._positioned(snapshot.position, now)
        if snapshot.wallet is not None:
            self._wallet = snapshot.wallet
        effects.append(SetTimer("audit", now + self._params.audit_ms))
        return [*effects, *self._reconciliation.judge(snapshot, now)]

    def _due(self, timer: TimerFired, now: int) -> Effects:
        key = timer.key
        if key.startswith("order:"):
            return self._desk.due(key.removeprefix("order:"), now)
        if key.startswith("stop/"):
            return self._stop.due(key, now)
        if key == "compare" and self._stake.agrees:
            return NOTHING
        return self._reconciliation.ask(Reason.AUDIT_DUE if key == "audit" else Reason.POSITION_DIFFERS, now)

    def save(self) -> Json:
        """Orders, stop, executions seen and sums."""
        return {
            "desk": self._desk.save(),
            "stop": self._stop.save(),
            "stake": self._stake.save(),
            "asked": self._reconciliation.asked,
        }

    def restore(self, saved: Json) -> None:
        """Take them back; what the venue holds is asked for anew."""
        values = cast("dict[str, Json]", saved)
        self._desk.restore(values["desk"])
        self._stop.restore(values["stop"])
        self._stake = self._reconciliation.stake = Stake.restore(values["stake"])
        self._reconciliation.asked = cast("int", values["asked"])
        self._was_restored = True

    def view(self) -> dict[str, Json]:
        """What is held, exact."""
        stake, wallet = self._stake, self._wallet
        return {
            "resting": len(self._desk.orders),
            "quantity": str(stake.net),
            "fees": str(stake.fees),
            "funding": str(stake.funding),
            "executions": stake.executions,
            "stop": self._stop.view(),
            "wallet": None if wallet is None else {"equity": str(wallet.equity), "balance": str(wallet.balance)},
        }
