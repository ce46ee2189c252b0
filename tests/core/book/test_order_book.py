import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.book.order_book import RECENT, OrderBook, Quote
from core.book.sequence import BINANCE_FUTURES, BINANCE_SPOT, BYBIT, UpdateRule
from core.book.update import BookUpdate, Rows
from core.reasons import Reason
from tests.core.book.pictures import delta, snapshot

BIDS: Rows = [(99.0, 2.0), (98.0, 1.0)]
ASKS: Rows = [(101.0, 1.0), (102.0, 3.0)]


def bybit(*updates: BookUpdate) -> OrderBook:
    book = OrderBook("BTCUSDT", BYBIT)
    for update in (snapshot(10, BIDS, ASKS), *updates):
        book.apply(update)
    return book


def quote(book: OrderBook) -> Quote:
    found = book.quote()
    assert isinstance(found, Quote)
    return found


def test_before_its_snapshot_a_book_refuses_to_answer() -> None:
    book = OrderBook("BTCUSDT", BYBIT)
    assert book.quote() is Reason.BOOK_UNSYNCED
    assert book.apply(delta(11, 11, BIDS, ASKS)) is Reason.BOOK_UNSYNCED
    assert (len(book.bids), len(book.asks)) == (0, 0)


def test_a_quote_is_the_best_of_both_sides() -> None:
    found = quote(bybit())
    assert (found.bid, found.bid_size, found.ask, found.ask_size) == (99.0, 2.0, 101.0, 1.0)
    assert (found.mid, found.spread_bps) == (100.0, 200.0)
    assert found.microprice == pytest.approx(100 + 1 / 3)  # few asks: the next price is likelier up


def test_a_delta_changes_what_it_names_and_nothing_else() -> None:
    book = bybit(delta(11, 11, [(99.0, 0.0)], [(100.5, 4.0)], ts=2_000))
    assert (quote(book).bid, quote(book).ask) == (98.0, 100.5)
    assert (book.last_id, book.ts) == (11, 2_000)


@pytest.mark.parametrize("last_id", [1, 5, 10, 20])
def test_a_snapshot_always_starts_anew(last_id: int) -> None:
    book = bybit(snapshot(last_id, [(50.0, 1.0)], [(51.0, 1.0)]))
    assert (quote(book).bid, len(book.bids), book.last_id) == (50.0, 1, last_id)


@pytest.mark.parametrize(
    ("update", "reason"),
    [
        (delta(10, 10, [], []), Reason.BOOK_GAP),
        (delta(9, 9, [], []), Reason.BOOK_GAP),
        (delta(11, 11, [(101.0, 1.0)], []), Reason.BOOK_CROSSED),
        (delta(11, 11, [], [(98.5, 1.0)]), Reason.BOOK_CROSSED),
        (delta(11, 11, [(99.0, -1.0)], []), Reason.BOOK_MALFORMED),
    ],
)
def test_a_book_that_may_be_wrong_holds_nothing_until_the_next_snapshot(update: BookUpdate, reason: Reason) -> None:
    book = bybit(update)
    assert (book.quote(), len(book.bids), len(book.asks)) == (reason, 0, 0)
    assert book.apply(delta(12, 12, BIDS, ASKS)) is reason
    assert book.apply(snapshot(13, BIDS, ASKS)) is None


def test_a_crossing_that_its_own_message_undoes_is_none() -> None:
    book = bybit(delta(11, 11, [(101.0, 1.0)], [(101.0, 0.0)]))
    assert (quote(book).bid, quote(book).ask) == (101.0, 102.0)


def test_a_side_without_levels_is_no_quote() -> None:
    assert bybit(delta(11, 11, [], [(101.0, 0.0), (102.0, 0.0)])).quote() is Reason.BOOK_ONE_SIDED


def test_a_lost_stream_is_forgotten() -> None:
    book = bybit()
    book.lose()
    assert (book.quote(), len(book.bids)) == (Reason.BOOK_UNSYNCED, 0)


def test_deltas_that_came_before_the_snapshot_are_caught_up() -> None:
    book = OrderBook("BTCUSDT", BINANCE_SPOT)
    for update in (delta(5, 9, [(99.0, 7.0)], []), delta(10, 12, [(98.0, 0.0)], []), delta(13, 14, [(97.0, 5.0)], [])):
        assert book.apply(update) is Reason.BOOK_UNSYNCED
    assert book.apply(snapshot(11, BIDS, ASKS)) is None
    assert (quote(book).bid_size, book.last_id) == (2.0, 14)
    assert dict(book.bids.levels()) == {99.0: 2.0}  # 98 was removed, and 97 lies beyond the snapshot
    assert book.apply(delta(15, 15, [(99.0, 3.0)], [])) is None


