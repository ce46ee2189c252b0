"""The one writer of a state directory's journal."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Self

import sqlalchemy as sa

from actors.adapters.ledger import run, schema
from actors.adapters.ledger.commit import Commit, Run
from actors.adapters.ledger.engine import begun_by_driver, engine_of, file_of, opening, place_of, spoken
from actors.adapters.ledger.manifest import Manifest
from actors.adapters.ledger.migrate import migrate
from actors.adapters.ledger.seal import Head, Sealed, seal
from actors.adapters.ledger.statements import statements
from actors.adapters.ledger.store import store_rows
from actors.adapters.ledger.verification import mark_at, mark_of
from actors.adapters.ledger.watch import WatchedFile
from core.durations import DAY_MS
from core.errors import InvariantBroken, LedgerError


class Ledger:
    """Appends commits, each whole or not at all; for one thread at a time."""

    def __init__(self, engine: sa.Engine, *, owner: str, keep_evaluations_ms: int | None = None) -> None:
        self._engine = engine
        self._owner = owner
        self._keep_ms = keep_evaluations_ms
        self._pruned_day = -1
        file = file_of(engine)
        self._file = None if file is None else WatchedFile(file)
        self._held: sa.Connection | None = None
        self._head: Head | None = None

    @classmethod
    def open(cls, url: str, *, owner: str, keep_evaluations_ms: int | None = None) -> Self:
        """The journal at `url`, its tables created or upgraded.

        Args:
            url: `sqlite:///FILE` or `postgresql+psycopg://USER@HOST/DATABASE`.
            owner: The state directory's id; owners that share a database do not see each other's runs.
            keep_evaluations_ms: Event time after which evaluations are let go, once a day; None: never.

        Raises:
            ConfigurationError: If the URL is unusable, or a newer version wrote the tables.
            LedgerError: If the database cannot be reached or written.
        """
        engine = engine_of(url)
        with opening(engine) as connection:
            migrate(connection)
        return cls(engine, owner=owner, keep_evaluations_ms=keep_evaluations_ms)

    def begin(self, manifest: Manifest, *, fresh: bool, now_ms: int) -> Run:
        """The unfinished run where its fingerprint is equal, verified; a new run where none is unfinished.

        Args:
            manifest: What this run is made of.
            fresh: Begin anew whatever was; an unfinished run is marked abandoned, and kept.
            now_ms: Wall clock.

        Raises:
            ConfigurationError: If the unfinished run has another fingerprint; every difference is named.
            LedgerError: If the unfinished run is not what was written, or the database fails.
        """
        with self._transaction() as connection:
            unfinished = run.unfinished(connection, self._owner)
            if unfinished is not None and not fresh:
                begun, head = run.resume(connection, unfinished, manifest)
            else:
                run.abandon(connection, self._owner, now_ms=now_ms)
                begun, head = run.start(connection, self._owner, manifest, now_ms=now_ms)
        self._head = head
        return begun

    def commit(self, commit: Commit, *, recorded_at_ms: int, alone: Callable[[], None] = lambda: None) -> int:
        """The durable seq, once all of it is on disk.

        After a LedgerError give the same commit again, until it succeeds: it is never stored twice, and never in part.

        Args:
            commit: What follows the last one.
            recorded_at_ms: Wall clock.
            alone: Called when what is left is the database's work, and hardly Python's.

        Raises:
            LedgerError: If it could not be written.
            InvariantBroken: If it does not follow the last one, or holds what JSON cannot.
        """
        head = self._begun
        self._let_go(commit)
        sealed = seal(head, commit, recorded_at_ms=recorded_at_ms)
        if self._file is None:
            alone()  # a server's answers may be long in coming
        with self._transaction() as connection:
            if _advanced(connection, head, sealed):
                _store(connection, sealed, alone)
            else:
                sealed = _found_durable(connection, head, commit)
        self._head = sealed.head
        return sealed.head.last_seq

    def finish(self, now_ms: int) -> None:
        """Mark the run finished: the next one begins anew."""
        with self._transaction() as connection:
            ended = sa.update(schema.run).where(schema.run.c.run == self._begun.run)
            connection.execute(ended.values(finished_at_ms=now_ms))

    def prune_evaluations(self, keep_after_ts: int) -> int:
        """How many evaluations went: those of each leading commit that has none at or after `keep_after_ts`.

        The chain still verifies, because each commit keeps their digest.
        """
        key, record = self._begun.run, schema.record.c
        evaluations = (record.run == key, schema.IS_EVALUATION)
        with self._transaction() as connection:
            kept = connection.execute(
                sa.select(sa.func.min(record.seq)).where(*evaluations, record.ts >= keep_after_ts)
            )
            last = self._last_commit_before(connection, kept.scalar())
            pruned = sa.update(schema.run).where(schema.run.c.run == key, schema.run.c.pruned_commit < last)
            if connection.execute(pruned.values(pruned_commit=last)).rowcount == 0:
                return 0
            mark = mark_of(connection, key, last)
            gone = sa.delete(schema.record).where(*evaluations, record.seq <= (mark.last_seq if mark else 0))
            return connection.execute(gone).rowcount

    def close(self) -> None:
        """Let the database go; what was committed is durable already."""
        if self._held is not None:
            self._held.close()
            self._held = None
        self._engine.dispose()

    def _let_go(self, commit: Commit) -> None:
        """Prune on the first commit of each day; before it is written, so that a failure is one of this commit."""
        if self._keep_ms is None or not commit.rows:
            return
        now = commit.rows[-1].ts
        if now // DAY_MS != self._pruned_day:
            self.prune_evaluations(now - self._keep_ms)
            self._pruned_day = now // DAY_MS

    @property
    def _begun(self) -> Head:
        if self._head is None:
            raise InvariantBroken("the ledger was used before its run was begun")
        return self._head

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        if self._file is not None and self._file.was_replaced():
            self.close()
        try:
            with spoken(self._engine), self._begun_on() as connection:
                yield connection
        except LedgerError:
            self.close()  # the next attempt connects anew
            raise

    def _begun_on(self) -> AbstractContextManager[sa.Connection]:
        """A server's connection is asked for anew, because it may be lost; a file's is kept, which is quicker."""
        if self._file is None:
            return self._engine.begin()
        if self._held is None:
            self._held = self._engine.connect()
        return begun_by_driver(self._held)

    def _last_commit_before(self, connection: sa.Connection, seq: int | None) -> int:
        mark = None if seq is None else mark_at(connection, self._begun.run, seq)
        return self._begun.n if mark is None else mark.n - 1


def _advanced(connection: sa.Connection, head: Head, sealed: Sealed) -> bool:
    # Moves the head only where it stands: on another file, another server or after a lost answer it does not.
    values = (sealed.mark.n, sealed.mark.hash, head.run, head.n, head.hash)
    return statements(connection.dialect).advance.run(connection, values) == 1


def _store(connection: sa.Connection, sealed: Sealed, alone: Callable[[], None]) -> None:
    """The rows last: they are the long step."""
    key, its = sealed.head.run, statements(connection.dialect)
    its.mark.run(connection, (key, *sealed.mark))
    its.states.run_each(connection, [(key, *state) for state in sealed.states.items()])
    alone()
    store_rows(connection, key, sealed)


def _found_durable(connection: sa.Connection, head: Head, commit: Commit) -> Sealed:
    found = mark_of(connection, head.run, head.n + 1)
    if found is not None:
        sealed = seal(head, commit, recorded_at_ms=found.recorded_at_ms)
        if sealed.mark == found:
            return sealed
    raise LedgerError(
        f"journal {place_of(connection.engine.url)}: it no longer ends with commit {head.n}, the last one written: "
        "another program wrote it, or an older copy was put in its place. Put the right one back",
    )
