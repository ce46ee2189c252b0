"""The published view as Prometheus text."""

from collections.abc import Iterator
from typing import NamedTuple

from core.message import Json
from web.views import is_healthy, pick, pick_items, pick_mapping, pick_number

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Number(NamedTuple):
    name: str
    kind: str
    path: str
    text: str


_NUMBERS = (
    _Number("durable_seq", "gauge", "durable_seq", "Number of the newest durable journal row."),
    _Number("market_time_ms", "gauge", "time", "The market clock, UTC ms."),
    _Number("last_price", "gauge", "market.last", "Last price, quote currency."),
    _Number("equity", "gauge", "account.equity", "Equity, quote currency."),
    _Number("balance", "gauge", "account.balance", "Balance without open profit, quote currency."),
    _Number("drawdown_pct", "gauge", "account.drawdown_pct", "Fall from the highest equity, percent."),
    _Number("fees", "gauge", "account.fees", "Fees paid, quote currency."),
    _Number("funding", "gauge", "account.funding", "Funding paid, quote currency."),
    _Number("trades_total", "counter", "account.trades", "Trades entered."),
    _Number("wins_total", "counter", "account.wins", "Closed trades that earned."),
    _Number("day_loss_pct", "gauge", "risk.day_loss_pct", "Loss since 00:00 UTC, percent of equity."),
    _Number("week_loss_pct", "gauge", "risk.week_loss_pct", "Loss since Monday, percent of equity."),
    _Number("open_positions", "gauge", "risk.open_positions", "Open positions."),
    _Number("bars_total", "counter", "counts.bars", "Closed bars seen."),
    _Number("transitions_total", "counter", "counts.transitions", "Chart transitions journaled."),
    _Number("evaluations_total", "counter", "counts.evaluations", "Bars evaluated for an entry."),
)


def exposition(view: Json, *, clients: int) -> str:
    """The metrics page: one line per sample, each metric with its help and type."""
    lines: list[str] = []
    for name, kind, text, samples in _metrics(view, clients):
        if samples:
            lines += [f"# HELP chartwright_{name} {text}", f"# TYPE chartwright_{name} {kind}"]
            lines += [f"chartwright_{name}{labels} {value!r}" for labels, value in samples]
    return "\n".join(lines) + "\n"


_Metric = tuple[str, str, str, list[tuple[str, float]]]


def _metrics(view: Json, clients: int) -> Iterator[_Metric]:
    yield "healthy", "gauge", "1, or 0 in safe mode.", [("", float(is_healthy(view)))]
    yield "stream_clients", "gauge", "Browsers on the event stream.", [("", float(clients))]
    for number in _NUMBERS:
        value = pick_number(view, number.path)
        yield number.name, number.kind, number.text, [] if value is None else [("", value)]
    for name in ("session", "regime", "risk"):
        state = pick(view, f"{name}.state")
        yield f"{name}_state", "gauge", f"1 for the {name} chart's state.", _state(state, {})
    feeds, connections = pick_mapping(view, "feeds"), pick_mapping(view, "connections")
    yield "feed_state", "gauge", "1 for each feed's state.", _states(feeds, "feed")
    yield "connection_state", "gauge", "1 for each connection's state.", _states(connections, "stream")
    blocked = pick_mapping(view, "counts.blocked")
    yield (
        "blocked_total",
        "counter",
        "Bars without an entry, by the first guard that said no.",
        [(_labels({"reason": code}), float(n)) for code, n in blocked.items() if isinstance(n, int | float)],
    )
    restarts = [(_labels({"actor": item.get("name")}), item.get("restarts")) for item in pick_items(view, "actors")]
    counted = [(labels, float(n)) for labels, n in restarts if isinstance(n, int | float)]
    yield "actor_restarts_total", "counter", "Restarts by the supervisor.", counted


def _states(group: dict[str, Json], label: str) -> list[tuple[str, float]]:
    return [sample for name in group for sample in _state(pick(group[name], "state"), {label: name})]


def _state(state: Json, labels: dict[str, Json]) -> list[tuple[str, float]]:
    return [(_labels({**labels, "state": state}), 1.0)] if isinstance(state, str) else []


def _labels(labels: dict[str, Json]) -> str:
    quoted = (f'{name}="{_escape(str(value))}"' for name, value in labels.items())
    return "{" + ",".join(quoted) + "}"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
