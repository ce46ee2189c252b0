# ruff: noqa: N801, D106  states are classes here, named as states are

from typing import Any, ClassVar

import pytest
from statemachine import Event, HistoryState, State

from core.errors import InvariantBroken
from machines.chart import Chart
from machines.compile import Table


class Historic(Chart):
    title = "historic"
    a = State(initial=True)

    class b(State.Compound):
        b1 = State(initial=True)
        b2 = State()
        back = HistoryState()
        turn = b1.to(b2) | b2.to(b1)

    go = a.to(b.back) | b.to(a)


class Validated(Chart):
    title = "validated"
    a = State(initial=True)
    b = State(final=True)
    go = a.to(b, validators="check")

    def check(self) -> None: ...


class Delayed(Chart):
    title = "delayed"
    a = State(initial=True)
    b = State(final=True)
    go = Event(a.to(b), delay=5)


class Asynchronous(Chart):
    title = "asynchronous"
    a = State(initial=True)
    b = State(final=True)
    go = a.to(b)

    async def on_enter_b(self) -> None: ...


class Expressive(Chart):
    title = "expressive"
    a = State(initial=True)
    b = State(final=True)
    go = a.to(b, cond="x and y")

    def x(self) -> bool:
        return True

    def y(self) -> bool:
        return True


class Inquisitive(Chart):
    title = "inquisitive"
    a = State(initial=True)
    b = State(final=True)
    go = a.to(b)

    def on_enter_b(self, event_data: Any) -> None: ...


class Listening(Chart):
    title = "listening"
    listeners: ClassVar = [object()]
    a = State(initial=True)
    b = State(final=True)
    go = a.to(b)


class Invoking(Chart):
    title = "invoking"
    a = State(initial=True, invoke="work")
    b = State(final=True)
    go = a.to(b)

    def work(self) -> None: ...


class Finishing(Chart):
    title = "finishing"

    class a(State.Compound):
        a1 = State(initial=True)
        a2 = State(final=True)
        go = a1.to(a2)

    b = State(final=True)
    done_state_a = a.to(b)


class Helpful:
    def on_enter_b(self) -> None: ...


class Remembering(Chart):
    title = "remembering"
    memory = Helpful
    a = State(initial=True)
    b = State(final=True)
    go = a.to(b)


@pytest.mark.parametrize(
    ("chart", "why"),
    [
        (Historic, "history state in 'b'"),
        (Validated, "validator 'check'"),
        (Delayed, "event 'go'"),
        (Asynchronous, "asynchronous"),
        (Expressive, "cond 'x and y'"),
        (Inquisitive, "parameter event_data"),
        (Listening, "listeners"),
        (Invoking, "invoke 'work'"),
        (Finishing, "done_"),
        (Remembering, "callback of the memory"),
    ],
)
def test_what_tables_cannot_run_exactly_they_refuse_to_compile(chart: type[Chart], why: str) -> None:
    with pytest.raises(InvariantBroken, match=why):
        Table(chart)
