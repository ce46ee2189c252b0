"""What we believe to hold on a real venue: the sum of every execution seen, each taken once, exact in Decimal."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

from core.message import Json
from core.trading.reports import ExecutionReported, PositionReported

SEEN = 2_000
"""Executions remembered, so that none is taken twice."""
OVERLAP_MS = 60_000
"""Executions are asked for from this long before the last one seen: a list may lag, and an older one come later."""


@dataclass(slots=True)
class Stake:
    """Quantity and costs in one symbol."""

    net: Decimal = Decimal(0)
    """With its sign: below 0 is short."""
    fees: Decimal = Decimal(0)
    funding: Decimal = Decimal(0)
    executions: int = 0
    last_ms: int = 0
    """The newest execution's time by the venue's clock; 0: none yet."""
    began_ms: int = 0
    """When it began, by the venue's clock: what was executed before is not ours."""
    orphaned: Decimal = Decimal(0)
    """Executions, with sign, of orders of ours that had been given up, while nobody leads what they opened."""
    seen: dict[str, None] = field(default_factory=dict)
    reported: PositionReported | None = None
    """The venue's own newest word; not kept over a restart."""

    def begin(self, now: int) -> None:
        """Take note of the first start."""
        if not self.last_ms:
            self.began_ms = self.last_ms = now

    @property
    def since_ms(self) -> int:
        """From when on executions are to be asked for."""
        return max(self.began_ms, self.last_ms - OVERLAP_MS)

    def is_new(self, execution: ExecutionReported) -> bool:
        """Take note of an execution; False where it was seen before."""
        if execution.exec_id in self.seen:
            return False
        self.seen[execution.exec_id] = None
        while len(self.seen) > SEEN:
            del self.seen[next(iter(self.seen))]
        self.last_ms = max(self.last_ms, execution.ts)
        if execution.kind == "funding":
            self.funding += execution.fee
        elif execution.kind != "other":
            self.fees += execution.fee
            self.executions += 1
        return True

    def explains(self, difference: Decimal) -> bool:
        """Whether what the venue holds beyond ours came from orders that we had given up."""
        return difference * self.orphaned > 0 and abs(difference) <= abs(self.orphaned)

    def hear(self, report: PositionReported) -> bool:
        """Take the venue's word; False where it is older than what it said before."""
        if self.reported is not None and report.seq < self.reported.seq:
            return False
        self.reported = report
        return True

    @property
    def seq(self) -> int:
        """The number of the venue's newest word; 0: none yet."""
        return 0 if self.reported is None else self.reported.seq

    @property
    def theirs(self) -> Decimal:
        """What the venue says, with its sign; ours until it has said something."""
        return self.net if self.reported is None else signed(self.reported.side, self.reported.quantity)

    @property
    def agrees(self) -> bool:
        """Whether both say the same."""
        return self.theirs == self.net

    def save(self) -> Json:
        """Everything as JSON."""
        return {
            "net": str(self.net),
            "fees": str(self.fees),
            "funding": str(self.funding),
            "executions": self.executions,
            "last_ms": self.last_ms,
            "began_ms": self.began_ms,
            "orphaned": str(self.orphaned),
            "seen": list(self.seen),
        }

    @classmethod
    def restore(cls, saved: Json) -> "Stake":
        """The stake as `save` left it."""
        values = cast("dict[str, Json]", saved)
        net, fees, funding = (Decimal(cast("str", values[name])) for name in ("net", "fees", "funding"))
        seen = dict.fromkeys(cast("list[str]", values["seen"]))
        executions, last_ms = (cast("int", values[name]) for name in ("executions", "last_ms"))
        orphaned = Decimal(cast("str", values.get("orphaned", "0")))
        began_ms = cast("int", values.get("began_ms", 0))
        return cls(net, fees, funding, executions, last_ms, began_ms, orphaned, seen)


def signed(side: int, quantity: Decimal) -> Decimal:
    """A quantity with its direction."""
    return quantity if side > 0 else -quantity
