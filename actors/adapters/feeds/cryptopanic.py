"""Headlines from CryptoPanic.

Source: https://cryptopanic.com/developers/api/.
"""

from collections.abc import Sequence

from pydantic import AwareDatetime, BaseModel

from actors.adapters.feeds.answer import Refused
from actors.adapters.feeds.document import complaint, parsed
from actors.adapters.feeds.headlines import headline
from actors.adapters.feeds.params import CryptoPanicParams
from actors.adapters.feeds.request import Request
from core.messages import NewsPublished


class _Publisher(BaseModel):
    title: str | None = None


class _Post(BaseModel):
    title: str | None = None
    published_at: AwareDatetime
    source: _Publisher | None = None


class _Answer(BaseModel):
    status: str = ""
    info: str = ""
    results: list[_Post] | None = None


class CryptoPanic:
    """Headlines of crypto news, newest first."""

    name = "cryptopanic"
    partial = False

    def __init__(self, params: CryptoPanicParams) -> None:
        self.terms = params

    def requests(self, now: int, *, history: bool) -> Sequence[Request]:
        """The newest page; the key goes in the query, which is the only way there is."""
        del now, history
        secret = {} if self.terms.key is None else {"auth_token": self.terms.key}
        return [Request(self.terms.url, {"public": "true", "kind": "news", "regions": "en"}, secret_params=secret)]

    def translate(self, bodies: Sequence[bytes], now: int) -> Sequence[NewsPublished] | Refused:
        """The posts' headlines."""
        del now
        answer = parsed(_Answer, bodies[0])
        if isinstance(answer, Refused):
            return answer
        if answer.results is None:
            said = f"{answer.status}: {answer.info}"
            return complaint(said, quota=("quota", "limit", "throttled"), key=("token", "plan", "permission"))
        found = (
            headline(each.published_at, (each.source and each.source.title) or self.name, each.title)
            for each in answer.results
        )
        return [each for each in found if each is not None]
