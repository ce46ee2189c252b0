"""The dollar index computed from Alpha Vantage's currency rates, since it has no index itself.

The index is a geometric mean of six rates with fixed weights; a rate quoted as dollars per unit has a negative one. A
day counts where all six have a close. Complaints come with status 200, and may quote the key.

Source: https://www.alphavantage.co/documentation/#fx-daily; ICE, U.S. Dollar Index Contracts FAQ, for the weights.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import prod
from typing import cast

from pydantic import BaseModel, ConfigDict, Field

from actors.adapters.feeds.answer import Reading, Refused
from actors.adapters.feeds.document import complaint, parsed
from actors.adapters.feeds.params import AlphaVantageParams
from actors.adapters.feeds.request import Request
from actors.adapters.feeds.zones import day_end_ms, zone

SCALE = 50.14348112
"""Sets March 1973 to 100."""
WEIGHTS = {
    ("EUR", "USD"): -0.576,
    ("USD", "JPY"): 0.136,
    ("GBP", "USD"): -0.119,
    ("USD", "CAD"): 0.091,
    ("USD", "SEK"): 0.042,
    ("USD", "CHF"): 0.036,
}
"""By pair, in the order they are asked for."""

_QUOTA = ("rate limit", "requests per", "call frequency", "per day", "per minute", "per second")
_KEY = ("apikey", "api key", "premium")


def dollar_index(rates: Sequence[float]) -> float:
    """The index from the six rates, in the order of WEIGHTS, each as its pair is quoted."""
    return SCALE * float(prod(rate**weight for rate, weight in zip(rates, WEIGHTS.values(), strict=True)))


class _Close(BaseModel):
    close: float = Field(alias="4. close", gt=0)


class _Meta(BaseModel):
    time_zone: str = Field(default="UTC", alias="6. Time Zone")


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    note: str = Field(default="", alias="Note")
    information: str = Field(default="", alias="Information")
    error: str = Field(default="", alias="Error Message")
    meta: _Meta = Field(default=_Meta(), alias="Meta Data")
    days: dict[str, _Close] | None = Field(default=None, alias="Time Series FX (Daily)")


class AlphaVantage:
    """The dollar index by day."""

    name = "alphavantage"
    partial = False

    def __init__(self, params: AlphaVantageParams) -> None:
        self.terms = params

    def requests(self, now: int, *, history: bool) -> Sequence[Request]:
        """Each pair's last hundred days, which serve as history too."""
        del now, history
        secret = {} if self.terms.key is None else {"apikey": self.terms.key}
        return [
            Request(
                self.terms.url,
                {"function": "FX_DAILY", "from_symbol": base, "to_symbol": quote, "outputsize": "compact"},
                secret_params=secret,
            )
            for base, quote in WEIGHTS
        ]

    def translate(self, bodies: Sequence[bytes], now: int) -> Sequence[Reading] | Refused:
        """The index of every day that is over."""
        pairs: list[_Answer] = []
        for body in bodies:
            answer = _answer(body)
            if isinstance(answer, Refused):
                return answer
            pairs.append(answer)
        days = [cast("Mapping[str, _Close]", pair.days) for pair in pairs]
        clock = zone(pairs[0].meta.time_zone, "the answer's time zone")
        closes = {
            day_end_ms(datetime.fromisoformat(day), clock): [each[day].close for each in days]
            for day in set.intersection(*(set(each) for each in days))
        }
        return [Reading(ts, round(dollar_index(closes[ts]), 4), "1d") for ts in sorted(closes) if ts <= now]


def _answer(body: bytes) -> _Answer | Refused:
    answer = parsed(_Answer, body)
    if isinstance(answer, Refused) or answer.days is not None:
        return answer
    said = answer.note or answer.information or answer.error or "no series in the answer"
    return complaint(said, quota=_QUOTA, key=_KEY)
