"""Candles as they form, made into bars that are told once each, in order, without a hole that is not announced.

Bybit tells the forming candle again and again, says `confirm` at its end, and may say that twice, late, with a
correction, or never. What is missing is asked of REST; what REST does not have either is announced as missing.
"""

from collections.abc import Sequence

from actors.adapters.bybit.prices import Candle
from core.messages import BarClosed, BarOpened, BarRanged, BarsMissing


class Forming:
    """The bars of one symbol.

    Args:
        symbol: Whose.
        timeframe_ms: Their length.
        last_open_ms: The last bar that is known already; 0: none, the first one told begins.
    """

    def __init__(self, symbol: str, timeframe_ms: int, last_open_ms: int) -> None:
        self._symbol = symbol
        self._timeframe_ms = timeframe_ms
        self._next_ms = last_open_ms + timeframe_ms if last_open_ms else 0
        self._is_open = False
        """Whether the opening of the next bar was told."""
        self._ahead: dict[int, tuple[Candle, bool]] = {}
        self.latest: Candle | None = None
        """The newest candle told, for the page."""
        self.repeated = 0
        """Candles told once more after their end."""

    @property
    def next_ms(self) -> int:
        """Opening time of the bar that is to be told next, UTC ms; 0: whichever comes."""
        return self._next_ms

    def update(self, candle: Candle, *, confirm: bool) -> list[object]:
        """Take what the stream says of a candle; returns the inputs that follow from it."""
        self._next_ms = self._next_ms or candle.open_ms
        if candle.open_ms < self._next_ms:
            self.repeated += 1
            return []
        if self.latest is None or candle.open_ms >= self.latest.open_ms:
            self.latest = candle
        before = self._ahead.get(candle.open_ms)
        if before is None or not before[1]:  # a correction after its end changes nothing
            self._ahead[candle.open_ms] = (candle, confirm)
        return self._released()

    def missing(self, now_ms: int, grace_ms: int) -> tuple[int, int] | None:
        """First and last opening time of the bars that must be asked for; None: nothing is missing.

        Args:
            now_ms: The venue's time.
            grace_ms: How long after its end a bar may remain without a confirmation.
        """
        if not self._next_ms:
            return None
        ended_ms = (now_ms - grace_ms) // self._timeframe_ms * self._timeframe_ms - self._timeframe_ms
        told_ms = max(self._ahead, default=self._next_ms) - self._timeframe_ms
        last_ms = max(ended_ms, told_ms)
        return (self._next_ms, last_ms) if last_ms >= self._next_ms else None

    def fill(self, candles: Sequence[Candle]) -> list[object]:
        """Take closed bars that REST gave, oldest first; one that neither it nor the stream closed will never come."""
        last_ms = candles[-1].open_ms if candles else 0
        known = {start: told for start, (told, is_closed) in self._ahead.items() if is_closed and start < last_ms}
        known |= {candle.open_ms: candle for candle in candles}
        inputs: list[object] = []
        for _, candle in sorted(known.items()):
            if candle.open_ms < self._next_ms:
                continue
            if candle.open_ms > self._next_ms > 0:
                inputs += self._skip_to(candle.open_ms)
            self._next_ms = candle.open_ms
            self._ahead[candle.open_ms] = (candle, True)
            inputs += self._released()
        return inputs

    def _skip_to(self, open_ms: int) -> list[object]:
        count = (open_ms - self._next_ms) // self._timeframe_ms
        missing = BarsMissing(self._symbol, self._next_ms, open_ms - self._timeframe_ms, count)
        for gone in [start for start in self._ahead if start < open_ms]:
            del self._ahead[gone]
        self._is_open = False
        return [missing]

    def _released(self) -> list[object]:
        """Everything that can be told in order."""
        inputs: list[object] = []
        while (found := self._ahead.get(self._next_ms)) is not None:
            candle, is_closed = found
            if not self._is_open:
                inputs.append(BarOpened(self._symbol, candle.open_ms, candle.open))
                self._is_open = True
            if not is_closed:
                break
            inputs += self._closed(candle)
            del self._ahead[self._next_ms]
            self._next_ms += self._timeframe_ms
            self._is_open = False
        return inputs

    def _closed(self, candle: Candle) -> list[object]:
        open_ms, open_, high, low, close, volume = candle
        close_ms = open_ms + self._timeframe_ms
        ranged = BarRanged(self._symbol, close_ms, open_, high, low)
        return [ranged, BarClosed(self._symbol, open_ms, open_, high, low, close, volume, incomplete=False)]
