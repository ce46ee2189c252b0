"""The position keeper: owns the chart of its symbol's position, and leads it from entry to exit."""

from typing import ClassVar, Final, cast

from actors import protection
from actors.adoption import adopted
from actors.kernel.effects import NOTHING, Effect, Effects, Tell
from actors.lifecycle import lifecycle, shown
from actors.orders import OrderMaker
from core.errors import InvariantBroken
from core.message import Facts, Json
from core.notices import Flatten, SessionChanged
from core.reasons import Reason
from core.trading.adoption import Adoption
from core.trading.booking import BarAssessed, EquityMarked, FillBooked, PositionChanged, TradeClosed
from core.trading.coast import Candles, Draw, coast
from core.trading.holding import Holding, fill_facts
from core.trading.instrument import Instrument
from core.trading.orders import FundingCharged, LegEnded, LegFilled, MoveStop, StopAmended, StopFilled, StopLost
from core.trading.signal import EntryPlan
from core.verdict import Approved
from machines.instance import Instance
from machines.position import PositionChart

_TO_REQUEST: Final = (Reason.PROTECTION_REQUESTED,)
_CONFIRMED: Final = (Reason.PROTECTION_CONFIRMED,)
_FILLED: Final = (Reason.ENTRY_FILLED,)
_WITHDRAWN: Final = {"paused": Reason.OPERATOR_PAUSE, "stopping": Reason.OPERATOR_STOP}
_PARTIAL_AT: Final = {"TREND_BREAKOUT": Reason.PARTIAL_AT_1R, "VWAP_REVERSION": Reason.PARTIAL_AT_VWAP}


