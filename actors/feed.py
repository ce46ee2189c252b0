"""The feed keepers: one per macro or news feed, owning its values and its chart of freshness."""

from typing import ClassVar, cast

from actors.kernel.effects import NOTHING, CancelTimer, Effect, Effects, SetTimer, Tell
from core.message import Facts, Json
from core.messages import FeedAnswered, FeedFailed, MacroPublished, NewsPublished, SystemStarted, TimerFired
from core.news.desk import NewsDesk
from core.news.model import HeadlineModel
from core.news.params import NewsParams
from core.notices import InputChanged
from core.reasons import Reason
from core.regime.params import RegimeParams
from core.regime.series import MacroSeries
from machines.feed import FeedChart
from machines.instance import Instance

NEWS_REVIEW_MS = 15 * 60_000
"""How often a decaying news signal is read anew while headlines are active."""


class FeedKeeper:
    """What all kinds share: the chart and its telling.

    A source that fails does not take away a value that is still good: the chart goes to `failed`, with the reason, once
    there is nothing fresh to use. Replayed and simulated markets have no sources that could fail.
    """

    def __init__(self, feed: str, *, listener: str) -> None:
        self.address = f"feed/{feed}"
        self._feed = feed
        self._listener = listener
        self._chart = Instance(FeedChart, instance=f"{feed}/feed/1", actor=self.address)
        self._source: str | None = None
        self._failure: Facts | None = None

    def wants(self, message: object) -> bool:
        """Its own feed's messages."""
        match message:
            case MacroPublished(feed=feed) | FeedAnswered(feed=feed) | FeedFailed(feed=feed):
                return feed == self._feed
            case _:
                return True

    def _heard(self, message: FeedAnswered | FeedFailed, now: int) -> Effects:
        """Remember whether the source works; it matters where there is nothing fresh."""
        if isinstance(message, FeedAnswered):
            self._source, self._failure = message.source, None
            return NOTHING
        self._failure = {
            "source": message.source,
            "reason": message.reason,
            "detail": message.detail,
            "measured": message.measured,
            "threshold": message.threshold,
        }
        return self._given_up(self._failure, now) if self._chart.is_in("stale") else NOTHING

    def _expired(self, now: int, reason: Reason, facts: Facts) -> list[Effect]:
        """Fresh no more: failed where the source is known to have failed, else stale."""
        return self._fire("expire", now, reason, facts) if self._failure is None else self._given_up(self._failure, now)

    def _given_up(self, failure: Facts, now: int) -> list[Effect]:
        reasons = (Reason.FEED_FAILED, Reason[cast("str", failure["reason"])])
        return list(self._chart.fire("fail", now, reasons=reasons, facts=failure))

    def _fire(self, event: str, now: int, reason: Reason, facts: Facts) -> list[Effect]:
        return list(self._chart.fire(event, now, reasons=(reason,), facts=facts))

    def _heard_of(self) -> Facts:
        """What is known of the sources, as it is saved and shown."""
        return {"source": self._source, "failure": self._failure}

    def _hear_again(self, saved: dict[str, Json]) -> None:
        """Take it back; a run from before has less of it."""
        self._source = cast("str | None", saved.get("source"))
        self._failure = cast("Facts | None", saved.get("failure"))

    def _restored(self, saved: Json) -> Instance:
        return Instance.restore(FeedChart, saved, instance=f"{self._feed}/feed/1", actor=self.address)


class MacroFeedKeeper(FeedKeeper):
    """Keeps one macro series and tells its trend.

    Args:
        feed: `dxy` or `btc_dominance`.
        params: Look-backs and staleness.
        listener: Address told of every change.
    """

    inputs: ClassVar[tuple[type, ...]] = (MacroPublished, FeedAnswered, FeedFailed, SystemStarted)

    def __init__(self, feed: str, params: RegimeParams, *, listener: str) -> None:
        super().__init__(feed, listener=listener)
        self._series = MacroSeries(feed, params)
        self._last: tuple[int, float] | None = None
        self._told_ms = 0

    def receive(self, message: object, now: int) -> Effects:
        """Take a value, or notice that none came."""
        match message:
            case MacroPublished(ts, feed, timeframe, value) if feed == self._feed:
                return self._take(timeframe, ts, value, now)
            case FeedAnswered() | FeedFailed():
                return self._heard(message, now)
            case TimerFired():
                return self._expire(now)
            case SystemStarted(resumed=False):
                created = self._chart.create(now, reasons=(Reason.SESSION_STARTED,))
                return [created, *(self._told(now) if self._last else ())]
            case SystemStarted():
                return [
                    Tell(
                        self._listener, InputChanged(self._feed, self._series.trend(self._told_ms), None, restored=True)
                    )
                ]
            case _:
                return NOTHING

    def remember(self, value: MacroPublished) -> None:
        """Take a value from before the run began."""
        if self._series.add(value.timeframe, value.ts, value.value) == "added":
            self._last = (value.ts, value.value)

    def save(self) -> Json:
        """Chart and series."""
        return {
            "chart": self._chart.save(),
            "series": self._series.save(),
            "last": list(self._last or ()),
            "told_ms": self._told_ms,
            **self._heard_of(),
        }

    def restore(self, saved: Json) -> None:
        """Take them back."""
        values = cast("dict[str, Json]", saved)
        self._chart = self._restored(values["chart"])
        self._series.restore(values["series"])
        last = cast("list[float]", values["last"])
        self._last = (int(last[0]), last[1]) if last else None
        self._told_ms = cast("int", values["told_ms"])
        self._hear_again(values)

    def view(self) -> dict[str, Json]:
        """State and newest value."""
        known_at, value = self._last or (None, None)
        trend = self._series.trend(self._told_ms)
        return {
            "state": self._chart.configuration[0],
            "instance": self._chart.instance,
            "value": value,
            "known_at": known_at,
            "trend": None if trend is None else trend.value,
            "momentum": None if trend is None else trend.momentum,
            "parts": {part.label: part.facts() for part in self._series.parts(self._told_ms)},
            **self._heard_of(),
        }

    def _take(self, timeframe: str, ts: int, value: float, now: int) -> Effects:
        if self._series.add(timeframe, ts, value) != "added":
            return NOTHING
        self._last = (ts, value)
        return self._told(now)

    def _told(self, now: int) -> list[Effect]:
        self._told_ms = now
        due_ms = self._series.expires_at(now)
        effects: list[Effect] = []
        if due_ms is not None and not self._chart.is_in("fresh"):
            effects += self._fire("update", now, Reason.FEED_UPDATED, {"value": self._last[1] if self._last else None})
        return [*effects, *self._told_at(now, due_ms)]

    def _expire(self, now: int) -> Effects:
        self._told_ms = now
        due_ms = self._series.expires_at(now)
        effects: list[Effect] = []
        if due_ms is None and self._chart.is_in("fresh"):
            effects += self._expired(now, Reason.FEED_STALE, {"known_at": self._last[0] if self._last else None})
        return [*effects, *self._told_at(now, due_ms)]

    def _told_at(self, now: int, due_ms: int | None) -> list[Effect]:
        timer = CancelTimer("expire") if due_ms is None else SetTimer("expire", due_ms)
        return [timer, Tell(self._listener, InputChanged(self._feed, self._series.trend(now), None))]


