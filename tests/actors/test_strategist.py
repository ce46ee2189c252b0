"""The strategist: one evaluation per closed bar, and only an entry reaches risk."""

from dataclasses import replace
from math import isnan
from typing import Any

import pytest

from actors.kernel.effects import Effects
from actors.strategist import Strategist
from core.book.params import BookParams
from core.book.sample import FeatureSample
from core.evaluation.evaluator import EvaluationParams
from core.evaluation.guards import GUARDS
from core.evaluation.params import GuardParams
from core.flow.bias import FlowParams
from core.measure.panel import PanelParams
from core.messages import BarClosed, BarsMissing, SystemStarted
from core.notices import ConnectionChanged, RegimeAssessed, RiskChanged, SessionChanged
from core.reasons import Reason
from core.records import Evaluation, Verdict
from core.regime.params import RegimeParams
from core.regime.permissions import permit
from core.regime.trend import Trend
from core.trading.booking import BarAssessed, PositionChanged
from core.trading.signal import Signal
from tests.actors.stage import SYMBOL, only, reborn, told

FIVE = 300_000
OFF = tuple(
    guard.name for guard in GUARDS if guard.name not in {"warm_up", "signal", "session", "connection", "regime"}
)
PARAMS = EvaluationParams(guards=GuardParams(off=OFF), warm_up_bars=21)


def strategist(params: EvaluationParams = PARAMS, book: BookParams | None = None, **regime: Any) -> Strategist:
    return Strategist(
        SYMBOL,
        FIVE,
        panel=PanelParams(),
        evaluation=params,
        flow_params=FlowParams(),
        regime_params=RegimeParams(**regime),
        book=book,
    )


def ready(params: EvaluationParams = PARAMS, book: BookParams | None = None) -> Strategist:
    """Warm, with everybody agreeing; the next bar may break out above 102."""
    actor = strategist(params, book)
    for view in (
        SessionChanged("trading"),
        ConnectionChanged("market", "live"),
        RegimeAssessed("RISK_ON", 0.9, permit("RISK_ON", None, RegimeParams()), None),
        RiskChanged("normal", 10_000.0, 0),
    ):
        assert actor.receive(view, 0) == ()
    for index in range(21):
        actor.receive(bar(index, 100.0), (index + 1) * FIVE)
    return actor


def bar(index: int, close: float) -> BarClosed:
    return BarClosed(SYMBOL, index * FIVE, 100.0, max(102.0, close), min(98.0, close), close, 1.0, incomplete=False)


def evaluated(effects: Effects) -> Evaluation:
    (evaluation,) = only(effects, Evaluation)
    return evaluation  # type: ignore[no-any-return]  # by its kind


def test_a_quiet_bar_is_blocked_by_its_first_guard() -> None:
    effects = ready().receive(bar(21, 100.0), 22 * FIVE)
    evaluation = evaluated(effects)
    assert (evaluation.decision, evaluation.reason) == ("blocked", "NO_SIGNAL")
    assert (evaluation.ts, evaluation.bar_open_ms, evaluation.regime) == (22 * FIVE, 21 * FIVE, "RISK_ON")
    assert len(evaluation.verdicts) == len(GUARDS)
    assert len(effects) == 1


@pytest.mark.parametrize(("close", "side"), [(103.0, 1), (97.0, -1)])
def test_a_breakout_is_an_entry_and_goes_to_risk(close: float, side: int) -> None:
    effects = ready().receive(bar(21, close), 22 * FIVE)
    assert (evaluated(effects).decision, evaluated(effects).reason) == ("entry", "")
    (signal,) = told(effects, "risk")
    assert isinstance(signal, Signal)
    assert (signal.side, signal.entry_price) == (side, close)


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (SessionChanged("paused"), "SESSION_NOT_TRADING"),
        (ConnectionChanged("market", "stale"), "CONNECTION_NOT_LIVE"),
        (RegimeAssessed("RISK_OFF", 0.9, permit("RISK_OFF", None, RegimeParams()), None), "REGIME_STAND_DOWN"),
    ],
)
def test_what_others_say_blocks_the_breakout(view: object, reason: str) -> None:
    actor = ready()
    actor.receive(view, 0)
    effects = actor.receive(bar(21, 103.0), 22 * FIVE)
    assert evaluated(effects).reason == reason
    assert told(effects, "risk") == []


def test_another_streams_health_is_not_the_markets() -> None:
    actor = ready()
    actor.receive(ConnectionChanged("orders", "stale"), 0)
    assert actor.views.connection == "live"


