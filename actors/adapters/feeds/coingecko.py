"""Bitcoin's share of the crypto market from CoinGecko.

The share now is given as such. Its history is bitcoin's market value over the whole market's, which the pro plan has.

Source: https://docs.coingecko.com/reference/crypto-global and /reference/global-market-cap-chart.
"""

from bisect import bisect_right
from collections.abc import Sequence

from pydantic import BaseModel

from actors.adapters.feeds.answer import Reading, Refused
from actors.adapters.feeds.document import complaint, parsed
from actors.adapters.feeds.params import CoinGeckoParams
from actors.adapters.feeds.request import Request
from core.durations import HOUR_MS
from core.reasons import Reason

_HISTORY_DAYS = "30"
_HEADERS = {"demo": "x-cg-demo-api-key", "pro": "x-cg-pro-api-key"}
_QUOTA = ("rate limit", "throttled", "credits")
_KEY = ("api key", "plan", "subscribe")

_Points = list[tuple[float, float]]


class _Status(BaseModel):
    error_code: int = 0
    error_message: str = ""


class _Global(BaseModel):
    market_cap_percentage: dict[str, float]
    updated_at: int


class _Answer(BaseModel):
    status: _Status = _Status()
    data: _Global | None = None


class _MarketCap(BaseModel):
    market_cap: _Points


class _Whole(BaseModel):
    market_cap_chart: _MarketCap


class _Bitcoin(BaseModel):
    market_caps: _Points


class CoinGecko:
    """Bitcoin's dominance, percent."""

    name = "coingecko"
    partial = False

    def __init__(self, params: CoinGeckoParams) -> None:
        self.terms = params

    def requests(self, now: int, *, history: bool) -> Sequence[Request]:
        """The share now; or the two market values it is made of, where the plan has their history."""
        del now
        if not history:
            return [self._request("/global", {})]
        if self.terms.plan != "pro" or self.terms.key is None:
            return []
        asked = {"vs_currency": "usd", "days": _HISTORY_DAYS}
        return [self._request("/global/market_cap_chart", asked), self._request("/coins/bitcoin/market_chart", asked)]

    def translate(self, bodies: Sequence[bytes], now: int) -> Sequence[Reading] | Refused:
        """One reading, or a history of them."""
        del now
        return _history(*bodies) if len(bodies) == 2 else _newest(bodies[0])

    def _request(self, path: str, params: dict[str, str]) -> Request:
        key = self.terms.key
        secret = {} if key is None else {_HEADERS[self.terms.plan]: key}
        return Request(self.terms.url.rstrip("/") + path, params, secret_headers=secret)


def _newest(body: bytes) -> Sequence[Reading] | Refused:
    answer = parsed(_Answer, body)
    if isinstance(answer, Refused):
        return answer
    if answer.data is None:
        said = answer.status.error_message or "no data in the answer"
        return complaint(said, quota=_QUOTA, key=_KEY)
    share = answer.data.market_cap_percentage.get("btc")
    if share is None:
        return Refused(Reason.FEED_MALFORMED, "data.market_cap_percentage has no btc")
    return [Reading(answer.data.updated_at * 1000, share)]


def _history(whole: bytes, bitcoin: bytes) -> Sequence[Reading] | Refused:
    every, own = parsed(_Whole, whole), parsed(_Bitcoin, bitcoin)
    if isinstance(every, Refused):
        return every
    if isinstance(own, Refused):
        return own
    points = sorted(own.market_caps)
    times = [ts for ts, _ in points]
    readings = []
    for ts, cap in sorted(every.market_cap_chart.market_cap):
        at = bisect_right(times, ts) - 1
        if at >= 0 and ts - times[at] <= 2 * HOUR_MS and cap > 0:
            readings.append(Reading(int(ts), 100 * points[at][1] / cap))
    return readings
