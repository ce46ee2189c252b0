"""What the page needs from the outside: the journal it reads and the view it shows. Implemented by actors."""

from typing import Protocol

from core.message import Json
from core.records import JournalRow


class JournalReader(Protocol):
    """Reads the journal; every method blocks, so it is called on a worker thread, several at once."""

    def rows(
        self,
        *,
        after: int = 0,
        limit: int = 500,
        kinds: tuple[str, ...] | None = None,
        machine: str | None = None,
        instance: str | None = None,
        reason: str | None = None,
        newest: bool = False,
    ) -> list[JournalRow]:
        """Rows with `seq > after` that match every filter; with `newest`, the last `limit` of them."""
        ...

    def hash_of(self, seq: int) -> str:
        """The chain hash of the commit that holds this row."""
        ...

    def evaluation(self, symbol: str | None, at_ms: int) -> JournalRow | None:
        """The newest evaluation taken at or before `at_ms`, or None."""
        ...

    def last_seq(self) -> int:
        """The newest durable row's number; 0 when the journal is empty."""
        ...


class Board(Protocol):
    """The published picture of the running system; in memory, never blocks."""

    def view(self) -> dict[str, Json]:
        """What the system looks like now. Any part may be missing or null."""
        ...

    def klines(self) -> list[Json]:
        """The last closed bars as `[open_ms, open, high, low, close, volume, incomplete]`, oldest first."""
        ...
