"""The tables against the library: same configurations, records, refusals, memory and callbacks, in the same order."""
# ruff: noqa: N801, D106  states are classes here, named as states are

from dataclasses import asdict, dataclass, field
from itertools import product
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statemachine import Event, State

from core.reasons import Reason
from machines.catalog import CHARTS
from machines.chart import Chart
from machines.edges import events
from machines.instance import ChartRefused, Instance
from machines.library import LibraryInstance

WHY = (Reason.SESSION_STARTED,)


@dataclass
class Trace:
    """What a thicket's callbacks did."""

    calls: list[str] = field(default_factory=list)


def say(machine: Any, word: str, source: State, target: State | None) -> None:
    seen = [state for state in Thicket.states_map if machine.is_in(state)]
    machine.model.calls.append(f"{word} {source.id}>{target and target.id} in {' '.join(seen)}")


class Thicket(Chart):
    """Everything the tables support, tangled: competing guards, conflicts, raised and eventless events."""

    title = "thicket"
    memory = Trace
    own_reasons: ClassVar = {"echo": (Reason.NEW_DAY,)}

    idle = State(initial=True)

    class both(State.Parallel):
        class left(State.Compound):
            l1 = State(initial=True)
            l2 = State()
            l3 = State(final=True)
            step = l1.to(l2, cond="is_odd") | l1.to(l3, cond="is_big") | l1.to(l1, unless="is_big")
            echo = Event(l2.to(l1, cond="is_deep"), internal=True)
            l2.to(l3, cond="is_beyond")  # eventless

        class right(State.Compound):
            r1 = State(initial=True)

            class deep(State.Compound):
                d1 = State(initial=True)
                d2 = State()
                step = d1.to(d2, cond=["is_odd", "is_big"]) | d2.to(None, cond="is_odd")

            beyond = State()
            step = r1.to(deep, cond="is_odd") | r1.to(deep.d2) | deep.to(beyond, unless="is_odd")
            back = deep.to(deep) | beyond.to(r1)

        cross = right.beyond.to(left.l2)

    fallen = State()
    done = State(final=True)
    enter = idle.to(both) | fallen.to(idle)
    dive = idle.to([both.left.l2, both.right.deep.d2])  # type: ignore[arg-type]  # several targets at once
    # Out of the parallel state from one region, where the other steps too; and once more from the whole.
    step = both.left.l2.to(fallen, cond="is_big") | both.to(done, cond="is_big")
    quit = both.to(done) | idle.to(done)

    def is_odd(self, number: int) -> bool:
        return bool(number % 2)

    def is_big(self, number: int = 0) -> bool:
        return number > 3

    def is_deep(self) -> bool:
        return self.is_in("deep")

    def is_beyond(self) -> bool:
        return self.is_in("beyond")

    def before_transition(self, source: State, target: State | None) -> None:
        say(self, "before", source, target)

    def on_transition(self, source: State, target: State | None) -> None:
        say(self, "on", source, target)

    def after_transition(self, source: State, target: State | None) -> None:
        say(self, "after", source, target)

    def before_step(self, number: int) -> None:
        self.model.calls.append(f"before_step({number})")

    def after_enter(self, now: int = -1) -> None:
        self.model.calls.append(f"after_enter at {now}")

    def on_exit_state(self, source: State, target: State | None) -> None:
        say(self, "exit", source, target)

    def on_enter_state(self, source: State, target: State, now: int = -1) -> None:
        say(self, f"enter at {now}", source, target)

    def on_enter_l2(self) -> None:
        self.raise_("echo")
        self.raise_("nobody_takes_this")

    def on_enter_d2(self, explode: int = 0) -> None:
        if explode:
            raise ValueError("d2 exploded")


# What the guards may be given, so that each of them holds and fails.
GIVEN: dict[str, list[dict[str, Any]]] = {
    "position": [{"complete": True}, {"complete": False}],
    "order": [{"complete": True}, {"complete": False}],
    "connection": [{"private": True}, {"private": False}],
    "regime": [
        {"candidate": candidate, "score": score, "now": now}
        for candidate, score, now in product(("RISK_ON", "RISK_OFF", "DECOUPLED", "CHOP"), (0.59, 0.6), (99, 100))
    ],
    "thicket": [{"number": number, "explode": explode} for number, explode in product((0, 1, 4, 5), (0, 1))],
}
ALL: dict[str, type[Chart]] = {**CHARTS, "thicket": Thicket}
EVERY_CHART = pytest.mark.parametrize("name", ALL)


def memory(chart: type[Chart]) -> Any:
    if chart.memory is None:
        return None
    return Trace() if chart is Thicket else chart.memory(0.6, 100)


def fresh(engine: type[Instance], chart: type[Chart]) -> Instance:
    return engine(chart, instance="X", actor="tester", model=memory(chart))


def outcome(machine: Instance, event: str, values: dict[str, Any]) -> tuple[Any, ...]:
    """Everything that can be told apart about one fire."""
    result: Any
    try:
        result = list(machine.fire(event, 50, reasons=WHY, **values))
    except (ChartRefused, ValueError, TypeError) as error:
        result = type(error).__name__
    return result, machine.configuration, machine.n, machine.model, machine.is_final


