"""Real streams replayed whole; `-s` shows what they held and how fast they were folded."""

import sys
from bisect import bisect_right
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import pytest

from core.book.order_book import OrderBook, Quote
from core.book.params import BookParams
from core.book.sample import FeatureSample
from core.book.sampler import BookReading, Sampler
from core.book.sequence import BINANCE_FUTURES, BINANCE_SPOT, BYBIT, UpdateRule
from core.book.tape import Tape
from core.book.trade import Trade
from core.book.update import BookUpdate
from core.reasons import Reason
from tests.actors.adapters.book import recorded
from tests.actors.adapters.book.recorded import Ticker, binance_messages, bybit_updates

PARAMS = BookParams()


def told(text: str) -> None:
    sys.stdout.write(f"\n{text}\n")


def check(sampler: Sampler, now: int) -> BookReading:
    """The book read, after everything that must hold of a reading was asked."""
    reading = sampler.read(now)
    assert isinstance(reading, BookReading)
    mid = reading.quote.mid
    assert reading.quote.bid < reading.quote.microprice < reading.quote.ask
    assert all(value is None or -1 <= value <= 1 for value in reading.imbalances)
    for side in (1, -1):
        zones = [zone for zone in reading.zones if zone.side == side]
        assert [zone.distance_bps for zone in zones] == sorted(zone.distance_bps for zone in zones)
        assert sum(zone.strength for zone in zones) <= 1 + 1e-9
        for zone in zones:
            assert 0 <= (mid - zone.near) * side <= (mid - zone.far) * side
            assert zone.distance_bps <= PARAMS.zone_range_bps
            assert zone.prominence >= PARAMS.zone_multiple
            assert 0 <= zone.since_ms <= now
    return reading


@pytest.mark.parametrize(
    ("name", "rule", "first", "deltas"),
    [(recorded.PERPETUAL, BINANCE_FUTURES, 6, 6_551), (recorded.SPOT, BINANCE_SPOT, 3, 3_451)],
)
def test_binances_streams_make_the_book_their_tickers_tell(
    shared_data: Path, name: str, rule: UpdateRule, first: int, deltas: int
) -> None:
    book, tape = OrderBook("BTCUSDT", rule), Tape(PARAMS)
    sampler = Sampler(book, tape, PARAMS)
    messages = list(binance_messages(shared_data / "book" / name))
    quotes: list[tuple[int, Quote]] = []
    answers: list[Reason | None] = []
    samples: list[FeatureSample] = []
    started = perf_counter()
    for message in messages:
        if isinstance(message, Trade):
            tape.update(message)
        elif isinstance(message, BookUpdate):
            answers.append(book.apply(message))
            quote = book.quote()
            if isinstance(quote, Quote):
                quotes.append((book.last_id, quote))
            sample = sampler.offer(message.ts)
            if sample is not None:
                samples.append(sample)
    seconds = perf_counter() - started
    assert len(answers) == deltas + 1
    assert answers[:first] == [Reason.BOOK_UNSYNCED] * first
    assert set(answers[first:]) == {None}
    assert all(quote.bid < quote.ask for _, quote in quotes)
    _agree([message for message in messages if isinstance(message, Ticker)], quotes)
    assert all(b.ts - a.ts >= PARAMS.sample_ms for a, b in pairwise(samples))
    assert [sample.book for sample in samples] == ["BOOK_UNSYNCED"] + [""] * (len(samples) - 1)
    check(sampler, book.ts)
    below = [sample.zone_below_age_ms for sample in samples if sample.zone_below_age_ms is not None]
    above = [sample.zone_above_age_ms for sample in samples if sample.zone_above_age_ms is not None]
    assert min(max(below), max(above)) > 20_000
    folded = len(answers) + tape.trades
    told(
        f"{name}: {deltas} deltas, {tape.trades} trades, {len(samples)} samples in {seconds:.2f} s: "
        f"{folded / seconds:,.0f} messages/s; a zone below in {len(below)} samples, up to {max(below) / 1e3:.0f} s "
        f"old, above in {len(above)}, up to {max(above) / 1e3:.0f} s old"
    )


def _agree(tickers: list[Ticker], quotes: list[tuple[int, Quote]]) -> None:
    """The best levels after each delta are those of the venue's last ticker up to its update id, sizes included."""
    tickers.sort()
    ids = [ticker.update_id for ticker in tickers]
    compared = 0
    for update_id, quote in quotes:
        at = bisect_right(ids, update_id)
        if at:
            compared += 1
            assert tickers[at - 1][1:] == (quote.bid, quote.bid_size, quote.ask, quote.ask_size)
    assert compared >= len(quotes) - 1


def test_bybits_dump_keeps_five_hundred_levels_a_side(shared_data: Path) -> None:
    book, tape = OrderBook("XRPUSDT", BYBIT), Tape(PARAMS)
    sampler = Sampler(book, tape, PARAMS)
    updates = list(bybit_updates(shared_data / "book" / recorded.BYBIT))
    started = perf_counter()
    for update in updates:
        assert book.apply(update) is None
        assert (len(book.bids), len(book.asks)) == (500, 500)
        assert isinstance(book.quote(), Quote)
    seconds = perf_counter() - started
    assert len(updates) == 50
    reading = check(sampler, book.ts)
    assert reading.imbalance is not None
    assert reading.zones
    told(f"{recorded.BYBIT}: {len(updates)} messages, {len(updates) / seconds:,.0f} messages/s")


def test_a_lost_message_is_noticed_wherever_it_is_lost(shared_data: Path) -> None:
    messages = binance_messages(shared_data / "book" / recorded.PERPETUAL)
    updates = [message for message in messages if isinstance(message, BookUpdate)][:400]
    for lost in range(10, 400, 39):
        book = OrderBook("BTCUSDT", BINANCE_FUTURES)
        answers = [book.apply(update) for i, update in enumerate(updates) if i != lost]
        assert set(answers[lost:]) == {Reason.BOOK_GAP}
        assert answers[lost - 1] is None
