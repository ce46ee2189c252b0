"""Headlines from a file that something else writes."""

from collections.abc import Sequence
from pathlib import Path

from actors.adapters.feeds.headlines import HISTORY_MS
from actors.adapters.feeds.params import NewsFileParams
from actors.adapters.feeds.request import FileRequest
from actors.adapters.files.news import read_news
from core.messages import NewsPublished


class NewsFile:
    """The rows of the last day, read as `--news` reads them."""

    name = "file"
    partial = False

    def __init__(self, params: NewsFileParams) -> None:
        self.terms = params
        self._path = Path(params.path).expanduser()

    def requests(self, now: int, *, history: bool) -> Sequence[FileRequest]:
        """The file."""
        del now, history
        return [FileRequest(self._path)]

    def translate(self, bodies: Sequence[bytes], now: int) -> Sequence[NewsPublished]:
        """Its headlines."""
        del bodies
        return read_news(self._path, first_ms=now - HISTORY_MS)
