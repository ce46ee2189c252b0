"""Every chart, pair by pair: what each event does in each state, written out by hand."""

import sys
from itertools import product
from typing import Any

import pytest

from core.reasons import Reason
from machines.catalog import CHARTS
from machines.draw import table
from machines.instance import ChartRefused, Instance
from machines.library import LibraryInstance

WHY = (Reason.SESSION_STARTED,)
DWELL_MS = 14_400_000

# Per event, with what it is fired with: source>target, separated by spaces. A pair that is not here is refused.
Rows = dict[str, str]

SESSION: Rows = {
    "begin": "starting>reconciling",
    "reconcile": "reconciling>trading",
    "pause": "trading>paused",
    "resume": "paused>trading safe_mode>reconciling",
    "fail": "starting>safe_mode reconciling>safe_mode trading>safe_mode paused>safe_mode safe_mode>safe_mode",
    "heal": "safe_mode>reconciling",
    "stop": "starting>stopping reconciling>stopping trading>stopping paused>stopping safe_mode>stopping",
    "finish": "stopping>stopped",
}

REGIME: Rows = {
    "assess candidate=RISK_ON score=0.6 now=14400000": (
        "undetermined>RISK_ON RISK_OFF>RISK_ON DECOUPLED>RISK_ON CHOP>RISK_ON"
    ),
    "assess candidate=RISK_OFF score=0.6 now=14400000": (
        "undetermined>RISK_OFF RISK_ON>RISK_OFF DECOUPLED>RISK_OFF CHOP>RISK_OFF"
    ),
    "assess candidate=DECOUPLED score=0.6 now=14400000": (
        "undetermined>DECOUPLED RISK_ON>DECOUPLED RISK_OFF>DECOUPLED CHOP>DECOUPLED"
    ),
    "assess candidate=CHOP score=0.6 now=14400000": "undetermined>CHOP RISK_ON>CHOP RISK_OFF>CHOP DECOUPLED>CHOP",
    "assess candidate=CHOP score=0.5999 now=14400000": "",
    "assess candidate=CHOP score=0.6 now=14399999": "undetermined>CHOP",
    "assess candidate=undetermined score=1.0 now=14400000": "",
    "hold": "undetermined>undetermined RISK_ON>RISK_ON RISK_OFF>RISK_OFF DECOUPLED>DECOUPLED CHOP>CHOP",
    "lose_inputs": "RISK_ON>undetermined RISK_OFF>undetermined DECOUPLED>undetermined CHOP>undetermined",
    "pin": "undetermined>RISK_ON",
}

ORDER: Rows = {
    "accept": "pending_new>new unknown>new",
    "reject": "pending_new>rejected unknown>rejected",
    "fill complete=True": (
        "pending_new>filled new>filled partially_filled>filled pending_cancel>filled pending_replace>filled "
        "unknown>filled"
    ),
    "fill complete=False": (
        "pending_new>partially_filled new>partially_filled partially_filled>partially_filled "
        "pending_cancel>pending_cancel pending_replace>partially_filled unknown>partially_filled"
    ),
    "request_cancel": "new>pending_cancel partially_filled>pending_cancel",
    "cancel": (
        "pending_new>canceled new>canceled partially_filled>canceled pending_cancel>canceled "
        "pending_replace>canceled unknown>canceled"
    ),
    "refuse_cancel": "pending_cancel>new",
    "request_replace": "new>pending_replace partially_filled>pending_replace",
    "replace": "pending_replace>new",
    "refuse_replace": "pending_replace>new",
    "expire": "new>expired partially_filled>expired unknown>expired",
    "lose_track": "pending_new>unknown pending_cancel>unknown pending_replace>unknown",
}

