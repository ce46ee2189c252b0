"""Messages and records: equal by value, slotted, and cheap."""

from typing import Any

import pytest

from core.message import message
from core.messages import BarOpened, OperatorCommanded
from core.reasons import Reason
from core.records import Evaluation, JournalRow, Transition
from core.verdict import Approved, Rejected


def test_messages_are_equal_by_value_and_matched_by_position() -> None:
    assert BarOpened("BTCUSDT", 1, 2.0) == BarOpened("BTCUSDT", 1, 2.0)
    assert BarOpened("BTCUSDT", 1, 2.0) != BarOpened("BTCUSDT", 1, 2.5)
    match OperatorCommanded("pause", "me"):
        case OperatorCommanded("pause", author):
            assert author == "me"
        case _:
            pytest.fail("a message is matched by its fields in order")


@pytest.mark.parametrize("kind", [BarOpened, Transition, Evaluation, Approved, Rejected])
def test_a_message_takes_no_attribute_it_was_not_declared_with(kind: Any) -> None:
    found = kind.__new__(kind)
    with pytest.raises(AttributeError):
        found.other = 1


def test_a_declared_class_keeps_its_name_and_its_docstring() -> None:
    @message
    class Said:
        """Something."""

        text: str

    assert (Said.__name__, Said.__doc__) == ("Said", "Something.")
    assert Said("x").text == "x"


def test_a_transition_has_everything_a_journal_row_needs() -> None:
    made: Any = Transition(1, "order", "order", "S/order/1", 0, "init", (), ("new",), (Reason.ORDER_ACCEPTED,), {})
    shared = {"ts", "actor", "machine", "instance", "n", "event", "source", "target", "reasons", "facts"}
    assert shared == set(made.__slots__)
    assert shared < set(JournalRow._fields)
    assert made.reasons[0].name == "ORDER_ACCEPTED"
