"""What is hashed is the same text it always was, however it was made."""

import pytest

from actors.adapters.ledger import chain
from actors.adapters.ledger.commit import Mark
from actors.adapters.ledger.row import Columns, canonical, texts
from tests.actors.adapters.ledger.book import Book, journal_row

ODD = ["".join(map(chr, range(1, 0x80))), "caf\u00e9", "\u6bd4\u7279\u5e01 \U0001f680", "a\0b", "\\u0000", "\x7f", ""]
"""What JSON escapes, what only our JSON escapes, and what SQLite's would end at."""


def _row(seq: int, kind: str, instance: str) -> Columns:
    return Columns(seq, kind, 300_000, "link-0", "order", instance, 3, "fill", "[]", '["new"]', "[]", "{}", "1.0.0.0")


@pytest.mark.parametrize("instance", ODD)
def test_rows_are_told_in_canonical_json(instance: str) -> None:
    rows = [_row(1, "transition", instance), _row(2, "evaluation", instance)]
    assert texts(rows) == (canonical(rows[:1]), canonical(rows[1:]))


def test_a_commit_is_hashed_as_one_list_of_what_went_before_itself_and_its_rows() -> None:
    mark, rows = Mark(2, 3, 4, 5, 6, 7, "evaluations", "states", "not read"), [_row(5, "transition", "BTCUSDT/order/1")]
    whole = canonical(["before", mark[:-1], rows])
    assert chain.linked("before", mark, texts(rows).kept) == chain.digest(whole)


@pytest.mark.parametrize("instance", ODD)
def test_any_text_comes_back_as_it_was(sqlite_book: Book, instance: str) -> None:
    ledger, _ = sqlite_book.begun()
    commit = sqlite_book.commit(1)
    rows = [*commit.rows, journal_row(5)._replace(facts={"text": instance}, instance=instance, actor=f'"{instance}"')]
    ledger.commit(commit._replace(rows=rows), recorded_at_ms=1)
    reader = sqlite_book.reader()
    assert reader.rows() == rows
    assert reader.verify().broken_at is None
