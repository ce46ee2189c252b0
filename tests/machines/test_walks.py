"""What holds on any walk at all through any chart."""

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.reasons import Reason
from machines.catalog import CHARTS
from machines.configuration import checked
from machines.edges import events
from machines.instance import ChartRefused, Instance
from machines.regime import RegimeMemory

WHY = (Reason.SESSION_STARTED,)
THRESHOLD, DWELL_MS = 0.6, 10
GIVEN: dict[str, list[dict[str, Any]]] = {
    "position": [{"complete": True}, {"complete": False}],
    "order": [{"complete": True}, {"complete": False}],
    "connection": [{"private": True}, {"private": False}],
    "regime": [
        {"candidate": candidate, "score": score}
        for candidate, score in product(("RISK_ON", "RISK_OFF", "DECOUPLED", "CHOP"), (0.59, 0.6, 0.9))
    ],
}
Move = tuple[str, dict[str, Any]]

walks = settings(deadline=None, database=None, max_examples=60)
any_walk = given(data=st.data())
every_chart = pytest.mark.parametrize("name", CHARTS)


def fresh(name: str) -> Instance:
    model = RegimeMemory(THRESHOLD, DWELL_MS) if name == "regime" else None
    return Instance(CHARTS[name], instance="X", actor="tester", model=model)


def moves(data: st.DataObject, name: str) -> list[Move]:
    possible = [(event, values) for event in events(CHARTS[name]) for values in GIVEN.get(name, [{}])]
    return data.draw(st.lists(st.sampled_from(possible), max_size=80))


def walk(machine: Instance, steps: list[Move], start: int = 0) -> list[Any]:
    """The records, and None where the chart refused."""
    records: list[Any] = []
    for ts, (event, values) in enumerate(steps, start):
        try:
            records += machine.fire(event, ts, reasons=WHY, **values)
        except ChartRefused:
            records.append(None)
    return records


@every_chart
@walks
@any_walk
def test_every_configuration_on_a_walk_is_possible_and_each_record_begins_where_the_last_ended(
    name: str, data: st.DataObject
) -> None:
    machine = fresh(name)
    at = machine.configuration
    for record in filter(None, walk(machine, moves(data, name))):
        assert record.source == at
        at = record.target
        assert checked(CHARTS[name], at) == at
    assert machine.configuration == at


@every_chart
@walks
@any_walk
def test_what_is_final_never_moves_again(name: str, data: st.DataObject) -> None:
    machine = fresh(name)
    for ts, step in enumerate(moves(data, name)):
        was_final, before = machine.is_final, machine.save()
        walk(machine, [step], ts)
        assert not was_final or machine.save() == before


@walks
@any_walk
def test_protection_is_released_if_and_only_if_the_lifecycle_is_closed(data: st.DataObject) -> None:
    machine = fresh("position")
    for ts, step in enumerate(moves(data, "position")):
        walk(machine, [step], ts)
        assert machine.is_in("released") == machine.is_in("closed") == machine.is_final


@walks
@any_walk
def test_a_position_takes_its_partial_at_most_once(data: st.DataObject) -> None:
    records = walk(fresh("position"), moves(data, "position"))
    assert sum(record is not None and record.event == "take_partial" for record in records) <= 1


@walks
@any_walk
def test_the_regime_dwells_between_changes_unless_it_loses_its_inputs(data: st.DataObject) -> None:
    entered = None
    for record in filter(None, walk(fresh("regime"), moves(data, "regime"))):
        if record.source == record.target:
            continue
        if record.event == "assess" and record.source != ("undetermined",):
            assert entered is not None
            assert record.ts - entered >= DWELL_MS
        entered = record.ts


@every_chart
@walks
@any_walk
def test_a_chart_restored_in_the_middle_of_a_walk_walks_on_as_if_nothing_had_happened(
    name: str, data: st.DataObject
) -> None:
    machine, steps = fresh(name), moves(data, name)
    cut = data.draw(st.integers(0, len(steps)))
    walk(machine, steps[:cut])
    saved = json.loads(json.dumps(machine.save()))
    again = Instance.restore(CHARTS[name], saved, instance="X", actor="tester")
    assert walk(again, steps[cut:], cut) == walk(machine, steps[cut:], cut)
    assert again.save() == machine.save()
