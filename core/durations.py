"""Lengths of time in ms, the unit all times are in."""

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
WEEK_MS = 7 * DAY_MS
NEVER_MS = 1 << 62
"""A moment that does not come."""
