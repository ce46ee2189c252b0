"""The sandbox and a live daemon as two processes, over days of bars: both say the same to the last digit."""

import json
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from pybit import unified_trading as unified

from actors.adapters.ledger.reader import LedgerReader
from actors.cli.journals import opened_journal
from core.durations import DAY_MS
from core.records import JournalRow
from tests.actors.cli.test_sandbox import told

LINEAR = {"category": "linear", "symbol": "BTCUSDT"}
SPEED = 3_000
DAYS = 2
HISTORY = 1_100
"""Bars before the market opens."""
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Side:
    """What one of the two says."""

    position: Decimal
    stop: Decimal | None
    fees: Decimal
    funding: Decimal
    fills: dict[str, tuple[Decimal, ...]]
    """Price, quantity with its sign, and fee, by the execution's id."""
    booked: Counter[tuple[str, float, float]]
    """Client order id, price and quantity of every fill of an order of ours."""
    money: Decimal
    """With what is not realized yet left out."""
    orders: frozenset[str]
    """Client order ids of those that rest."""
    is_quiet: bool = True
    """Whether no order is on its way."""


def theirs(http: Any) -> Side:
    """The exchange's, asked by a client that is not ours."""
    executions: list[dict[str, str]] = []
    cursor = ""
    is_more = True
    while is_more:
        found = http.get_executions(**LINEAR, limit=100, cursor=cursor)["result"]
        executions += found["list"]
        cursor = found["nextPageCursor"]
        is_more = bool(found["list"] and cursor)
    (held,) = http.get_positions(**LINEAR)["result"]["list"]
    (account,) = http.get_wallet_balance(accountType="UNIFIED")["result"]["list"]
    resting = http.get_open_orders(**LINEAR, orderFilter="Order")["result"]["list"]
    trades = [each for each in executions if each["execType"] != "Funding"]
    return Side(
        position=Decimal(held["size"]) * (-1 if held["side"] == "Sell" else 1),
        stop=Decimal(held["stopLoss"]) if held["stopLoss"] not in ("", "0") else None,
        fees=sum((Decimal(each["execFee"]) for each in trades), Decimal(0)),
        funding=sum((Decimal(each["execFee"]) for each in executions if each not in trades), Decimal(0)),
        fills={each["execId"]: _told(each) for each in trades},
        booked=Counter(
            (each["orderLinkId"], float(each["execPrice"]), float(each["execQty"]))
            for each in trades
            if each["orderLinkId"]
        ),
        money=Decimal(account["coin"][0]["walletBalance"]),
        orders=frozenset(order["orderLinkId"] for order in resting),
    )


def _told(execution: dict[str, str]) -> tuple[Decimal, ...]:
    sign = -1 if execution["side"] == "Sell" else 1
    return Decimal(execution["execPrice"]), Decimal(execution["execQty"]) * sign, Decimal(execution["execFee"])


def ours(reader: LedgerReader) -> Side:
    """The daemon's, as its journal holds it."""
    states, rows = reader.states(), _rows(reader)
    venue = states["BTCUSDT/venue"]
    orders = venue["desk"]["orders"]
    held, stake, stop = states["BTCUSDT/position"]["held"], venue["stake"], venue["stop"]["held"]
    led = Decimal(0) if held is None else Decimal(str(held["remaining"])) * held["side"]
    assert Decimal(stake["net"]) == led, "the venue's keeper and the position's"
    return Side(
        position=led,
        stop=None if stop is None else Decimal(stop),
        fees=Decimal(stake["fees"]),
        funding=Decimal(stake["funding"]),
        fills=_heard(rows),
        booked=_booked(rows),
        money=Decimal(str(states["risk"]["account"]["balance"])),
        orders=frozenset(order["request"]["client_order_id"] for order in orders),
        is_quiet=all(order["phase"] == "working" and not order["cancel"] for order in orders),
    )


def _rows(reader: LedgerReader) -> list[JournalRow]:
    rows: list[JournalRow] = []
    while found := reader.rows(after=rows[-1].seq if rows else 0, limit=5_000, kinds=("input", "transition")):
        rows += found
    return rows