def moves(name: str) -> list[tuple[str, dict[str, Any]]]:
    return [(event, values) for event in [*events(ALL[name]), "nothing"] for values in GIVEN.get(name, [{}])]


def at(engine: type[Instance], name: str, configuration: tuple[str, ...]) -> Instance:
    chart = ALL[name]
    model = memory(chart)
    saved: Any = {"chart": name, "n": 0, "configuration": list(configuration)}
    saved["model"] = None if model is None else asdict(model)
    return engine.restore(chart, saved, instance="X", actor="tester")


def pair_at(name: str, configuration: tuple[str, ...]) -> tuple[Instance, Instance]:
    """A table's and the library's instance in the same place, with equal memories."""
    return at(Instance, name, configuration), at(LibraryInstance, name, configuration)


def reachable(name: str) -> set[tuple[str, ...]]:
    start = fresh(Instance, ALL[name]).configuration
    found, frontier = {start}, [start]
    while frontier:
        here = frontier.pop()
        for event, values in moves(name):
            after = outcome(at(Instance, name, here), event, values)[1]
            if after not in found:
                found.add(after)
                frontier.append(after)
    return found


@EVERY_CHART
def test_table_and_library_begin_alike(name: str) -> None:
    table, library = fresh(Instance, ALL[name]), fresh(LibraryInstance, ALL[name])
    assert (table.configuration, table.model) == (library.configuration, library.model)


@EVERY_CHART
def test_table_and_library_agree_on_every_event_in_every_reachable_configuration(name: str) -> None:
    for configuration in sorted(reachable(name)):
        for event, values in moves(name):
            table, library = pair_at(name, configuration)
            assert outcome(table, event, values) == outcome(library, event, values), (configuration, event, values)


def test_the_reachable_configurations_are_as_many_as_the_charts_say() -> None:
    counts = {name: len(reachable(name)) for name in CHARTS}
    assert counts == {
        "session": 7,
        "regime": 5,
        "position": 21,
        "order": 10,
        "connection": 9,
        "feed": 3,
        "risk": 4,
    }
    assert len(reachable("thicket")) > 12


@pytest.mark.parametrize("name", CHARTS)
@settings(deadline=None, database=None, max_examples=25)
@given(data=st.data())
def test_table_and_library_stay_alike_on_long_walks(name: str, data: st.DataObject) -> None:
    table, library = fresh(Instance, CHARTS[name]), fresh(LibraryInstance, CHARTS[name])
    for event, values in data.draw(st.lists(st.sampled_from(moves(name)), max_size=60)):
        assert outcome(table, event, values) == outcome(library, event, values)


def test_a_failing_action_leaves_both_where_they_were_and_usable() -> None:
    table, library = pair_at("thicket", ("idle",))
    for machine in (table, library):
        with pytest.raises(ValueError, match="d2 exploded"):
            machine.fire("dive", 1, reasons=WHY, explode=1)
        assert machine.configuration == ("idle",)
        assert machine.fire("enter", 1, reasons=WHY)[0].n == 1


def test_where_two_regions_conflict_the_first_in_the_document_wins() -> None:
    table = at(Instance, "thicket", ("both", "left", "l2", "right", "r1"))
    (record,) = table.fire("step", 1, reasons=WHY, number=5)
    assert record.target == ("fallen",)


def test_a_table_is_made_once_and_lookups_are_remembered() -> None:
    first, second = fresh(Instance, CHARTS["order"]), fresh(Instance, CHARTS["order"])
    first.fire("accept", 1, reasons=WHY)
    assert first._table is second._table
    assert "accept" in second._spot.choices


class Bursting(Chart):
    """Its second microstep fails when it is told to."""

    title = "bursting"
    own_reasons: ClassVar = {"rest": (Reason.NEW_DAY,)}
    a = State(initial=True)
    b = State()
    c = State(final=True)
    go = a.to(b)
    burst = b.to(c)
    rest = a.to(None)

    def on_enter_b(self) -> None:
        self.raise_("burst")

    def on_enter_c(self) -> None:
        raise ValueError("c burst")


@pytest.mark.parametrize("engine", [Instance, LibraryInstance])
def test_a_failure_in_a_later_microstep_takes_the_earlier_ones_back(engine: type[Instance]) -> None:
    machine = fresh(engine, Bursting)
    with pytest.raises(ValueError, match="c burst"):
        machine.fire("go", 1, reasons=WHY)
    assert (machine.configuration, machine.n) == (("a",), -1)
    assert machine.fire("rest", 1, reasons=WHY)[0].source == ("a",)


@pytest.mark.parametrize("engine", [Instance, LibraryInstance])
def test_an_event_with_its_own_reasons_carries_them_whoever_sends_it(engine: type[Instance]) -> None:
    machine = fresh(engine, Bursting)
    for _ in range(2):  # the second time from the table's remembered choice
        assert machine.fire("rest", 1, reasons=WHY)[0].reasons == (Reason.NEW_DAY,)
