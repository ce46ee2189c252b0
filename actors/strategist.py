"""The strategist: folds bars into a reading and asks every guard about every closed bar.

It also tells the regime how far the price has come: when the first bar of an hour opens, so that every close is decided
under the regime that stood before it.
"""

from collections import Counter, deque
from math import isnan, nan
from typing import ClassVar, cast

from actors.kernel.effects import NOTHING, Effect, Effects, Tell
from actors.market_view import described, kline, market
from core.book.params import BookParams
from core.book.sample import FeatureSample
from core.durations import HOUR_MS
from core.evaluation.adopt import adopt
from core.evaluation.evaluator import EvaluationParams, Evaluator
from core.evaluation.moment import Views
from core.flow.bias import FlowParams, flow
from core.flow.price import PriceTrend, price_trend
from core.liquidity.history import LevelHistory
from core.market.bars import Bars
from core.measure.panel import Panel, PanelParams
from core.measure.reading import Reading
from core.message import Json
from core.messages import BarClosed, BarOpened, BarsMissing, BarsRemembered, SystemStarted
from core.notices import ConnectionChanged, PriceMoved, RegimeAssessed, RiskChanged, SessionChanged
from core.records import Evaluation
from core.regime.params import RegimeParams
from core.regime.permissions import permit
from core.regime.trend import Trend
from core.trading.adoption import PositionFound
from core.trading.booking import BarAssessed, PositionChanged

SHOWN_BARS = 500


