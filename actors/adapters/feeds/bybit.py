"""Funding, open interest and basis of a USDT perpetual from Bybit's public REST.

Funding is the settled rate, at its settlement; the ticker's is a forecast of the next one and is left alone. Open
interest, in base coin, is what its own endpoint tells, for history and polls alike: nothing says that the ticker counts
as it does, and one series must not be made of two. Basis is mark over index, the perpetual over spot, at the answer's
own time. Takers' volume is told by the stream of trades alone, so it is not here.

Source: https://bybit-exchange.github.io/docs/v5/market/tickers, history-fund-rate, open-interest.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, Field

from actors.adapters.bybit.codes import meaning
from actors.adapters.feeds.answer import Refused
from actors.adapters.feeds.document import brief, modelled, parsed
from actors.adapters.feeds.params import BybitFeedParams
from actors.adapters.feeds.request import Request
from core.errors import ConfigurationError
from core.messages import DerivativesPublished
from core.reasons import Reason

_RECENT, _PAGE = 12, 200
"""Rows of a poll, an hour of open interest, and of a history: as many as one answer holds."""
_REASONS = {
    Reason.VENUE_RATE_LIMITED: Reason.FEED_QUOTA_SPENT,
    Reason.VENUE_BANNED: Reason.FEED_QUOTA_SPENT,
    Reason.VENUE_SERVER_ERROR: Reason.FEED_SERVER_ERROR,
    Reason.VENUE_KEY_REFUSED: Reason.FEED_KEY_REFUSED,
    Reason.VENUE_REGION_REFUSED: Reason.FEED_KEY_REFUSED,
}


class Traded(NamedTuple):
    """The contract that a run trades."""

    symbol: str
    rest_url: str
    """Where its exchange is asked."""


NOTHING_TRADED = Traded("", "")
"""Where no exchange tells of a contract."""


class _Answer(BaseModel):
    code: int = Field(validation_alias="retCode")
    said: str = Field("", validation_alias="retMsg")
    result: Any = None
    time: int = 0


class _Funding(BaseModel):
    symbol: str
    rate: float = Field(validation_alias="fundingRate")
    ts: int = Field(validation_alias="fundingRateTimestamp")


class _Fundings(BaseModel):
    rows: list[_Funding] = Field(min_length=1, validation_alias="list")


class _Interest(BaseModel):
    value: float = Field(validation_alias="openInterest")
    ts: int = Field(validation_alias="timestamp")


class _Interests(BaseModel):
    symbol: str
    rows: list[_Interest] = Field(min_length=1, validation_alias="list")


class _Ticker(BaseModel):
    symbol: str
    mark: float = Field(validation_alias="markPrice")
    index: float = Field(gt=0, validation_alias="indexPrice")


class _Tickers(BaseModel):
    rows: list[_Ticker] = Field(min_length=1, max_length=1, validation_alias="list")


class BybitDerivatives:
    """What Bybit tells of the contract that is traded there.

    Args:
        params: How often it is asked.
        traded: Which contract, and where.

    Raises:
        ConfigurationError: If nothing is traded on Bybit.
    """

    name = "bybit"
    partial = False

    def __init__(self, params: BybitFeedParams, traded: Traded) -> None:
        if not traded.symbol:
            raise ConfigurationError(
                "feeds.derivatives names bybit, which tells of the contract of --venue bybit alone"
            )
        self.terms = params
        self._symbol, self._url = traded

    def requests(self, now: int, *, history: bool) -> Sequence[Request]:
        """Fundings, open interest, ticker; for a history 200 fundings, and open interest by the hour for eight days."""
        del now
        limit = str(_PAGE if history else _RECENT)
        hours = [self._request("open-interest", intervalTime="1h", limit=limit)] if history else []
        return [
            self._request("funding/history", limit=limit),
            *hours,
            self._request("open-interest", intervalTime="5min", limit=str(_RECENT)),
            self._request("tickers"),
        ]

    def translate(self, bodies: Sequence[bytes], now: int) -> Sequence[DerivativesPublished] | Refused:
        """Each value as one of its own, in no order."""
        del now
        found: list[DerivativesPublished] = []
        first, *interests, last = bodies
        asked = ((first, self._fundings), *((each, self._interests) for each in interests), (last, self._basis))
        for body, translator in asked:
            answer = _answered(body)
            values = answer if isinstance(answer, Refused) else translator(answer)
            if isinstance(values, Refused):
                return values
            found += values
        return found

    def _request(self, path: str, **asked: str) -> Request:
        return Request(
            f"{self._url.rstrip('/')}/v5/market/{path}", {"category": "linear", "symbol": self._symbol, **asked}
        )

    def _fundings(self, answer: _Answer) -> list[DerivativesPublished] | Refused:
        found = modelled(_Fundings, answer.result)
        if isinstance(found, Refused):
            return found
        foreign = self._foreign({row.symbol for row in found.rows})
        return foreign or [DerivativesPublished(row.ts, self._symbol, funding_rate=row.rate) for row in found.rows]

    def _interests(self, answer: _Answer) -> list[DerivativesPublished] | Refused:
        found = modelled(_Interests, answer.result)
        if isinstance(found, Refused):
            return found
        values = [DerivativesPublished(row.ts, self._symbol, open_interest=row.value) for row in found.rows]
        return self._foreign({found.symbol}) or values

    def _basis(self, answer: _Answer) -> list[DerivativesPublished] | Refused:
        found = modelled(_Tickers, answer.result)
        if isinstance(found, Refused):
            return found
        (row,) = found.rows
        value = DerivativesPublished(answer.time, self._symbol, basis=row.mark / row.index - 1.0)
        return self._foreign({row.symbol}) or [value]

    def _foreign(self, symbols: set[str]) -> Refused | None:
        """Why an answer is about something else."""
        others = sorted(symbols - {self._symbol})
        if not others:
            return None
        return Refused(
            Reason.FEED_MALFORMED,
            f"it tells of {brief(others[0])}, {self._symbol} was asked for",
            others[0],
            self._symbol,
        )


def _answered(body: bytes) -> _Answer | Refused:
    answer = parsed(_Answer, body)
    if isinstance(answer, Refused) or answer.code == 0:
        return answer
    reason = _REASONS.get(meaning("read", answer.code)[1], Reason.FEED_MALFORMED)
    return Refused(reason, brief(answer.said or "an error without a word"), answer.code, 0)
