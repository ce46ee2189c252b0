"""Rows of what goes to a real venue and of what it says, exact as text; bars that cannot be asked for again."""

import json
from decimal import Decimal

from actors.kernel.scribe import RowScribe
from core.messages import BarClosed, BarOpened, BarRanged, BarsRemembered
from core.reasons import Reason
from core.records import JournalRow
from core.trading.reports import Command, CommandAnswered, VenueSnapshot, WalletReported
from core.trading.wire import place_fields
from tests.actors.live.stand import ENTRY, execution, held, report, snapshot
from tests.actors.stage import SYMBOL, request

BAR = BarClosed(SYMBOL, 60_000, 1.0, 2.0, 0.5, 1.5, 3.0, incomplete=False)


def admitted(message: object, *, keeps_bars: bool = False) -> list[JournalRow]:
    """The rows of one input, number 7, at 120 000."""
    scribe = RowScribe(keeps_bars=keeps_bars)
    scribe.admitted(7, 120_000, message)
    return scribe.take()


def reported(message: object) -> dict[str, object]:
    """The facts of an input's one row, by way of JSON text."""
    (row,) = admitted(message)
    assert (row.kind, row.event, row.ts, row.cause) == ("input", type(message).__name__, 120_000, "7")
    facts: dict[str, object] = json.loads(json.dumps(row.facts, allow_nan=False))
    assert facts == row.facts
    return facts


def test_a_command_is_a_row_by_its_verb_and_key_with_its_fields_and_reasons() -> None:
    scribe = RowScribe()
    fields = place_fields(request(quantity=Decimal("0.0100"), price=Decimal("1E+2")), "96.0")
    reasons = (Reason.ORDER_SUBMITTED, Reason.RECONCILE_PLANNED)
    command = Command(5, f"{SYMBOL}/venue", "place", ENTRY, fields, reasons)
    scribe.recorded((3, 1, 0, 2), command)
    (row,) = scribe.take()
    assert (row.kind, row.ts, row.actor, row.instance, row.event) == ("command", 5, command.actor, ENTRY, "place")
    assert row.cause == "3.1.0.2"
    assert row.reasons == ("ORDER_SUBMITTED", "RECONCILE_PLANNED")
    assert (row.facts["quantity"], row.facts["price"], row.facts["stop"]) == ("0.0100", "100", "96.0")
    assert row.facts == fields


def test_a_command_is_neither_a_transition_nor_an_evaluation() -> None:
    scribe = RowScribe()
    scribe.recorded((3, 1, 0, 2), Command(5, "venue", "snapshot", SYMBOL, {}, (Reason.AUDIT_DUE,)))
    assert (scribe.seq, scribe.transitions, scribe.evaluations) == (1, 0, 0)


def test_decimals_of_an_execution_are_kept_to_the_last_digit_as_text() -> None:
    facts = reported(execution("e1", ENTRY, "0.0100", "60000.10", fee=Decimal("0.330000550000000001")))
    assert (facts["quantity"], facts["price"]) == ("0.0100", "60000.10")
    assert facts["fee"] == "0.330000550000000001"
    assert (facts["side"], facts["maker"], facts["exec_id"]) == (1, False, "e1")


def test_what_an_order_does_not_have_is_null() -> None:
    assert reported(report(ENTRY, price=None))["price"] is None
    assert reported(report(ENTRY, price=Decimal("99.50")))["price"] == "99.50"


def test_a_snapshot_holds_its_position_orders_executions_and_wallet_as_objects_of_their_own() -> None:
    wallet = WalletReported("USDT", Decimal("1000.10"), Decimal("999.90"), 4)
    whole: VenueSnapshot = snapshot(
        held("2", "96.50"),
        report(ENTRY, quantity=Decimal("2.0")),
        executions=(execution("e1", ENTRY, "1.0", "100"), execution("e2", ENTRY, "1.00", "101")),
        wallet=wallet,
    )
    (row,) = admitted(whole)
    facts = json.loads(json.dumps(row.facts, allow_nan=False))
    assert (facts["symbol"], facts["requested"]) == (SYMBOL, True)
    assert facts["position"]["stop"] == "96.50"
    assert [order["quantity"] for order in facts["orders"]] == ["2.0"]
    assert [(each["exec_id"], each["quantity"]) for each in facts["executions"]] == [("e1", "1.0"), ("e2", "1.00")]
    assert facts["wallet"] == {"coin": "USDT", "equity": "1000.10", "balance": "999.90", "ts": 4}


def test_a_snapshot_without_a_wallet_says_so() -> None:
    facts = reported(snapshot(held("0", None)))
    assert facts["wallet"] is None
    assert facts["orders"] == facts["executions"] == []


def test_an_answer_is_kept_as_it_was_told() -> None:
    facts = reported(CommandAnswered("place", ENTRY, "refused", "VENUE_REDUCE_ONLY", 110017, "as the venue says"))
    assert facts["outcome"] == "refused"
    assert (facts["code"], facts["reason"]) == (110017, "VENUE_REDUCE_ONLY")


def test_remembered_bars_are_nested_oldest_first() -> None:
    later = BarClosed(SYMBOL, 120_000, 1.5, 2.0, 0.5, 1.0, 3.0, incomplete=True)
    facts = reported(BarsRemembered(SYMBOL, (BAR, later)))
    bars = facts["bars"]
    assert isinstance(bars, list)
    assert [BarClosed(**bar) for bar in bars] == [BAR, later]


def test_a_closed_bar_is_a_row_of_its_own_only_where_bars_are_kept() -> None:
    (kept,) = admitted(BAR, keeps_bars=True)
    assert (kept.event, kept.ts, kept.cause) == ("BarClosed", 120_000, "7")
    assert BarClosed(**kept.facts) == BAR  # type: ignore[arg-type]  # the scribe wrote them
    (reference,) = admitted(BAR)
    assert reference.event == "bars"
    assert "close" not in reference.facts


def test_the_parts_of_a_bar_are_never_rows() -> None:
    for part in (BarOpened(SYMBOL, 1, 1.0), BarRanged(SYMBOL, 1, 1.0, 2.0, 0.5)):
        assert admitted(part, keeps_bars=True) == admitted(part) == []
