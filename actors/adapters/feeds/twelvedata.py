"""Dollar index bars from Twelve Data.

Intraday bars are asked for in UTC. A daily bar carries its day alone and counts from that day's end where the index is
traded. An answer that is an error may come with status 200.

Source: https://twelvedata.com/docs#time-series, and its section on errors.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, SecretStr

from actors.adapters.feeds.answer import Reading, Refused
from actors.adapters.feeds.document import brief, parsed
from actors.adapters.feeds.params import TwelveDataParams
from actors.adapters.feeds.request import Request
from actors.adapters.feeds.zones import day_end_ms, utc_ms, zone
from core.durations import HOUR_MS
from core.reasons import Reason

_UTC = zone("UTC", "UTC")
_RECENT, _HISTORY = 12, 240
_REASONS = {
    401: Reason.FEED_KEY_REFUSED,
    403: Reason.FEED_KEY_REFUSED,
    429: Reason.FEED_QUOTA_SPENT,
    500: Reason.FEED_SERVER_ERROR,
}


class _Bar(BaseModel):
    datetime: str
    close: float


class _Answer(BaseModel):
    status: str = "ok"
    code: int = 200
    message: str = ""
    values: list[_Bar] = []


class TwelveData:
    """The dollar index, four-hourly and daily."""

    name = "twelvedata"
    partial = False

    def __init__(self, params: TwelveDataParams) -> None:
        self.terms = params
        self._day_zone = zone(params.day_zone, "feeds.twelvedata.day_zone")

    def requests(self, now: int, *, history: bool) -> Sequence[Request]:
        """Four-hourly bars, then daily ones."""
        del now
        return [self._request(interval, _HISTORY if history else _RECENT) for interval in ("4h", "1day")]

    def translate(self, bodies: Sequence[bytes], now: int) -> Sequence[Reading] | Refused:
        """Closed bars of both."""
        intraday, daily = (_answer(body) for body in bodies)
        if isinstance(intraday, Refused):
            return intraday
        if isinstance(daily, Refused):
            return daily
        four_hourly = (
            Reading(utc_ms(datetime.fromisoformat(bar.datetime), _UTC) + 4 * HOUR_MS, bar.close, "4h")
            for bar in intraday.values
        )
        days = (
            Reading(day_end_ms(datetime.fromisoformat(bar.datetime), self._day_zone), bar.close, "1d")
            for bar in daily.values
        )
        return [reading for reading in (*four_hourly, *days) if reading.ts <= now]

    def _request(self, interval: str, bars: int) -> Request:
        params = self.terms
        asked = {"symbol": params.symbol, "interval": interval, "outputsize": str(bars), "timezone": "UTC"}
        key = params.key
        secret = {} if key is None else {"Authorization": SecretStr(f"apikey {key.get_secret_value()}")}
        return Request(params.url, asked, secret_headers=secret)


def _answer(body: bytes) -> _Answer | Refused:
    answer = parsed(_Answer, body)
    if isinstance(answer, Refused) or answer.status == "ok":
        return answer
    reason = _REASONS.get(answer.code, Reason.FEED_MALFORMED)
    return Refused(reason, brief(answer.message), measured=answer.code)
