"""Faults of the world: what happens to the account without its asking."""

from typing import Final

from actors.adapters.sandbox.exchange import force, funding, protection
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.faults.faults import Faults
from core.durations import MINUTE_MS

_RESTART: Final = "restart"


class WorldFaults:
    """Throws the dice once per market minute.

    Args:
        faults: The dice.
        now: Market time at the start, UTC ms.
    """

    def __init__(self, faults: Faults, now: int) -> None:
        self._faults = faults
        self._minute = now // MINUTE_MS
        self._unfilled_until = 0

    def pass_time(self, floor: Floor) -> bool:
        """Do what the dice say for the minute that has begun; whether the service restarts."""
        floor.stops_fill = floor.now >= self._unfilled_until or self._faults.is_healed
        if floor.now // MINUTE_MS == self._minute:
            return False
        self._minute = floor.now // MINUTE_MS
        if self._faults.strikes("stop_unfilled"):
            self._unfilled_until = floor.now + MINUTE_MS
            floor.stops_fill = False
        self._strike_positions(floor)
        if not self._faults.strikes(_RESTART):
            return False
        floor.orders.wipe_recent()
        return True

    def _strike_positions(self, floor: Floor) -> None:
        strikes = self._faults.strikes
        for position in floor.account.held:
            symbol, mark = position.symbol, floor.mark(position.symbol)
            market = floor.markets[symbol]
            half = market.listing.whole_lots(abs(position.size) / 2)
            if half and strikes("adl", symbol):
                force.close(floor, position, half, mark, kind="AdlTrade")
            if strikes("funding", symbol):
                funding.settle(floor, symbol)
            stop = floor.stops(position).get("StopLoss")
            if stop is not None and strikes("stop_removed", symbol):
                protection.remove(floor, stop, "CancelByUser")
            if strikes("external_close", symbol):
                force.close(floor, position, abs(position.size), market.last, kind="Trade")
            elif strikes("liquidation", symbol):
                force.take_over(floor, position, mark)
