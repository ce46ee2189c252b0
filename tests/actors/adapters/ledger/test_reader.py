"""What readers see, of a finished run and of one being written."""

import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from actors.adapters.ledger.commit import Commit
from core.errors import ConfigurationError, LedgerError
from core.records import JournalRow
from tests.actors.adapters.ledger.book import Book, journal_row


def seqs(rows: list[JournalRow]) -> list[int]:
    return [row.seq for row in rows]


def test_pages_follow_each_other_without_a_gap(book: Book) -> None:
    book.written(4)
    reader = book.reader()
    assert seqs(reader.rows(after=0, limit=10)) == list(range(1, 11))
    assert seqs(reader.rows(after=10, limit=10)) == list(range(11, 17))
    assert reader.rows(after=16) == []
    assert reader.rows(limit=0) == []


def test_the_newest_rows_rise_too(book: Book) -> None:
    book.written(4)
    reader = book.reader()
    assert seqs(reader.rows(newest=True, limit=3)) == [14, 15, 16]
    assert seqs(reader.rows(newest=True, limit=3, after=14)) == [15, 16]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"kinds": ("transition",)}, [3, 7, 11]),
        ({"kinds": ("input", "command")}, [1, 4, 5, 8, 9, 12]),
        ({"kinds": ("evaluation",)}, [2, 6, 10]),
        ({"kinds": ()}, []),
        ({"machine": "position"}, [3, 7, 11]),
        ({"machine": "order"}, []),
        ({"machine": "position", "kinds": ("command",)}, []),
        ({"instance": "BTCUSDT/position/1"}, [3, 7, 11]),
        ({"instance": "BTCUSDT"}, [2, 6, 10]),
        ({"reason": "ENTRY_FILLED"}, [3, 7, 11]),
        ({"reason": "ENTRY_FILLE"}, []),
        ({"reason": "ENTRY%FILLED"}, []),
        ({"reason": "ENTRYXFILLED"}, []),
        ({"reason": "NO_SIGNAL", "kinds": ("transition",)}, []),
    ],
)
def test_rows_are_chosen_by_kind_machine_instance_and_reason(
    book: Book, wanted: dict[str, Any], found: list[int]
) -> None:
    book.written(3)
    assert seqs(book.reader().rows(**wanted)) == found


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({"kinds": ("command",)}, "journal_record_decision"),
        ({"machine": "position"}, "journal_record_machine"),
        ({"instance": "BTCUSDT"}, "journal_record_instance"),
    ],
)
def test_rare_rows_are_found_by_an_index(sqlite_book: Book, wanted: dict[str, Any], index: str) -> None:
    sqlite_book.written(1)
    reader = sqlite_book.reader()
    asked: list[Any] = []
    sa.event.listen(reader._engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
    reader.rows(**wanted)
    with reader._engine.connect() as connection:
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1][0]}", asked[-1][1]).all())
    assert index in plan
    assert "TEMP B-TREE" not in plan


def test_the_evaluation_of_a_time_is_the_last_at_or_before_it(book: Book) -> None:
    book.written(3)
    reader = book.reader()
    asked = [("BTCUSDT", 300_000), ("BTCUSDT", 599_999), ("BTCUSDT", 600_000), (None, 10**15)]
    found = [reader.evaluation(symbol, at_ms) for symbol, at_ms in asked]
    assert [row and row.seq for row in found] == [2, 2, 6, 10]
    assert reader.evaluation("BTCUSDT", 299_999) is None
    assert reader.evaluation("ETHUSDT", 10**15) is None


def test_transitions_for_the_digest_are_sorted_bytewise_by_instance_then_n(book: Book) -> None:
    names = ["b/order/2", "b/order/10", "B/order/1", "a/regime/0", "ä/risk/0", "a_position/1", "a/session/0"]
    machines = ["order", "order", "order", "regime", "risk", "position", "session"]
    both = list(zip(names, machines, strict=True)) * 2
    rows = [
        journal_row(seq, n=-seq)._replace(instance=name, machine=machine) for seq, (name, machine) in enumerate(both, 1)
    ]
    ledger, _ = book.begun()
    ledger.commit(Commit(1, 1, [*rows, journal_row(15, kind="evaluation")], {}), recorded_at_ms=1)
    digested = [(row.instance, row.n) for row in book.reader().transitions_for_digest()]
    wanted = [(row.instance, row.n) for row in rows if row.machine != "session"]
    assert digested == sorted(wanted, key=lambda each: (each[0].encode(), each[1]))


def test_a_row_leads_to_its_commit(book: Book) -> None:
    book.written(3)
    reader = book.reader()
    mark = book.mark(6)
    assert (mark.n, mark.first_seq, mark.last_seq, mark.first_input, mark.recorded_at_ms) == (
        2,
        5,
        8,
        2,
        1_700_000_000_002,
    )
    assert [book.mark(seq).n for seq in (1, 4, 5, 12)] == [1, 1, 2, 3]
    assert reader.commit_of(13) is None
    assert reader.commit_of(0) is None
    assert reader.hash_of(13) == ""
    rows = reader.rows()
    assert reader.hashes_of(rows) == [reader.hash_of(row.seq) for row in rows]


def test_a_reader_sees_whole_commits_only_while_they_are_written(book: Book) -> None:
    ledger = book.written(1)
    reader = book.reader()
    seen: list[int] = []
    faults: set[str] = set()
    done = threading.Event()

    def follow() -> None:
        while not done.is_set():
            rows = reader.rows(limit=10_000)
            seen.append(len(rows))
            faults.add(reader.verify().why)

    thread = threading.Thread(target=follow)
    thread.start()
    for n in range(2, 60):
        ledger.commit(book.commit(n), recorded_at_ms=n)
    done.set()
    thread.join()
    assert all(count % 4 == 0 for count in seen)
    assert seen == sorted(seen)
    assert faults == {""}
    assert reader.last_seq() == 59 * 4


def test_a_reader_cannot_write(book: Book) -> None:
    book.written(1)
    reader = book.reader()
    with pytest.raises(LedgerError, match=r"read-?only|takes no writes"), reader._connection() as connection:
        connection.exec_driver_sql("DELETE FROM journal_record")
    assert len(reader.rows()) == 4


def test_a_damaged_row_is_reported_by_its_number(book: Book) -> None:
    book.written(1)
    book.sql("UPDATE journal_record SET facts = '{' WHERE seq = 3")
    with pytest.raises(LedgerError, match="row 3 was damaged"):
        book.reader().rows()


def test_reading_what_was_never_written_says_so_and_creates_nothing(sqlite_book: Book, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="there is no journal at"):
        sqlite_book.reader()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgres
def test_reading_a_database_without_tables_says_so(postgres_book: Book) -> None:
    with pytest.raises(LedgerError, match="lacks tables"):
        postgres_book.reader()


def test_a_reader_refuses_a_newer_version(book: Book) -> None:
    book.written(1)
    book.sql("UPDATE journal_version SET version_num = '9999'")
    with pytest.raises(ConfigurationError, match="newer chartwright"):
        book.reader()
