"""An auditor's reading of the released journal rows: which rule was broken, in words."""

from collections import Counter
from typing import cast

from core.reasons import Reason
from core.records import JournalRow
from core.regime.params import RegimeParams
from core.regime.permissions import PERMISSIONS

_FINAL = frozenset({"filled", "canceled", "rejected", "expired"})
_PERMITTED = frozenset(row.regime for row in PERMISSIONS if row.allows_entries)
_BEGINNERS = frozenset({"BarClosed", "VenueSnapshot"})
"""A bar's close, or the account as it is found: of a position that is taken over."""


class Rules:
    """Takes every row in order, over restarts too.

    Args:
        dwell_ms: The least market time between two changes of the regime.
    """

    def __init__(self, dwell_ms: int = RegimeParams().dwell_ms) -> None:
        self._dwell_ms = dwell_ms
        self._input = ""
        self.regime, self.regime_since, self.risk = "", 0, ""
        self.breaches: list[str] = []
        self.session = self.machines = ""
        self.streams: dict[str, str] = {}
        self.orders: dict[str, dict[str, float | str | bool]] = {}
        self.live: set[str] = set()
        self.unknown: set[str] = set()
        self.sides: dict[str, float] = {}
        self.partials: Counter[str] = Counter()
        self.closed: Counter[str] = Counter()
        self.placed: Counter[str] = Counter()
        self.exits: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.bars: list[int] = []

    def take(self, row: JournalRow) -> None:
        """Judge a row."""
        self.events[f"{row.kind}/{row.machine or row.event}"] += 1
        if row.kind == "transition":
            self._transition(row)
        elif row.kind == "command":
            self._command(row)
        elif row.kind == "stop_moved":
            self._stop_moved(row)
        elif row.kind == "input":
            self._input = row.event
            if row.event == "BarClosed":
                self._bar(row)

    def _transition(self, row: JournalRow) -> None:
        if not row.reasons or not set(row.reasons) <= set(Reason.__members__):
            self._breach("I11", row, "a transition without a registered reason")
        if row.machine == "session":
            self.session = row.target[0]
        elif row.machine == "connection" and row.actor != "connection/book":  # entries do not need it
            self.streams[row.actor] = row.target[0]
        elif row.machine == "regime":
            self._regime(row)
        elif row.machine == "risk":
            self.risk = row.target[0]
        elif row.machine == "position":
            self._position(row)
        elif row.machine == "order":
            self._order(row)

    def _regime(self, row: JournalRow) -> None:
        # Leaving `undetermined` needs no dwell, and losing the inputs is the fail-safe.
        is_free = self.regime in ("", "undetermined") or row.event != "assess"
        if not is_free and row.ts - self.regime_since < self._dwell_ms:
            self._breach("I9", row, f"{row.target[0]} {row.ts - self.regime_since} ms after {self.regime}")
        if row.source != row.target:
            self.regime, self.regime_since = row.target[0], row.ts

    def _position(self, row: JournalRow) -> None:
        if row.event == "init":
            if self._input not in _BEGINNERS:
                self._breach("I8", row, f"a position begun by {self._input}")
            self.sides[row.instance] = float(row.facts["side"])  # type: ignore[arg-type]
        if row.event == "take_partial":
            self.partials[row.instance] += 1
            if self.partials[row.instance] > 1:
                self._breach("I7", row, "a second partial")
        if row.event == "close":
            self.closed[row.instance] += 1
            self.exits[row.reasons[0]] += 1

    def _order(self, row: JournalRow) -> None:
        if row.event == "init":
            self.orders[row.instance] = {**row.facts, "filled": 0.0}  # type: ignore[dict-item]
            self.live.add(row.instance)
        order = self.orders[row.instance]
        if order["reduce_only"] != (order["role"] != "entry"):
            self._breach("I5", row, "a close that could open")
        if row.event == "fill":
            order["filled"] = float(order["filled"]) + float(row.facts["quantity"])  # type: ignore[arg-type]
            if float(order["filled"]) > float(order["quantity"]) * (1 + 1e-9):
                self._breach("I6", row, f"{order['filled']} filled of {order['quantity']}")
        self._move(row)
        live = [self.orders[each] for each in self.live]
        if sum(not each["reduce_only"] for each in live) > 1:
            self._breach("I4", row, "two opening orders")
        if sum(bool(each["reduce_only"]) for each in live) > 1:
            self._breach("I5", row, f"two closes in flight: {[each['client_order_id'] for each in live]}")

    def _move(self, row: JournalRow) -> None:
        state = row.target[0]
        if state in _FINAL:
            self.live.discard(row.instance)
        if state == "unknown":
            self.unknown.add(row.instance)
        else:
            self.unknown.discard(row.instance)

    def _command(self, row: JournalRow) -> None:
        if row.event != "place":
            return
        self.placed[row.instance] += 1
        if not row.facts["reduce_only"]:
            self._opening(row)

    def _opening(self, row: JournalRow) -> None:
        if self.placed[row.instance] > 1:
            self._breach("5.3", row, "an entry sent twice")
        if self.regime and self.regime not in _PERMITTED:
            self._breach("I3", row, f"an entry in {self.regime}")
        if self.risk not in ("", "normal", "reduced"):
            self._breach("I3", row, f"an entry while risk is {self.risk}")
        if self.session != "trading":
            self._breach("I3/I10", row, f"an entry while the session is {self.session}")
        down = {name: state for name, state in self.streams.items() if state != "live"}
        if down:
            self._breach("I3", row, f"an entry while {down}")
        if self.unknown:
            self._breach("I12", row, f"an entry while {self.unknown} is unknown")

    def _stop_moved(self, row: JournalRow) -> None:
        moved = float(row.facts["target"]) - float(row.facts["source"])  # type: ignore[arg-type]
        if moved * self.sides[row.instance] < 0:
            self._breach("I2", row, f"the stop moved by {moved}")

    def _bar(self, row: JournalRow) -> None:
        open_ms = cast("int", row.facts["open_ms"])
        if self.bars and open_ms <= self.bars[-1]:
            self._breach("bars", row, f"bar {open_ms} after {self.bars[-1]}")
        self.bars.append(open_ms)

    def _breach(self, rule: str, row: JournalRow, what: str) -> None:
        self.breaches.append(f"{rule} at row {row.seq} ({row.instance or row.event} {row.ts}): {what}")
