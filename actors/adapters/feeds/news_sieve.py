"""One news source's headlines, sifted: each once, none too late to count."""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from typing import cast

from actors.adapters.feeds.answer import Found, Fresh, Outcome, Refused, Unchanged
from actors.adapters.feeds.belief import mistimed
from actors.adapters.feeds.headlines import HISTORY_MS
from actors.adapters.files.times import span, spell
from core.messages import NewsPublished
from core.reasons import Reason

_REMEMBERED = 8192


class NewsSieve:
    """Remembers what one source gave.

    Args:
        max_delay_ms: How old the newest headline may be.
    """

    def __init__(self, *, max_delay_ms: int) -> None:
        self._max_delay_ms = max_delay_ms
        self._newest_ms: int | None = None
        self._seen: OrderedDict[str, None] = OrderedDict()

    def sift(self, found: Sequence[Found], now: int, *, history: bool) -> Outcome:
        """What is new in an answer, oldest first.

        Args:
            found: Headlines in any order.
            now: UTC ms.
            history: Without meaning for news: what is too old to count needs no filling back.
        """
        del history
        headlines = cast("Sequence[NewsPublished]", found)
        dated = [(each, mistimed(each.ts, now)) for each in headlines]
        believed = sorted((each for each, refused in dated if refused is None), key=lambda each: (each.ts, each.title))
        refusals = [refused for _, refused in dated if refused is not None]
        if refusals and not believed:
            return refusals[0]
        if believed:
            self._newest_ms = max(believed[-1].ts, self._newest_ms or 0)
        late = self._late(now)
        if late is not None:
            return late
        return self._new(believed, now, Counter(refused.reason.name for refused in refusals))

    def idle(self, now: int) -> Outcome:
        """What it means that the source has nothing new."""
        return self._late(now) or Unchanged()

    def _new(self, headlines: Sequence[NewsPublished], now: int, aside: Counter[str]) -> Outcome:
        new: list[NewsPublished] = []
        for each in headlines:
            story = each.title.casefold()
            if story in self._seen:
                self._seen.move_to_end(story)
                aside[Reason.FEED_DUPLICATE.name] += 1
            elif each.ts < now - HISTORY_MS:
                aside[Reason.FEED_ITEM_LATE.name] += 1
            else:
                self._seen[story] = None
                new.append(each)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return Fresh(tuple(new), aside) if new else Unchanged(aside)

    def _late(self, now: int) -> Refused | None:
        limit_ms = self._max_delay_ms
        if self._newest_ms is None:
            return Refused(Reason.FEED_LATE, "it has not given a headline yet", threshold=limit_ms)
        if now - self._newest_ms <= limit_ms:
            return None
        age_ms = now - self._newest_ms
        told = f"the newest headline is of {spell(self._newest_ms)}; {span(limit_ms)} is allowed"
        return Refused(Reason.FEED_LATE, told, age_ms, limit_ms)
