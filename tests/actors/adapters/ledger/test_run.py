"""Which run is taken up, which is begun, which is refused."""

import pytest

from core.errors import ConfigurationError, LedgerError
from tests.actors.adapters.ledger.book import Book


def test_an_unfinished_run_of_an_equal_fingerprint_is_taken_up_where_it_stood(book: Book) -> None:
    book.written(3)
    first = book.reader().run_id
    _, run = book.begun()
    assert (run.run_id, run.resumed, run.last_seq, run.last_input) == (first, True, 12, 3)
    assert run.last_hash == book.reader().hash_of(12)
    assert run.states == {"kernel": {"cursor": 3}, "position/0": {"entry": 0.2}, "position/1": {"entry": 0.1 * 3}}


def test_a_run_without_a_commit_is_taken_up_too(book: Book) -> None:
    _, first = book.begun()
    _, second = book.begun()
    assert second == first._replace(resumed=True)


def test_a_finished_run_is_followed_by_a_new_one(book: Book) -> None:
    ledger = book.written(2)
    ledger.finish(5)
    _, run = book.begun(fingerprint={"venue": "another"})
    assert (run.resumed, run.last_seq, run.states) == (False, 0, {})
    assert [stored.finished_at_ms for stored in book.reader().runs()] == [5, None]


def test_a_different_fingerprint_is_refused_and_each_difference_is_named(book: Book) -> None:
    book.written(1)
    changed = {"venue": "sim", "settings": {"trend": {"donchian_bars": 30}, "seed": 7}, "data": "abc"}
    with pytest.raises(ConfigurationError) as refused:
        book.begun(fingerprint=changed)
    for part in (
        "settings.trend.donchian_bars: 20 -> 30",
        "venue: 'replay' -> 'sim'",
        "data: absent -> 'abc'",
        "--fresh",
    ):
        assert part in str(refused.value)
    assert "seed" not in str(refused.value)
    assert book.begun()[1].resumed


def test_fresh_begins_anew_and_keeps_the_old_run(book: Book) -> None:
    book.written(2)
    old = book.reader().run_id
    ledger, run = book.begun(fresh=True, fingerprint={"venue": "sim"})
    ledger.commit(book.commit(1), recorded_at_ms=1)
    assert not run.resumed
    assert book.reader().run_id == run.run_id
    assert book.reader(old).last_seq() == 8
    assert book.reader(old).verify().broken_at is None
    assert [stored.abandoned_at_ms is None for stored in book.reader().runs()] == [False, True]


def test_a_damaged_run_is_not_taken_up(book: Book) -> None:
    book.written(3)
    book.sql("UPDATE journal_record SET ts = ts + 1 WHERE seq = 7")
    with pytest.raises(LedgerError, match=r"commit 2.*--fresh"):
        book.begun()
    assert not book.begun(fresh=True)[1].resumed


def test_two_owners_in_one_database_do_not_see_each_other(book: Book) -> None:
    book.written(2)
    other = book.of("other")
    with pytest.raises(LedgerError, match="holds no run"):
        other.reader()
    assert not other.begun()[1].resumed
    other.written(3)
    assert (book.reader().last_seq(), other.reader().last_seq()) == (8, 12)
    assert len(book.reader().runs()) == len(other.reader().runs()) == 1
    with pytest.raises(LedgerError, match="holds no run"):
        other.reader(book.reader().run_id)


def test_the_manifest_can_be_read_back(book: Book) -> None:
    book.begun()
    assert book.reader().runs()[0].manifest == book.manifest
