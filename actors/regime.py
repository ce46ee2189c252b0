"""The regime keeper: scores the macro inputs and owns the regime's chart."""

from dataclasses import replace
from math import nan
from typing import ClassVar, cast

from actors.kernel.effects import NOTHING, CancelTimer, Effect, Effects, SetTimer, Tell
from core.flow.price import PriceTrend
from core.message import Facts, Json, revised
from core.messages import InputOverridden, SystemStarted, TimerFired
from core.news.board import NewsSignal
from core.notices import BlackoutChanged, CrowdingChanged, InputChanged, PriceMoved, RegimeAssessed
from core.reasons import Reason
from core.records import Transition
from core.regime.assess import Assessment, Standing, assess
from core.regime.calendar import Blackout
from core.regime.manual import ManualInputs
from core.regime.params import RegimeParams
from core.regime.permissions import Permission, permit, stood_down
from core.regime.trend import Trend
from machines.instance import Instance
from machines.regime import RegimeChart, RegimeMemory

INSTANCE = "market/regime/1"


class RegimeKeeper:
    """Names the regime from what the feeds tell.

    Args:
        params: Weights, thresholds, dwell and policies.
        listeners: Addresses told of every assessment.
    """

    address = "regime"
    inputs: ClassVar[tuple[type, ...]] = (SystemStarted, InputOverridden)

    def __init__(self, params: RegimeParams, *, listeners: tuple[str, ...]) -> None:
        self._params = params
        self._listeners = listeners
        memory = RegimeMemory(threshold=params.threshold, dwell_ms=params.dwell_ms)
        self._memory = memory
        self._chart = Instance(RegimeChart, instance=INSTANCE, actor=self.address, model=memory)
        self._trends: dict[str, Trend | None] = {"dxy": None, "btc_dominance": None}
        self._news: NewsSignal | None = None
        self._price: PriceTrend | None = None
        self._manual = ManualInputs()
        self._assessment: Assessment | None = None
        self._last: Assessment | None = None
        """The last that could be made, for the record of its loss."""
        self._held: tuple[str, str] | None = None
        self._blackout: Blackout | None = None
        self._crowded = 0

    def wants(self, message: object) -> bool:
        """Every start, and every value set by hand."""
        return True

    def receive(self, message: object, now: int) -> Effects:
        """Assess anew where an input changed or the dwell ended."""
        match message:
            case InputChanged() | PriceMoved():
                self._take(message)
                return self._recall() if message.restored else self._assess(now)
            case BlackoutChanged():
                return self._black_out(message, now)
            case CrowdingChanged():
                return self._crowd(message, now)
            case InputOverridden() | TimerFired(_, "manual"):
                return self._override(message, now)
            case TimerFired(_, "dwell"):
                return self._assess(now)
            case SystemStarted(resumed=False):
                created = self._chart.create(now, reasons=(Reason.SESSION_STARTED,))
                return [created, *(self._pin(now) if self._params.pinned else self._told())]
            case SystemStarted():
                return self._told()
            case _:
                return NOTHING

    def save(self) -> Json:
        """The chart, and what was set by hand; the measured inputs are told anew by their keepers."""
        return {"chart": self._chart.save(), "held": list(self._held or ()), "manual": self._manual.save()}

    def restore(self, saved: Json) -> None:
        """Take them back."""
        values = cast("dict[str, Json]", saved)
        self._chart = Instance.restore(
            RegimeChart, values["chart"], instance=INSTANCE, actor=self.address, model=self._memory
        )
        held = cast("list[str]", values["held"])
        self._held = (held[0], held[1]) if held else None
        self._manual.restore(values.get("manual", {}))

    def view(self) -> dict[str, Json]:
        """The regime with its scores, their origins, and what it permits."""
        permission = self._permission()
        view: dict[str, Json] = {
            "state": self.state,
            "pinned": self._params.pinned,
            "instance": INSTANCE,
            "since": self._memory.entered_ms or None,
            "dwell_ms": self._params.dwell_ms,
            "threshold": self._params.threshold,
            "size_multiplier": permission.size_multiplier,
            "modes": list(permission.modes),
            "sides": list(permission.sides),
            "note": permission.note,
        }
        view["manual"] = self._manual.view()
        return view | (self._assessment.facts(self.state) if self._assessment else {})

    @property
    def state(self) -> str:
        """The chart's state."""
        return self._chart.configuration[0]

    @property
    def _crypto_score(self) -> float | None:
        return self._assessment.crypto_score if self._assessment else None

    def _take(self, changed: InputChanged | PriceMoved) -> None:
        if isinstance(changed, PriceMoved):
            self._price = changed.trend
        elif changed.feed == "news":
            self._news = changed.news
        else:
            self._trends[changed.feed] = changed.trend

    def _score(self) -> Assessment | None:
        self._assessment = assess(
            dxy=self._manual.trend("dxy", self._trends["dxy"]),
            btc_dominance=self._manual.trend("btc_dominance", self._trends["btc_dominance"]),
            news=self._manual.news(self._news),
            price=self._price,
            params=self._params,
        )
        self._last = self._assessment or self._last
        return self._assessment

    def _recall(self) -> Effects:
        """After a restart: score what was scored before, and decide nothing."""
        self._score()
        return self._told()

    def _override(self, message: InputOverridden | TimerFired, now: int) -> Effects:
        """An operator's value begins or ends: a record of its own, then it is judged like any change of an input."""
        if self._params.pinned:
            return NOTHING
        if isinstance(message, InputOverridden):
            change = self._manual.take(message, now)
            changes = [] if change is None else [change]
        else:
            changes = self._manual.expire(now)
        if not changes:
            return NOTHING
        due_ms = self._manual.next_end_ms
        timer = CancelTimer("manual") if due_ms is None else SetTimer("manual", due_ms)
        self._score()
        records = [
            record for change in changes for record in self._note(change.reason, {"override": change.facts}, now)
        ]
        return [*records, timer, *self._assess(now)]

    def _black_out(self, changed: BlackoutChanged, now: int) -> Effects:
        """A scheduled announcement stands everything down while it is near; the regime itself stays."""
        self._blackout = blackout = changed.blackout
        if changed.restored:
            return self._told()
        if blackout is None:
            noted = self._note(Reason.EVENT_BLACKOUT_OVER, {}, now)
        else:
            facts: Facts = {"events": list(blackout.titles), "until": blackout.end_ms}
            noted = self._note(Reason.EVENT_BLACKOUT, facts, now)
        return [*noted, *self._told()]

    def _crowd(self, changed: CrowdingChanged, now: int) -> Effects:
        """A side of the perpetual is crowded: no entry joins it; the regime itself stays."""
        self._crowded = changed.side
        if changed.restored:
            return self._told()
        reason = Reason.SIDE_CROWDED if changed.side else Reason.SIDE_CROWDED_OVER
        return [*self._note(reason, changed.facts, now), *self._told()]

    def _note(self, reason: Reason, facts: Facts, now: int) -> list[Effect]:
        """A record that leaves the regime as it is, with what every input gave by then and what would flip it."""
        found, present = self._assessment, self.state
        since, left_ms = self._memory.entered_ms or None, self._dwell_left_ms(now)
        known = self._known(now, since=since, dwell_left_ms=left_ms) | facts
        fired = self._chart.fire("hold", now, reasons=(reason,), facts=facts)
        return [*fired] if found is None else _with(fired, Standing(found, present, known))

    def _permission(self) -> Permission:
        if self._blackout is not None:
            titles = ", ".join(self._blackout.titles)
            return stood_down(self.state, Reason.EVENT_BLACKOUT, f"{titles}; exits go on")
        permission = permit(self.state, self._crypto_score, self._params)
        if self._crowded not in permission.sides:
            return permission
        crowd = "longs" if self._crowded > 0 else "shorts"
        sides = tuple(side for side in permission.sides if side != self._crowded)
        return replace(permission, sides=sides, note=f"{permission.note}; {crowd} are crowded")

    def _assess(self, now: int) -> Effects:
        if self._params.pinned:
            return NOTHING
        found = self._score()
        if found is None:
            return [*self._lose(now), *self._told()]
        return [*self._judge(found, now), *self._told()]

    def _judge(self, found: Assessment, now: int) -> list[Effect]:
        """Change the regime, or say what holds it."""
        if found.candidate == self.state:
            self._held = None
            return [CancelTimer("dwell")]
        if found.score < self._params.threshold:
            return self._hold(found, Reason.REGIME_SCORE_WEAK, now)
        dwell_left_ms = self._dwell_left_ms(now)
        if dwell_left_ms > 0:
            held = self._hold(found, Reason.REGIME_DWELL, now)
            return [*held, SetTimer("dwell", now + dwell_left_ms)]
        self._held = None
        known = self._known(now, since=now, dwell_left_ms=self._params.dwell_ms)
        reasons = (Reason.REGIME_SCORE_LEADS,)
        fired = self._chart.fire("assess", now, reasons=reasons, candidate=found.candidate, score=found.score)
        return _with(fired, Standing(found, found.candidate, known))

    def _hold(self, found: Assessment, reason: Reason, now: int) -> list[Effect]:
        """A record of why the regime stays; one per candidate and reason, not one per value."""
        if self._held == (found.candidate, reason.name):
            return []
        self._held = (found.candidate, reason.name)
        return self._note(reason, {}, now)

    def _lose(self, now: int) -> list[Effect]:
        self._held = None
        if self.state == "undetermined":
            return []
        last = {} if self._last is None else self._last.facts(self.state)
        facts: Facts = {"inputs": {}, "flips": {}, "last": last}
        lost = self._chart.fire("lose_inputs", now, reasons=(Reason.REGIME_INPUTS_LOST,), facts=facts)
        return [*lost, CancelTimer("dwell")]

    def _pin(self, now: int) -> list[Effect]:
        pinned = self._params.pinned
        event = "pin" if pinned == "RISK_ON" else "assess"
        fired = self._chart.fire(event, now, reasons=(Reason.REGIME_PINNED,), candidate=pinned, score=1.0)
        return [*fired, *self._told()]

    def _dwell_left_ms(self, now: int) -> int:
        """How long the present regime still holds whatever leads; leaving `undetermined` needs no dwell."""
        if self.state == "undetermined":
            return 0
        return max(0, self._memory.entered_ms + self._params.dwell_ms - now)

    def _known(self, now: int, *, since: int | None, dwell_left_ms: int) -> Facts:
        """How long the dwell holds, and what was set by hand."""
        dwell: Facts = {"since": since, "dwell_ms": self._params.dwell_ms, "dwell_left_ms": dwell_left_ms}
        return dwell | self._manual.facts(now)

    def _told(self) -> list[Effect]:
        score = nan if self._assessment is None else getattr(self._assessment.scores, self.state, nan)
        if self._params.pinned:
            score = 1.0
        assessed = RegimeAssessed(self.state, score, self._permission(), self._trends["btc_dominance"])
        return [Tell(listener, assessed) for listener in self._listeners]


def _with(fired: list[Transition], standing: Standing) -> list[Effect]:
    """The records, saying what the assessment came to."""
    return [revised(each, told=standing) for each in fired]
