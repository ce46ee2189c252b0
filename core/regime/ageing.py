"""How old a macro value is, in the time its market was open."""

from core.durations import HOUR_MS, WEEK_MS

# Sunday 4 January 1970, 22:00 UTC: the first opening of the currency week after the epoch.
_FIRST_OPENING_MS = 94 * HOUR_MS
_OPEN_MS = 120 * HOUR_MS


def _market_ms(ts: int) -> int:
    """Time the currency market had been open by `ts`; it rests from Friday to Sunday, 22:00 UTC."""
    weeks, within = divmod(ts - _FIRST_OPENING_MS, WEEK_MS)
    return weeks * _OPEN_MS + min(within, _OPEN_MS)


def _first_at(market_ms: int) -> int:
    """The first moment by which the market had been open that long."""
    weeks, within = divmod(market_ms, _OPEN_MS)
    if within == 0:  # a full week is reached on Friday, not when the next one begins
        weeks, within = weeks - 1, _OPEN_MS
    return _FIRST_OPENING_MS + weeks * WEEK_MS + within


def age_ms(known_ms: int, now: int, *, rests_on_weekends: bool) -> int:
    """Age of a value known since `known_ms`; a weekend does not age the value of a five-day market."""
    return _market_ms(now) - _market_ms(known_ms) if rests_on_weekends else now - known_ms


def stale_at(known_ms: int, limit_ms: int, *, rests_on_weekends: bool) -> int:
    """The first moment at which the value's age reaches the limit, UTC ms."""
    return _first_at(_market_ms(known_ms) + limit_ms) if rests_on_weekends else known_ms + limit_ms
