from pathlib import Path

import pytest

from actors.adapters.sandbox.faults.catalogue import FAULTS, Chance
from actors.adapters.sandbox.faults.faults import Faults
from actors.adapters.sandbox.faults.plan import Plan, Step, plan
from core.errors import ConfigurationError


def test_dice_are_seeded_and_each_fault_has_its_own() -> None:
    def throws(text: str, other: int) -> list[bool]:
        faults = Faults(plan(text))
        found = []
        for _ in range(200):
            found.append(faults.strikes("ack_lost"))
            for _ in range(other):
                faults.strikes("ack_late")
        return found

    text = "ack_lost=0.3,ack_late=0.5,seed=7"
    assert throws(text, 0) == throws(text, 3)
    assert throws(text, 0) != throws(text.replace("7", "8"), 0)
    assert 30 < sum(throws(text, 0)) < 90


def test_a_script_strikes_when_it_says_so() -> None:
    faults = Faults(Plan(script=(Step("ack_lost", nth=3, times=2), Step("adl", at_s=5.0))))
    assert [faults.strikes("ack_lost") for _ in range(6)] == [False, False, True, True, False, False]
    assert not faults.strikes("adl")
    faults.elapsed_s = 5.0
    assert [faults.strikes("adl"), faults.strikes("adl")] == [True, False]
    faults = Faults(Plan(rates={"ack_lost": 1.0}))
    faults.heal()
    assert not faults.strikes("ack_lost")


@pytest.mark.parametrize("text", ["ack_lots=0.1", "ack_lost=2", "ack_lost=x", "ack_lost=", "nowhere.json"])
def test_a_specification_that_means_nothing_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ConfigurationError, match="--faults"):
        plan(text)


@pytest.mark.parametrize("script", ["{}", "[1]", '[{"fault": "adl"}]', '[{"fault": "x", "nth": 1}]', "["])
def test_a_script_that_means_nothing_is_refused(script: str, tmp_path: Path) -> None:
    (tmp_path / "script.json").write_text(script)
    with pytest.raises(ConfigurationError, match="--faults"):
        plan(str(tmp_path / "script.json"))


def test_a_script_is_read(tmp_path: Path) -> None:
    (tmp_path / "script.json").write_text('[{"fault": "adl", "at_s": 3}, {"fault": "ban", "nth": 2, "times": 4}]')
    assert plan(str(tmp_path / "script.json")).script == (Step("adl", at_s=3), Step("ban", nth=2, times=4))


def test_the_documents_list_every_fault() -> None:
    text = (Path(__file__).parents[4] / "docs" / "sandbox.md").read_text("utf-8")
    for name, fault in FAULTS.items():
        assert f"| `{name}` | {fault.chance} | {fault.meaning} |" in text


def test_every_fault_says_when_it_may_strike_and_what_it_does() -> None:
    assert {fault.chance for fault in FAULTS.values()} == set(Chance)
    assert len({fault.meaning for fault in FAULTS.values()}) == len(FAULTS)
