"""Results in PostgreSQL: `sweep_chunk` says which chunks are finished, `sweep_row` holds their sets.

A chunk and its rows are one transaction, so what is listed is whole.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from actors.adapters.ledger.engine import engine_of, place_of
from actors.lab.cluster.chunks import Chunk
from actors.lab.cluster.outcome import FIGURES, Outcome
from actors.lab.cluster.results import ResultsUnusable
from core.errors import ConfigurationError
from core.sweep.records import ACCOUNT

_ALLOWED = "a folder, or postgresql://USER@HOST/DATABASE"
_META = sa.MetaData()


def _figure(name: str) -> sa.Column[Any]:
    kind: Any = sa.Double if ACCOUNT[name].kind == "f" else sa.BigInteger
    return sa.Column(name, kind, nullable=False)


CHUNK = sa.Table(
    "sweep_chunk",
    _META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("symbol", sa.Text, nullable=False),
    sa.Column("market", sa.Text, nullable=False),
    sa.Column("sets", sa.Integer, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
)
ROW = sa.Table(
    "sweep_row",
    _META,
    sa.Column("chunk", sa.Text, sa.ForeignKey(CHUNK.c.id, ondelete="CASCADE"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("symbol", sa.Text, nullable=False),
    sa.Column("params", postgresql.JSONB, nullable=False),
    sa.Column("start_equity", sa.Double, nullable=False),
    sa.Column("final_equity", sa.Double, nullable=False),
    *map(_figure, FIGURES),
    sa.Column("daily_equity", postgresql.ARRAY(sa.Double)),
)


class PostgresResults:
    """The chunks in a database; other searches may share it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """The database, its tables made where they are absent.

        Raises:
            ConfigurationError: If the URL is none of PostgreSQL, or its driver is not installed.
            ResultsUnusable: If the server cannot be reached.
        """
        try:
            parsed = sa.make_url(url)
        except (ArgumentError, ValueError) as error:  # not repeated to the user: it may hold a password
            raise ConfigurationError(f"--results is no URL of a database: give {_ALLOWED}") from error
        if parsed.get_backend_name() != "postgresql":
            raise ConfigurationError(f"--results names {parsed.get_backend_name()}: give {_ALLOWED}")
        engine = engine_of(parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False))
        found = cls(engine)
        try:
            with found._transaction() as connection:
                _META.create_all(connection)
        except ResultsUnusable:
            engine.dispose()
            raise
        return found

    def finished(self, chunks: Iterable[Chunk]) -> set[str]:
        """The ids of those chunks that are kept."""
        wanted = sa.bindparam("wanted", [chunk.id for chunk in chunks], type_=postgresql.ARRAY(sa.Text))
        with self._transaction() as connection:
            return set(connection.scalars(sa.select(CHUNK.c.id).where(CHUNK.c.id == sa.any_(wanted))))

    def keep(self, chunk: Chunk, outcome: Outcome) -> None:
        """Write a chunk and its rows; where another command was faster, its rows stay.

        Raises:
            ResultsUnusable: If the server refuses.
        """
        named = {"id": chunk.id, "sets": len(chunk)} | {
            name: getattr(chunk, name) for name in ("symbol", "market", "code")
        }
        with self._transaction() as connection:
            claim = postgresql.insert(CHUNK).values(named).on_conflict_do_nothing().returning(CHUNK.c.id)
            if connection.scalar(claim) is not None:
                connection.execute(sa.insert(ROW), list(_rows(chunk, outcome)))

    def outcome(self, chunk: Chunk) -> Outcome:
        """Read a chunk.

        Raises:
            ResultsUnusable: If the server refuses, or rows are missing.
        """
        with self._transaction() as connection:
            query = sa.select(ROW).where(ROW.c.chunk == chunk.id).order_by(ROW.c.place)
            rows = connection.execute(query).mappings().all()
        if len(rows) != len(chunk):
            raise ResultsUnusable(
                f"--results {place_of(self._engine.url)} holds {len(rows)} of {len(chunk)} rows of chunk {chunk.id}: "
                "delete it from sweep_chunk, and run the same command again"
            )
        accounts = np.zeros(len(rows), ACCOUNT)
        for name in FIGURES:
            accounts[name] = [row[name] for row in rows]
        marks = np.array([row["daily_equity"] for row in rows], np.float64) if chunk.keep_days else None
        return Outcome(accounts, np.array([row["start_equity"] for row in rows], np.float64), marks)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            why = str(getattr(error, "orig", None) or error).partition("\n")[0]
            raise ResultsUnusable(
                f"--results {place_of(self._engine.url)} cannot be used ({why}): mend that and run the same command "
                "again; finished chunks are kept"
            ) from error


def _rows(chunk: Chunk, outcome: Outcome) -> Iterator[dict[str, Any]]:
    final = outcome.final_equity.tolist()
    start = outcome.start_equity.tolist()
    for place, (trial, figures) in enumerate(zip(chunk.trials, outcome.accounts.tolist(), strict=True)):
        yield {
            "chunk": chunk.id,
            "place": place,
            "symbol": chunk.symbol,
            "params": dict(trial),
            "start_equity": start[place],
            "final_equity": final[place],
            **dict(zip(FIGURES, figures, strict=True)),
            "daily_equity": None if outcome.marks is None else outcome.marks[place].tolist(),
        }
