"""Every request the exchange understands, and how often it may be made.

Source:
    Bybit v5, rate-limit: per account and second, linear contracts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from actors.adapters.sandbox.exchange import change, configure, entry, private, public, stops
from actors.adapters.sandbox.exchange.fields import Body
from actors.adapters.sandbox.exchange.floor import Floor

Act = Callable[[Floor, Body], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One request."""

    act: Act
    method: str = "GET"
    per_second: int | None = None
    """None: public, not counted per account."""

    @property
    def is_private(self) -> bool:
        """Whether it must be signed."""
        return self.per_second is not None

    @property
    def changes(self) -> bool:
        """Whether it changes anything."""
        return self.method == "POST"


ENDPOINTS: Final[dict[str, Endpoint]] = {
    "/v5/market/time": Endpoint(public.time),
    "/v5/market/instruments-info": Endpoint(public.instruments),
    "/v5/market/kline": Endpoint(public.klines),
    "/v5/market/mark-price-kline": Endpoint(public.price_klines),
    "/v5/market/index-price-kline": Endpoint(public.price_klines),
    "/v5/market/orderbook": Endpoint(public.order_book),
    "/v5/market/tickers": Endpoint(public.tickers),
    "/v5/market/recent-trade": Endpoint(public.recent_trades),
    "/v5/market/funding/history": Endpoint(public.funding_history),
    "/v5/market/open-interest": Endpoint(public.open_interest),
    "/v5/order/create": Endpoint(entry.create, "POST", 10),
    "/v5/order/amend": Endpoint(change.amend, "POST", 10),
    "/v5/order/cancel": Endpoint(change.cancel_one, "POST", 10),
    "/v5/order/cancel-all": Endpoint(change.cancel_all, "POST", 10),
    "/v5/order/realtime": Endpoint(private.open_orders, "GET", 50),
    "/v5/order/history": Endpoint(private.order_history, "GET", 50),
    "/v5/execution/list": Endpoint(private.executions, "GET", 50),
    "/v5/position/list": Endpoint(private.positions, "GET", 50),
    "/v5/position/trading-stop": Endpoint(stops.set_stops, "POST", 10),
    "/v5/position/set-leverage": Endpoint(configure.set_leverage, "POST", 10),
    "/v5/position/switch-mode": Endpoint(configure.switch_mode, "POST", 10),
    "/v5/account/set-margin-mode": Endpoint(configure.set_margin_mode, "POST", 10),
    "/v5/account/wallet-balance": Endpoint(private.wallet_balance, "GET", 50),
    "/v5/account/info": Endpoint(private.account_info, "GET", 50),
    "/v5/account/fee-rate": Endpoint(private.fee_rate, "GET", 5),
    "/v5/user/query-api": Endpoint(private.key_info, "GET", 10),
}
"""By path."""

OPERATIONS: Final = {
    "order.create": "/v5/order/create",
    "order.amend": "/v5/order/amend",
    "order.cancel": "/v5/order/cancel",
}
"""The trade socket's requests and the paths that do the same."""
