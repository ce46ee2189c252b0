"""Read endpoints that are one part of the published view each."""

from core.message import Json
from web.views import pick

PARTS = {
    "/api/market/latest-kline": "market",
    "/api/market/klines": "market.closes",
    "/api/market/latest-trade": "market.last",
    "/api/market/orderbook": "market.book",
    "/api/macro/dxy": "feeds.dxy",
    "/api/macro/btc-dominance": "feeds.btc_dominance",
    "/api/news/latest": "feeds.news",
    "/api/regime/current": "regime.state",
    "/api/regime/status": "regime",
    "/api/regime/trends": "regime.contributions",
    "/api/capital-flow/current": "flow",
    "/api/liquidity/levels": "market.levels",
    "/api/execution/signal": "evaluation",
    "/api/execution/status": "orders",
    "/api/risk/status": "risk",
    "/api/trades/positions": "positions",
    "/api/trades/status": "account",
}
"""Path -> where its part lies in the view."""


def part(view: Json, path: str) -> Json:
    """What the endpoint shows, or None while nothing is published there."""
    return pick(view, PARTS[path])