CONNECTION: Rows = {
    "connect": "disconnected>connecting",
    "open private=True": "connecting>authenticating",
    "open private=False": "connecting>syncing",
    "authenticate": "authenticating>syncing",
    "sync": "syncing>live",
    "go_stale": "syncing>stale live>stale",
    "refresh": "stale>live",
    "drop": (
        "connecting>backing_off authenticating>backing_off syncing>backing_off live>backing_off stale>backing_off"
    ),
    "retry": "backing_off>connecting",
    "ban": "connecting>banned authenticating>banned syncing>banned live>banned stale>banned backing_off>banned",
    "lift_ban": "banned>backing_off",
    "refuse": "connecting>refused authenticating>refused",
    "disconnect": (
        "connecting>disconnected authenticating>disconnected syncing>disconnected live>disconnected "
        "stale>disconnected backing_off>disconnected banned>disconnected refused>disconnected"
    ),
}

FEED: Rows = {
    "update": "stale>fresh failed>fresh",
    "expire": "fresh>stale",
    "fail": "fresh>failed stale>failed",
}

RISK: Rows = {
    "reduce": "normal>reduced",
    "recover": "reduced>normal",
    "halt_day": "normal>halted_for_day reduced>halted_for_day",
    "halt_week": "normal>halted_for_week reduced>halted_for_week halted_for_day>halted_for_week",
    "new_day": "reduced>normal halted_for_day>normal",
    "new_week": "halted_for_week>normal reduced>normal halted_for_day>normal",
}

FLAT = {
    "session": ("starting reconciling trading paused safe_mode stopping stopped", SESSION),
    "regime": ("undetermined RISK_ON RISK_OFF DECOUPLED CHOP", REGIME),
    "order": (
        "pending_new new partially_filled filled pending_cancel canceled rejected expired pending_replace unknown",
        ORDER,
    ),
    "connection": (
        "disconnected connecting authenticating syncing live stale backing_off banned refused",
        CONNECTION,
    ),
    "feed": ("stale fresh failed", FEED),
    "risk": ("normal reduced halted_for_day halted_for_week", RISK),
}

LIFECYCLE: Rows = {
    "fill complete=True": "pending>filled filling>filled",
    "fill complete=False": "pending>filling filling>filling",
    "finish_entry": "filling>filled",
    "take_partial": "filling>partial filled>partial",
    "trail": "partial>trailing",
    "close": "filling>closed filled>closed partial>closed trailing>closed",
    "abandon": "pending>closed",
}

PROTECTION: Rows = {
    "request_stop": "unprotected>requested lost>requested",
    "confirm_stop": "requested>confirmed lost>confirmed",
    "lose_stop": "requested>lost confirmed>lost",
    "release": "",  # only `closed` releases, by itself
}

FINAL = {
    "session": {"stopped"},
    "order": {"filled", "canceled", "rejected", "expired"},
}

ENGINES = pytest.mark.parametrize("engine", [Instance, LibraryInstance], ids=["table", "library"])


def targets(rows: Rows, column: str) -> dict[str, str]:
    return dict(pair.split(">") for pair in rows[column].split())


def fired_with(column: str) -> tuple[str, dict[str, Any]]:
    event, *given = column.split()
    kinds: dict[str, Any] = {"complete": "True".__eq__, "private": "True".__eq__, "score": float, "now": int}
    return event, {key: kinds.get(key, str)(value) for key, value in (pair.split("=") for pair in given)}


def at(engine: type[Instance], chart: str, configuration: list[str]) -> Instance:
    saved: Any = {"chart": chart, "n": 7, "configuration": configuration, "model": None}
    if chart == "regime":
        saved["model"] = {"threshold": 0.6, "dwell_ms": DWELL_MS, "entered_ms": 0}
    return engine.restore(CHARTS[chart], saved, instance="X", actor="tester")


def assert_refused(machine: Instance, event: str, given: dict[str, Any]) -> None:
    before = machine.save()
    with pytest.raises(ChartRefused, match=event):
        machine.fire(event, 1, reasons=WHY, **given)
    assert machine.save() == before


PAIRS = [
    (chart, state, column) for chart, (states, rows) in FLAT.items() for state, column in product(states.split(), rows)
]