def test_too_few_bars_block_on_the_limit() -> None:
    actor = ready(replace(PARAMS, warm_up_bars=22))
    assert evaluated(actor.receive(bar(21, 103.0), 0)).reason == "WARMING_UP"


@pytest.mark.parametrize("state", ["pending", "open", "partial", "trailing"])
def test_a_position_is_told_the_bar_and_no_entry_is_made(state: str) -> None:
    actor = ready()
    actor.receive(PositionChanged(SYMBOL, state, f"{SYMBOL}/position/1", 1), 0)
    effects = actor.receive(bar(21, 103.0), 22 * FIVE)
    assert (evaluated(effects).decision, evaluated(effects).reason) == ("in_position", "")
    (assessed,) = told(effects, f"{SYMBOL}/position")
    assert isinstance(assessed, BarAssessed)
    assert (assessed.close, assessed.regime) == (103.0, "RISK_ON")
    assert assessed.atr > 0
    assert told(effects, "risk") == []
    actor.receive(PositionChanged(SYMBOL, "flat", f"{SYMBOL}/position/1", 0), 0)
    assert evaluated(actor.receive(bar(22, 104.0), 23 * FIVE)).decision == "blocked"


WITH_SPREAD = replace(PARAMS, guards=replace(PARAMS.guards, off=tuple(name for name in OFF if name != "spread")))
WITH_CONFIDENCE = replace(
    PARAMS, guards=replace(PARAMS.guards, off=tuple(name for name in OFF if name != "confidence"))
)
BOOK = BookParams()
CLOSE = 22 * FIVE


def sample(ts: int = CLOSE, *, book: str = "", spread_bps: float | None = 1.0) -> FeatureSample:
    """What an order book told; nothing where it names a reason."""
    imbalance = None if spread_bps is None else 0.25
    return FeatureSample(SYMBOL, ts, at_close=False, book=book, spread_bps=spread_bps, imbalance=imbalance)


def verdict(actor: Strategist, name: str, number: int = 21) -> Verdict:
    """A guard's word on a breakout."""
    evaluation = evaluated(actor.receive(bar(number, 103.0), CLOSE))
    return evaluation.verdicts[[guard.name for guard in GUARDS].index(name)]


def spread(actor: Strategist, number: int = 21) -> Verdict:
    """The spread guard's."""
    return verdict(actor, "spread", number)


@pytest.mark.parametrize(("bps", "passes"), [(5.0, True), (5.1, False)])
def test_the_newest_samples_spread_is_what_the_guard_measures(bps: float, *, passes: bool) -> None:
    actor = ready(WITH_SPREAD, BOOK)
    actor.receive(sample(CLOSE - 1_000, spread_bps=9.0), CLOSE - 1_000)
    assert actor.receive(sample(spread_bps=bps), CLOSE) == ()
    assert spread(actor) == (passes, Reason.SPREAD_TOO_WIDE, bps, 5.0)
    assert actor.decisions["entry"] == int(passes)


@pytest.mark.parametrize(("age_ms", "passed"), [(BOOK.stale_ms, True), (BOOK.stale_ms + 1, None)])
def test_a_sample_that_is_too_old_measures_nothing(age_ms: int, *, passed: bool | None) -> None:
    actor = ready(WITH_SPREAD, BOOK)
    actor.receive(sample(CLOSE - age_ms), CLOSE - age_ms)
    assert spread(actor)[0] is passed


@pytest.mark.parametrize(("age_ms", "joins"), [(0, True), (BOOK.stale_ms + 1, False)])
def test_book_and_flow_join_the_confidence_where_they_are_asked_to(age_ms: int, *, joins: bool) -> None:
    alone, joined = ready(WITH_CONFIDENCE, BOOK), ready(WITH_CONFIDENCE, replace(BOOK, in_confidence=True))
    for actor in (alone, joined):
        actor.receive(replace(sample(CLOSE - age_ms), imbalance=1.0, flow_imbalance=1.0), CLOSE - age_ms)
    counted, with_book = (verdict(actor, "confidence")[2] for actor in (alone, joined))
    assert counted is not None
    assert with_book == (pytest.approx((counted + 0.1 + 0.2) / 1.3) if joins else counted)


