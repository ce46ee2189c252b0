"""How many writes a second: counted as Bybit counts them, with a share that only protection may use.

A sliding window rather than a bucket that refills: Bybit counts what arrives within a second, and a full bucket would
let twice its size through in one. The count is one for orders, cancels and stops together, which is stricter than
Bybit's one for each, and leaves room for a person at the same account.

Source:
    Bybit v5, rate-limit: headers X-Bapi-Limit, X-Bapi-Limit-Status and X-Bapi-Limit-Reset-Timestamp; HTTP 403 asks for
    ten minutes of silence.
"""

from collections import deque
from collections.abc import Mapping
from math import ceil
from typing import Final

from core.durations import MINUTE_MS

_WINDOW_MS: Final = 1_000
_MARGIN_MS: Final = 20
"""ms more than the window, as requests do not all take equally long to arrive."""
_LONGEST_RESET_MS: Final = 2_000
"""ms; Bybit resets within a second, and more would only mean that the clocks differ."""


class Budget:
    """Room for writes; all times are UTC ms of this machine's clock.

    Args:
        per_s: Writes a second, until the venue tells a lower limit.
        protective_share: Of that, kept for stops, closes and cancels.
        ban_ms: Silence after a ban.
    """

    def __init__(self, per_s: int, protective_share: float, ban_ms: int = 10 * MINUTE_MS) -> None:
        self._ban_ms = ban_ms
        self._most = per_s
        self._limits: dict[str, int] = {}
        self._share = protective_share
        self._sent: deque[int] = deque()
        self._closed_until: dict[str, int] = {}
        self._banned_until = 0

    def wait_ms(self, verb: str, now: int, *, is_protective: bool) -> int:
        """How long a write must wait for room; 0: it may be sent now."""
        while self._sent and self._sent[0] <= now - _WINDOW_MS - _MARGIN_MS:
            self._sent.popleft()
        if self._sent and self._sent[-1] > now:  # the machine's clock was set back
            self._sent.clear()
        closed_ms = _left(self._closed_until.get(verb, 0), now, _LONGEST_RESET_MS)
        room = self._room(verb, is_protective=is_protective)
        if len(self._sent) < room:
            return closed_ms
        frees_ms = self._sent[-room] + _WINDOW_MS + _MARGIN_MS
        return max(closed_ms, frees_ms - now)

    def spend(self, now: int) -> None:
        """Count a write that is sent now."""
        self._sent.append(now)

    def learn(self, verb: str, headers: Mapping[str, str], now: int) -> None:
        """Take what an answer's headers say about its verb's limit."""
        limit, left, reset = (_number(headers, f"X-Bapi-Limit{end}") for end in ("", "-Status", "-Reset-Timestamp"))
        if limit:
            self._limits[verb] = limit
        if left == 0 and reset is not None:
            self._closed_until[verb] = now + min(max(0, reset - now), _LONGEST_RESET_MS)

    def shut(self, verb: str, now: int) -> int:
        """The venue said that there were too many: how long the verb now waits, in ms."""
        left_ms = _left(self._closed_until.get(verb, 0), now, _LONGEST_RESET_MS) or _WINDOW_MS
        self._closed_until[verb] = now + left_ms
        return left_ms

    def ban(self, now: int) -> None:
        """The venue shut the address out."""
        self._banned_until = now + self._ban_ms

    def banned_ms(self, now: int) -> int:
        """How long nothing may be sent; 0: it may."""
        return _left(self._banned_until, now, self._ban_ms)

    def _room(self, verb: str, *, is_protective: bool) -> int:
        most = max(1, min(self._most, self._limits.get(verb, self._most)))
        return most if is_protective else max(1, most - ceil(most * self._share))


def _left(until: int, now: int, most: int) -> int:
    """How long until a moment; 0 where that is longer than anything is shut: the machine's clock was set back."""
    left_ms = max(0, until - now)
    return left_ms if left_ms <= most else 0


def _number(headers: Mapping[str, str], name: str) -> int | None:
    found = headers.get(name, "")
    return int(found) if found.isdecimal() else None
