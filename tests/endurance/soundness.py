"""Whether a journal tells one consistent story, wherever its daemon was killed, and restores what was saved."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any, cast

from actors.adapters.ledger.reader import LedgerReader
from actors.adapters.ledger.row import canonical
from actors.crew import Crew, CrewParams
from actors.kernel.kernel import Kernel
from actors.kernel.scribe import RowScribe
from core.records import JournalRow

PAGE = 20_000
REBORN = ("session", "connection/market")
"""These begin anew with every process; the others are restored."""
FINAL = {"position": {"closed"}, "order": {"filled", "canceled", "rejected", "expired"}}


def check(reader: LedgerReader, *, symbol: str, timeframe_ms: int, params: CrewParams) -> bool:
    """Assert all of it; returns whether a position was open."""
    found = reader.verify()
    assert found.broken_at is None, found.why
    states = reader.states()
    if "kernel" not in states:
        assert found.records == 0
        return False
    rows = [row for row in _rows(reader) if row.kind in {"transition", "evaluation"}]
    _check_story(rows)
    _check_states(states, _last(rows), symbol)
    _check_restored(states, symbol, timeframe_ms, params)
    return states.get(f"{symbol}/position", {}).get("held") is not None


def _rows(reader: LedgerReader) -> Iterator[JournalRow]:
    after = 0
    while page := reader.rows(after=after, limit=PAGE):
        yield from page
        after = page[-1].seq


def _check_story(rows: list[JournalRow]) -> None:
    """No bar is decided twice, no order is made twice, no instance's record is missing or doubled."""
    bars = [cast("int", row.facts["bar_open_ms"]) for row in rows if row.kind == "evaluation"]
    assert all(earlier < later for earlier, later in pairwise(bars))
    entries = sum(row.kind == "evaluation" and row.event == "entry" for row in rows)
    made = Counter(row.facts["client_order_id"] for row in rows if row.machine == "order" and row.event == "init")
    assert set(made.values()) <= {1}
    assert sum(row.machine == "position" and row.event == "init" for row in rows) <= entries
    numbers: dict[str, int] = {}
    for row in rows:
        if row.kind == "transition":
            assert row.n == numbers.get(row.instance, -1) + 1, f"{row.instance}: record {row.n} (seq {row.seq})"
            numbers[row.instance] = row.n


def _last(rows: Iterable[JournalRow]) -> dict[str, JournalRow]:
    return {row.instance: row for row in rows if row.kind == "transition"}


def _check_states(states: dict[str, Any], last: dict[str, JournalRow], symbol: str) -> None:
    """Every saved configuration is the target of that instance's last transition, and all who hold orders agree."""
    live = {instance: chart for instance, chart, _ in states.get(f"{symbol}/order", {}).get("live", ())}
    live |= {"market/regime/1": states["regime"]["chart"], "account/risk/1": states["risk"]["chart"]}
    position = states.get(f"{symbol}/position", {})
    if position.get("held") is not None:
        live[f"{symbol}/position/{position['number']}"] = position["chart"]
    for instance, chart in live.items():
        _check_chart(chart, last[instance])
    for instance, row in last.items():
        if instance not in live and row.machine in FINAL:
            assert FINAL[row.machine].intersection(row.target), instance
    _check_book(states, position.get("held"), symbol)


def _check_book(states: dict[str, Any], held: dict[str, Any] | None, symbol: str) -> None:
    """The venue's book rests exactly the orders that live, and holds exactly what the position holds."""
    book, orders = (states.get(f"{symbol}/{role}", {}) for role in ("venue", "order"))
    assert Decimal(book.get("quantity", 0)) == Decimal(held["remaining"] if held else 0)
    resting = {order["client_order_id"] for order in book.get("resting", ())}
    assert resting == {request["client_order_id"] for _, _, request in orders.get("live", ())}
    assert set(held["orders"].values() if held else ()) == resting


def _check_chart(saved: dict[str, Any], row: JournalRow) -> None:
    assert (tuple(saved["configuration"]), saved["n"]) == (row.target, row.n), row.instance


def _check_restored(states: dict[str, Any], symbol: str, timeframe_ms: int, params: CrewParams) -> None:
    """Actors that take the saved states back would save them again as they are, to the last bit."""
    crew = Crew(symbol, timeframe_ms, params)
    kernel = Kernel(crew.deciders, RowScribe())
    kernel.restore(states)
    for decider in crew.deciders:
        if decider.address in states and decider.address not in REBORN:
            assert canonical(decider.save()) == canonical(states[decider.address]), decider.address
    kernel.dirty.clear()
    assert canonical(kernel.saved()["kernel"]) == canonical(states["kernel"])
