"""Order books and tapes: recorded deltas and trades folded, and made deltas where no recording is."""

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from core.book.order_book import OrderBook
from core.book.params import BookParams
from core.book.sampler import Sampler
from core.book.sequence import BINANCE_FUTURES, BYBIT, UpdateRule
from core.book.tape import Tape
from core.book.trade import Trade
from core.book.update import BookUpdate
from tests.actors.adapters.book.recorded import PERPETUAL, binance_messages
from tests.bench.figure import Figure, per_second, repeated
from tests.bench.recorded import data

MADE: Final = 20_000
_LEVELS: Final = 200
_CHANGES: Final = 10
_MID: Final = 30_000.0
_TICK: Final = 0.1
_DELTAS_A_SECOND, _TRADES_A_SECOND = 50_000.0, 200_000.0
"""20 µs and 5 µs each."""


def book(repeat: int) -> list[Figure]:
    """Deltas a second, their quote read after each; trades a second; what a sample of the full book costs."""
    made = updates(MADE)
    figures = [_figure("book: made deltas", BYBIT, made, repeat)]
    root = data()
    if root is not None:
        messages = list(binance_messages(root / "book" / PERPETUAL))
        recorded = [message for message in messages if isinstance(message, BookUpdate)]
        trades = [message for message in messages if isinstance(message, Trade)]
        figures.append(_figure("book: recorded perpetual", BINANCE_FUTURES, recorded, repeat, _DELTAS_A_SECOND))
        timed = repeated(partial(taped, trades), repeat)
        figures.append(Figure("tape", per_second(len(trades), timed), "trades/s", "higher", _TRADES_A_SECOND))
        kept = fold(BINANCE_FUTURES, recorded)
        each = repeated(partial(sampled, kept, Sampler(kept, taped(trades), BookParams())), repeat)
        figures.append(Figure("book: a sample", tuple(1000 * took for took in each), "ms", note="once a second"))
    return figures


def updates(count: int) -> list[BookUpdate]:
    """A snapshot and so many deltas of ten levels around a standing price."""
    rng = np.random.default_rng(3)
    depth = [(place * _TICK, 1.0) for place in range(1, _LEVELS + 1)]
    snapshot = _update(1, [(_MID - away, size) for away, size in depth], [(_MID + away, size) for away, size in depth])
    places = rng.integers(2, _LEVELS, (count, _CHANGES)).tolist()
    sizes = rng.uniform(0.1, 5.0, (count, _CHANGES)).round(3).tolist()
    return [
        snapshot,
        *(
            _update(
                n + 2,
                [(_MID - place * _TICK, size) for place, size in zip(at[::2], of[::2], strict=True)],
                [(_MID + place * _TICK, size) for place, size in zip(at[1::2], of[1::2], strict=True)],
            )
            for n, (at, of) in enumerate(zip(places, sizes, strict=True))
        ),
    ]


def fold(rule: UpdateRule, told: list[BookUpdate]) -> OrderBook:
    """A book that took them all."""
    kept = OrderBook("BTCUSDT", rule)
    for update in told:
        kept.apply(update)
        kept.quote()
    return kept


def taped(trades: list[Trade]) -> Tape:
    """A tape that took them all."""
    tape = Tape(BookParams())
    for trade in trades:
        tape.update(trade)
    return tape


def sampled(kept: OrderBook, sampler: Sampler) -> None:
    """A sample of a book that has changed since the last, so that its levels are put in order anew."""
    kept.bids.change([])
    kept.asks.change([])
    sampler.close(kept.ts)


def _update(n: int, bids: list[tuple[float, float]], asks: list[tuple[float, float]]) -> BookUpdate:
    return BookUpdate("BTCUSDT", n, n == 1, n, n, None, bids, asks)


def _figure(name: str, rule: UpdateRule, told: list[BookUpdate], repeat: int, goal: float | None = None) -> Figure:
    call: Callable[[], object] = partial(fold, rule, told)
    return Figure(name, per_second(len(told), repeated(call, repeat)), "deltas/s", "higher", goal)
