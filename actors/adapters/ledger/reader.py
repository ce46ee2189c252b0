"""Reading a run while it is being written, or afterwards; for any number of threads."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Self

import sqlalchemy as sa

from actors.adapters.ledger import schema
from actors.adapters.ledger.commit import Mark
from actors.adapters.ledger.engine import engine_of, file_of, opening, place_of, spoken
from actors.adapters.ledger.manifest import Manifest
from actors.adapters.ledger.migrate import is_current
from actors.adapters.ledger.row import decoded
from actors.adapters.ledger.verification import RECORD_COLUMNS, Verification, mark_at, streamed, verify
from core.errors import LedgerError
from core.records import JournalRow

_RECORD = schema.record.c
_DIGESTED = ("regime", "risk", "position", "order")  # the others live by the wall clock
_BULK_KINDS = frozenset({"input", "evaluation"})


class StoredRun(NamedTuple):
    """A run's life, oldest facts first."""

    run_id: str
    started_at_ms: int
    finished_at_ms: int | None
    abandoned_at_ms: int | None
    commits: int
    manifest: Manifest


class LedgerReader:
    """One run of one owner, read only; each call sees the writer's latest commit."""

    def __init__(self, engine: sa.Engine, *, owner: str, run: int, run_id: str) -> None:
        self._engine = engine
        self._owner = owner
        self._run = run
        self.run_id = run_id

    @classmethod
    def open(cls, url: str, *, owner: str, run_id: str | None = None) -> Self:
        """The owner's run of that id, or the newest.

        Raises:
            ConfigurationError: If the URL is unusable, or a newer version wrote the tables.
            LedgerError: If there is no such journal or run.
        """
        engine = engine_of(url, reading=True)
        file = file_of(engine)
        if file is not None and not file.is_file():
            raise LedgerError(f"there is no journal at {file}: start a run first, or name another --state-dir")
        with opening(engine) as connection:
            if not is_current(connection):
                raise LedgerError(
                    f"journal {place_of(engine.url)} lacks tables this version reads: `chartwright run` makes them",
                )
            run, run_id = _chosen(connection, owner, run_id)
        return cls(engine, owner=owner, run=run, run_id=run_id)

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
        """Rows with a seq beyond `after`, rising by seq; with `newest` the last `limit` of them, not the first."""
        wanted = _conditions(kinds=kinds, machine=machine, instance=instance, reason=reason)
        order = _RECORD.seq.desc() if newest else _RECORD.seq
        query = self._records(_RECORD.seq > after, *wanted).order_by(order).limit(limit)
        with self._connection() as connection:
            found = [decoded(row) for row in connection.execute(query)]
        return found[::-1] if newest else found

    def evaluation(self, symbol: str | None, at_ms: int) -> JournalRow | None:
        """The newest evaluation at or before `at_ms`, of that symbol or of any.

        An evaluation's `instance` is its symbol.
        """
        wanted: list[sa.ColumnExpressionArgument[bool]] = [_RECORD.ts <= at_ms, schema.IS_EVALUATION]
        if symbol is not None:
            wanted.append(_RECORD.instance == symbol)
        query = self._records(*wanted).order_by(_RECORD.ts.desc(), _RECORD.seq.desc()).limit(1)
        with self._connection() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else decoded(row)

    def transitions_for_digest(self) -> Iterator[JournalRow]:
        """Transitions of the deciding charts by instance, bytewise, then n; read as they are taken."""
        wanted = (schema.NAMES_MACHINE, _RECORD.kind == "transition", _RECORD.machine.in_(_DIGESTED))
        query = self._records(*wanted).order_by(_RECORD.instance, _RECORD.n)
        with self._connection() as connection:
            for row in streamed(connection, query):
                yield decoded(row)

    def last_seq(self) -> int:
        """The newest durable seq; 0 before the first row."""
        commit = schema.commit.c
        query = sa.select(sa.func.max(commit.last_seq)).where(commit.run == self._run)
        with self._connection() as connection:
            return connection.execute(query).scalar() or 0

    def commit_of(self, seq: int) -> Mark | None:
        """The commit that holds the row; None where there is none."""
        with self._connection() as connection:
            return mark_at(connection, self._run, seq)

    def hash_of(self, seq: int) -> str:
        """The hash of the row's commit; empty where there is none."""
        mark = self.commit_of(seq)
        return "" if mark is None else mark.hash

    def hashes_of(self, rows: Sequence[JournalRow]) -> list[str]:
        """The hash of each row's commit."""
        with self._connection() as connection:
            marks = [mark_at(connection, self._run, row.seq) for row in rows]
        return ["" if mark is None else mark.hash for mark in marks]

    def states(self) -> dict[str, Any]:
        """Address -> the actor's saved state as of the last commit."""
        query = sa.select(schema.state.c.address, schema.state.c.saved).where(schema.state.c.run == self._run)
        with self._connection() as connection:
            return {address: json.loads(saved) for address, saved in connection.execute(query)}

    def runs(self) -> list[StoredRun]:
        """The owner's runs, oldest first."""
        query = sa.select(schema.run).where(schema.run.c.owner == self._owner).order_by(schema.run.c.run)
        with self._connection() as connection:
            return [_stored(row) for row in connection.execute(query)]

    def verify(self) -> Verification:
        """Recompute the whole chain from what is stored."""
        with self._connection() as connection:
            return verify(connection, self._run)

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        with spoken(self._engine), self._engine.begin() as connection:
            yield connection

    def _records(self, *wanted: sa.ColumnExpressionArgument[bool]) -> sa.Select[Any]:
        return sa.select(*RECORD_COLUMNS).where(_RECORD.run == self._run, *wanted)


def _chosen(connection: sa.Connection, owner: str, run_id: str | None) -> tuple[int, str]:
    run = schema.run.c
    query = sa.select(run.run, run.run_id).where(run.owner == owner).order_by(run.run.desc()).limit(1)
    if run_id is not None:
        query = query.where(run.run_id == run_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise LedgerError(f"journal {place_of(connection.engine.url)} holds no run{f' {run_id}' if run_id else ''}")
    return row.run, row.run_id


def _conditions(
    *, kinds: tuple[str, ...] | None, machine: str | None, instance: str | None, reason: str | None
) -> Iterator[sa.ColumnExpressionArgument[bool]]:
    if kinds is not None:
        yield _RECORD.kind.in_(kinds)
        if not _BULK_KINDS.intersection(kinds):
            yield schema.IS_DECISION
    if machine is not None:
        yield from (_RECORD.machine == machine, schema.NAMES_MACHINE)
    if instance is not None:
        yield from (_RECORD.instance == instance, schema.NAMES_INSTANCE)
    if reason is not None:
        yield _RECORD.reasons.contains(f'"{reason}"', autoescape=True)


def _stored(row: sa.Row[Any]) -> StoredRun:
    manifest = Manifest(
        fingerprint=json.loads(row.fingerprint),
        settings=json.loads(row.settings),
        versions=json.loads(row.versions),
        seed=int(row.seed),
    )
    return StoredRun(row.run_id, row.started_at_ms, row.finished_at_ms, row.abandoned_at_ms, row.last_commit, manifest)
