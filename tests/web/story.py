"""A made-up trading day for the page to show: every chart moves, trades open, trail and close."""

from collections import Counter
from dataclasses import asdict
from itertools import count
from random import Random
from typing import Any

from core.book.sample import FeatureSample
from core.evaluation.told import from_journal, told
from core.message import Facts
from core.reasons import Reason
from tests.web.stand import START_MS, Stand

BAR_MS = 300_000
GUARDS = (
    ("WARMING_UP", 340, 288), ("DATA_GAP", 900, 20), ("BAR_INCOMPLETE", 900, 20), ("NO_SIGNAL", 0.31, 0.0),
    ("SESSION_NOT_TRADING", None, None), ("CONNECTION_NOT_LIVE", None, None), ("REGIME_STAND_DOWN", None, None),
    ("FLOW_AGAINST", 0.4, 0.2), ("NO_LIQUIDITY_TARGET", 2.1, 0.0), ("STRUCTURE_UNCONFIRMED", None, None),
    ("TREND_FILTER_AGAINST", 0.0004, 0.0), ("SPREAD_TOO_WIDE", None, 5.0), ("VOLATILITY_SHOCK", 1.4, 5.0),
    ("COST_TOO_HIGH", 0.113, 0.15), ("REWARD_TOO_SMALL", 2.2, 1.5), ("CONFIDENCE_TOO_LOW", 0.71, 0.6),
    ("MAX_POSITIONS_OPEN", 0, 3),
)  # fmt: skip
BOOK = asdict(
    FeatureSample(
        "BTCUSDT", START_MS, at_close=True, book="", mid=64_210.0, spread_bps=0.12, imbalance=0.25, trades=61,
        flow_delta=-1.5, zone_above=64_300.0, zone_above_strength=0.31, zone_above_bps=14.0, zone_above_age_ms=120_000,
    )
)  # fmt: skip
"""An order book with a zone above the price and none below."""
BLOCKS = ("NO_SIGNAL",) * 12 + ("COST_TOO_HIGH",) * 5 + ("REWARD_TOO_SMALL", "FLOW_AGAINST", "TREND_FILTER_AGAINST")


