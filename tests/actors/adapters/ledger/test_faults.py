"""Disks that fill, files that vanish, servers that are not there: said plainly, and nothing is lost."""

import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from actors.adapters.ledger.commit import Commit
from actors.adapters.ledger.writer import Ledger
from core.errors import ConfigurationError, LedgerError
from tests.actors.adapters.ledger.book import MANIFEST, Book, journal_row


@pytest.fixture
def mortal() -> Iterator[None]:
    """Nobody's rights, for a test that root would pass without."""
    if os.geteuid() == 0:
        os.seteuid(65534)
        yield
        os.seteuid(0)
    else:
        yield


@pytest.fixture
def disk() -> Iterator[Callable[[int | None], None]]:
    """Caps the size any file may grow to, until it is lifted."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size or before[0], before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_cannot_grow_loses_nothing_and_recovers(
    sqlite_book: Book, disk: Callable[[int | None], None]
) -> None:
    ledger = sqlite_book.written(3)
    reader = sqlite_book.reader()
    big = Commit(4, 4, [journal_row(seq) for seq in range(13, 2_013)], {"kernel": {"cursor": 4}})
    disk(400_000)  # counts where a byte goes, so the log's room does not help
    for _ in range(3):
        with pytest.raises(LedgerError, match="disk"):
            ledger.commit(big, recorded_at_ms=1)
    assert reader.verify() == (3, 12, None, "")
    disk(None)
    assert ledger.commit(big, recorded_at_ms=1) == 2_012
    assert reader.verify() == (4, 2_012, None, "")


def test_a_full_database_is_called_full_and_recovers(sqlite_book: Book) -> None:
    ledger = sqlite_book.written(3)
    big = Commit(4, 4, [journal_row(seq) for seq in range(13, 2_013)], {})

    def fill(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA max_page_count=40")

    sa.event.listen(ledger._engine, "connect", fill)
    ledger.close()
    for _ in range(2):
        with pytest.raises(LedgerError, match="the disk is full: free some space"):
            ledger.commit(big, recorded_at_ms=1)
    sa.event.remove(ledger._engine, "connect", fill)
    assert ledger.commit(big, recorded_at_ms=1) == 2_012
    assert sqlite_book.reader().verify()[:2] == (4, 2_012)


def test_a_deleted_file_is_noticed_and_writing_goes_on_once_it_is_back(sqlite_book: Book, tmp_path: Path) -> None:
    ledger = sqlite_book.written(3)
    file = tmp_path / "journal.sqlite"
    file.rename(tmp_path / "away")
    for _ in range(2):
        with pytest.raises(LedgerError, match="the file is gone"):
            ledger.commit(sqlite_book.commit(4), recorded_at_ms=1)
    (tmp_path / "away").rename(file)
    assert ledger.commit(sqlite_book.commit(4), recorded_at_ms=1) == 16
    assert sqlite_book.reader().verify() == (4, 16, None, "")


def test_a_restored_copy_is_written_on(sqlite_book: Book, tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    ledger = sqlite_book.written(3)
    ledger.close()
    shutil.copy(file, tmp_path / "copy")
    file.unlink()
    with pytest.raises(LedgerError, match="gone"):
        ledger.commit(sqlite_book.commit(4), recorded_at_ms=1)
    shutil.copy(tmp_path / "copy", file)
    assert ledger.commit(sqlite_book.commit(4), recorded_at_ms=1) == 16


def test_an_older_copy_in_its_place_is_refused(sqlite_book: Book, tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    ledger = sqlite_book.written(2)
    ledger.close()
    shutil.copy(file, tmp_path / "copy")
    ledger.commit(sqlite_book.commit(3), recorded_at_ms=1)
    ledger.close()
    (tmp_path / "copy").replace(file)
    with pytest.raises(LedgerError, match="no longer ends with commit 3"):
        ledger.commit(sqlite_book.commit(4), recorded_at_ms=1)


def test_another_file_in_its_place_is_refused(sqlite_book: Book, tmp_path: Path) -> None:
    ledger = sqlite_book.written(2)
    ledger.close()
    (tmp_path / "journal.sqlite").write_bytes(os.urandom(4_096))
    with pytest.raises(LedgerError, match="not an SQLite database"):
        ledger.commit(sqlite_book.commit(3), recorded_at_ms=1)


@pytest.mark.usefixtures("mortal")
def test_a_read_only_file_is_called_read_only() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        file = folder / "journal.sqlite"
        Ledger.open(f"sqlite:///{file}", owner="me").close()
        file.chmod(0o444)
        folder.chmod(0o555)
        with pytest.raises(LedgerError, match=r"read-only|cannot be opened"):
            Ledger.open(f"sqlite:///{file}", owner="me").begin(MANIFEST, fresh=False, now_ms=1)
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, but long enough to be looked at" * 100)
    with pytest.raises(LedgerError, match="not an SQLite database"):
        Ledger.open(f"sqlite:///{tmp_path / 'notes.txt'}", owner="me")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="does its folder exist"):
        Ledger.open(f"sqlite:///{tmp_path / 'nowhere' / 'journal.sqlite'}", owner="me")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "not a database URL"),
        ("", "not a database URL"),
        ("foo://somewhere/x", "foo is not supported"),
        ("mysql://somewhere/x", "mysql is not supported"),
        ("sqlite+nosuch:///x", "unknown driver"),
        ("postgresql+nosuch://h/x", "unknown driver"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("postgresql+psycopg://u:secret@h:port/x", "not a database URL"),
    ],
)
def test_a_bad_url_is_refused_with_what_is_allowed(url: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as refused:
        Ledger.open(url, owner="me")
    assert "sqlite:///FILE" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'chartwright\[postgres\]'"):
        Ledger.open("postgresql+psycopg://u@h/x", owner="me")


def test_a_server_that_is_not_there_is_said_so_without_the_password() -> None:
    with pytest.raises(LedgerError, match="refused") as refused:
        Ledger.open("postgresql+psycopg://u:secret@127.0.0.1:1/x", owner="me")
    assert "secret" not in str(refused.value)


@pytest.mark.postgres
def test_a_database_that_is_not_there_is_said_so(postgres_url: str) -> None:
    url = (
        sa.make_url(postgres_url).set(database="chartwright_has_no_such_database").render_as_string(hide_password=False)
    )
    with pytest.raises(LedgerError, match="does not exist"):
        Ledger.open(url, owner="me")
