"""From a symbol's book and tape to samples: rarely enough to journal each, and always one at a bar's close."""

from dataclasses import replace

from core.book.depth import depth, imbalance
from core.book.order_book import OrderBook, Quote
from core.book.params import BookParams
from core.book.sample import FeatureSample
from core.book.tape import Tape
from core.book.zones import Zone, ZoneMemory, find_zones
from core.message import message
from core.reasons import Reason


@message
class BookReading:
    """The book measured."""

    quote: Quote
    imbalance: float | None
    """Of the confirming band."""
    imbalances: list[float | None]
    """Of every band."""
    zones: list[Zone]
    """Of bids, then of asks, each nearest first."""


class Sampler:
    """Reads one symbol's book and tape.

    Args:
        book: Fed by someone else.
        tape: Likewise.
        params: What is measured and how often.
    """

    def __init__(self, book: OrderBook, tape: Tape, params: BookParams) -> None:
        self._book = book
        self._tape = tape
        self._params = params
        self._bands = sorted({*params.bands_bps, params.imbalance_bps})
        self._memory = ZoneMemory(params.zone_forget_ms)
        self._due_ms = 0
        self._told: tuple[object, ...] = ()

    def offer(self, now: int) -> FeatureSample | None:
        """A sample, if the interval has passed and anything changed since the last; ask after every message."""
        if now < self._due_ms:
            return None
        if self._state(now) == self._told:
            return None
        return self._sample(now, at_close=False)

    def close(self, now: int) -> FeatureSample:
        """The sample of a bar's close, which always is one."""
        return self._sample(now, at_close=True)

    def refusal(self, now: int) -> Reason | None:
        """Why the book gives no figure at this time, UTC ms; None where it does."""
        quote = self._book.quote()
        if isinstance(quote, Reason):
            return quote
        return Reason.BOOK_STALE if now - self._book.ts > self._params.stale_ms else None

    def read(self, now: int) -> BookReading | Reason:
        """The book measured, or why it cannot be."""
        quote, refusal = self._book.quote(), self.refusal(now)
        if refusal is not None or isinstance(quote, Reason):
            self._memory.clear()
            return refusal or Reason.BOOK_UNSYNCED
        book, mid, params = self._book, quote.mid, self._params
        bids, asks = depth(book.bids, mid, self._bands), depth(book.asks, mid, self._bands)
        balance = dict(zip(self._bands, map(imbalance, bids, asks), strict=True))
        zones = find_zones(book.bids, 1, mid, params) + find_zones(book.asks, -1, mid, params)
        return BookReading(
            quote,
            balance[params.imbalance_bps],
            [balance[band] for band in params.bands_bps],
            self._memory.update(zones, now),
        )

    def _state(self, now: int) -> tuple[object, ...]:
        # Ids alone do not tell two snapshots apart: a venue that restarts begins with the same one again.
        return self.refusal(now), self._book.last_id, self._book.ts, self._tape.trades

    def _sample(self, now: int, *, at_close: bool) -> FeatureSample:
        self._due_ms = now + self._params.sample_ms
        self._told = self._state(now)
        reading = self.read(now)
        if isinstance(reading, Reason):
            return self._with_flow(FeatureSample(self._book.symbol, now, at_close, reading.name))
        return self._with_flow(_with_book(FeatureSample(self._book.symbol, now, at_close, ""), reading))

    def _with_flow(self, sample: FeatureSample) -> FeatureSample:
        tape = self._tape
        flow = tape.flow(sample.ts, self._params.flow_window_ms)
        cvd = tape.cvd if tape.trades else None
        if not flow.trades:
            return replace(sample, cvd=cvd)
        return replace(
            sample,
            trades=flow.trades,
            flow_delta=flow.delta,
            flow_imbalance=flow.imbalance,
            large_delta=flow.large_delta,
            cvd=cvd,
        )


def _with_book(sample: FeatureSample, reading: BookReading) -> FeatureSample:
    quote = reading.quote
    below, below_strength, below_bps, below_age_ms = _nearest(reading.zones, 1, sample.ts)
    above, above_strength, above_bps, above_age_ms = _nearest(reading.zones, -1, sample.ts)
    return replace(
        sample,
        mid=quote.mid,
        bid=quote.bid,
        ask=quote.ask,
        spread_bps=quote.spread_bps,
        microprice=quote.microprice,
        imbalance=reading.imbalance,
        imbalances=reading.imbalances,
        zone_below=below,
        zone_below_strength=below_strength,
        zone_below_bps=below_bps,
        zone_below_age_ms=below_age_ms,
        zone_above=above,
        zone_above_strength=above_strength,
        zone_above_bps=above_bps,
        zone_above_age_ms=above_age_ms,
    )


def _nearest(zones: list[Zone], side: int, now: int) -> tuple[float, float, float, int] | tuple[None, None, None, None]:
    """Near edge, strength, distance and age of a side's nearest zone."""
    for zone in zones:
        if zone.side == side:
            return zone.near, zone.strength, zone.distance_bps, now - zone.since_ms
    return None, None, None, None
