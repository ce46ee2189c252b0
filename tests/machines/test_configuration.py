import pytest

from core.errors import InvariantBroken
from machines.catalog import CHARTS
from machines.configuration import checked, document_order, in_document_order

POSITION = CHARTS["position"]


def test_states_are_listed_depth_first_as_the_file_has_them() -> None:
    assert list(document_order(POSITION)) == [
        *("position", "lifecycle", "pending", "open", "filling", "filled", "partial", "trailing", "closed"),
        *("protection", "unprotected", "requested", "confirmed", "lost", "released"),
    ]


def test_any_order_of_a_possible_configuration_comes_back_in_document_order() -> None:
    wanted = ("position", "lifecycle", "open", "filled", "protection", "lost")
    assert checked(POSITION, reversed(wanted)) == wanted
    assert in_document_order(POSITION, frozenset(wanted)) == wanted


@pytest.mark.parametrize(
    ("configuration", "why"),
    [
        ("", "exactly one of position, it has none"),
        ("position lifecycle pending", "every one of lifecycle, protection, it has lifecycle"),
        ("position lifecycle pending partial protection lost", "exactly one of pending, open"),
        ("position lifecycle protection lost", "exactly one of pending, open"),
        ("position lifecycle open protection lost", "exactly one of filling, filled, it has none"),
        ("position lifecycle open filling filled protection lost", "it has filling, filled"),
        ("position lifecycle partial filled protection lost", "'filled' is active without its parent 'open'"),
        ("lifecycle pending protection lost", "exactly one of position, it has none"),
        ("position lifecycle pending protection lots", "there is no state 'lots'"),
    ],
)
def test_an_impossible_configuration_is_refused_with_the_rule_it_breaks(configuration: str, why: str) -> None:
    with pytest.raises(InvariantBroken, match=why):
        checked(POSITION, configuration.split())


def test_a_flat_chart_is_in_one_state() -> None:
    assert checked(CHARTS["risk"], ["reduced"]) == ("reduced",)
    with pytest.raises(InvariantBroken, match="it has normal, reduced"):
        checked(CHARTS["risk"], ["normal", "reduced"])