@ENGINES
@pytest.mark.parametrize(("chart", "state", "column"), PAIRS)
def test_a_flat_chart_does_what_its_table_says_and_refuses_the_rest(
    engine: type[Instance], chart: str, state: str, column: str
) -> None:
    machine = at(engine, chart, [state])
    event, given = fired_with(column)
    target = targets(FLAT[chart][1], column).get(state)
    if target is None:
        assert_refused(machine, event, given)
    else:
        (record,) = machine.fire(event, 1, reasons=WHY, **given)
        assert (record.event, record.source, record.target) == (event, (state,), (target,))
        assert machine.configuration == (target,)


def position_in(life: str, protection: str) -> list[str]:
    nested = ["open", life] if life in {"filling", "filled"} else [life]
    return ["position", "lifecycle", *nested, "protection", protection]


LIVES = ["pending", "filling", "filled", "partial", "trailing"]
PROTECTIONS = ["unprotected", "requested", "confirmed", "lost"]


@ENGINES
@pytest.mark.parametrize("column", [*LIFECYCLE, *PROTECTION])
@pytest.mark.parametrize(("life", "protection"), [*product(LIVES, PROTECTIONS), ("closed", "released")])
def test_a_position_moves_one_region_and_closing_releases_its_protection(
    engine: type[Instance], life: str, protection: str, column: str
) -> None:
    machine = at(engine, "position", position_in(life, protection))
    event, given = fired_with(column)
    life_after: str | None = life
    protection_after: str | None = protection
    if column in LIFECYCLE:
        life_after = targets(LIFECYCLE, column).get(life)
    else:
        protection_after = targets(PROTECTION, column).get(protection)
    if life_after is None or protection_after is None:
        assert_refused(machine, event, given)
        return
    records = machine.fire(event, 1, reasons=WHY, **given)
    steps = [position_in(life, protection), position_in(life_after, protection_after)]
    if life_after == "closed":
        steps.append(position_in("closed", "released"))
    assert [list(record.source) for record in records] == steps[:-1]
    assert [list(record.target) for record in records] == steps[1:]
    assert [record.event for record in records] == [event, "release"][: len(records)]


@pytest.mark.parametrize("chart", CHARTS)
def test_the_hand_written_tables_name_every_state_and_event(chart: str) -> None:
    states, rows = FLAT.get(chart, ("", {**LIFECYCLE, **PROTECTION}))
    assert {column.split()[0] for column in rows} == {str(event) for event in CHARTS[chart]._events}
    if chart in FLAT:
        assert set(CHARTS[chart].states_map) == set(states.split())


@pytest.mark.parametrize("chart", FLAT)
def test_exactly_the_final_states_are_final(chart: str) -> None:
    for state in FLAT[chart][0].split():
        assert at(Instance, chart, [state]).is_final == (state in FINAL.get(chart, set()))


def test_a_position_is_final_once_it_is_closed_and_released() -> None:
    assert at(Instance, "position", position_in("closed", "released")).is_final
    assert not at(Instance, "position", position_in("closed", "lost")).is_final
    assert not at(Instance, "position", position_in("trailing", "confirmed")).is_final


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_each_chart_carries_its_own_table_in_its_docstring(chart: Any) -> None:
    doc = sys.modules[chart.__module__].__doc__
    assert doc is not None
    assert f"\n\n{table(chart)}\n" in doc


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_the_library_runs_each_chart_synchronously_and_refuses_out_loud(chart: Any) -> None:
    machine = LibraryInstance(
        chart, instance="X", actor="tester", model=chart.memory(0.6, 1) if chart.memory else None
    )._machine
    assert type(machine._engine).__name__ == "SyncEngine"
    assert not machine.allow_event_without_transition
    assert not machine.catch_errors_as_events


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_the_regions_of_a_parallel_chart_share_no_event(chart: Any) -> None:
    for state in chart.states:
        if not state.parallel:
            continue
        names = [{str(e) for t in _transitions(region) for e in t.events} for region in state.states]
        assert not set.intersection(*names)


def _transitions(state: Any) -> list[Any]:
    return [*state.transitions, *(t for child in state.states for t in _transitions(child))]
