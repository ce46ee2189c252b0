"""How often one may ask: per account, request and second, and per address.

Source:
    Bybit v5, rate-limit: the headers say limit, what is left and when it is reset; 600 requests in 5 s per address.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from actors.adapters.sandbox.exchange.refusal import Code, Refused

_SECOND_MS: Final = 1_000
_ADDRESS_LIMIT, _ADDRESS_MS = 600, 5_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit after a request."""

    limit: int
    left: int
    """Negative: this request was one too many."""
    reset_ms: int
    """When it starts anew, UTC ms of the machine's clock."""

    def check(self) -> None:
        """See that there was something left.

        Raises:
            Refused: If there was not.
        """
        if self.left < 0:
            raise Refused(Code.TOO_MANY, "Too many visits. Exceeded the API Rate Limit.")

    @property
    def headers(self) -> dict[str, str]:
        """As the answer tells it."""
        return {
            "X-Bapi-Limit": str(self.limit),
            "X-Bapi-Limit-Status": str(max(0, self.left)),
            "X-Bapi-Limit-Reset-Timestamp": str(self.reset_ms),
        }


class Limits:
    """Counts of one sandbox; all times are the machine's, whatever speed the market has."""

    def __init__(self) -> None:
        self._used: dict[str, tuple[int, int]] = {}
        self._asked: deque[int] = deque()

    def spend(self, path: str, per_second: int, now: int) -> Allowance:
        """Count a request against its limit."""
        since, used = self._used.get(path, (now, 0))
        if now - since >= _SECOND_MS:
            since, used = now, 0
        self._used[path] = (since, used + 1)
        return Allowance(per_second, per_second - used - 1, since + _SECOND_MS)

    def is_flooded(self, now: int) -> bool:
        """Count a request of this address; whether it is over the address's limit."""
        self._asked.append(now)
        while self._asked and self._asked[0] <= now - _ADDRESS_MS:
            self._asked.popleft()
        return len(self._asked) > _ADDRESS_LIMIT
