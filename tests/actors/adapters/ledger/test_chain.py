"""Whatever is changed behind the ledger's back is found, and the first broken commit is named."""

import pytest

from actors.adapters.ledger.commit import Mark
from actors.adapters.ledger.row import Columns
from tests.actors.adapters.ledger.book import Book

_WORDS = {"kind", "actor", "machine", "instance", "event", "source", "target", "reasons", "facts", "cause"}
_WORDS |= {"evaluations", "states", "hash"}


def _changed(column: str) -> str:
    return f"{column} = {column} || ' '" if column in _WORDS else f"{column} = {column} + 1000000"


def _restored(column: str) -> str:
    return (
        f"{column} = substr({column}, 1, length({column}) - 1)"
        if column in _WORDS
        else f"{column} = {column} - 1000000"
    )


@pytest.mark.parametrize("column", Columns._fields)
def test_a_change_of_any_column_of_any_kind_of_row_is_found(book: Book, column: str) -> None:
    book.written(4)
    reader = book.reader()
    for kind, seq in {"input": 5, "evaluation": 6, "transition": 7, "command": 8}.items():
        assert book.update("record", _changed(column), f"seq = {seq}") == 1
        assert (kind, reader.verify().broken_at) == (kind, 2)
        where = seq + 1_000_000 if column == "seq" else seq
        assert book.update("record", _restored(column), f"seq = {where}") == 1
        assert (kind, reader.verify().broken_at) == (kind, None)


@pytest.mark.parametrize("column", Mark._fields)
def test_a_change_of_any_column_of_a_commit_is_found(book: Book, column: str) -> None:
    book.written(4)
    assert book.update("commit", _changed(column), "n = 2") == 1
    assert book.reader().verify().broken_at == 2


@pytest.mark.parametrize("column", ["run_id", "started_at_ms", "fingerprint", "settings", "versions", "seed"])
def test_a_change_of_the_manifest_is_found(book: Book, column: str) -> None:
    book.written(2)
    reader = book.reader()
    change = f"{column} = {column} + 1" if column == "started_at_ms" else f"{column} = {column} || ' '"
    assert book.update("run", change) == 1
    assert reader.verify().broken_at == 1


_SWAP = """
UPDATE journal_{table} SET {key} = CASE {key} WHEN {a} THEN -1 ELSE -2 END WHERE {key} IN ({a}, {b});
UPDATE journal_{table} SET {key} = CASE {key} WHEN -1 THEN {b} ELSE {a} END WHERE {key} < 0
"""


@pytest.mark.parametrize(
    ("table", "key", "a", "b"),
    [("record", "seq", 5, 6), ("record", "seq", 6, 10), ("record", "seq", 7, 15), ("commit", "n", 2, 3)],
)
def test_swapped_rows_and_commits_are_found(book: Book, table: str, key: str, a: int, b: int) -> None:
    book.written(4)
    for statement in _SWAP.format(table=table, key=key, a=a, b=b).split(";"):
        assert book.sql(statement) == 2
    assert book.reader().verify().broken_at == 2


_COPIED = """
INSERT INTO journal_record
SELECT run, {}, kind, ts, actor, machine, instance, n, event, source, target, reasons, facts, cause
FROM journal_record WHERE seq = 1
"""


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("DELETE FROM journal_record WHERE seq = 1", 1),
        ("DELETE FROM journal_record WHERE seq = 6", 2),
        ("DELETE FROM journal_record WHERE seq = 16", 4),
        ("DELETE FROM journal_record", 1),
        ("DELETE FROM journal_commit WHERE n = 1", 1),
        ("DELETE FROM journal_commit WHERE n = 3", 3),
        ("DELETE FROM journal_commit WHERE n = 4", 4),
        ("DELETE FROM journal_commit", 1),
        (_COPIED.format(17), 5),
        (_COPIED.format(0), 1),
        ("UPDATE journal_run SET last_commit = 3", 5),
        ("UPDATE journal_state SET saved = '{\"cursor\":5}' WHERE address = 'kernel'", 4),
        ("DELETE FROM journal_state WHERE address = 'kernel'", 4),
        ("UPDATE journal_state SET address = 'kernel2' WHERE address = 'kernel'", 4),
    ],
)
def test_what_was_added_or_removed_is_found(book: Book, statement: str, broken_at: int) -> None:
    book.written(4)
    assert book.sql(statement) >= 1
    found = book.reader().verify()
    assert found.broken_at == broken_at
    assert found.why


def test_a_tail_cut_off_cleanly_is_found(book: Book) -> None:
    book.written(4)
    book.sql("DELETE FROM journal_commit WHERE n = 4")
    book.sql("DELETE FROM journal_record WHERE seq > 12")
    assert book.reader().verify().broken_at == 4


def test_an_untouched_journal_is_sound(book: Book) -> None:
    book.written(5)
    assert book.reader().verify() == (5, 20, None, "")


def test_an_empty_run_is_sound(book: Book) -> None:
    book.begun()
    assert book.reader().verify() == (0, 0, None, "")


def test_equal_commits_of_two_runs_have_different_hashes(book: Book) -> None:
    book.written(1).finish(1)
    first = book.reader().hash_of(1)
    book.written(1)
    assert book.reader().hash_of(1) != first
