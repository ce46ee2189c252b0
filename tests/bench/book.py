"""Order books: recorded deltas folded into a book, and made ones where no recording is."""

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from core.book.order_book import OrderBook
from core.book.sequence import BINANCE_FUTURES, BYBIT, UpdateRule
from core.book.update import BookUpdate
from tests.actors.adapters.book.recorded import PERPETUAL, binance_messages
from tests.bench.figure import Figure, per_second, repeated
from tests.bench.recorded import data

MADE: Final = 20_000
_LEVELS: Final = 200
_CHANGES: Final = 10
_MID: Final = 30_000.0
_TICK: Final = 0.1


def book(repeat: int) -> list[Figure]:
    """Deltas a second, their quote read after each."""
    made = updates(MADE)
    figures = [_figure("book: made deltas", BYBIT, made, repeat)]
    root = data()
    if root is not None:
        read = binance_messages(root / "book" / PERPETUAL)
        recorded = [message for message in read if isinstance(message, BookUpdate)]
        figures.append(_figure("book: recorded perpetual", BINANCE_FUTURES, recorded, repeat))
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


def _update(n: int, bids: list[tuple[float, float]], asks: list[tuple[float, float]]) -> BookUpdate:
    return BookUpdate("BTCUSDT", n, n == 1, n, n, None, bids, asks)


def _figure(name: str, rule: UpdateRule, told: list[BookUpdate], repeat: int) -> Figure:
    call: Callable[[], object] = partial(fold, rule, told)
    return Figure(name, per_second(len(told), repeated(call, repeat)), "deltas/s", "higher")
