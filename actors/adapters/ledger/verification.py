"""Whether a stored run is the one that was written."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from actors.adapters.ledger import chain, schema
from actors.adapters.ledger.commit import Mark
from actors.adapters.ledger.row import NO_ROWS, Columns, texts

_CHUNK = 2_000

RECORD_COLUMNS = [schema.record.c[name] for name in Columns._fields]
_MARK_COLUMNS = [schema.commit.c[name] for name in Mark._fields]
_STORY_COLUMNS = [
    schema.run.c[name] for name in ("run_id", "owner", "started_at_ms", "fingerprint", "settings", "versions", "seed")
]


class Verification(NamedTuple):
    """What a walk along the chain found."""

    commits: int
    """Sound commits, from the first."""
    records: int
    """Their rows that are still there."""
    broken_at: int | None
    """The first commit that is not what was written; None where all are."""
    why: str


def streamed(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
    """The query's rows, fetched as they are read; the server's cursor is closed wherever reading ends."""
    with connection.execute(query, execution_options={"yield_per": _CHUNK}) as rows:
        yield from rows


def verify(connection: sa.Connection, run: int) -> Verification:
    """Recompute every hash of the run from what is stored."""
    pruned = connection.execute(sa.select(schema.run.c.pruned_commit).where(schema.run.c.run == run)).scalar_one()
    previous, last_seq, commits, records = genesis(connection, run), 0, 0, 0
    rows = _Rows(connection, run)
    for mark in _marks(connection, run):
        taken = rows.through(mark.last_seq)
        why = _fault(mark, taken, previous=previous, n=commits + 1, first_seq=last_seq + 1, pruned=pruned)
        if why:
            return Verification(commits, records, commits + 1, why)
        previous, last_seq, commits, records = mark.hash, mark.last_seq, mark.n, records + len(taken)
    why, broken_at = _end_fault(connection, run, commits=commits, last_hash=previous, more=rows.more())
    return Verification(commits, records, broken_at, why)


def genesis(connection: sa.Connection, run: int) -> str:
    """The hash the run's first commit follows."""
    return chain.genesis(list(connection.execute(sa.select(*_STORY_COLUMNS).where(schema.run.c.run == run)).one()))


def mark_of(connection: sa.Connection, run: int, n: int) -> Mark | None:
    """The run's n-th commit."""
    row = connection.execute(_mark_query(run).where(schema.commit.c.n == n)).one_or_none()
    return None if row is None else Mark._make(row)


def mark_at(connection: sa.Connection, run: int, seq: int) -> Mark | None:
    """The commit that holds the row `seq`."""
    following = _mark_query(run).where(schema.commit.c.last_seq >= seq, schema.commit.c.first_seq <= seq)
    row = connection.execute(following.order_by(schema.commit.c.last_seq, schema.commit.c.n).limit(1)).one_or_none()
    return None if row is None else Mark._make(row)


def saved_states(connection: sa.Connection, run: int) -> dict[str, str]:
    """Address -> stored text of every saved state."""
    query = sa.select(schema.state.c.address, schema.state.c.saved).where(schema.state.c.run == run)
    return dict(connection.execute(query).all())


def _marks(connection: sa.Connection, run: int) -> Iterator[Mark]:
    return map(Mark._make, streamed(connection, _mark_query(run).order_by(schema.commit.c.n)))


def _mark_query(run: int) -> sa.Select[Any]:
    return sa.select(*_MARK_COLUMNS).where(schema.commit.c.run == run)


class _Rows:
    """A run's rows in order, handed out commit by commit."""

    def __init__(self, connection: sa.Connection, run: int) -> None:
        query = sa.select(*RECORD_COLUMNS).where(schema.record.c.run == run).order_by(schema.record.c.seq)
        self._rows = map(Columns._make, streamed(connection, query))
        self._next = next(self._rows, None)

    def through(self, last_seq: int) -> list[Columns]:
        taken = []
        while self._next is not None and self._next.seq <= last_seq:
            taken.append(self._next)
            self._next = next(self._rows, None)
        return taken

    def more(self) -> bool:
        return self._next is not None


def _fault(mark: Mark, rows: list[Columns], *, previous: str, n: int, first_seq: int, pruned: int) -> str:
    if mark.n != n:
        return f"commit {n} is missing"
    if mark.first_seq != first_seq:
        return f"commit {n} begins with row {mark.first_seq} and must begin with {first_seq}"
    told = texts(rows)
    if chain.linked(previous, mark, told.kept) != mark.hash:
        return f"commit {n}: one of its rows, or the commit itself, was changed, added or removed"
    if n <= pruned:
        return f"commit {n}: its evaluations were pruned, yet some are there" if told.evaluations != NO_ROWS else ""
    return "" if chain.digest(told.evaluations) == mark.evaluations else f"commit {n}: its evaluations were changed"


def _end_fault(
    connection: sa.Connection, run: int, *, commits: int, last_hash: str, more: bool
) -> tuple[str, int | None]:
    head = connection.execute(
        sa.select(schema.run.c.last_commit, schema.run.c.last_hash).where(schema.run.c.run == run),
    ).one()
    if tuple(head) != (commits, last_hash):
        return f"the run ends with commit {head.last_commit}, and commit {commits} is the last one there", commits + 1
    if more:
        return f"rows were added after commit {commits}, the last one", commits + 1
    digests = {address: chain.digest(saved) for address, saved in saved_states(connection, run).items()}
    if chain.states_digest(digests) != _last_states(connection, run, commits):
        return f"commit {commits}: the actors' saved states were changed", commits
    return "", None


def _last_states(connection: sa.Connection, run: int, n: int) -> str:
    mark = mark_of(connection, run, n)
    return chain.states_digest({}) if mark is None else mark.states