def test_a_snapshot_too_old_for_the_kept_deltas_is_a_gap_that_a_newer_one_mends() -> None:
    book = OrderBook("BTCUSDT", BINANCE_FUTURES)
    book.apply(delta(20, 22, [(99.0, 5.0)], [], previous_id=19))
    book.apply(delta(23, 25, [(98.0, 5.0)], [], previous_id=22))
    assert book.apply(snapshot(15, BIDS, ASKS)) is Reason.BOOK_GAP
    assert book.apply(snapshot(21, BIDS, ASKS)) is None
    assert (dict(book.bids.levels()), book.last_id) == ({99.0: 5.0, 98.0: 5.0}, 25)


def test_the_delta_that_shows_a_gap_waits_for_the_new_snapshot() -> None:
    book = OrderBook("BTCUSDT", BINANCE_FUTURES)
    book.apply(snapshot(10, BIDS, ASKS))
    assert book.apply(delta(14, 16, [(99.0, 9.0)], [], previous_id=13)) is Reason.BOOK_GAP
    assert book.apply(delta(17, 18, [(98.0, 9.0)], [], previous_id=16)) is Reason.BOOK_GAP
    assert book.apply(snapshot(15, BIDS, ASKS)) is None
    assert dict(book.bids.levels()) == {99.0: 9.0, 98.0: 9.0}


def test_a_new_snapshot_widens_a_book_without_losing_what_overtook_it() -> None:
    book = OrderBook("BTCUSDT", BINANCE_FUTURES)
    book.apply(snapshot(10, BIDS, ASKS))
    book.apply(delta(11, 12, [(90.0, 4.0)], [], previous_id=10))
    book.apply(delta(13, 14, [(99.0, 9.0)], [], previous_id=12))
    assert dict(book.bids.levels()) == {99.0: 9.0, 98.0: 1.0}
    assert book.apply(snapshot(12, [*BIDS, (90.0, 4.0)], ASKS)) is None
    assert (dict(book.bids.levels()), book.last_id) == ({99.0: 9.0, 98.0: 1.0, 90.0: 4.0}, 14)
    assert book.apply(delta(15, 15, [], [], previous_id=14)) is None


@pytest.mark.parametrize(("rule", "wants"), [(BINANCE_SPOT, True), (BYBIT, False)])
def test_a_snapshot_is_wanted_before_the_price_leaves_what_is_known(rule: UpdateRule, *, wants: bool) -> None:
    book = OrderBook("BTCUSDT", rule)
    assert book.wants_snapshot(100.0)
    book.apply(snapshot(10, BIDS, ASKS))
    assert not book.wants_snapshot(100.0)  # 2 % are known on each side
    book.apply(delta(11, 11, [(99.0, 0.0), (97.0, 1.0)], [(98.2, 1.0)]))
    assert book.wants_snapshot(100.0) is wants  # 0.1 % of bids is, where the stream does not bring the rest


def test_no_snapshot_mends_a_market_without_bids() -> None:
    assert not bybit(delta(11, 11, [(99.0, 0.0), (98.0, 0.0)], [])).wants_snapshot(100.0)


def test_too_many_kept_deltas_show_as_a_gap_not_as_a_wrong_book() -> None:
    book = OrderBook("BTCUSDT", BINANCE_SPOT)
    for number in range(RECENT + 2):
        book.apply(delta(number, number, [], []))
    assert book.apply(snapshot(0, BIDS, ASKS)) is Reason.BOOK_GAP


LEVELS = st.lists(st.tuples(st.integers(90, 110).map(float), st.sampled_from([0.0, 1.0])), max_size=6)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 12), LEVELS, LEVELS), max_size=30))
def test_whatever_comes_a_book_that_answers_is_not_crossed(steps: list[tuple[bool, int, Rows, Rows]]) -> None:
    for rule in (BYBIT, BINANCE_SPOT, BINANCE_FUTURES):
        book = OrderBook("BTCUSDT", rule)
        for is_snapshot, last_id, bids, asks in steps:
            book.apply(BookUpdate("BTCUSDT", 0, is_snapshot, last_id, last_id, last_id - 1, bids, asks))
            found = book.quote()
            if isinstance(found, Quote):
                assert found.bid < found.ask
            elif found is not Reason.BOOK_ONE_SIDED:
                assert not book.bids
