"""The watch over the protective stop: confirmed by the venue's own word, repaired, and never farther than it was."""

from decimal import Decimal

import pytest

from core.reasons import Reason
from core.trading.orders import MoveStop
from tests.actors.live.stand import ENTRY, TARGET, Stand, answer, execution, held, report, stop_order

POSITION = "BTCUSDT/position/1"


def bare(price: str = "100") -> Stand:
    """All of the entry is held; of the stop that went in with it there is no word yet."""
    stand = Stand().entering()
    stand.hear(answer(stand.command("place")), execution("e1", ENTRY, "2", price), report(ENTRY, "filled", "2"))
    return stand


def told_to_leave(stand: Stand) -> list[str]:
    """Why the position takes its target back, which is how it begins to leave."""
    return [command.reasons[0].name for command in stand.commands("cancel") if command.key == TARGET]


def listed() -> Stand:
    """A protected position whose target is known to the venue."""
    stand = Stand().entered().wait(1_000)
    stand.commands()
    return stand


def acknowledged(stand: Stand) -> Stand:
    """Its target is known to the venue."""
    return stand.hear(answer(stand.command("place")), report(TARGET, quantity=Decimal(1)))


def test_a_stop_is_confirmed_by_the_positions_own_report() -> None:
    stand = bare()
    assert "requested" in stand.configuration
    assert "confirmed" in stand.hear(held("2", "96")).configuration


def test_a_position_report_may_come_before_its_execution() -> None:
    stand = Stand().entering().hear(held("2", "96"), execution("e1", ENTRY, "2", "100"))
    assert "confirmed" in stand.configuration
    assert stand.wait(3_000).commands("snapshot") == []


def test_a_stop_that_went_missing_is_set_again() -> None:
    stand = listed().hear(held("2", None, 2))
    assert "lost" in stand.configuration
    repair = stand.command("set_stop")
    assert (repair.fields["stop"], repair.reasons) == ("96.0", (Reason.STOP_REPAIRED,))
    assert "confirmed" in stand.hear(answer(repair), held("2", "96", 3)).configuration
    assert told_to_leave(stand.wait(10_000)) == []


def test_a_stop_tightened_outside_is_kept() -> None:
    stand = listed().hear(held("2", "98", 2)).wait(5_000)
    assert stand.stop_moves() == [(96.0, 98.0)]
    assert stand.commands("set_stop") == []


def test_a_loosened_stop_is_repaired_and_the_position_never_hears_of_it() -> None:
    stand = listed().hear(held("2", "90", 2)).wait(500)
    repair = stand.command("set_stop")
    assert repair.fields["stop"] == "96.0"
    stand.hear(answer(repair), held("2", "96", 3))
    assert stand.stop_moves() == []


def test_a_stop_loosened_and_half_put_back_never_moves_against_the_position() -> None:
    stand = listed().hear(held("2", "90", 2), held("2", "93", 3)).wait(500)
    assert stand.command("set_stop").fields["stop"] == "96.0"
    assert stand.reborn().hear(held("2", "94", 4), held("2", "96", 5)).stop_moves() == []


def test_a_position_without_a_confirmed_stop_is_closed_in_time() -> None:
    stand = acknowledged(bare())
    assert told_to_leave(stand.wait(4_999)) == []
    assert told_to_leave(stand.wait(1)) == ["STOP_UNCONFIRMED"]


def test_a_stop_beyond_the_price_closes_the_position() -> None:
    stand = listed().hear(held("2", None, 2))
    stand.hear(answer(stand.command("set_stop"), "refused", "VENUE_STOP_BEYOND_PRICE"))
    assert told_to_leave(stand) == ["STOP_BEYOND_PRICE"]


def test_a_triggered_stop_that_does_not_fill_closes_the_position() -> None:
    stand = listed().hear(stop_order("untriggered")).wait(10_000)
    assert told_to_leave(stand.hear(stop_order("triggered")).wait(2_999)) == []
    assert told_to_leave(stand.wait(1)) == ["STOP_UNFILLED"]


def test_a_stop_that_fills_ends_the_position() -> None:
    stand = listed().hear(stop_order("triggered"), execution("s1", "", "2", "96", kind="stop"), held("0", None, 2))
    assert (stand.net, stand.configuration) == ("0", ())
    assert stand.reasons("position", "close")[0][0] == "EXIT_STOP"


@pytest.mark.parametrize(("price", "stop"), [("101", "97.0"), ("99", None), ("100", None)])
def test_a_stop_is_drawn_nearer_to_the_real_price_never_farther(price: str, stop: str | None) -> None:
    asked = [command.fields["stop"] for command in bare(price).commands("set_stop")]
    assert asked == ([] if stop is None else [stop])


def test_a_stop_trailed_while_a_request_is_under_way_is_asked_for_next() -> None:
    stand = listed().tell("/venue", MoveStop("BTCUSDT", POSITION, Decimal(97)))
    first = stand.command("set_stop")
    stand.tell("/venue", MoveStop("BTCUSDT", POSITION, Decimal(98)))
    assert stand.commands("set_stop") == []
    stand.hear(answer(first), held("2", "97", 2)).wait(1_000)
    second = stand.command("set_stop")
    assert second.fields["stop"] == "98"
    stand.hear(answer(second), held("2", "98", 3)).wait(20_000)
    assert stand.stop_moves() == [(96.0, 97.0), (97.0, 98.0)]
    assert stand.commands("set_stop") == []


def test_a_request_for_a_stop_farther_away_is_not_sent() -> None:
    assert listed().tell("/venue", MoveStop("BTCUSDT", POSITION, Decimal(95))).commands("set_stop") == []


@pytest.mark.parametrize("outcome", ["refused", "unknown", "unreachable"])
def test_a_stop_refused_for_now_is_asked_for_again(outcome: str) -> None:
    stand = listed().tell("/venue", MoveStop("BTCUSDT", POSITION, Decimal(97)))
    stand.hear(answer(stand.command("set_stop"), outcome, "VENUE_RATE_LIMITED")).wait(1_000)
    assert stand.command("set_stop").fields["stop"] == "97"


def test_an_older_word_on_the_position_is_ignored() -> None:
    stand = listed().hear(held("2", "98", 5), held("2", None, 4))
    assert "confirmed" in stand.configuration
    assert stand.commands("set_stop") == []


@pytest.mark.parametrize("cut", range(4))
def test_a_restart_at_any_step_of_a_repair_ends_with_the_stop_back(cut: int) -> None:
    stand = listed()
    for step in range(4):
        stand = stand.reborn() if step == cut else stand
        if step == 0:
            stand.hear(held("2", None, 2))
        elif step == 1:
            stand.wait(500)
        elif step == 2:
            stand.hear(answer(stand.commands("set_stop")[0]))
        else:
            stand.hear(held("2", "96", 3))
    assert "confirmed" in stand.configuration
