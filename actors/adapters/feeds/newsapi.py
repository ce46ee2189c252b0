"""Headlines from NewsAPI.

Source: https://newsapi.org/docs/endpoints/everything and /docs/errors.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import AwareDatetime, BaseModel, Field

from actors.adapters.feeds.answer import Refused
from actors.adapters.feeds.document import complaint, parsed
from actors.adapters.feeds.headlines import HISTORY_MS, headline
from actors.adapters.feeds.params import NewsApiParams
from actors.adapters.feeds.request import Request
from core.messages import NewsPublished


class _Publisher(BaseModel):
    name: str | None = None


class _Article(BaseModel):
    source: _Publisher = _Publisher()
    title: str | None = None
    published: AwareDatetime = Field(alias="publishedAt")


class _Answer(BaseModel):
    status: str
    code: str = ""
    message: str = ""
    articles: list[_Article] = []


class NewsApi:
    """Headlines of the articles that a search finds, newest first."""

    name = "newsapi"
    partial = False

    def __init__(self, params: NewsApiParams) -> None:
        self.terms = params

    def requests(self, now: int, *, history: bool) -> Sequence[Request]:
        """The newest hundred articles in English, of one day at most."""
        del history
        since = datetime.fromtimestamp((now - HISTORY_MS) / 1000, UTC).strftime("%Y-%m-%dT%H:00:00")
        asked = {"q": self.terms.query, "language": "en", "sortBy": "publishedAt", "pageSize": "100"}
        secret = {} if self.terms.key is None else {"X-Api-Key": self.terms.key}
        return [Request(self.terms.url, asked | {"from": since}, secret_headers=secret)]

    def translate(self, bodies: Sequence[bytes], now: int) -> Sequence[NewsPublished] | Refused:
        """The articles' headlines."""
        del now
        answer = parsed(_Answer, bodies[0])
        if isinstance(answer, Refused):
            return answer
        if answer.status != "ok":
            said = f"{answer.code}: {answer.message}"
            return complaint(said, quota=("ratelimit", "exhausted"), key=("apikey", "permission", "upgrade"))
        found = (headline(each.published, each.source.name or self.name, each.title) for each in answer.articles)
        return [each for each in found if each is not None]