def _heard(rows: list[JournalRow]) -> dict[str, tuple[Decimal, ...]]:
    inputs: list[Any] = [row.facts for row in rows if row.event == "ExecutionReported"]
    inputs += [each for row in rows if row.event == "VenueSnapshot" for each in row.facts["executions"]]  # type: ignore[union-attr]
    trades = [each for each in inputs if each["kind"] != "funding"]
    return {
        each["exec_id"]: (Decimal(each["price"]), Decimal(each["quantity"]) * each["side"], Decimal(each["fee"]))
        for each in trades
    }


def _booked(rows: list[JournalRow]) -> Counter[tuple[str, float, float]]:
    orders: list[Any] = [row for row in rows if row.kind == "transition" and row.machine == "order"]
    ids = {row.instance: row.facts["client_order_id"] for row in orders if row.event == "init"}
    fills = [row for row in orders if row.event == "fill"]
    return Counter((ids[row.instance], row.facts["price"], row.facts["quantity"]) for row in fills)


def agreed(state_dir: Path, http: Any, is_it: Callable[[Side], bool]) -> Side:
    """What both say at a moment when no order is in flight, nothing changes, and it is as wanted."""
    until, last = time.monotonic() + PATIENCE_S, None
    while time.monotonic() < until:
        with opened_journal(state_dir, None) as reader:
            before, found, after = ours(reader), theirs(http), ours(reader)
        last = (before, found)
        if before == after and after.is_quiet and is_it(found) and _exact(after) == _exact(found):
            assert float(after.money) == pytest.approx(float(found.money), abs=1e-6)
            return found
        time.sleep(0.1)
    pytest.fail(f"after {PATIENCE_S:g} s still: {last}")


def _exact(side: Side) -> tuple[object, ...]:
    return side.position, side.stop, side.fees, side.funding, side.fills, side.booked, side.orders


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_after_days_of_bars_both_sides_agree_to_the_last_digit(
    start: Any, cli: Any, candles: Any, rows: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens = rows(HISTORY + 1)[-1][0]
    market = ("--candles", candles(rows(HISTORY + 3_000)), "--from", int(opens), "--speed", SPEED)
    exchange = start("sandbox", "--port", "0", "--json", *market)
    document = told(exchange)
    for name, value in (("API_KEY", "sandbox"), ("API_SECRET", "sandbox"), ("ACCOUNT", "1")):
        monkeypatch.setenv(f"CHARTWRIGHT_VENUE__{name}", value)
    url = document["rest_url"]
    places = ("--rest-url", url, "--ws-url", url.replace("http", "ws", 1), "--set", f"bybit.clock_speed={SPEED}")
    state = ("--state-dir", tmp_path / "s")
    daemon = start("run", "--venue", "bybit", "--live", "--no-web", "--profile", "bare-trend", *places, *state)
    http = unified.HTTP(api_key="sandbox", api_secret="sandbox")  # noqa: S106  published
    http.endpoint = url

    def pass_days(days: float) -> None:
        while json.loads(httpx.get(f"{url}/sandbox").text)["time_ms"] < document["time_ms"] + days * DAY_MS:
            assert daemon.poll() is None, daemon.stderr.read()
            time.sleep(0.2)

    pass_days(0.5)
    holding = agreed(tmp_path / "s", http, lambda side: bool(side.position))
    pass_days(DAYS)
    assert cli("pause", *state).exit_code == 0
    assert cli("flatten", "--yes", *state).exit_code == 0
    flat = agreed(tmp_path / "s", http, lambda side: not side.position)
    for process in (daemon, exchange):
        if process is exchange:
            assert _exact(theirs(http)) == _exact(flat)  # nothing happened to what was compared
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
        assert (process.returncode, "Traceback" in said) == (0, False), said
    with opened_journal(tmp_path / "s", None) as reader:
        assert _exact(ours(reader)) == _exact(flat)
    assert holding.stop is not None
    assert len(flat.fills) >= 8
    assert len(flat.booked) >= 5
    assert flat.funding
