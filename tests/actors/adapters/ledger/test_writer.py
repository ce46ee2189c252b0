"""Commits: whole, in order, and given again after a failure."""

import math
from typing import Any

import pytest
import sqlalchemy as sa

from actors.adapters.ledger.commit import Commit
from core.errors import InvariantBroken, LedgerError
from core.message import Facts
from tests.actors.adapters.ledger.book import Book, journal_row


def test_rows_come_back_exactly_as_they_went_in(book: Book) -> None:
    facts: Facts = {
        "nasty": [0.1 + 0.2, -0.0, 5e-324, 1.7976931348623157e308, 2**53 + 1, None, True],
        "text": "naïve \u0000 日本 \ud800 \"',\n",
        "nested": {"b": {}, "a": []},
    }
    ledger, _ = book.begun()
    row = journal_row(1)._replace(facts=facts, event="naïve 日本 ' \"")
    assert ledger.commit(Commit(1, 1, [row], {}), recorded_at_ms=1) == 1
    (stored,) = book.reader().rows()
    assert stored == row
    assert str(stored.facts["nasty"]) == str(facts["nasty"])  # -0.0 equals 0.0
    assert isinstance(stored.source, tuple)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, {1, 2}, b"bytes"])
def test_what_json_cannot_hold_is_refused_and_nothing_is_written(sqlite_book: Book, value: Any) -> None:
    ledger, _ = sqlite_book.begun()
    with pytest.raises(InvariantBroken, match="journal row 1"):
        ledger.commit(Commit(1, 1, [journal_row(1)._replace(facts={"x": value})], {}), recorded_at_ms=1)
    with pytest.raises(InvariantBroken):
        ledger.commit(Commit(1, 1, [], {"kernel": value}), recorded_at_ms=1)
    assert sqlite_book.reader().last_seq() == 0
    assert ledger.commit(Commit(1, 1, [journal_row(1)], {}), recorded_at_ms=1) == 1


@pytest.mark.parametrize("seqs", [[2], [0], [1, 3], [1, 1], [2, 1]])
def test_rows_that_do_not_follow_are_refused(sqlite_book: Book, seqs: list[int]) -> None:
    ledger, _ = sqlite_book.begun()
    with pytest.raises(InvariantBroken, match="was given where"):
        ledger.commit(Commit(1, 1, [journal_row(seq) for seq in seqs], {}), recorded_at_ms=1)


@pytest.mark.parametrize(("first", "last"), [(5, 4), (3, 9)])
def test_inputs_never_go_back(sqlite_book: Book, first: int, last: int) -> None:
    ledger = sqlite_book.written(4)
    with pytest.raises(InvariantBroken, match="inputs"):
        ledger.commit(Commit(first, last, [], {}), recorded_at_ms=1)


def test_nothing_is_committed_before_a_run_is_begun(sqlite_book: Book) -> None:
    with pytest.raises(InvariantBroken, match="begun"):
        sqlite_book.ledger().commit(sqlite_book.commit(1), recorded_at_ms=1)


def test_a_commit_without_rows_advances_the_input_and_the_states(book: Book) -> None:
    ledger = book.written(1)
    assert ledger.commit(Commit(2, 9, [], {"kernel": {"cursor": 9}}), recorded_at_ms=1) == 4
    ledger.commit(book.commit(2)._replace(first_input=10, last_input=10), recorded_at_ms=1)
    assert book.reader().verify().broken_at is None
    assert [book.mark(seq).n for seq in (4, 5, 8)] == [1, 3, 3]


def test_a_commit_whose_answer_was_lost_is_not_stored_twice(book: Book) -> None:
    ledger = book.written(2)
    before = ledger._head
    ledger.commit(book.commit(3), recorded_at_ms=10)
    ledger._head = before
    assert ledger.commit(book.commit(3), recorded_at_ms=99) == 12
    assert ledger.commit(book.commit(4), recorded_at_ms=100) == 16
    assert book.reader().verify()[:2] == (4, 16)
    assert book.mark(12).recorded_at_ms == 10


def test_another_writer_of_the_same_run_is_noticed(book: Book) -> None:
    first = book.written(2)
    second, _ = book.begun()
    second.commit(book.commit(3)._replace(states={"kernel": "the other's"}), recorded_at_ms=1)
    with pytest.raises(LedgerError, match="another program"):
        first.commit(book.commit(3), recorded_at_ms=1)
    assert book.reader().verify()[:2] == (3, 12)


def test_pruned_evaluations_are_gone_and_the_chain_still_holds(book: Book) -> None:
    ledger = book.written(6)
    assert ledger.prune_evaluations(300_000 * 3) == 2
    assert ledger.prune_evaluations(300_000 * 3) == 0
    assert ledger.prune_evaluations(300_000 * 3 + 1) == 1
    reader = book.reader()
    assert [row.ts // 300_000 for row in reader.rows(kinds=("evaluation",))] == [4, 5, 6]
    assert reader.verify()[:3] == (6, 21, None)
    assert ledger.prune_evaluations(10**15) == 3
    ledger.commit(book.commit(7), recorded_at_ms=1)
    assert reader.verify()[:3] == (7, 22, None)
    book.begun()


def test_an_evaluation_removed_by_hand_is_not_taken_for_a_pruned_one(book: Book) -> None:
    ledger = book.written(3)
    ledger.prune_evaluations(300_000 * 2)
    assert book.sql("DELETE FROM journal_record WHERE seq = 6") == 1
    assert book.reader().verify().broken_at == 2


@pytest.mark.postgres
def test_a_commit_cut_off_by_the_server_leaves_nothing_and_can_be_given_again(postgres_book: Book) -> None:
    ledger = postgres_book.written(2)

    def cut(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        if "INTO journal_record" in statement:
            backend = connection.connection.dbapi_connection.info.backend_pid
            postgres_book.sql(f"SELECT pg_terminate_backend({backend})")

    sa.event.listen(ledger._engine, "before_cursor_execute", cut)
    with pytest.raises(LedgerError, match="server"):
        ledger.commit(postgres_book.commit(3), recorded_at_ms=1)
    sa.event.remove(ledger._engine, "before_cursor_execute", cut)
    assert postgres_book.reader().verify()[:3] == (2, 8, None)
    assert ledger.commit(postgres_book.commit(3), recorded_at_ms=1) == 12
    assert postgres_book.reader().verify()[:3] == (3, 12, None)


def test_evaluations_past_their_time_go_with_the_first_commit_of_a_day_and_not_before(book: Book) -> None:
    ledger = book.written(4)
    ledger._keep_ms, ledger._pruned_day = 300_000, 0
    ledger.commit(book.commit(5), recorded_at_ms=1)
    assert len(book.reader().rows(kinds=("evaluation",))) == 5
    ledger._pruned_day = -1
    ledger.commit(book.commit(6), recorded_at_ms=1)
    reader = book.reader()
    assert [row.ts // 300_000 for row in reader.rows(kinds=("evaluation",))] == [5, 6]
    assert reader.verify().broken_at is None