def test_a_book_that_does_not_answer_measures_nothing_and_bars_go_on() -> None:
    actor = ready(WITH_SPREAD, BOOK)
    actor.receive(sample(CLOSE - 1), CLOSE - 1)
    actor.receive(sample(book="BOOK_GAP", spread_bps=None), CLOSE)
    assert spread(actor) == (None, Reason.SPREAD_TOO_WIDE, None, 5.0)
    assert actor.decisions["entry"] == 1
    shown: Any = actor.view()["market"]
    assert (shown["book"]["book"], shown["book"]["spread_bps"]) == ("BOOK_GAP", None)


def test_a_start_forgets_the_sample_and_the_next_one_serves() -> None:
    actor = ready(WITH_SPREAD, BOOK)
    actor.receive(sample(), CLOSE)
    actor.receive(SystemStarted(resumed=True), CLOSE)
    shown: Any = actor.view()["market"]
    assert shown["book"] is None
    assert spread(actor)[0] is None
    actor.receive(sample(), CLOSE)
    assert spread(actor, 22)[0] is True


def test_chop_looks_for_fades() -> None:
    actor = ready()
    actor.receive(RegimeAssessed("CHOP", 0.9, permit("CHOP", None, RegimeParams()), None), 0)
    assert evaluated(actor.receive(bar(21, 100.0), 22 * FIVE)).mode == "VWAP_REVERSION"


def test_dominance_becomes_a_flow_view() -> None:
    actor = ready()
    actor.receive(RegimeAssessed("RISK_ON", 0.9, permit("RISK_ON", None, RegimeParams()), Trend(0.5, ())), 0)
    actor.receive(bar(21, 100.0), 22 * FIVE)
    flow: Any = actor.view()["flow"]
    assert (flow["direction"], flow["price_trend"]) == ("BTC_INFLOW", None)


def test_a_new_dominance_is_read_within_the_hour_too() -> None:
    actor = ready()
    for index in range(21, 73 * 12 + 1):  # the price change of 72 hours is known, and moves on full hours alone
        actor.fold(bar(index, 100.0))
    for value, direction in ((0.5, "BTC_INFLOW"), (-0.5, "BTC_OUTFLOW")):
        index += 1
        actor.receive(RegimeAssessed("RISK_ON", 0.9, permit("RISK_ON", None, RegimeParams()), Trend(value, ())), 0)
        actor.receive(bar(index, 100.0), 0)
        flow: Any = actor.view()["flow"]
        assert (flow["direction"], flow["price_trend"]) == (direction, 0.0)


def test_history_is_folded_without_a_decision() -> None:
    actor, other = strategist(), strategist()
    for index in range(30):
        actor.fold(bar(index, 100.0 + index / 10))
        other.receive(bar(index, 100.0 + index / 10), 0)
    assert actor.view()["market"] == other.view()["market"]
    assert (actor.view()["bars"], other.view()["bars"]) == (0, 30)


def test_decisions_are_counted() -> None:
    actor = ready()
    actor.receive(bar(21, 103.0), 22 * FIVE)
    view: Any = actor.view()
    assert view["decisions"] == {"blocked": 21, "entry": 1}
    assert view["blocked"] == {"WARMING_UP": 21}
    assert view["by_regime"] == {"RISK_ON": 22}
    assert (view["first_time"], view["last_time"], view["bars"]) == (FIVE, 21 * FIVE, 22)
    assert [row["guard"] for row in view["evaluation"]["guards"]] == [guard.name for guard in GUARDS]
    assert not any(isinstance(shown, float) and isnan(shown) for shown in view["market"].values())


def test_missing_bars_and_starts_decide_nothing() -> None:
    assert ready().receive(BarsMissing(SYMBOL, 0, 0, 1), 0) == ()
    assert strategist().receive(SystemStarted(resumed=True), 0) == ()


def test_only_its_own_symbol_is_wanted() -> None:
    actor = strategist()
    assert actor.wants(bar(0, 100.0))
    assert not actor.wants(BarsMissing("ETHUSDT", 0, 0, 1))
    assert actor.wants(sample())
    assert not actor.wants(replace(sample(), symbol="ETHUSDT"))
    assert actor.wants(SystemStarted(resumed=False))


def test_views_and_counts_come_back_after_a_restart() -> None:
    old = ready()
    old.receive(RiskChanged("reduced", 9_000.0, 1), 0)
    old.receive(PositionChanged(SYMBOL, "open", f"{SYMBOL}/position/1", 1), 0)
    again = reborn(old, strategist())
    assert again.save() == old.save()
    assert (again.views.risk, again.views.balance, again.views.position) == ("reduced", 9_000.0, "open")
    assert again.views.session == "starting"  # told anew by its keeper
