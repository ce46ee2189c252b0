import json
from typing import Any

import pytest

from core.errors import InvariantBroken
from core.reasons import Reason
from machines.catalog import CHARTS
from machines.instance import ChartRefused, Instance
from machines.library import LibraryInstance
from machines.regime import RegimeMemory

WHY = (Reason.ORDER_SUBMITTED,)
ENGINES = pytest.mark.parametrize("engine", [Instance, LibraryInstance], ids=["table", "library"])


def order(engine: type[Instance]) -> Instance:
    return engine(CHARTS["order"], instance="BTCUSDT/order/3", actor="order")


def position(engine: type[Instance]) -> Instance:
    return engine(CHARTS["position"], instance="BTCUSDT/position/3", actor="position")


@ENGINES
def test_the_creation_is_record_zero_from_nowhere(engine: type[Instance]) -> None:
    machine = order(engine)
    assert machine.n == -1
    record = machine.create(5, reasons=WHY, facts={"quantity": 1.5})
    assert (record.n, record.event, record.source, record.target) == (0, "init", (), ("pending_new",))
    assert (record.ts, record.actor, record.machine, record.instance) == (5, "order", "order", "BTCUSDT/order/3")
    assert (record.reasons, record.facts, machine.n) == (WHY, {"quantity": 1.5}, 0)


@ENGINES
def test_records_are_numbered_without_a_gap_even_across_a_refusal(engine: type[Instance]) -> None:
    machine = order(engine)
    machine.create(1, reasons=WHY)
    with pytest.raises(ChartRefused):
        machine.fire("replace", 2, reasons=WHY)
    (record,) = machine.fire("accept", 3, reasons=WHY)
    assert (record.n, machine.n) == (1, 1)


@ENGINES
def test_a_record_carries_the_reasons_and_facts_of_its_event(engine: type[Instance]) -> None:
    reasons = (Reason.ORDER_ACCEPTED, Reason.UNKNOWN_RESOLVED)
    (record,) = order(engine).fire("accept", 3, reasons=reasons, facts={"spread_bps": 1.25})
    assert (record.ts, record.reasons, record.facts) == (3, reasons, {"spread_bps": 1.25})


@ENGINES
def test_without_facts_each_record_has_its_own_empty_ones(engine: type[Instance]) -> None:
    machine = order(engine)
    (first,) = machine.fire("accept", 3, reasons=WHY)
    (second,) = machine.fire("cancel", 3, reasons=WHY)
    assert first.facts == second.facts == {}
    assert first.facts is not second.facts


@ENGINES
def test_the_release_carries_its_own_reason_and_the_close_comes_first(engine: type[Instance]) -> None:
    machine = position(engine)
    machine.fire("fill", 1, reasons=WHY, complete=True)
    close, release = machine.fire("close", 2, reasons=(Reason.EXIT_STOP,))
    assert (close.event, close.reasons) == ("close", (Reason.EXIT_STOP,))
    assert (release.event, release.reasons) == ("release", (Reason.PROTECTION_RELEASED,))
    assert release.source == close.target
    assert release.n == close.n + 1


@ENGINES
@pytest.mark.parametrize("event", ["accept", "replace"])
def test_an_event_without_a_reason_is_a_bug_and_moves_nothing(engine: type[Instance], event: str) -> None:
    machine = order(engine)
    machine.fire("accept", 1, reasons=WHY)
    machine.fire("lose_track", 1, reasons=WHY) if machine.is_in("pending_new") else None
    before = machine.save()
    with pytest.raises(InvariantBroken, match="without a reason"):
        machine.fire(event, 1, reasons=())
    with pytest.raises(InvariantBroken, match="without a reason"):
        machine.create(1, reasons=())
    assert machine.save() == before


@ENGINES
def test_a_refusal_names_chart_instance_configuration_and_event(engine: type[Instance]) -> None:
    with pytest.raises(ChartRefused) as caught:
        order(engine).fire("replace", 1, reasons=WHY)
    for word in ("order", "BTCUSDT/order/3", "pending_new", "'replace'"):
        assert word in str(caught.value)


@ENGINES
def test_an_event_no_chart_declares_is_refused(engine: type[Instance]) -> None:
    with pytest.raises(ChartRefused):
        order(engine).fire("explode", 1, reasons=WHY)


