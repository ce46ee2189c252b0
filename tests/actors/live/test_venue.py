"""A real venue's keeper: executions of every kind, and one story told in every order that its causes allow."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.reasons import Reason
from core.trading.booking import FillBooked
from core.trading.reports import PositionReported
from tests.actors.live.stand import ENTRY, TARGET, Stand, answer, execution, held, report

QUICKLY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow],
)
FINAL = {"filled", "canceled", "rejected", "expired"}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("stop", "EXIT_STOP"), ("adl", "EXIT_ADL"), ("liquidation", "EXIT_LIQUIDATION"), ("trade", "EXIT_OUTSIDE")],
)
def test_what_the_venue_closes_by_itself_is_booked_with_its_reason(kind: str, reason: str) -> None:
    stand = Stand().entered().hear(execution("v1", "", "2", "97", kind=kind))
    assert (stand.net, stand.configuration) == ("0", ())
    assert stand.reasons("position", "close")[0][0] == reason


def test_a_partial_deleveraging_leaves_the_rest() -> None:
    stand = Stand().entered().hear(execution("v1", "", "0.5", "97", kind="adl"), held("1.5", "96", 2))
    assert stand.net == "1.5"
    assert "confirmed" in stand.configuration


def test_funding_is_paid_once_and_moves_no_quantity() -> None:
    stand = Stand().entered()
    stand.risk.heard.clear()
    funding = execution("f1", "", "2", "100", kind="funding", fee=Decimal("0.3"))
    stand.hear(funding, funding)
    assert [booked.funding for booked in stand.heard(stand.risk, FillBooked)] == [0.3]
    assert (stand.net, stand.venue.view()["funding"]) == ("2", "0.3")


def test_other_executions_change_nothing() -> None:
    assert Stand().entered().hear(execution("o1", "", "2", "100", kind="other")).net == "2"


def test_an_execution_is_taken_once_also_over_a_restart() -> None:
    stand = Stand().entered()
    again = stand.hear(execution("t1", TARGET, "0.4", "104")).reborn().hear(execution("t1", TARGET, "0.4", "104"))
    assert again.net == "1.6"


def test_an_execution_nobody_can_explain_is_not_booked_but_looked_into() -> None:
    stand = Stand().hear(execution("x1", "", "2", "100"))
    assert (stand.net, stand.command("snapshot").reasons) == ("0", (Reason.POSITION_DIFFERS,))


def test_a_difference_that_outlasts_a_fill_is_looked_into() -> None:
    stand = Stand().entered().hear(held("1", "96", 2))
    assert stand.wait(1_499).commands("snapshot") == []
    assert stand.wait(1).command("snapshot").reasons == (Reason.POSITION_DIFFERS,)


def test_a_difference_that_a_fill_explains_in_time_is_not() -> None:
    stand = Stand().entered().hear(held("1", "96", 2), execution("t1", TARGET, "1", "104"))
    assert stand.wait(5_000).commands("snapshot") == []


def test_another_symbols_news_are_not_wanted() -> None:
    assert not Stand().venue.wants(report(ENTRY, symbol="ETHUSDT"))


# --- one story, told in every order


def entry_story(sent: Any) -> list[list[object]]:
    """What the venue tells of an entry, by stream; each stream keeps its own order."""
    return [
        [answer(sent)],
        [report(ENTRY), report(ENTRY, "partially_filled", "0.5"), report(ENTRY, "filled", "2")],
        [execution("e1", ENTRY, "0.5", "100"), execution("e2", ENTRY, "1.5", "100")],
        [held("0.5", "96", 1), held("2", "96", 2)],
    ]


def end_story() -> list[list[object]]:
    """And of the end: half goes to the target, the other half to the stop."""
    return [
        [report(TARGET, quantity=Decimal(1)), report(TARGET, "filled", "1", quantity=Decimal(1))],
        [execution("t1", TARGET, "0.4", "104"), execution("t2", TARGET, "0.6", "104")],
        [held("1", "96", 3), held("0", None, 4)],
    ]


def shuffled(streams: list[list[object]], draw: Any) -> list[object]:
    """The streams woven into one, each message perhaps told again at any later time."""
    left, told, heard = [list(stream) for stream in streams], list[object](), list[object]()
    while any(left):
        stream = draw(st.sampled_from([each for each in left if each]))
        told.append(stream.pop(0))
        heard.append(told[-1])
        if draw(st.booleans()):
            heard.append(draw(st.sampled_from(told)))
    return heard


def newer(last: list[PositionReported], message: object) -> list[PositionReported]:
    """The position's newest word, which a snapshot tells again after a restart."""
    is_newer = isinstance(message, PositionReported) and (not last or message.seq >= last[0].seq)
    return [message] if is_newer and isinstance(message, PositionReported) else last


@QUICKLY
@given(data=st.data())
def test_a_story_told_in_any_order_and_twice_over_ends_the_same(data: Any) -> None:
    stand, last = Stand().entering(), list[PositionReported]()
    for message in shuffled(entry_story(stand.command("place")), data.draw):
        if data.draw(st.integers(0, 4)) == 0:
            stand = stand.reborn().hear(*last)
        last = newer(last, message)
        stand.hear(message).wait(data.draw(st.sampled_from([0, 0, 50, 300])))
    assert (stand.order_states()[ENTRY], float(stand.net)) == ("filled", 2.0)
    assert "confirmed" in stand.configuration
    target = next(command for command in stand.commands("place") if command.key == TARGET)
    for message in shuffled([[answer(target)], *end_story()], data.draw):
        if data.draw(st.integers(0, 4)) == 0:
            stand = stand.reborn().hear(*last)
        last = newer(last, message)
        stand.hear(message).wait(data.draw(st.sampled_from([0, 0, 50, 300])))
    stand.hear(execution("s1", "", "1", "96", kind="stop"))
    assert set(stand.order_states().values()) <= FINAL
    assert (float(stand.net), stand.configuration) == (0.0, ())
    assert stand.fills() == [(0.5, 100.0), (1.5, 100.0), (0.4, 104.0), (0.6, 104.0)]
