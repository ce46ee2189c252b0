"""One owner's journal in one database, and simple things to write into it."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from actors.adapters.ledger.commit import Commit, Mark, Run
from actors.adapters.ledger.manifest import Manifest
from actors.adapters.ledger.reader import LedgerReader
from actors.adapters.ledger.writer import Ledger
from core.message import Facts
from core.records import JournalRow

MANIFEST = Manifest(
    fingerprint={"venue": "replay", "settings": {"trend": {"donchian_bars": 20}, "seed": 7}},
    settings={"trend": {"donchian_bars": 20}},
    versions={"chartwright": "0.1.0"},
    seed=7,
)


class Book:
    """One owner's journal in one database, and simple things to write into it."""

    manifest = MANIFEST

    def __init__(self, url: str, owner: str) -> None:
        self.url = url
        self.owner = owner
        self._open: list[Ledger | LedgerReader] = []

    def of(self, owner: str) -> "Book":
        other = Book(self.url, owner)
        other._open = self._open
        return other

    def ledger(self) -> Ledger:
        ledger = Ledger.open(self.url, owner=self.owner)
        self._open.append(ledger)
        return ledger

    def begun(self, *, fresh: bool = False, **changed: Any) -> tuple[Ledger, Run]:
        ledger = self.ledger()
        return ledger, ledger.begin(replace(MANIFEST, **changed), fresh=fresh, now_ms=1_700_000_000_000)

    def reader(self, run_id: str | None = None) -> LedgerReader:
        reader = LedgerReader.open(self.url, owner=self.owner, run_id=run_id)
        self._open.append(reader)
        return reader

    def written(self, commits: int = 4) -> Ledger:
        """A run of so many commits of four rows each."""
        ledger, _ = self.begun()
        for n in range(1, commits + 1):
            ledger.commit(self.commit(n), recorded_at_ms=1_700_000_000_000 + n)
        return ledger

    @staticmethod
    def commit(n: int) -> Commit:
        """The n-th commit: one closed bar, its evaluation, a transition and a command."""
        seq, ts = 4 * n - 3, 300_000 * n
        rows = [
            JournalRow(seq, "input", ts, "market", "", "", 0, "BarClosed", (), (), (), {"close": 0.1 * n}, ""),
            journal_row(seq + 1, kind="evaluation", ts=ts, cause=f"{n}.0.0"),
            journal_row(seq + 2, ts=ts, n=n, cause=f"{n}.1.0"),
            JournalRow(seq + 3, "command", ts, "gate", "", "", 0, "Submit", (), (), (), {"id": n}, f"{n}.2.0"),
        ]
        return Commit(n, n, rows, {"kernel": {"cursor": n}, f"position/{n % 2}": {"entry": 0.1 * n}})

    def sql(self, statement: str) -> int:
        """Run it on the database, past the ledger; how many rows it changed."""
        engine = sa.create_engine(self.url)
        with engine.begin() as connection:
            changed = connection.exec_driver_sql(statement).rowcount
        engine.dispose()
        return changed

    def update(self, table: str, change: str, where: str = "TRUE") -> int:
        """Change stored columns past the ledger; how many rows it changed."""
        return self.sql(f"UPDATE journal_{table} SET {change} WHERE {where}")  # noqa: S608  the tests' own words

    def mark(self, seq: int) -> Mark:
        """The commit that holds the row, which must be there."""
        found = self.reader().commit_of(seq)
        assert found is not None
        return found

    def close(self) -> None:
        for each in self._open:
            each.close()


def journal_row(seq: int, *, kind: str = "transition", ts: int = 0, n: int = 0, cause: str = "") -> JournalRow:
    if kind == "evaluation":
        verdicts: Facts = {"guards": [["NO_SIGNAL", False, 0.1, None]]}
        return JournalRow(
            seq, kind, ts, "strategist", "", "BTCUSDT", 0, "blocked", (), (), ("NO_SIGNAL",), verdicts, cause
        )
    source, target = ("position", "pending"), ("position", "open")
    instance = "BTCUSDT/position/1"
    facts: Facts = {"price": 42_000.1}
    return JournalRow(
        seq, kind, ts, "position", "position", instance, n, "fill", source, target, ("ENTRY_FILLED",), facts, cause
    )
