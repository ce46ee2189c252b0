"""Whatever an exchange does, the rules hold; and once it behaves again, both sides say the same within 30 seconds."""

import os
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from actors.adapters.sandbox.faults.plan import Plan
from tests.faults.plans import MEANT, alone, mixture
from tests.faults.story import HEAL_S, Outcome, story

CHAOS_S = 6.0
FEW = {"ack_lost", "timeout_lost", "cancel_race", "subscription_lost", "ws_half_open", "stop_removed", "adl", "restart"}
IS_FULL = os.environ.get("CHARTWRIGHT_FAULTS") == "all"
SEEDS = range(200 if IS_FULL else 6)

Told = Callable[[str, object], None]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", [name for name in MEANT if IS_FULL or name in FEW])
def test_a_fault_breaks_no_rule_and_leaves_no_difference(name: str, tmp_path: Path, record_property: Told) -> None:
    outcome = told(alone(name), tmp_path, record_property, seed=3)
    assert outcome.struck > 0, "it never had an opportunity"
    assert outcome.entries > 1


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_mixture_of_faults_breaks_no_rule_and_leaves_no_difference(
    seed: int, tmp_path: Path, record_property: Told
) -> None:
    told(mixture(seed), tmp_path, record_property, seed=seed)


def told(plan: Plan, folder: Path, record: Told, *, seed: int) -> Outcome:
    outcome = anyio.run(lambda: story(folder, plan, seed=seed, chaos_s=CHAOS_S))
    record("faults", [sorted(plan.rates), outcome.struck, outcome.entries, len(outcome.breaches), outcome.healed_s])
    assert outcome.breaches == []
    assert outcome.healed_s is not None, f"after {HEAL_S:g} s still: {outcome.difference}"
    assert not outcome.difference
    return outcome
