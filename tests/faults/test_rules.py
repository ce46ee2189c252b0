"""The auditor's own examination: rows that break a rule, and rows that do not."""

from typing import Any

import pytest

from core.message import Facts
from core.records import JournalRow
from tests.faults.rules import Rules

DWELL_MS = 1_000


def heard(event: str) -> JournalRow:
    """An input."""
    return JournalRow(1, "input", 0, "", "", "", 0, event, (), (), (), {}, "1")


def moved(machine: str, event: str, *, to: str, source: str = "", ts: int = 0, **facts: Any) -> JournalRow:
    """A transition."""
    sources = (source,) if source else ()
    return JournalRow(
        2, "transition", ts, machine, machine, f"{machine}/1", 0, event, sources, (to,), ("ORDER_FILLED",), facts, "1.1"
    )


def placed() -> JournalRow:
    """An entry goes out."""
    facts: Facts = {"reduce_only": False}
    return JournalRow(3, "command", 0, "venue", "", "cw-1-entry", 0, "place", (), (), (), facts, "1.2")


TRADING = moved("session", "begin", to="trading")


def breached(*rows: JournalRow) -> list[str]:
    """Which rules were broken."""
    rules = Rules(DWELL_MS)
    for row in rows:
        rules.take(row)
    return [breach.split()[0] for breach in rules.breaches]


@pytest.mark.parametrize(("machine", "state"), [("regime", "RISK_ON"), ("risk", "normal"), ("risk", "reduced")])
def test_an_entry_is_right_where_regime_and_risk_permit_it(machine: str, state: str) -> None:
    assert breached(TRADING, moved(machine, "init", to=state), placed()) == []


@pytest.mark.parametrize(
    ("machine", "state"), [("regime", "undetermined"), ("risk", "halted_for_day"), ("risk", "halted_for_week")]
)
def test_an_entry_that_regime_or_risk_forbids_breaks_i3(machine: str, state: str) -> None:
    assert breached(TRADING, moved(machine, "init", to=state), placed()) == ["I3"]


@pytest.mark.parametrize(
    ("begun_by", "rules"),
    [("BarClosed", []), ("VenueSnapshot", []), ("NewsPublished", ["I8"]), ("FeedAnswered", ["I8"])],
)
def test_a_position_begun_by_news_breaks_i8(begun_by: str, rules: list[str]) -> None:
    begun = moved("position", "init", to="opening", side=1)
    bar = JournalRow(1, "input", 0, "", "", "", 0, "BarClosed", (), (), (), {"open_ms": 0}, "1")
    assert breached(bar if begun_by == "BarClosed" else heard(begun_by), begun) == rules


@pytest.mark.parametrize(
    ("event", "source", "to", "ts", "rules"),
    [
        ("assess", "RISK_ON", "CHOP", 5 + DWELL_MS, []),
        ("assess", "RISK_ON", "CHOP", 4 + DWELL_MS, ["I9"]),
        ("lose_inputs", "RISK_ON", "undetermined", 6, []),
        ("hold", "RISK_ON", "RISK_ON", 6, []),
    ],
)
def test_a_regime_that_changes_before_its_dwell_breaks_i9(
    event: str, source: str, to: str, ts: int, rules: list[str]
) -> None:
    begun = moved("regime", "assess", source="undetermined", to="RISK_ON", ts=5)
    assert breached(begun, moved("regime", event, source=source, to=to, ts=ts)) == rules
