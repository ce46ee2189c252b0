"""The news desk: every headline is read, and pinned to the board or set aside with a reason."""

from collections import deque
from typing import cast

from core.message import Facts, Json, message
from core.news.board import Added, NewsBoard, NewsSignal
from core.news.classify import Classified, classify
from core.news.model import HeadlineModel
from core.news.params import NewsParams
from core.reasons import Reason

RECENT = 100
"""Headlines kept with what became of them, whether they count or not."""


@message
class ReadHeadline:
    """A headline, what was made of it and what became of it."""

    source: str
    headline: Classified
    set_aside: Reason | None
    """Why it moves nothing; None where it counts."""

    def facts(self) -> Facts:
        """What people are shown."""
        return {
            "ts": self.headline.ts,
            "source": self.source,
            **self.headline.facts(),
            "relevance": self.headline.relevance,
            "counts": self.set_aside is None,
            "set_aside": None if self.set_aside is None else self.set_aside.name,
        }


class NewsDesk:
    """Reads headlines and keeps the board.

    Args:
        params: Windows, weights and reaches.
        model: A trained reader of tone; None: the lexicon reads it.
    """

    def __init__(self, params: NewsParams, model: HeadlineModel | None = None) -> None:
        self._params = params
        self._model = model
        self._board = NewsBoard(params)
        self._recent: deque[ReadHeadline | Json] = deque(maxlen=RECENT)
        """Those read since they were last asked for as they are, the others as people are shown them."""

    def take(self, title: str, ts: int, source: str) -> ReadHeadline:
        """Read a headline that appeared at `ts` (UTC ms)."""
        headline = classify(title, ts, self._params, self._model)
        read = ReadHeadline(source, headline, _reason(self._board.add(headline, source), headline))
        self._recent.append(read)
        return read

    def signal(self, now: int) -> NewsSignal | None:
        """What the board says at `now` (UTC ms), or None where nothing counts."""
        return self._board.signal(now)

    def shown(self, now: int) -> dict[str, Json]:
        """The signal, and the last headlines read with what became of them, the newest first."""
        signal = self._board.signal(now)
        return {
            "signal": None if signal is None else {"n": round(signal.n, 6), **signal.facts()},
            "classified": [*reversed(self._told())],
        }

    def save(self) -> Json:
        """The board, which is all that decides anything, and what people are shown."""
        return {**cast("Facts", self._board.save()), "recent": self._told()}

    def restore(self, saved: Json) -> None:
        """Take it back."""
        self._board.restore(saved)
        recent = cast("Facts", saved).get("recent", [])  # a run from before has none
        self._recent = deque(cast("list[Json]", recent), maxlen=RECENT)

    def _told(self) -> list[Json]:
        """The last headlines as people are shown them, the oldest first."""
        told = [each.facts() if isinstance(each, ReadHeadline) else each for each in self._recent]
        self._recent = deque(told, maxlen=RECENT)
        return told


def _reason(added: Added, headline: Classified) -> Reason | None:
    match added:
        case "added":
            return None
        case "duplicate":
            return Reason.NEWS_SAME_STORY
        case "expired":
            return Reason.NEWS_OUTDATED
        case "set_aside":
            return headline.set_aside
