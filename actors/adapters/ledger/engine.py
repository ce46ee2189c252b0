"""From a database URL to an engine, with errors that speak to people."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from actors.adapters.ledger.room import make_room
from core.errors import ConfigurationError, LedgerError

_BUSY_S = 5.0
_ALLOWED = "sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"
_DIALECTS = ("sqlite", "postgresql")
_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}  # one view for all queries of a call

# https://www.sqlite.org/rescode.html
_SQLITE = {
    "SQLITE_FULL": "the disk is full: free some space, the write is then repeated",
    "SQLITE_READONLY": "it is read-only: make the file and its folder writable for this user",
    "SQLITE_IOERR": "reading or writing the disk failed: check its free space, its quota and its health",
    "SQLITE_CORRUPT": "it is damaged: restore a backup, or use another --state-dir",
    "SQLITE_NOTADB": "it is not an SQLite database: name another file",
    "SQLITE_BUSY": "another program keeps it locked: close that program",
    "SQLITE_CANTOPEN": "it cannot be opened: does its folder exist, and may this user write there?",
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES = {
    "53100": "the server's disk is full: free some space, the write is then repeated",
    "25006": "the server takes no writes: is it a standby?",
    "28": "the server refused the login: check the user and password in the database URL",
    "3D": "the server has no such database: create it with createdb",
    "42501": "this user lacks the rights: grant them, or use another user",
    "23505": "another daemon writes the same run: stop one of them",
    "57": "the server went away: start it, the write is then repeated",
    "08": "the server went away: start it, the write is then repeated",
}


def engine_of(url: str, *, reading: bool = False) -> sa.Engine:
    """An engine for the journal at `url`; nothing is opened yet.

    Raises:
        ConfigurationError: If the URL names no file or server of a kind the journal can use.
    """
    parsed = _parsed(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed, reading=reading)
        return sa.create_engine(parsed, pool_pre_ping=True, execution_options=_SNAPSHOT if reading else {})
    except NoSuchModuleError as error:
        raise ConfigurationError(
            f"database: {place_of(parsed)} names an unknown driver; allowed: {_ALLOWED}"
        ) from error
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"database: the driver {error.name} is not installed: pip install 'chartwright[postgres]'",
        ) from error


def place_of(url: URL) -> str:
    """The database as people may see it: a file's path, or a URL without its password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def file_of(engine: sa.Engine) -> Path | None:
    """The file the journal is in; None on a server."""
    return Path(str(engine.url.database)) if engine.dialect.name == "sqlite" else None


@contextmanager
def opening(engine: sa.Engine) -> Iterator[sa.Connection]:
    """The engine's first connection; the engine is let go again if anything fails."""
    try:
        with spoken(engine), engine.begin() as connection:
            yield connection
    except BaseException:
        engine.dispose()
        raise


@contextmanager
def spoken(engine: sa.Engine) -> Iterator[None]:
    """Turn a library's database errors into one sentence.

    Raises:
        LedgerError: Which database, what happened and what to do.
    """
    try:
        yield
    except DBAPIError as error:
        raise LedgerError(f"journal {place_of(engine.url)}: {_explained(error.orig)}") from error
    except engine.dialect.loaded_dbapi.Error as error:  # of a statement that went past SQLAlchemy
        raise LedgerError(f"journal {place_of(engine.url)}: {_explained(error)}") from error
    except SQLAlchemyError as error:
        raise LedgerError(f"journal {place_of(engine.url)}: {_first_line(error)}") from error


@contextmanager
def begun_by_driver(connection: sa.Connection) -> Iterator[sa.Connection]:
    """A transaction that SQLite is told of directly, which takes a fraction of the time."""
    database: Any = connection.connection.driver_connection
    database.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.rollback()
        database.rollback()
        raise
    connection.commit()  # nothing, unless SQLAlchemy was asked something and so believes that it began the transaction
    database.commit()


def _parsed(url: str) -> URL:
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError) as error:  # not repeated to the user: it may hold a password
        raise ConfigurationError(f"database: this is not a database URL; allowed: {_ALLOWED}") from error
    if parsed.get_backend_name() not in _DIALECTS:
        raise ConfigurationError(f"database: {parsed.get_backend_name()} is not supported; allowed: {_ALLOWED}")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ConfigurationError(
            f"database: {url} names no file, and a journal must outlive its process; allowed: {_ALLOWED}"
        )
    return parsed


def _sqlite(url: URL, *, reading: bool) -> sa.Engine:
    engine = sa.create_engine(url, connect_args={"timeout": _BUSY_S})

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, so that table changes are inside them too
        connection.execute("PRAGMA query_only=ON" if reading else "PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        if not reading:
            make_room(connection)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        database: Any = connection.connection.driver_connection
        if not database.in_transaction:
            database.execute("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _explained(cause: BaseException | None) -> str:
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
    for prefix, sentence in (_SQLITE | _POSTGRES).items():
        if code.startswith(prefix):
            return f"{sentence} ({_first_line(cause)})"
    return _first_line(cause)


def _first_line(error: BaseException | None) -> str:
    return str(error).partition("\n")[0]