class PositionKeeper:
    """Leads one symbol's position: partial, trail, time stop, exit.

    Args:
        symbol: Whose position; one at a time.
        instrument: Steps of prices and quantities.
        listeners: Addresses told of every step of the lifecycle.
        account: Address told of its beginning and end, and of money.
        tag: What the ids of its orders begin with; none: `cw` and the symbol.
    """

    inputs: ClassVar[tuple[type, ...]] = ()

    def __init__(
        self, symbol: str, instrument: Instrument, *, listeners: tuple[str, ...], account: str, tag: str | None = None
    ) -> None:
        self.address = f"{symbol}/position"
        self._symbol = symbol
        self._instrument = instrument
        self._maker = OrderMaker(symbol, instrument, tag=tag or f"cw-{symbol}")
        self.listeners = listeners
        self._account = account
        # A simulated market ends where its data does; a real one goes on without us.
        self._withdraw_at = ("paused",) if tag is None else ("paused", "stopping")
        self._number = 0
        self._chart: Instance | None = None
        self._held: Holding | None = None

    def wants(self, message: object) -> bool:
        """Nothing from outside."""
        return False

    def receive(self, message: object, now: int) -> Effects:
        """Lead the position."""
        held, chart = self._held, self._chart
        if held is None or chart is None:
            return self._begun(message, now)
        match message:
            case StopAmended():
                return protection.amended(message, held, chart, now)
            case LegFilled(role="entry"):
                return self._enter(message, held, chart, now)
            case LegFilled():
                return self._leave(message, held, chart, now)
            case BarAssessed():
                return self._assess(message, held, chart, now)
            case StopFilled():
                return self._stopped(message, held, chart, now)
            case LegEnded():
                return self._leg_ended(message, held, chart, now)
            case StopLost():
                return protection.lost(message, held, chart, now)
            case FundingCharged(_, amount):
                held.funding += amount
                booked = FillBooked(self._symbol, 0.0, 0.0, amount, 0, 0, held.unrealized)
                return [Tell(self._account, booked)]
            case Flatten(reason):
                return self._exit(reason, held)
            case SessionChanged(state) if state in self._withdraw_at and self._is_entering(state):
                return [self._maker.cancel(held, "entry", _WITHDRAWN[state])]
            case _:
                return self._begun(message, now)

    @property
    def is_flat(self) -> bool:
        """Whether nothing is held, nor about to be."""
        return self._held is None

    @property
    def state(self) -> str:
        """`flat`, or where in its life the position is."""
        return "flat" if self._held is None or self._chart is None else lifecycle(self._chart.configuration)

    def coast(
        self, candles: Candles, at: range, *, calm: tuple[float, float], room: tuple[float, float], draw: Draw
    ) -> list[float]:
        """Take note of bars on which nothing is said but `EquityMarked` and `MoveStop`; see `core.trading.coast`."""
        if self._held is None or self._chart is None:
            return []
        return coast(self._held, self._chart.configuration, candles, at, calm=calm, room=room, draw=draw)

    def drawn(self, level: float) -> float | None:
        """The price of the stop at a level; None where that is not a tick nearer than where it is."""
        return protection.nearer(level, cast("Holding", self._held), self._instrument)

    def save(self) -> Json:
        """Number, chart and holding."""
        chart = None if self._chart is None else self._chart.save()
        return {"number": self._number, "chart": chart, "held": None if self._held is None else self._held.save()}

    def restore(self, saved: Json) -> None:
        """Take them back."""
        values = cast("dict[str, Json]", saved)
        self._number = cast("int", values["number"])
        if values["held"] is not None:
            self._held = Holding.restore(values["held"])
            chart, name = values["chart"], self._instance()
            self._chart = Instance.restore(PositionChart, chart, instance=name, actor=self.address)

    def view(self) -> dict[str, Json]:
        """The position, if there is one."""
        held, chart = self._held, self._chart
        return {"positions": [] if held is None or chart is None else [shown(held, chart)]}

    def _is_entering(self, session: str) -> bool:
        """Whether the entry is under way and should not be: a pause spares one that has begun to fill."""
        held = self._held
        return held is not None and "entry" in held.orders and (session == "stopping" or not held.filled)

    def _begun(self, message: object, now: int) -> Effects:
        if isinstance(message, Approved):
            return self._open(message.item, now)
        return self._adopt(message, now) if isinstance(message, Adoption) else NOTHING

    def _open(self, plan: EntryPlan, now: int) -> Effects:
        held = Holding.planned(self._number + 1, plan)
        chart = self._begin(held)
        return [
            chart.create(now, reasons=plan.reasons, facts=plan),
            *chart.fire("request_stop", now, reasons=_TO_REQUEST, facts={"stop_distance": held.r}),
            self._maker.entry(held, plan.signal.entry_price),
            *self._changed(self._account),
        ]

    def _adopt(self, adoption: Adoption, now: int) -> Effects:
        held = Holding.adopted(self._number + 1, adoption, now)
        chart = self._begin(held)
        begun = adopted(adoption, held, chart, now, instrument=self._instrument, account=self._account)
        return [*begun, *self._changed(self._account)]

    def _begin(self, held: Holding) -> Instance:
        if self._held is not None:
            raise InvariantBroken(f"{self.address}: a second position was approved while {self._instance()} lives (I4)")
        self._held, self._number = held, held.number
        chart = self._chart = Instance(PositionChart, instance=self._instance(), actor=self.address)
        return chart

    def _enter(self, leg: LegFilled, held: Holding, chart: Instance, now: int) -> Effects:
        fill = leg.fill
        first = not held.filled
        held.enter(fill.quantity, fill.price, fill.fee, now)
        facts = fill_facts(fill.quantity, fill.price, fill.fee)
        effects: list[Effect] = list(chart.fire("fill", now, reasons=_FILLED, facts=facts, complete=fill.complete))
        if fill.stop_price is not None:
            held.stop = fill.stop_price
            if chart.is_in("requested"):
                effects += chart.fire("confirm_stop", now, reasons=_CONFIRMED, facts={"stop": held.stop})
        booked = FillBooked(self._symbol, 0.0, fill.fee, 0.0, 1, int(first), held.unrealized)
        effects.append(Tell(self._account, booked))
        if fill.complete:
            held.orders.pop("entry", None)
            effects += self._entered(held)
        return [*effects, *self._changed()] if first else effects

    def _entered(self, held: Holding) -> list[Effect]:
        """What follows the end of an entry that filled: its target, or the exit decided while it was under way."""
        return [self._maker.exit(held)] if held.exit_reason else self._maker.first_target(held)

    def _leave(self, leg: LegFilled, held: Holding, chart: Instance, now: int) -> Effects:
        fill = leg.fill
        realized = held.leave(fill.quantity, fill.price, fill.fee)
        facts = fill_facts(fill.quantity, fill.price, fill.fee)
        if fill.complete:
            held.orders.pop(leg.role, None)
        if not held.remaining:
            return self._close(held.why_left(leg.role, is_first=chart.is_in("open")), facts, realized, fill.fee, now)
        booked = Tell(self._account, FillBooked(self._symbol, realized, fill.fee, 0.0, 1, 0, held.unrealized))
        if leg.role != "partial" or not fill.complete:
            # What is more than one market order may have follows in slices, one in flight (I5).
            return [booked, self._maker.exit(held)] if leg.role == "exit" and fill.complete else [booked]
        facts["realized"] = realized
        taken = chart.fire("take_partial", now, reasons=(_PARTIAL_AT[held.mode],), facts=facts)
        follows = [self._maker.exit(held)] if held.exit_reason else self._maker.second_target(held)
        return [*taken, booked, *follows, *self._changed()]

    def _assess(self, bar: BarAssessed, held: Holding, chart: Instance, now: int) -> Effects:
        if not held.filled:
            held.bars += 1
            live = held.management.entry_live_bars
            expired = live and held.bars >= live and "entry" in held.orders
            return [self._maker.cancel(held, "entry", Reason.ORDER_EXPIRED)] if expired else NOTHING
        held.close_seen(bar.close)
        effects: list[Effect] = [Tell(self._account, EquityMarked(self._symbol, held.unrealized))]
        if held.management.trail_atr is not None:
            self._trail(bar, held, chart, now, effects)
        time_stop = held.management.time_stop_bars
        if time_stop and held.bars >= time_stop and chart.is_in("open") and not held.is_ahead:
            effects += self._exit(Reason.EXIT_TIME, held)
        elif chart.is_in("partial") and held.management.secondary_target is not None and bar.regime != "CHOP":
            effects += self._exit(Reason.EXIT_REGIME, held)
        return effects

    def _trail(self, bar: BarAssessed, held: Holding, chart: Instance, now: int, effects: list[Effect]) -> None:
        if chart.is_in("partial"):
            facts: Facts = {"best_close": held.best, "atr": bar.atr, "trail_atr": held.management.trail_atr}
            effects += chart.fire("trail", now, reasons=(Reason.TRAIL_ARMED,), facts=facts)
            effects += self._changed()
        if chart.is_in("trailing") or held.is_ahead:
            level = held.trailed(bar.atr)
            if level is not None and self.drawn(level) is not None:
                price = self._instrument.price_away(level, held.side)
                effects.append(Tell("gate", MoveStop(self._symbol, chart.instance, price)))

    def _stopped(self, stop: StopFilled, held: Holding, chart: Instance, now: int) -> Effects:
        quantity, price, fee = stop.quantity, stop.price, stop.fee
        realized = held.leave(quantity, price, fee)
        if held.remaining:
            return [Tell(self._account, FillBooked(self._symbol, realized, fee, 0.0, 1, 0, held.unrealized))]
        ours = held.why_stopped(is_trailing=chart.is_in("trailing"))
        facts = fill_facts(quantity, price, fee)
        return self._close((stop.reason or ours,), facts, realized, fee, now)

    def _exit(self, reason: Reason, held: Holding) -> list[Effect]:
        """Take resting orders back first; the exit follows when they are gone, so that one close is in flight (I5)."""
        if "exit" in held.orders:
            return []
        held.exit_reason = held.exit_reason or reason.name
        if held.orders:
            return [self._maker.cancel(held, role, reason) for role in held.orders]
        return [self._maker.exit(held)] if held.remaining else []

    def _leg_ended(self, leg: LegEnded, held: Holding, chart: Instance, now: int) -> Effects:
        if held.orders.get(leg.role) == leg.client_order_id:
            del held.orders[leg.role]
        if leg.role == "entry":
            return self._maker.next_entry(held, leg.reason) or self._entry_ended(leg, held, chart, now)
        if held.exit_reason and held.remaining and not held.orders:
            return [self._maker.exit(held)]
        return NOTHING

    def _entry_ended(self, leg: LegEnded, held: Holding, chart: Instance, now: int) -> Effects:
        if held.filled:
            ended = chart.fire("finish_entry", now, reasons=(leg.reason,))
            return [*ended, *self._entered(held)]
        effects: list[Effect] = list(chart.fire("abandon", now, reasons=(Reason.ENTRY_NOT_FILLED, leg.reason)))
        return [*effects, *self._gone()]

    def _close(self, reasons: tuple[Reason, ...], facts: Facts, realized: float, fee: float, now: int) -> Effects:
        held, chart = cast("Holding", self._held), cast("Instance", self._chart)
        trade = held.facts()
        facts |= {"realized": realized, "exit": reasons[0].code, **trade}
        closed = chart.fire("close", now, reasons=reasons, facts=facts)
        r_multiple = cast("float", trade["r_multiple"])
        return [
            *closed,
            Tell(self._account, FillBooked(self._symbol, realized, fee, 0.0, 1, 0, 0.0)),
            Tell(self._account, TradeClosed(self._symbol, held.mode, reasons[0].code, held.profit, r_multiple)),
            *self._gone(),
        ]

    def _gone(self) -> list[Effect]:
        self._held = None
        changed, self._chart = self._changed(self._account), None
        return changed

    def _changed(self, *also: str) -> list[Effect]:
        listeners = (*self.listeners, *also)
        if not listeners:
            return []
        chart = cast("Instance", self._chart)
        side = 0 if self._held is None else self._held.side
        changed = PositionChanged(self._symbol, lifecycle(chart.configuration), chart.instance, side)
        return [Tell(listener, changed) for listener in listeners]

    def _instance(self) -> str:
        return f"{self._symbol}/position/{self._number}"