class NewsFeedKeeper(FeedKeeper):
    """Classifies headlines and tells their decaying signal.

    Args:
        params: Impact windows and the feed's own limit.
        listener: Address told of every change.
        model: A trained reader of tone; None: the lexicon reads it.
    """

    inputs: ClassVar[tuple[type, ...]] = (NewsPublished, FeedAnswered, FeedFailed, SystemStarted)

    def __init__(self, params: NewsParams, *, listener: str, model: HeadlineModel | None = None) -> None:
        super().__init__("news", listener=listener)
        self._params = params
        self._desk = NewsDesk(params, model)
        self._last_ms: int | None = None
        self._told_ms = 0

    def receive(self, message: object, now: int) -> Effects:
        """Take a headline, or let the board decay."""
        match message:
            case NewsPublished():
                return self._take(message, now)
            case FeedAnswered() | FeedFailed():
                return self._heard(message, now)
            case TimerFired(_, "review"):
                return self._told(now)
            case TimerFired(_, "expire"):
                facts: Facts = {"known_at": self._last_ms}
                return self._expired(now, Reason.NEWS_STALE, facts) if self._chart.is_in("fresh") else NOTHING
            case SystemStarted(resumed=False):
                created = self._chart.create(now, reasons=(Reason.SESSION_STARTED,))
                return [created, *self._remembered(now)]
            case SystemStarted():
                signal = self._desk.signal(self._told_ms)
                return [Tell(self._listener, InputChanged(self._feed, None, signal, restored=True))]
            case _:
                return NOTHING

    def remember(self, headline: NewsPublished) -> None:
        """Take a headline from before the run began."""
        self._last_ms = headline.ts if self._last_ms is None else max(headline.ts, self._last_ms)
        self._desk.take(headline.title, headline.ts, headline.source)

    def save(self) -> Json:
        """Chart and desk."""
        return {
            "chart": self._chart.save(),
            "board": self._desk.save(),
            "last_ms": self._last_ms,
            "told_ms": self._told_ms,
            **self._heard_of(),
        }

    def restore(self, saved: Json) -> None:
        """Take them back."""
        values = cast("dict[str, Json]", saved)
        self._chart = self._restored(values["chart"])
        self._desk.restore(values["board"])
        self._last_ms = cast("int | None", values["last_ms"])
        self._told_ms = cast("int", values["told_ms"])
        self._hear_again(values)

    def view(self) -> dict[str, Json]:
        """State and newest time, the signal as last told, and the last headlines with what became of them."""
        return {
            "state": self._chart.configuration[0],
            "instance": self._chart.instance,
            "known_at": self._last_ms,
            **self._heard_of(),
            **self._desk.shown(self._told_ms),
        }

    def _take(self, news: NewsPublished, now: int) -> Effects:
        self._last_ms = news.ts if self._last_ms is None else max(news.ts, self._last_ms)
        effects = self._refreshed(now, {"title": news.title})
        if self._desk.take(news.title, news.ts, news.source).set_aside is None:
            effects += self._told(now)
        return effects

    def _remembered(self, now: int) -> list[Effect]:
        """What the headlines from before the run still are worth."""
        if not self._is_current(now):
            return []
        return [*self._refreshed(now, {"known_at": self._last_ms}), *self._told(now)]

    def _is_current(self, now: int) -> bool:
        return self._last_ms is not None and now < self._last_ms + self._params.stale_ms

    def _refreshed(self, now: int, facts: Facts) -> list[Effect]:
        """Fresh until the newest headline is too old; one that a delayed feed brings may be so already."""
        if not self._is_current(now):
            return []
        timer = SetTimer("expire", cast("int", self._last_ms) + self._params.stale_ms)
        updated = [] if self._chart.is_in("fresh") else self._fire("update", now, Reason.FEED_UPDATED, facts)
        return [*updated, timer]

    def _told(self, now: int) -> list[Effect]:
        self._told_ms = now
        signal = self._desk.signal(now)
        told: Effect = Tell(self._listener, InputChanged(self._feed, None, signal))
        return [told] if signal is None else [told, SetTimer("review", now + NEWS_REVIEW_MS)]
