"""Who is on board: the deciding actors of one symbol, in rank order, wired by address."""

from dataclasses import dataclass, field
from typing import cast

from actors.calendar import CalendarKeeper
from actors.connection import ConnectionKeeper
from actors.derivatives import DerivativesKeeper
from actors.feed import MacroFeedKeeper, NewsFeedKeeper
from actors.gate import OrderGate
from actors.kernel.actor import Decider
from actors.live.venue import LiveVenue
from actors.market import Source, rows
from actors.order import OrderKeeper
from actors.paper import PaperVenue
from actors.position import PositionKeeper
from actors.regime import RegimeKeeper
from actors.risk import RiskOfficer
from actors.session import SessionKeeper
from actors.strategist import Strategist
from core.book.params import BookParams
from core.evaluation.evaluator import EvaluationParams
from core.flow.bias import FlowParams
from core.flow.derivatives import DerivativesParams
from core.measure.panel import PanelParams
from core.messages import BarClosed, StreamChanged, SystemStarted
from core.news.model import HeadlineModel
from core.news.params import NewsParams
from core.regime.calendar import CalendarParams
from core.regime.params import RegimeParams
from core.trading.chase import Chase
from core.trading.entry import EntryParams
from core.trading.live import LiveParams


@dataclass(frozen=True, slots=True)
class CrewParams:
    """Everything the deciding actors are told once."""

    measure: PanelParams
    evaluation: EvaluationParams
    regime: RegimeParams
    news: NewsParams
    flow: FlowParams
    calendar: CalendarParams = field(default_factory=CalendarParams)
    headline_model: HeadlineModel | None = None
    """A trained reader of headlines; None: the lexicon reads them."""
    live: LiveParams | None = None
    """How a real venue is dealt with; None: the paper venue takes the orders."""
    entry: EntryParams = field(default_factory=EntryParams)
    """How a breakout's entry is brought to the venue."""
    derivatives: DerivativesParams | None = None
    """How the perpetual is read; None: the run has no such input, and no actor for it."""
    book: BookParams | None = None
    """How the order book is read; None: the run has none, and no actor for its stream."""


class Crew:
    """One symbol's deciding actors.

    Args:
        symbol: What is traded.
        timeframe_ms: Its bars.
        params: Numbers.
        run_id: The run's, for the client order ids on a real venue, where they must never repeat.
    """

    def __init__(self, symbol: str, timeframe_ms: int, params: CrewParams, *, run_id: str = "") -> None:
        evaluation = params.evaluation
        strategist, position, venue = (f"{symbol}/{role}" for role in ("strategist", "position", "venue"))
        views = (strategist, "gate")
        self.session = SessionKeeper(listeners=(*views, position), venue=venue, positions=(position,))
        live = params.live
        streams = ("market",) if live is None else ("market", "private", "rest")
        tag = None if live is None else f"cw{run_id[:8]}-{symbol[:10]}"
        self.connections = {
            stream: ConnectionKeeper(stream, private=stream == "private", listeners=views) for stream in streams
        }
        if params.book is not None:  # nobody waits for it: without a book the spread is unmeasured, and bars go on
            self.connections["book"] = ConnectionKeeper("book", private=False, listeners=())
        self.feeds = {
            feed: MacroFeedKeeper(feed, params.regime, listener="regime") for feed in ("dxy", "btc_dominance")
        }
        self.news = NewsFeedKeeper(params.news, listener="regime", model=params.headline_model)
        self.calendar = CalendarKeeper(params.calendar, listener="regime")
        self.derivatives = (
            None if params.derivatives is None else DerivativesKeeper(symbol, params.derivatives, listener="regime")
        )
        self.regime = RegimeKeeper(params.regime, listeners=views)
        self.strategist = Strategist(
            symbol,
            timeframe_ms,
            panel=params.measure,
            evaluation=evaluation,
            flow_params=params.flow,
            regime_params=params.regime,
            streams=streams,
            book=params.book,
        )
        self.risk = RiskOfficer(evaluation.risk, evaluation.instrument, listeners=(strategist,), gate="gate")
        self.position = PositionKeeper(symbol, evaluation.instrument, listeners=(strategist,), account="risk", tag=tag)
        chase = Chase(params.entry, evaluation.instrument) if params.entry.kind == "chase" else None
        self.order = OrderKeeper(symbol, chase)
        self.gate = OrderGate(venue=venue, streams=streams)
        self.paper = PaperVenue(symbol, evaluation.cost, on_quotes=chase is not None)
        self.venue: PaperVenue | LiveVenue = self.paper
        if live is not None:
            self.venue = LiveVenue(symbol, evaluation.instrument, live, tag=cast("str", tag))

    @property
    def deciders(self) -> tuple[Decider, ...]:
        """All of them in rank order, which is part of a run's meaning."""
        return (
            self.session,
            *self.connections.values(),
            *self.feeds.values(),
            self.news,
            self.calendar,
            *(() if self.derivatives is None else (self.derivatives,)),
            self.regime,
            self.strategist,
            self.risk,
            self.position,
            self.order,
            self.gate,
            self.venue,
        )

    def remember(self, source: Source) -> None:
        """Take the source's history: what is known before the first input, without a decision."""
        history = source.history()
        if history is None:
            return
        for bar in rows(history.bars):
            self.strategist.fold(bar)
        for value in history.macro:
            if value.feed in self.feeds:
                self.feeds[value.feed].remember(value)
        for headline in history.news:
            self.news.remember(headline)
        if self.derivatives is not None:
            for published in history.derivatives:
                self.derivatives.remember(published)

    def fold(self, message: object) -> None:
        """Take an input that was decided before a restart into the measures, which are a fold of bars."""
        if type(message) is BarClosed:
            self.strategist.fold(message)


def opening(*, resumed: bool) -> tuple[object, ...]:
    """The first inputs of every start: the system, and the market stream of a venue that lives in this process."""
    stream = (StreamChanged("market", event, "") for event in ("connect", "open", "sync"))
    return (SystemStarted(resumed), *stream)
