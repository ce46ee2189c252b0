"""The board: the published picture of the running system, taken between cascades and read by the page."""

from collections.abc import Callable
from typing import Any, cast

from actors.crew import Crew
from actors.kernel.scribe import RowScribe
from core.message import Json


class Board:
    """Puts the actors' views together.

    Args:
        about: What does not change: run id, venue, mode, profile.
    """

    def __init__(self, about: dict[str, Json]) -> None:
        self._about = about
        self._take: Callable[[], dict[str, Json]] = dict
        self._may_take: Callable[[], bool] = lambda: False
        self._last: dict[str, Json] = {}
        self._klines: list[Json] = []

    def attach(self, take: Callable[[], dict[str, Json]], *, may_take: Callable[[], bool]) -> None:
        """Show this crew from now on; `may_take` says whether no cascade is under way."""
        self._take, self._may_take = take, may_take

    def view(self) -> dict[str, Json]:
        """The picture now, or the last one while a cascade is under way."""
        if self._may_take() or not self._last:
            taken = self._take()
            self._klines = cast("list[Json]", taken.pop("klines", []))
            self._last = self._about | taken
        return self._last

    def klines(self) -> list[Json]:
        """The last closed bars as `[open_ms, open, high, low, close, volume, incomplete]`, oldest first."""
        self.view()
        return self._klines


def picture(crew: Crew, counts: RowScribe, now: int) -> dict[str, Json]:
    """Everything the actors show, in the page's terms."""
    market, risk, session = crew.strategist.view(), crew.risk.view(), crew.session.view()
    positions = cast("list[Json]", crew.position.view()["positions"])
    orders = cast("list[Json]", crew.order.view()["orders"])
    regime = crew.regime.view()
    why = cast("dict[str, Json]", session["why"])
    return {
        "symbol": market["symbol"],
        "timeframe": f"{cast('int', market['timeframe_ms']) // 60_000}m",
        "timeframe_ms": market["timeframe_ms"],
        "time": now,
        "session": {"state": session["state"], "reasons": [why.get("reason")], "facts": why},
        "healthy": session["state"] != "safe_mode",
        "why": _sentence(why) if session["state"] == "safe_mode" else "",
        "risk": {name: value for name, value in risk.items() if name != "account"},
        "account": _account(cast("dict[str, Any]", risk["account"])),
        "regime": _regime(regime, now),
        "flow": market["flow"],
        "feeds": cast("Json", _feeds(crew)),
        "connections": {name: keeper.view() for name, keeper in crew.connections.items()},
        "market": market["market"],
        "klines": market["klines"],
        "positions": positions,
        "orders": orders,
        "machines": _machines(crew, positions, orders),
        "evaluation": market["evaluation"],
        "counts": {
            "bars": market["bars"],
            "transitions": counts.transitions,
            "evaluations": counts.evaluations,
            "decisions": market["decisions"],
            "blocked": market["blocked"],
            "by_regime": market["by_regime"],
        },
    }


def _account(account: dict[str, Any]) -> dict[str, Json]:
    return {
        "equity": account["equity"],
        "balance": account["balance"],
        "start_equity": account["start_balance"],
        "fees": account["fees"],
        "funding": account["funding"],
        "trades": account["opened"],
        "wins": account["wins"],
        "fills": account["fills"],
        "peak_equity": account["peak_equity"],
        "drawdown_pct": 100.0 * (account["peak_equity"] - account["equity"]) / account["peak_equity"],
        "by_exit": account["by_exit"],
        "by_mode": account["by_mode"],
    }


def _regime(regime: dict[str, Json], now: int) -> dict[str, Json]:
    """The regime's view with its inputs as the page lists them."""
    inputs = cast("dict[str, dict[str, Json]]", regime.pop("inputs", {}))
    flips = cast("dict[str, list[Json] | None]", regime.pop("flips", {}))
    since, dwell_ms = cast("int | None", regime["since"]), cast("int", regime["dwell_ms"])
    is_named = since is not None and regime["state"] != "undetermined"
    manual = cast("list[dict[str, int]]", regime["manual"])
    return regime | {
        "manual": [{**each, "left_ms": max(0, each["until"] - now)} for each in manual],
        "dwell_left_ms": max(0, cast("int", since) + dwell_ms - now) if is_named else 0,
        "contributions": [{"input": name, **values} for name, values in inputs.items()],
        "flips": [{"input": name, "value": flip[0], "to": flip[1]} for name, flip in flips.items() if flip],
    }


def _machines(crew: Crew, positions: list[Json], orders: list[Json]) -> list[Json]:
    """Every live chart instance with its configuration."""
    found = [
        _alive("session", crew.session.view()),
        *(_alive("connection", keeper.view()) for keeper in crew.connections.values()),
        _alive("regime", crew.regime.view()),
        _alive("risk", crew.risk.view()),
        *(_alive("feed", feed) for feed in _feeds(crew).values()),
        *(_alive("position", position) for position in cast("list[dict[str, Json]]", positions)),
        *(_alive("order", order) for order in cast("list[dict[str, Json]]", orders)),
    ]
    return cast("list[Json]", found)


def _feeds(crew: Crew) -> dict[str, dict[str, Json]]:
    found = {name: keeper.view() for name, keeper in crew.feeds.items()} | {"news": crew.news.view()}
    return found if crew.derivatives is None else found | {"derivatives": crew.derivatives.view()}


def _alive(chart: str, view: dict[str, Json]) -> dict[str, Json]:
    return {"chart": chart, "instance": view["instance"], "configuration": view.get("configuration", [view["state"]])}


def _sentence(why: dict[str, Json]) -> str:
    return " · ".join(str(value) for value in why.values() if value)