@ENGINES
def test_a_guard_that_is_not_given_its_value_says_so_and_moves_nothing(engine: type[Instance]) -> None:
    machine = order(engine)
    with pytest.raises(TypeError, match="complete"):
        machine.fire("fill", 1, reasons=WHY)
    assert machine.configuration == ("pending_new",)
    assert machine.fire("fill", 1, reasons=WHY, complete=True)[0].target == ("filled",)


@ENGINES
def test_a_state_is_in_at_every_depth(engine: type[Instance]) -> None:
    machine = position(engine)
    machine.fire("fill", 1, reasons=WHY, complete=False)
    assert [state for state in ("position", "open", "filling", "filled", "pending") if machine.is_in(state)] == [
        "position",
        "open",
        "filling",
    ]


@ENGINES
def test_the_regime_remembers_when_it_was_entered_and_holding_is_not_entering(engine: type[Instance]) -> None:
    memory = RegimeMemory(threshold=0.5, dwell_ms=100)
    machine = engine(CHARTS["regime"], instance="regime/1", actor="regime", model=memory)
    machine.fire("assess", 1_000, reasons=WHY, candidate="CHOP", score=0.5)
    assert memory.entered_ms == 1_000
    machine.fire("hold", 1_050, reasons=WHY)
    assert memory.entered_ms == 1_000
    machine.fire("lose_inputs", 1_060, reasons=WHY)
    assert memory.entered_ms == 1_060


@ENGINES
def test_a_pinned_regime_also_dwells(engine: type[Instance]) -> None:
    memory = RegimeMemory(threshold=0.5, dwell_ms=100)
    machine = engine(CHARTS["regime"], instance="regime/1", actor="regime", model=memory)
    machine.fire("pin", 1_000, reasons=WHY)
    with pytest.raises(ChartRefused):
        machine.fire("assess", 1_099, reasons=WHY, candidate="CHOP", score=1.0)
    machine.fire("assess", 1_100, reasons=WHY, candidate="CHOP", score=1.0)
    assert machine.configuration == ("CHOP",)


@ENGINES
def test_what_is_given_as_now_wins_over_the_event_time(engine: type[Instance]) -> None:
    memory = RegimeMemory(threshold=0.5, dwell_ms=100)
    machine = engine(CHARTS["regime"], instance="regime/1", actor="regime", model=memory)
    machine.fire("pin", 1_000, reasons=WHY, now=900)
    assert memory.entered_ms == 900


@pytest.mark.parametrize("model", [None, object()])
def test_a_chart_with_a_memory_wants_it(model: Any) -> None:
    with pytest.raises(InvariantBroken, match="RegimeMemory"):
        Instance(CHARTS["regime"], instance="regime/1", actor="regime", model=model)


@ENGINES
def test_what_is_saved_survives_json_and_restores_to_the_same(engine: type[Instance]) -> None:
    memory = RegimeMemory(threshold=0.5, dwell_ms=100)
    machine = engine(CHARTS["regime"], instance="regime/1", actor="regime", model=memory)
    machine.create(1, reasons=WHY)
    machine.fire("pin", 1_000, reasons=WHY)
    saved = json.loads(json.dumps(machine.save()))
    again = engine.restore(CHARTS["regime"], saved, instance="regime/1", actor="regime")
    assert again.save() == machine.save()
    assert again.model == RegimeMemory(threshold=0.5, dwell_ms=100, entered_ms=1_000)
    assert again.fire("hold", 2, reasons=WHY)[0].n == 2


@ENGINES
def test_restoring_fills_the_model_it_is_given_and_runs_no_entry_action(engine: type[Instance]) -> None:
    saved: Any = {"chart": "regime", "n": 4, "configuration": ["CHOP"]}
    saved["model"] = {"threshold": 0.5, "dwell_ms": 100, "entered_ms": 77}
    memory = RegimeMemory(threshold=0.9, dwell_ms=1)
    machine = engine.restore(CHARTS["regime"], saved, instance="regime/1", actor="regime", model=memory)
    assert machine.model is memory
    assert memory == RegimeMemory(threshold=0.5, dwell_ms=100, entered_ms=77)


@pytest.mark.parametrize("saved", [None, {}, {"chart": "order", "n": 0, "configuration": ["new"], "model": None}])
def test_what_another_chart_saved_is_refused(saved: Any) -> None:
    with pytest.raises(InvariantBroken, match="not saved from a position chart"):
        Instance.restore(CHARTS["position"], saved, instance="X", actor="position")
