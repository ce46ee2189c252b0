"""Room in SQLite's write-ahead log before it is needed.

A commit that makes the log longer waits until the file system has noted the new length too; one that goes over old
ground does not, and its quickest tenth was a third quicker still. SQLite writes the log from its beginning again after
each checkpoint, but deletes it with the last connection, so after every start it would grow until the first checkpoint.

Source:
    https://www.sqlite.org/wal.html#avoiding_excessively_large_wal_files; https://www.sqlite.org/atomiccommit.html
"""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

PAGES: Final = 1_000
"""As many as SQLite lets gather before it checkpoints."""
_CACHED_PAGES: Final = 16


def make_room(connection: sqlite3.Connection) -> None:
    """Let the log be as long as it will become; where that fails it grows as it is needed.

    A transaction that outgrows the cache leaves its pages in the log. Rolled back, it leaves nothing but their room.
    """
    page = _pragma(connection, "page_size")
    if _length(connection) >= PAGES * page:
        return
    cached = _pragma(connection, "cache_size")
    connection.execute(f"PRAGMA cache_size={_CACHED_PAGES}")
    with suppress(sqlite3.Error):  # a disk with less room than this may still have enough for commits
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE room (filler BLOB)")
        connection.execute("INSERT INTO room VALUES (zeroblob(?))", ((PAGES + 2 * _CACHED_PAGES) * page,))
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    connection.execute(f"PRAGMA cache_size={cached}")


def _length(connection: sqlite3.Connection) -> int:
    _, _, file = connection.execute("PRAGMA database_list").fetchone()
    log = Path(f"{file}-wal")
    return log.stat().st_size if log.exists() else 0


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
