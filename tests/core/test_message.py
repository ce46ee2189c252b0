"""Messages and records: equal by value, and not to be changed."""

from typing import Any

import pytest

from core.message import Facts, as_dict, is_message, message, names, revised
from core.messages import BarOpened, OperatorCommanded
from core.reasons import Reason
from core.records import JournalRow, Transition
from core.verdict import Rejected


def test_messages_are_equal_by_value_and_matched_by_position() -> None:
    assert BarOpened("BTCUSDT", 1, 2.0) == BarOpened("BTCUSDT", 1, 2.0)
    assert BarOpened("BTCUSDT", 1, 2.0) != BarOpened("BTCUSDT", 1, 2.5)
    match OperatorCommanded("pause", "me"):
        case OperatorCommanded("pause", author):
            assert author == "me"
        case _:
            pytest.fail("a message is matched by its fields in order")


@pytest.mark.parametrize("name", ["ts", "other"])
def test_nobody_changes_a_message(name: str) -> None:
    found = BarOpened("BTCUSDT", 1, 2.0)
    with pytest.raises(AttributeError):
        setattr(found, name, 3)
    assert found == BarOpened("BTCUSDT", 1, 2.0)


def test_a_message_with_something_changed_is_another_one() -> None:
    found = Rejected("it", Reason.NO_SIGNAL, 1.0, 2.0)
    assert revised(found, value=3.0) == Rejected("it", Reason.NO_SIGNAL, 3.0, 2.0)
    assert as_dict(found) == {"item": "it", "reason": Reason.NO_SIGNAL, "value": 1.0, "threshold": 2.0}
    assert (is_message(found), is_message(as_dict(found))) == (True, False)


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
    assert shared == {"facts" if name == "told" else name for name in names(Transition)}
    assert shared < set(JournalRow._fields)
    assert made.reasons[0].name == "ORDER_ACCEPTED"


def test_facts_that_are_told_later_are_worked_out_when_the_record_is_read() -> None:
    asked: list[str] = []

    class Slow:
        def facts(self) -> Facts:
            asked.append("facts")
            return {"measured": 1.5}

    made = Transition(1, "order", "order", "S/order/1", 0, "init", (), ("new",), (Reason.ORDER_ACCEPTED,), Slow())
    assert (made.n, asked) == (0, [])
    assert (made.facts, asked) == ({"measured": 1.5}, ["facts"])
