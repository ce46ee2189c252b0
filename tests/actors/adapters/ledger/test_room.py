"""Room in the log: there from the first commit on, used again, and nothing but room."""

import resource
import sqlite3
from pathlib import Path

from actors.adapters.ledger.room import PAGES
from tests.actors.adapters.ledger.book import Book

_PAGE = 4_096


def _length(folder: Path) -> int:
    return (folder / "journal.sqlite-wal").stat().st_size


def test_commits_go_over_the_log_s_old_ground(sqlite_book: Book, tmp_path: Path) -> None:
    ledger = sqlite_book.written(1)
    room = _length(tmp_path)
    assert room >= PAGES * _PAGE
    for n in range(2, 60):
        ledger.commit(sqlite_book.commit(n), recorded_at_ms=n)
    assert _length(tmp_path) == room
    assert sqlite_book.reader().verify()[:2] == (59, 236)


def test_a_log_that_is_long_already_is_left_alone(sqlite_book: Book, tmp_path: Path) -> None:
    sqlite_book.written(2)
    room, written = _length(tmp_path), (tmp_path / "journal.sqlite-wal").read_bytes()
    sqlite_book.ledger()
    assert (_length(tmp_path), (tmp_path / "journal.sqlite-wal").read_bytes()) == (room, written)


def test_room_leaves_nothing_in_the_journal(sqlite_book: Book, tmp_path: Path) -> None:
    ledger = sqlite_book.written(3)
    ledger.close()
    connection = sqlite3.connect(tmp_path / "journal.sqlite")
    assert connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'room'").fetchone() == (0,)
    assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert (tmp_path / "journal.sqlite").stat().st_size < PAGES * _PAGE // 10


def test_a_disk_without_that_much_room_still_takes_commits(sqlite_book: Book) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (PAGES * _PAGE // 2, before[1]))
    try:
        sqlite_book.written(3)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert sqlite_book.reader().verify()[:2] == (3, 12)


def test_what_was_durable_before_room_was_made_stays(sqlite_book: Book, tmp_path: Path) -> None:
    ledger = sqlite_book.written(3)
    ledger.close()
    assert not (tmp_path / "journal.sqlite-wal").exists()
    again, run = sqlite_book.begun()
    assert (run.resumed, run.last_seq) == (True, 12)
    again.commit(sqlite_book.commit(4), recorded_at_ms=4)
    assert sqlite_book.reader().verify()[:2] == (4, 16)
