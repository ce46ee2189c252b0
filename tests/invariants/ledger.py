"""An auditor's reading of the records: what was open, in flight, taken and paid, and whether a rule was broken."""

from collections import Counter
from typing import Any

from core.durations import HOUR_MS
from core.messages import BarClosed
from core.reasons import Reason
from core.records import Evaluation, StopMoved, Transition
from tests.invariants.world import World

FINAL = {"filled", "canceled", "rejected", "expired"}
STOPS = {"EXIT_STOP", "EXIT_TRAILING_STOP"}


class Auditor:
    """Follows the records of one world and complains at the first breach."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen = 0
        self.states: dict[str, str] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.live: dict[str, dict[str, Any]] = {}
        self.sides: dict[str, int] = {}
        self.partials: Counter[str] = Counter()
        self.decisions: Counter[str] = Counter()
        self.bars = 0
        self.realized = self.fees = self.funding = 0.0
        self.regime_since: int | None = None
        self.entries = 0
        self.exits: Counter[str] = Counter()

    def after(self, message: object) -> None:
        """Check what an input led to."""
        self.bars += isinstance(message, BarClosed)
        records = self.world.recorder.records
        for cause, record in records[self.seen :]:
            self.record(cause, record)
        self.seen = len(records)
        self.at_rest()

    def record(self, cause: str, record: Any) -> None:
        """Take one record."""
        match record:
            case Transition():
                assert record.reasons, "I11: a transition without a reason"
                assert all(isinstance(reason, Reason) for reason in record.reasons), "I11"
                if record.machine == "position" and record.event == "init":
                    self._begun_by_a_bar(cause)
                getattr(self, f"_{record.machine}", self._other)(record)
            case StopMoved(_, _, instance, source, target):
                assert (target - source) * self.sides[instance] > 0, f"I2: {instance} {source} -> {target}"
            case Evaluation(decision=decision):
                self.decisions[decision] += 1

    def at_rest(self) -> None:
        """What must hold once a cascade is over."""
        opening = [order for order in self.live.values() if not order["reduce_only"]]
        closing = [order for order in self.live.values() if order["reduce_only"]]
        assert len(opening) <= 1, f"I4: {opening}"
        assert len(closing) <= 1, f"I5: {closing}"
        assert set(self.decisions) <= {"entry", "blocked", "in_position"}
        assert self.decisions.total() == self.bars
        keeper, book = self.world.crew.position, self.world.crew.paper._book
        configuration = () if keeper._chart is None else keeper._chart.configuration
        if book.quantity or {"open", "partial", "trailing"} & set(configuration):
            assert "confirmed" in configuration, f"I1: {configuration}"
            assert keeper._held is not None
            assert (keeper._held.remaining, keeper._held.stop) == (book.quantity, book.stop), "I1"
        assert set(book.resting) == {order["client_order_id"] for order in self.live.values()}, (
            "we and the venue differ"
        )

    def _order(self, record: Transition) -> None:
        if record.event == "init":
            self.orders[record.instance] = self.live[record.instance] = {**record.facts, "filled": 0.0}
        order = self.orders[record.instance]
        is_opening = not order["reduce_only"]
        assert order["reduce_only"] == (order["role"] != "entry"), "I5: a close that could open"
        if record.event == "accept" and is_opening:
            self._may_open()
        if record.event == "fill":
            order["filled"] += record.facts["quantity"]
            assert order["filled"] <= order["quantity"], f"I6: {order}"
            self.fees += float(record.facts["fee"])  # type: ignore[arg-type]  # a number
        if record.target[0] in FINAL:
            self.live.pop(record.instance, None)

    def _may_open(self) -> None:
        assert self.states["session"] == "trading", "I3, I10"
        assert self.states["connection"] == "live", "I3"
        assert self.states["risk"] in {"normal", "reduced"}, "I3"
        assert self.world.crew.regime.view()["modes"], "I3: the regime permits nothing"

    def _begun_by_a_bar(self, cause: str) -> None:
        began = self.world.recorder.inputs[int(cause.split(".", maxsplit=1)[0])]
        assert isinstance(began, BarClosed), f"I8: begun by {began}"

    def _position(self, record: Transition) -> None:
        facts: Any = record.facts
        if record.event == "init":
            self.entries += 1
            self.sides[record.instance] = facts["side"]
        if record.event == "take_partial":
            self.partials[record.instance] += 1
            assert self.partials[record.instance] == 1, "I7"
            self.realized += facts["realized"]
        if record.event == "close":
            self.realized += facts["realized"]
            self.funding += facts["funding"]
            self.fees += facts["fee"] if facts["exit"] in STOPS else 0.0
            self.exits[facts["exit"]] += 1

    def _regime(self, record: Transition) -> None:
        before = self.states.get("regime")
        (self.states["regime"],) = record.target
        if record.event == "assess":
            known = before not in (None, "undetermined") and self.regime_since is not None
            assert not known or record.ts - (self.regime_since or 0) >= HOUR_MS, "I9"
        if record.source != record.target:
            self.regime_since = record.ts

    def _other(self, record: Transition) -> None:
        self.states[record.machine] = record.target[0]