class Day:
    """Tells one bar after another."""

    def __init__(self, stand: Stand, *, seed: int = 7) -> None:
        self.stand = stand
        self.random = Random(seed)
        self.now = START_MS
        self.closes = [64_210.0]
        self.blocked: Counter[str] = Counter()
        self.number = count(1)
        self.trade: dict[str, Any] | None = None
        self.equity = 100_000.0
        self.trades = self.wins = self.bars = 0
        self.evaluation: dict[str, Any] = {}
        self.trends = {"dxy": -0.52, "btc_dominance": 0.31, "news": 0.12}
        self.regime = "undetermined"
        self._start()

    def _start(self) -> None:
        stand = self.stand
        for name in ("session", "regime", "risk"):
            stand.chart(name)
        stand.chart("connection", owner="market")
        for feed in ("dxy", "btc_dominance", "news"):
            stand.chart("feed", owner=feed)
        stand.fire("session", "begin", Reason.SESSION_STARTED)
        for event, reason in (
            ("connect", Reason.STREAM_CONNECTING), ("open", Reason.STREAM_OPENED), ("sync", Reason.STREAM_SYNCED),
        ):  # fmt: skip
            stand.fire("connection", event, reason, owner="market", private=False)
        for feed in ("dxy", "btc_dominance"):
            stand.fire("feed", "update", Reason.FEED_UPDATED, owner=feed)
        stand.fire("session", "reconcile", Reason.RECONCILED)

    def bar(self) -> None:
        """One bar opens, closes and is evaluated; what must happen, happens."""
        self.now += BAR_MS
        self.bars += 1
        self.closes = [*self.closes[-239:], self.closes[-1] * (1 + self.random.gauss(0.00004, 0.0011))]
        self._regime()
        if self.trade is None:
            self._evaluate()
        else:
            self._manage()
        self.stand.board.picture = self._view()

    def _regime(self) -> None:
        for name in self.trends:
            self.trends[name] = max(-1.0, min(1.0, self.trends[name] + self.random.gauss(0, 0.06)))
        score = -0.4 * self.trends["dxy"] + 0.3 * self.trends["btc_dominance"] + 0.3 * self.trends["news"]
        on, off = max(0.0, score), max(0.0, -score)
        self.scores = {"RISK_ON": on, "RISK_OFF": off, "DECOUPLED": 0.18, "CHOP": 1 - max(on, off, 0.18)}
        candidate = max(self.scores, key=lambda name: self.scores[name])
        live = self.stand.instances["BTCUSDT/regime/1"]
        if candidate == self.regime or self.scores[candidate] < 0.6:
            return
        if self.regime != "undetermined" and self.now - live.model.entered_ms < 3_600_000:
            return
        facts: Facts = {"score": round(self.scores[candidate], 3), "threshold": 0.6, "candidate": candidate}
        self.stand.fire(
            "regime", "assess", Reason.REGIME_SCORE_LEADS, ts=self.now, facts=facts,
            candidate=candidate, score=self.scores[candidate],
        )  # fmt: skip
        self.regime = candidate

    def _evaluate(self) -> None:
        first = "" if self.random.random() < 0.08 else self.random.choice(BLOCKS)
        values = {"NO_SIGNAL": -0.42, "COST_TOO_HIGH": 0.214, "REWARD_TOO_SMALL": 0.91, "FLOW_AGAINST": 0.1}
        guards = [
            [
                code,
                False if code == first else None if code == "SPREAD_TOO_WIDE" else True,
                values.get(code, value) if code == first else value,
                threshold,
            ]
            for code, value, threshold in GUARDS
        ]
        decision = "blocked" if first else "entry"
        about = {"bar_open_ms": self.now - BAR_MS, "mode": "TREND_BREAKOUT", "side": 1, "regime": self.regime}
        shown = told(from_journal(guards))
        self.evaluation = {**about, "decision": decision, "first": first or None, "guards": shown}
        row = self.stand.row(
            "evaluation", ts=self.now, machine="", actor="strategist", instance="BTCUSDT", event=decision, source=(),
            target=(), reasons=(first,) if first else (), facts={**about, "symbol": "BTCUSDT", "guards": guards},
        )  # fmt: skip
        self.stand.write([row])
        if first:
            self.blocked[first] += 1
        else:
            self._enter()

    def _enter(self) -> None:
        number, price = str(next(self.number)), self.closes[-1]
        stop = round(price * 0.9962, 1)
        self.trade = {"number": number, "entry": price, "stop": stop, "r": price - stop, "bars": 0, "quantity": 0.31,
                      "opened": self.now, "steps": iter(("take_partial", "trail"))}  # fmt: skip
        self.stand.chart("position", number, self.now, reason=Reason.DONCHIAN_BREAK)
        self.stand.chart("order", number, self.now, reason=Reason.ORDER_SUBMITTED)
        facts = {"price": round(price, 1), "quantity": 0.31, "stop": stop}
        self._fire("order", "accept", Reason.ORDER_ACCEPTED)
        self._fire("position", "request_stop", Reason.PROTECTION_REQUESTED, stop=stop)
        self._fire("order", "fill", Reason.ORDER_FILLED, complete=True, **facts)
        self._fire("position", "fill", Reason.ENTRY_FILLED, complete=True, **facts)
        self._fire("position", "confirm_stop", Reason.PROTECTION_CONFIRMED, stop=stop)

    def _fire(self, chart: str, event: str, reason: Reason, *, complete: bool | None = None, **facts: Any) -> None:
        assert self.trade is not None
        guarded: dict[str, Any] = {} if complete is None else {"complete": complete}
        self.stand.fire(chart, event, reason, number=self.trade["number"], ts=self.now, facts=facts, **guarded)

    def _manage(self) -> None:
        trade, price = self.trade, self.closes[-1]
        assert trade is not None
        trade["bars"] += 1
        if trade["bars"] in (4, 8):
            step = next(trade["steps"])
            reason = Reason.PARTIAL_AT_1R if step == "take_partial" else Reason.TRAIL_ARMED
            self._fire(
                "position", step, reason, price=round(price, 1), r=round((price - trade["entry"]) / trade["r"], 2)
            )
        if trade["bars"] == 10:
            moved = trade["stop"] + 40.0
            row = self.stand.row(
                "stop_moved", ts=self.now, actor="position", machine="", event="move_stop",
                source=(), target=(), instance=f"BTCUSDT/position/{trade['number']}",
                reasons=("STOP_TRAILED",), facts={"source": trade["stop"], "target": moved},
            )  # fmt: skip
            self.stand.write([row])
            trade["stop"] = moved
        if trade["bars"] >= 16:
            self._close()

    def _close(self) -> None:
        trade = self.trade
        assert trade is not None
        earned = (self.closes[-1] - trade["entry"]) * trade["quantity"]
        self._fire(
            "position", "close", Reason.EXIT_TRAILING_STOP, price=round(self.closes[-1], 1), pnl=round(earned, 2)
        )
        self.equity += earned
        self.trades += 1
        self.wins += earned > 0
        for chart in ("position", "order"):
            del self.stand.instances[f"BTCUSDT/{chart}/{trade['number']}"]
        self.trade = None

    def _view(self) -> dict[str, Any]:
        price, stand = self.closes[-1], self.stand
        live = {name.split("/")[1]: chart for name, chart in stand.instances.items()}
        return {
            "run_id": "demo", "venue": "sim", "mode": "paper", "profile": "default", "symbol": "BTCUSDT",
            "timeframe": "5m", "time": self.now, "durable_seq": stand.journal.last_seq(), "healthy": True,
            "session": {"state": live["session"].configuration[0], "reasons": ["RECONCILED"], "since": START_MS},
            "risk": {"state": "normal", "day_loss_pct": 0.62, "week_loss_pct": 0.4, "daily_limit_pct": 5.0,
                     "weekly_limit_pct": 10.0, "open_positions": int(bool(self.trade)), "max_positions": 3},
            "account": {"equity": self.equity, "balance": self.equity, "start_equity": 100_000.0, "fees": 41.3,
                        "funding": 2.1, "trades": self.trades, "wins": self.wins, "peak_equity": 100_900.0,
                        "drawdown_pct": 0.4},
            "regime": self._regime_view(),
            "flow": {"direction": "BTC_INFLOW", "bias": "continuation", "strength": 0.31, "momentum": 0.12},
            "feeds": {"dxy": {"state": "fresh", "value": 104.21, "trend": self.trends["dxy"], "known_at": self.now},
                      "btc_dominance": {"state": "fresh", "value": 52.4, "trend": self.trends["btc_dominance"],
                                        "known_at": self.now},
                      "news": {"state": "stale", "value": None, "trend": None, "known_at": None}},
            "connections": {"market": {"state": "live"}},
            "market": {"last": price, "open_ms": self.now, "atr": 118.0, "vwap": price - 60, "band_upper": price + 58,
                       "band_lower": price - 178, "donchian_high": max(self.closes[-20:]),
                       "donchian_low": min(self.closes[-20:]), "closes": self.closes[-200:]},
            "positions": [self._position(self.trade, price)] if self.trade else [],
            "orders": [], "machines": stand.machines(), "evaluation": self.evaluation,
            "counts": {"bars": self.bars, "transitions": stand.journal.last_seq(), "evaluations": self.bars,
                       "blocked": dict(self.blocked)},
            "actors": [{"name": name, "state": "running", "restarts": 0} for name in
                       ("session", "regime", "strategist", "risk", "gate", "ledger", "web")],
            "why": "Every actor runs and the journal is durable.",
        }  # fmt: skip

    def _regime_view(self) -> dict[str, Any]:
        leader = max(self.scores, key=lambda name: self.scores[name])
        weights = {"dxy": -0.4, "btc_dominance": 0.3, "news": 0.3}
        return {
            "state": self.regime, "since": self.now - 5_400_000, "candidate": leader, "score": self.scores[leader],
            "dwell_left_ms": 1_260_000, "scores": self.scores, "risk_score": 0.41, "crypto_score": 0.2,
            "size_multiplier": 0.5, "modes": ["VWAP_REVERSION"],
            "contributions": [
                {"input": name, "trend": trend, "weight": abs(weights[name]), "contribution": weights[name] * trend}
                for name, trend in self.trends.items()
            ],
            "flips": [
                {"input": "dxy", "value": -0.81, "to": "RISK_OFF" if leader == "RISK_ON" else "RISK_ON"},
                {"input": "btc_dominance", "value": 0.9, "to": "CHOP" if leader != "CHOP" else "RISK_ON"},
            ],
        }  # fmt: skip

    def _position(self, trade: dict[str, Any], price: float) -> dict[str, Any]:
        name = f"BTCUSDT/position/{trade['number']}"
        r, state = trade["r"], self.stand.instances[name].configuration[2]
        return {
            "instance": name, "state": state, "protection": "confirmed", "side": 1, "quantity": trade["quantity"],
            "entry_price": trade["entry"], "stop": trade["stop"], "target": trade["entry"] + 3 * r, "r": r,
            "unrealized_pnl": (price - trade["entry"]) * trade["quantity"],
            "unrealized_r": (price - trade["entry"]) / r, "opened_at": trade["opened"], "mode": "TREND_BREAKOUT",
            "best_close": max(self.closes[-10:]),
        }  # fmt: skip
