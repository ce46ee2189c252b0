"""The scribe of a backtest that writes no journal: it keeps every record in memory."""

from collections.abc import Callable, Iterator

from actors.kernel.effects import CancelTimer, SetTimer
from core.digest import MACHINES, Step, digest
from core.records import Cause, Evaluation, Record, Transition


class Transcript:
    """Keeps what a run recorded, but for evaluations, which it counts: the bars and the views give them again.

    Args:
        evaluated: Told of each evaluation, for a caller who wants them.
    """

    def __init__(self, evaluated: Callable[[Evaluation], None] | None = None) -> None:
        self._evaluated = evaluated
        self.records: list[Record] = []
        """In the order they were made."""
        self.evaluations = 0

    def admitted(self, number: int, now: int, message: object) -> None:
        """Inputs are in the candle file already."""

    def recorded(self, cause: Cause, record: Record) -> None:
        """Keep it; causes are a journal's."""
        del cause
        if type(record) is Evaluation:
            self.evaluations += 1
            if self._evaluated is not None:
                self._evaluated(record)
        else:
            self.records.append(record)

    def timer_set(self, cause: Cause, actor: str, now: int, effect: SetTimer) -> None:
        """Derived, not kept."""

    def timer_canceled(self, cause: Cause, actor: str, now: int, effect: CancelTimer) -> None:
        """Derived, not kept."""

    @property
    def transitions(self) -> int:
        """Transitions recorded."""
        return [*map(type, self.records)].count(Transition)

    def digest(self) -> str:
        """The run's `transitions_sha256`."""
        return digest(self._steps())

    def _steps(self) -> Iterator[Step]:
        lives: dict[str, list[Transition]] = {}
        for record in self.records:
            if type(record) is Transition and record.machine in MACHINES:
                lives.setdefault(record.instance, []).append(record)
        for instance in sorted(lives):
            for record in lives[instance]:  # in the order of their numbers, as they were made
                reasons = tuple([reason.code for reason in record.reasons])
                yield instance, record.n, record.ts, record.event, record.source, record.target, reasons
