"""Book updates for tests, made in one line."""

from core.book.update import BookUpdate, Rows


def snapshot(last_id: int, bids: Rows, asks: Rows, *, ts: int = 1_000) -> BookUpdate:
    return BookUpdate("BTCUSDT", ts, True, last_id, last_id, None, bids, asks)


def delta(
    first_id: int,
    last_id: int,
    bids: Rows,
    asks: Rows,
    *,
    previous_id: int | None = None,
    ts: int = 1_000,
) -> BookUpdate:
    return BookUpdate("BTCUSDT", ts, False, first_id, last_id, previous_id, bids, asks)