class Strategist:
    """Decides, for one symbol, whether a closed bar is an entry, and says why not.

    Args:
        symbol: Whose bars it folds.
        timeframe_ms: Their length.
        panel: Look-backs of the measures.
        evaluation: The guards' thresholds, costs and sizes.
        flow_params: How capital flow is read.
        regime_params: Which policies the permissions follow, for the first view, and whether price has a say.
        streams: The connections that must be live.
        book: How the order book is read; None: there is none.
    """

    inputs: ClassVar[tuple[type, ...]] = (
        BarClosed,
        BarOpened,
        BarsMissing,
        BarsRemembered,
        SystemStarted,
        FeatureSample,
    )

    def __init__(  # noqa: PLR0913  all it reads
        self,
        symbol: str,
        timeframe_ms: int,
        *,
        panel: PanelParams,
        evaluation: EvaluationParams,
        flow_params: FlowParams,
        regime_params: RegimeParams,
        streams: tuple[str, ...] = ("market",),
        book: BookParams | None = None,
    ) -> None:
        self.address = f"{symbol}/strategist"
        self._symbol = symbol
        self._position = f"{symbol}/position"
        self._timeframe_ms = timeframe_ms
        self._panel = Panel(panel, timeframe_ms)
        self._levels = LevelHistory(self._panel.spans, within=panel.sweep_bars, half_life=panel.level_half_life_bars)
        self._evaluator = Evaluator(symbol, evaluation)
        self._reversion = evaluation.reversion
        self._trend = evaluation.trend
        self._flow_params = flow_params
        self.views = Views(max_positions=evaluation.risk.max_positions, balance=evaluation.risk.start_balance)
        self.views.permission = permit("undetermined", None, regime_params)
        self.dominance: Trend | None = None
        self.price: PriceTrend | None = None
        """As the regime was last told."""
        self._tells_price = regime_params.hears_price
        self._flow_price = float("nan")
        self._reading = Reading()
        self._last: Evaluation | None = None
        self._recent: deque[BarClosed] = deque(maxlen=SHOWN_BARS)
        self._streams = dict.fromkeys(streams, "disconnected")
        self._book = book
        self._sample: FeatureSample | None = None
        self._times = [0, 0]
        self._bars = 0
        self.blocked: Counter[str] = Counter()
        self.by_regime: Counter[str] = Counter()
        self.decisions: Counter[str] = Counter()

    def wants(self, message: object) -> bool:
        """Its own symbol's bars and samples; of the bars that open, the first of an hour."""
        if type(message) is BarOpened:
            begins_hour = message.ts // HOUR_MS != self._reading.open_ms // HOUR_MS
            return begins_hour and self._tells_price and message.symbol == self._symbol
        return isinstance(message, SystemStarted) or cast("BarClosed", message).symbol == self._symbol

    def receive(self, message: object, now: int) -> Effects:
        """Evaluate a closed bar, or take note of what others are doing."""
        match message:
            case PositionChanged():  # these two are nearly all that a backtest tells it
                self.views.position = message.state
            case RiskChanged():
                views = self.views
                views.risk, views.balance, views.open_positions = message.state, message.balance, message.open_positions
            case BarClosed():
                return self._close(message, now)
            case BarOpened():
                return self._tell_price()
            case SystemStarted(resumed):
                self._sample = None  # what it told of the book may be long ago
                return self._tell_price_again() if resumed else self._tell_price()
            case BarsRemembered(bars=bars):
                for bar in bars:
                    self.fold(bar)
            case PositionFound():
                return [Tell("risk", adopt(message, self._reading, self.views.permission, self._trend))]
            case FeatureSample():
                self._sample = message
            case _:
                self._note(message)
        return NOTHING

    def _note(self, message: object) -> None:
        """Take note of what the others are doing."""
        views = self.views
        match message:
            case RegimeAssessed(regime, score, permission, dominance):
                views.regime, views.regime_score, views.permission = regime, score, permission
                self.dominance, self._flow_price = dominance, float("nan")
            case SessionChanged(state):
                views.session = state
            case ConnectionChanged(stream, state) if stream in self._streams:
                self._streams[stream] = state
                views.connection = next((each for each in self._streams.values() if each != "live"), "live")
            case _:
                pass

    def fold(self, bar: BarClosed) -> None:
        """Take a bar into the measures without a decision: history, and bars already decided before a restart."""
        self._reading = self._panel.update(
            bar.open_ms, bar.open, bar.high, bar.low, bar.close, bar.volume, incomplete=bar.incomplete
        )
        self._levels.update(bar.open_ms, bar.high, bar.low, bar.close, self._reading.bars)
        self._recent.append(bar)

    def counted(
        self, bars: Bars, *, decisions: dict[str, int], blocked: dict[str, int], by_regime: dict[str, int]
    ) -> None:
        """Take the counts of bars that were judged as columns."""
        self._bars += len(bars)
        self._times = [self._times[0] or int(bars.open_ms[0]), int(bars.open_ms[-1])]
        self.decisions.update(decisions)
        self.blocked.update(blocked)
        self.by_regime.update(by_regime)

    @property
    def is_busy(self) -> bool:
        """Whether a position is pending or open."""
        return self.views.position != "flat"

    def _close(self, bar: BarClosed, now: int) -> Effects:
        self.fold(bar)
        self._read_flow()
        if self._book is not None:
            self._read_book(self._book, now)
        reading, views = self._reading, self.views
        setup, verdicts, first, signal = self._evaluator.evaluate(reading, views)
        busy = self.is_busy
        decision = "in_position" if busy else "entry" if signal is not None else "blocked"
        evaluation = Evaluation(
            ts=now,
            actor=self.address,
            symbol=self._symbol,
            bar_open_ms=bar.open_ms,
            decision=decision,
            reason=verdicts[first][1].name if decision == "blocked" else "",
            mode=setup.mode,
            side=setup.side,
            regime=views.regime,
            verdicts=verdicts,
        )
        self._count(evaluation)
        effects: list[Effect] = [evaluation]
        if busy:
            assessed = BarAssessed(bar.close, reading.atr, views.regime)
            effects.append(Tell(self._position, assessed))
        elif signal is not None:
            effects.append(Tell("risk", signal))
        return effects

    def _tell_price(self) -> Effects:
        """Tell the regime how far the price has come, where that is news to it."""
        reading = self._reading
        found = price_trend(reading.price_change_72h_pct, reading.price_change_7d_pct, self._flow_params)
        if not self._tells_price or found is None or not found.is_news_after(self.price):
            return NOTHING
        self.price = found
        return [Tell("regime", PriceMoved(found))]

    def _tell_price_again(self) -> Effects:
        return NOTHING if self.price is None else [Tell("regime", PriceMoved(self.price, restored=True))]

    def _read_flow(self) -> None:
        """Read the capital flow anew where dominance or the hourly price change moved."""
        price = self._reading.price_change_72h_pct
        if price == self._flow_price:
            return
        self._flow_price = price
        self.views.flow = flow(self.dominance, None if isnan(price) else price, self._flow_params)

    def _read_book(self, book: BookParams, now: int) -> None:
        """What the newest sample measured, unless it is too old."""
        sample = self._sample
        if sample is not None and now - sample.ts > book.stale_ms:
            sample = None
        spread = None if sample is None else sample.spread_bps
        self.views.spread_bps = nan if spread is None else spread
        self.views.sample = sample if book.in_confidence else None

    def _count(self, evaluation: Evaluation) -> None:
        self._last = evaluation
        self._bars += 1
        self._times = [self._times[0] or evaluation.bar_open_ms, evaluation.bar_open_ms]
        self.by_regime[evaluation.regime] += 1
        self.decisions[evaluation.decision] += 1
        if evaluation.decision == "blocked":
            self.blocked[evaluation.reason] += 1

    def save(self) -> Json:
        """Views, counts and what the regime was told; the measures are a fold of bars."""
        views = self.views
        return {
            "price": [] if self.price is None else [self.price.value, self.price.change_pct, self.price.hours],
            "views": [views.risk, views.balance, views.open_positions, views.position],
            "times": list(self._times),
            "bars": self._bars,
            "blocked": dict(self.blocked),
            "by_regime": dict(self.by_regime),
            "decisions": dict(self.decisions),
        }

    def restore(self, saved: Json) -> None:
        """Take views and counts back; what feeds and session say is told anew."""
        values = cast("dict[str, Json]", saved)
        told = cast("list[float]", values["price"])
        self.price = PriceTrend(told[0], told[1], int(told[2])) if told else None
        views = cast("tuple[str, float, int, str]", values["views"])
        self.views.risk, self.views.balance, self.views.open_positions, self.views.position = views
        self._times = cast("list[int]", values["times"])
        self._bars = cast("int", values["bars"])
        self.blocked = Counter(cast("dict[str, int]", values["blocked"]))
        self.by_regime = Counter(cast("dict[str, int]", values["by_regime"]))
        self.decisions = Counter(cast("dict[str, int]", values["decisions"]))

    def view(self) -> dict[str, Json]:
        """The market as measured, the last evaluation and the counts."""
        return {
            "symbol": self._symbol,
            "timeframe_ms": self._timeframe_ms,
            "first_time": self._times[0],
            "last_time": self._times[1],
            "bars": self._bars,
            "market": market(self._reading, self._levels, self._recent, self._reversion, self._sample),
            "klines": [kline(bar) for bar in self._recent],
            "flow": {} if self.views.flow is None else self.views.flow.facts(),
            "evaluation": {} if self._last is None else described(self._last),
            "blocked": dict(self.blocked),
            "by_regime": dict(self.by_regime),
            "decisions": dict(self.decisions),
        }
