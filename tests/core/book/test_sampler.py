import json
from dataclasses import asdict, replace

import pytest

from core.book.order_book import OrderBook
from core.book.params import BookParams
from core.book.sampler import Sampler
from core.book.sequence import BYBIT
from core.book.tape import Tape
from core.book.trade import Trade
from core.reasons import Reason
from tests.core.book.pictures import delta, snapshot

PARAMS = BookParams()


def stand(*, wall: float = 1.0) -> tuple[OrderBook, Tape, Sampler]:
    """A book of one level a step of 1 around 10,000, bids of size 3 but for a wall, asks of size 1."""
    book, tape = OrderBook("BTCUSDT", BYBIT), Tape(PARAMS)
    bids = [(9_999.0 - i, 3.0 * wall if i == 20 else 3.0) for i in range(60)]
    book.apply(snapshot(10, bids, [(10_001.0 + i, 1.0) for i in range(60)], ts=1_000))
    return book, tape, Sampler(book, tape, PARAMS)


def test_a_sample_tells_book_and_tape() -> None:
    _, tape, sampler = stand(wall=10.0)
    tape.update(Trade("BTCUSDT", 1_000, 10_001.0, 2.0, 1))
    sample = sampler.close(1_500)
    assert (sample.symbol, sample.ts, sample.at_close, sample.book) == ("BTCUSDT", 1_500, True, "")
    assert (sample.mid, sample.spread_bps, sample.microprice) == (10_000.0, 2.0, 10_000.5)
    assert (sample.bid, sample.ask) == (9_999.0, 10_001.0)
    assert sample.imbalances == [0.5, 0.5, 0.5, pytest.approx((102 - 25) / 127)]
    assert sample.imbalance == 0.5
    assert (sample.zone_below, sample.zone_below_age_ms, sample.zone_above) == (9_979.0, 0, None)
    assert (sample.trades, sample.flow_delta, sample.flow_imbalance, sample.cvd) == (1, 2.0, 1.0, 2.0)


def test_a_zone_grows_older_from_sample_to_sample() -> None:
    book, _, sampler = stand(wall=10.0)
    sampler.close(1_500)
    book.apply(delta(11, 11, [], [], ts=3_000))
    assert sampler.close(3_500).zone_below_age_ms == 2_000


def test_the_confirming_band_need_not_be_among_the_told_ones() -> None:
    book, tape, _ = stand()
    sample = Sampler(book, tape, replace(PARAMS, bands_bps=(5.0,), imbalance_bps=7.0)).close(1_500)
    assert (sample.imbalance, sample.imbalances) == (0.5, [0.5])


def test_a_book_without_an_answer_gives_a_reason_and_no_figure() -> None:
    book, tape, sampler = stand()
    tape.update(Trade("BTCUSDT", 1_000, 10_001.0, 2.0, 1))
    book.lose(Reason.BOOK_GAP)
    sample = sampler.close(1_500)
    assert (sample.book, sample.mid, sample.imbalance, sample.zone_below) == ("BOOK_GAP", None, None, None)
    assert (sample.bid, sample.ask) == (None, None)
    assert sample.flow_delta == 2.0


@pytest.mark.parametrize(("now", "reason"), [(6_000, ""), (6_001, "BOOK_STALE")])
def test_a_book_nobody_updates_is_stale(now: int, reason: str) -> None:
    assert stand()[2].close(now).book == reason


def test_samples_are_offered_rarely_and_only_for_news() -> None:
    book, tape, sampler = stand()
    assert sampler.offer(1_000) is not None
    tape.update(Trade("BTCUSDT", 1_500, 10_001.0, 2.0, 1))
    assert sampler.offer(1_999) is None
    assert sampler.offer(2_000) is not None
    assert sampler.offer(3_000) is None
    book.apply(delta(11, 11, [], [], ts=3_000))
    assert sampler.offer(3_001) is not None


def test_a_snapshot_that_begins_with_the_same_id_again_is_news() -> None:
    book, _, sampler = stand()
    book.apply(snapshot(1, [(9_999.0, 3.0)], [(10_001.0, 1.0)], ts=2_000))
    assert sampler.offer(2_000) is not None
    book.apply(snapshot(1, [(9_899.0, 3.0)], [(9_901.0, 1.0)], ts=3_500))
    sample = sampler.offer(3_600)
    assert sample is not None
    assert sample.mid == 9_900.0


def test_a_book_that_becomes_stale_is_news() -> None:
    sampler = stand()[2]
    assert sampler.offer(1_000) is not None
    assert sampler.offer(6_000) is None
    late = sampler.offer(6_001)
    assert late is not None
    assert late.book == "BOOK_STALE"


def test_on_a_faster_clock_samples_come_and_age_in_the_same_real_time() -> None:
    scaled = PARAMS.scaled(300)
    assert (scaled.sample_ms, scaled.stale_ms, scaled.zone_forget_ms) == (300_000, 1_500_000, 1_500_000)
    assert replace(scaled, sample_ms=1_000, stale_ms=5_000, zone_forget_ms=5_000) == PARAMS


def test_a_bars_close_always_has_its_sample() -> None:
    sampler = stand()[2]
    assert sampler.offer(1_000) is not None
    assert sampler.close(1_001).at_close
    assert sampler.close(1_001).at_close


def test_a_sample_can_be_kept_in_the_journal() -> None:
    facts = asdict(stand(wall=10.0)[2].close(1_500))
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts
