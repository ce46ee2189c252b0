"""What every commit says to the database: compiled once, and given to SQLite itself.

Building a statement anew, or only carrying it out, takes SQLAlchemy several times as long as it takes SQLite, and an
order waits for it. A server is spoken to through SQLAlchemy, which knows its lost connections.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from actors.adapters.ledger import schema

Values = tuple[Any, ...]


class Statement(NamedTuple):
    """A statement as the driver takes it."""

    text: str
    names: tuple[str, ...]
    """Its parameters, in the order in which values are given."""
    positional: bool
    """Whether the driver takes values by place, as SQLite's does."""

    def run(self, connection: sa.Connection, values: Values) -> int:
        """How many rows it changed."""
        if not self.positional:
            return connection.exec_driver_sql(self.text, self._named(values)).rowcount
        cursor = connection.connection.cursor()
        cursor.execute(self.text, values)
        return cursor.rowcount

    def run_each(self, connection: sa.Connection, rows: Sequence[Values]) -> None:
        """Run it for each; nothing for none."""
        if not rows:
            return
        if self.positional:
            connection.connection.cursor().executemany(self.text, rows)
        else:
            connection.exec_driver_sql(self.text, [self._named(row) for row in rows])

    def _named(self, values: Values) -> dict[str, Any]:
        return dict(zip(self.names, values, strict=True))


class Statements(NamedTuple):
    """All that a commit needs."""

    advance: Statement
    """Moves the head, but only where it stands."""
    mark: Statement
    rows: Statement
    states: Statement


@lru_cache(maxsize=2)
def statements(dialect: sa.Dialect) -> Statements:
    """Every commit's statements, for one kind of database."""
    return Statements(
        advance=_compiled(_advance(), dialect),
        mark=_compiled(sa.insert(schema.commit), dialect),
        rows=_compiled(sa.insert(schema.record), dialect),
        states=_compiled(_saves(dialect), dialect),
    )


def _advance() -> sa.Update:
    row = schema.run.c
    stands = (
        row.run == sa.bindparam("key"),
        row.last_commit == sa.bindparam("from_n"),
        row.last_hash == sa.bindparam("from_hash"),
    )
    return (
        sa.update(schema.run).where(*stands).values(last_commit=sa.bindparam("to_n"), last_hash=sa.bindparam("to_hash"))
    )


def _saves(dialect: sa.Dialect) -> sa.Insert:
    upsert = sqlite.insert(schema.state) if dialect.name == "sqlite" else postgresql.insert(schema.state)
    return upsert.on_conflict_do_update(index_elements=["run", "address"], set_={"saved": upsert.excluded.saved})


def _compiled(built: sa.Insert | sa.Update, dialect: sa.Dialect) -> Statement:
    compiled = built.compile(dialect=dialect)
    # On both dialects parameters are collected in the order of the text, SET before WHERE.
    return Statement(str(compiled), tuple(compiled.positiontup or compiled.params), dialect.positional)
