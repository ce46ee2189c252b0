"""I1 to I11 over made-up markets, in every mode, with an operator who interferes."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.digest import MACHINES
from core.messages import SourceEnded, SystemStopped
from core.records import Evaluation, Transition
from tests.invariants.ledger import Auditor
from tests.invariants.world import START_MS, STEP_MS, Plan, World, market, near

QUICKLY = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
COMMANDS = st.lists(
    st.tuples(st.integers(0, 259), st.sampled_from(["pause", "resume", "resume", "flatten"])), max_size=8
)
PLANS = st.builds(
    Plan,
    seed=st.integers(0, 2**32),
    pinned=st.sampled_from(["RISK_ON", "CHOP", ""]),
    jumpiness=st.sampled_from([0.001, 0.003, 0.01]),
    partial_fraction=st.sampled_from([0.0, 0.5, 0.99]),
    target_fraction=st.sampled_from([0.5, 1.0]),
    secondary_target=st.sampled_from(["none", "opposite_band"]),
    time_stop_bars=st.sampled_from([0, 3]),
    commands=COMMANDS.map(tuple),
)


def audited(plan: Plan) -> Auditor:
    world = World(plan)
    auditor = Auditor(world)
    world.begin()
    auditor.after(None)
    for _, message in world.steps(market(plan)):
        auditor.after(message)
    return auditor


@QUICKLY
@given(plan=PLANS)
def test_no_market_and_no_operator_makes_the_crew_break_an_invariant(plan: Plan) -> None:
    audited(plan)


@QUICKLY
@given(plan=PLANS)
def test_every_cent_is_a_fill_a_fee_or_funding(plan: Plan) -> None:
    auditor = audited(plan)
    account, held = auditor.world.crew.risk.account, auditor.world.crew.position._held
    funding = auditor.funding + (held.funding if held else 0.0)
    expected = account.start_balance + auditor.realized - auditor.fees - funding
    assert near(account.balance, expected, scale=account.start_balance)
    assert near(account.fees, auditor.fees, scale=account.start_balance)


@pytest.mark.parametrize("pinned", ["RISK_ON", "CHOP"])
def test_the_made_up_markets_trade_and_leave_by_many_doors(pinned: str) -> None:
    exits: Counter[str] = Counter()
    partials = 0
    for seed in range(6):
        plan = Plan(seed, pinned, target_fraction=0.5, secondary_target="opposite_band", commands=((150, "flatten"),))
        auditor = audited(plan)
        exits += auditor.exits
        partials += auditor.partials.total()
    assert partials > 3
    assert exits["EXIT_STOP"] > 3
    assert exits["EXIT_TRAILING_STOP" if pinned == "RISK_ON" else "EXIT_TARGET"] > 1


def test_a_measured_regime_changes_and_trades() -> None:
    seen = set()
    entries = 0
    for seed in range(8):
        auditor = audited(Plan(seed))
        entries += auditor.entries
        seen |= {record.target for _, record in auditor.world.recorder.records if _is_regime(record)}
    assert entries > 0
    assert len(seen) > 3


def _is_regime(record: object) -> bool:
    return isinstance(record, Transition) and record.machine == "regime"


@QUICKLY
@given(plan=PLANS, at=st.floats(0, 1))
def test_a_restart_at_any_input_changes_nothing_that_follows(plan: Plan, at: float) -> None:
    items = market(plan)
    cut = int(at * (len(items) - 1))
    world = World(plan)
    world.begin()
    world.run(items[:cut])
    saved, so_far = world.saved(), len(world.recorder.records)
    now = items[cut - 1][0] if cut else START_MS
    again = World.restored(plan, saved, items[:cut], now)
    world.run(items[cut:])
    again.run(items[cut:])
    assert decided(again, 0) == decided(world, so_far)
    assert again.crew.risk.account == world.crew.risk.account
    assert again.crew.strategist.decisions == world.crew.strategist.decisions


def decided(world: World, first: int) -> list[str]:
    records = [record for _, record in world.recorder.records[first:]]
    return [
        repr(record)
        for record in records
        if isinstance(record, Evaluation) or getattr(record, "machine", "") in MACHINES
    ]


@pytest.mark.parametrize("pinned", ["RISK_ON", "CHOP"])
def test_after_a_stop_nothing_is_opened(pinned: str) -> None:
    for seed in range(4):
        world = World(Plan(seed, pinned, commands=((120, "stop"),)))
        auditor = Auditor(world)
        world.begin()
        entries_at_stop = None
        for _, message in world.steps(market(world.plan)):
            auditor.after(message)  # I10 is part of what an accepted opening order must satisfy
            if entries_at_stop is None and world.crew.session.state == "stopping":
                entries_at_stop = sum(order["role"] == "entry" for order in auditor.orders.values())
        assert entries_at_stop is not None
        last = START_MS + 400 * STEP_MS
        for ending in (SourceEnded(), SystemStopped()):
            world.runtime.admit(ending, last)
        assert world.crew.session.state == "stopped"


@pytest.mark.parametrize("pinned", ["RISK_ON", "CHOP"])
def test_two_runs_of_one_market_are_equal_record_by_record(pinned: str) -> None:
    first, second = (audited(Plan(11, pinned)).world.recorder.records for _ in range(2))
    assert repr(first) == repr(second)
