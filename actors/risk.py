"""The risk officer: owns the account's book and the risk chart, sizes entries and says no."""

from collections.abc import Sequence
from math import inf
from typing import ClassVar, Final, cast

from actors.kernel.effects import NOTHING, Effect, Effects, SetTimer, Tell
from core.durations import DAY_MS
from core.message import Facts, Json
from core.messages import SystemStarted, TimerFired
from core.notices import RiskChanged
from core.reasons import Reason
from core.risk.account import Account
from core.risk.adoption import judged
from core.risk.params import RiskParams
from core.risk.sizing import size
from core.trading.adoption import Adoption
from core.trading.booking import EquityMarked, FillBooked, PositionChanged, TradeClosed
from core.trading.instrument import Instrument
from core.trading.signal import EntryPlan, Signal
from core.verdict import Approved, Rejected
from machines.instance import Instance
from machines.risk import RiskChart

INSTANCE: Final = "account/risk/1"


class RiskOfficer:
    """Watches the account's losses and approves entries.

    Args:
        params: How much may be lost.
        instrument: Steps of what is traded.
        listeners: Addresses told of the risk state and the account in short, on every change of either.
        gate: Address told of the risk state alone.
    """

    address = "risk"
    inputs: ClassVar[tuple[type, ...]] = (SystemStarted,)

    def __init__(self, params: RiskParams, instrument: Instrument, *, listeners: tuple[str, ...], gate: str) -> None:
        self._params = params
        # Read at every mark, and a setting is read through the interpreter.
        self._weekly_pct, self._daily_pct = params.weekly_loss_pct, params.daily_loss_pct
        self._reduced_pct = params.reduce_at * params.daily_loss_pct
        self._instrument = instrument
        self.listeners = listeners
        self._gate = gate
        self._chart = Instance(RiskChart, instance=INSTANCE, actor=self.address)
        self._busy: dict[str, str] = {}
        self._unrealized: dict[str, float] = {}
        self._said: tuple[str, float, int] | None = None
        self.account = Account.opened_with(params.start_balance)

    def wants(self, message: object) -> bool:
        """Every start."""
        return True

    def receive(self, message: object, now: int) -> Effects:
        """Book, mark, watch the limits, size."""
        match message:
            case FillBooked():
                self.account.book(message)
                return [*self._mark(message.symbol, message.unrealized, now), *self._told()]
            case PositionChanged():
                return self._position(message.symbol, message.state)
            case EquityMarked():
                return self._mark(message.symbol, message.unrealized, now)
            case Signal():
                return self._size(message)
            case TradeClosed():
                self.account.close(message)
                return NOTHING
            case Adoption(found):
                return [Tell(f"{found.symbol}/position", self._judge(message))]
            case TimerFired(_, "midnight"):
                return [*self._roll(now), *self._told()]
            case SystemStarted(resumed=False):
                self.account.roll(now)
                created = self._chart.create(now, reasons=(Reason.SESSION_STARTED,))
                return [created, self._midnight(now), *self._told_all()]
            case _:
                return NOTHING

    def sized(self, signal: Signal) -> Approved[EntryPlan] | Rejected[Signal]:
        """The signal with the quantity that the account can take now, or why it can take none."""
        return size(
            signal,
            balance=self.account.balance,
            reduced=self.state == "reduced",
            params=self._params,
            instrument=self._instrument,
        )

    def room(self, symbol: str) -> tuple[float, float]:
        """The unrealized values of a symbol between which no mark moves the chart; a little narrower, to be sure."""
        account = self.account
        if self.state == "halted_for_week":
            return -inf, inf
        floor, ceiling = account.week_equity * (1.0 - self._weekly_pct / 100.0), inf
        if self.state in ("normal", "reduced"):
            floor = max(floor, account.day_equity * (1.0 - self._daily_pct / 100.0))
            reduced = account.day_equity * (1.0 - self._reduced_pct / 100.0)
            floor, ceiling = (max(floor, reduced), inf) if self.state == "normal" else (floor, reduced)
        others = sum(value for name, value in self._unrealized.items() if name != symbol)
        fixed = account.balance + others
        margin = 1e-9 * abs(fixed)
        return floor - fixed + margin, ceiling - fixed - margin

    def coast(self, symbol: str, marks: Sequence[float]) -> None:
        """Take marks that lie within the symbol's room, oldest first: what `EquityMarked` one by one would do."""
        values = self._unrealized
        summed = [self._summed(symbol, unrealized) for unrealized in marks] if values.keys() - {symbol} else marks
        values[symbol] = marks[-1]
        self.account.mark_each(summed)

    def save(self) -> Json:
        """Chart, book and which symbols are busy."""
        return {
            "chart": self._chart.save(),
            "account": self.account.save(),
            "busy": dict(self._busy),
            "unrealized": dict(self._unrealized),
        }

    def restore(self, saved: Json) -> None:
        """Take them back."""
        values = cast("dict[str, Json]", saved)
        self._chart = Instance.restore(RiskChart, values["chart"], instance=INSTANCE, actor=self.address)
        self.account = Account.restore(values["account"])
        self._busy = cast("dict[str, str]", values["busy"])
        self._unrealized = cast("dict[str, float]", values["unrealized"])

    def view(self) -> dict[str, Json]:
        """The limits and the account."""
        account = self.account
        return {
            "state": self.state,
            "instance": INSTANCE,
            "day_loss_pct": account.day_loss_pct,
            "week_loss_pct": account.week_loss_pct,
            "daily_limit_pct": self._params.daily_loss_pct,
            "weekly_limit_pct": self._params.weekly_loss_pct,
            "open_positions": len(self._busy),
            "max_positions": self._params.max_positions,
            "account": cast("dict[str, Json]", account.save()) | {"equity": account.equity},
        }

    @property
    def short(self) -> RiskChanged:
        """State and account, as others are told."""
        return RiskChanged(self.state, self.account.balance, len(self._busy))

    @property
    def state(self) -> str:
        """The chart's state."""
        return self._chart.configuration[0]

    def _size(self, signal: Signal) -> Effects:
        """Approve with a quantity; what cannot be sized was already refused, by the same arithmetic, as a guard."""
        if self.state in ("halted_for_day", "halted_for_week") or len(self._busy) >= self._params.max_positions:
            return NOTHING
        sized = self.sized(signal)
        return [Tell(f"{signal.symbol}/position", sized)] if isinstance(sized, Approved) else NOTHING

    def _judge(self, adoption: Adoption) -> Adoption:
        return judged(adoption, balance=self.account.balance, reduced=self.state == "reduced", params=self._params)

    def _position(self, symbol: str, state: str) -> Effects:
        if state == "flat":
            self._busy.pop(symbol, None)
        else:
            self._busy[symbol] = state
        return self._told()

    def _mark(self, symbol: str, unrealized: float, now: int) -> Effects:
        self.account.mark(self._summed(symbol, unrealized))
        return self._watch(now)

    def _summed(self, symbol: str, unrealized: float) -> float:
        """What all open positions would bring, one of them anew."""
        values = self._unrealized
        values[symbol] = unrealized
        return sum(values.values()) if len(values) > 1 else unrealized

    def _watch(self, now: int) -> Effects:
        """Move the chart where a limit is reached."""
        account, state = self.account, self._chart.configuration[0]
        if state == "halted_for_week":
            return NOTHING
        loss = account.week_loss_pct
        if loss >= self._weekly_pct:
            facts: Facts = {"week_loss_pct": loss, "limit_pct": self._weekly_pct}
            return self._fire("halt_week", now, Reason.WEEKLY_LOSS_LIMIT, facts)
        if state == "halted_for_day":
            return NOTHING
        loss = account.day_loss_pct
        if loss >= self._daily_pct:
            facts = {"day_loss_pct": loss, "limit_pct": self._daily_pct}
            return self._fire("halt_day", now, Reason.DAILY_LOSS_LIMIT, facts)
        if (loss >= self._reduced_pct) == (state == "reduced"):
            return NOTHING
        facts = {"day_loss_pct": loss, "limit_pct": self._reduced_pct}
        if state == "normal":
            return self._fire("reduce", now, Reason.DAILY_LOSS_REDUCED, facts)
        return self._fire("recover", now, Reason.LOSS_RECOVERED, facts)

    def _roll(self, now: int) -> list[Effect]:
        """A new day, and on Mondays a new week, lifts its halt."""
        _, new_week = self.account.roll(now)
        effects: list[Effect] = [self._midnight(now)]
        if new_week and self.state != "normal":
            effects += self._fire("new_week", now, Reason.NEW_WEEK, {})
        elif self.state in ("reduced", "halted_for_day"):
            effects += self._fire("new_day", now, Reason.NEW_DAY, {})
        return effects

    def _midnight(self, now: int) -> SetTimer:
        return SetTimer("midnight", (now // DAY_MS + 1) * DAY_MS)

    def _fire(self, event: str, now: int, reason: Reason, facts: Facts) -> list[Effect]:
        return [*self._chart.fire(event, now, reasons=(reason,), facts=facts), *self._told_all()]

    def _told(self) -> list[Effect]:
        """Tell the account in short, where it changed."""
        if not self.listeners:
            return []
        state, balance, busy = short = self._chart.configuration[0], self.account.balance, len(self._busy)
        if short == self._said:
            return []
        self._said = short
        changed = RiskChanged(state, balance, busy)
        return [Tell(listener, changed) for listener in self.listeners]

    def _told_all(self) -> list[Effect]:
        self._said = None
        return [*self._told(), Tell(self._gate, self.short)]
