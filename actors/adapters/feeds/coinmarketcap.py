"""Bitcoin's share of the crypto market from CoinMarketCap.

Source: https://coinmarketcap.com/api/documentation, global-metrics and its table of error codes.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import AliasChoices, AwareDatetime, BaseModel, Field

from actors.adapters.feeds.answer import Reading, Refused
from actors.adapters.feeds.document import brief, modelled, parsed
from actors.adapters.feeds.params import CoinMarketCapParams
from actors.adapters.feeds.request import Request
from core.reasons import Reason

_HISTORY_POINTS = 14 * 24
_KEY_CODES, _QUOTA_CODES = range(1001, 1008), range(1008, 1012)


class _Status(BaseModel):
    error_code: int = 0
    error_message: str | None = None


class _Quote(BaseModel):
    btc_dominance: float
    moment: AwareDatetime = Field(validation_alias=AliasChoices("last_updated", "timestamp"))


class _Quotes(BaseModel):
    quotes: list[_Quote]


class _Answer(BaseModel):
    status: _Status = _Status()
    data: Any = None


class CoinMarketCap:
    """Bitcoin's dominance, percent."""

    name = "coinmarketcap"
    partial = False

    def __init__(self, params: CoinMarketCapParams) -> None:
        self.terms = params

    def requests(self, now: int, *, history: bool) -> Sequence[Request]:
        """The share now, or two weeks of hours where the plan has them."""
        del now
        if not history:
            return [self._request("/latest", {})]
        asked = {"interval": "hourly", "count": str(_HISTORY_POINTS), "aux": "btc_dominance"}
        return [self._request("/historical", asked)] if self.terms.history else []

    def translate(self, bodies: Sequence[bytes], now: int) -> Sequence[Reading] | Refused:
        """One reading, or a history of them."""
        del now
        answer = parsed(_Answer, bodies[0])
        if isinstance(answer, Refused):
            return answer
        if answer.status.error_code:
            return _error(answer.status)
        is_history = isinstance(answer.data, dict) and "quotes" in answer.data
        found = modelled(_Quotes, answer.data if is_history else {"quotes": [answer.data]})
        if isinstance(found, Refused):
            return found
        return [Reading(round(each.moment.timestamp() * 1000), each.btc_dominance) for each in found.quotes]

    def _request(self, path: str, params: dict[str, str]) -> Request:
        secret = {} if self.terms.key is None else {"X-CMC_PRO_API_KEY": self.terms.key}
        return Request(self.terms.url.rstrip("/") + path, params, secret_headers=secret)


def _error(status: _Status) -> Refused:
    reason = Reason.FEED_MALFORMED
    if status.error_code in _KEY_CODES:
        reason = Reason.FEED_KEY_REFUSED
    elif status.error_code in _QUOTA_CODES:
        reason = Reason.FEED_QUOTA_SPENT
    return Refused(reason, brief(status.error_message or "an error without a word"), measured=status.error_code)
