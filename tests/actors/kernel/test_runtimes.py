"""The same deciding actors under both runtimes: the same decisions, row for row."""

import json
from typing import Any

import anyio
import pytest

from actors.crew import Crew, opening
from actors.kernel.kernel import Kernel
from actors.kernel.live import LiveRuntime, Market, System
from actors.kernel.scribe import RowScribe
from actors.kernel.simulated import SimulatedRuntime
from actors.kernel.transcript import Transcript
from actors.lab.backtest import backtest, simulate
from actors.market import Source, inputs
from core.digest import MACHINES, digest
from core.messages import BarClosed, BarOpened, MacroPublished, NewsPublished, SourceEnded, SystemStopped
from core.records import JournalRow
from tests.actors.kernel.cast import Actor, Notes, news
from tests.actors.made import BAR_MS, PARAMS, START_MS, market, real_market


@pytest.fixture(params=["made", "real"])
def source(request: pytest.FixtureRequest) -> Source:
    return market() if request.param == "made" else real_market(request.getfixturevalue("shared_data"))


def simulated_rows(source: Source, prepare: Any = lambda _: None) -> list[JournalRow]:
    scribe = RowScribe()
    crew = Crew(source.symbol, source.timeframe_ms, PARAMS)
    prepare(crew)
    simulate(source, crew, Kernel(crew.deciders, scribe))
    return scribe.take()


def digest_of(rows: list[JournalRow]) -> str:
    decided = sorted((row.instance, row.n, row) for row in rows if row.machine in MACHINES)
    return digest((i, n, row.ts, row.event, row.source, row.target, row.reasons) for i, n, row in decided)


async def live_rows(source: Source) -> list[JournalRow]:
    """As the daemon does it, without its disk."""
    scribe = RowScribe()
    crew = Crew(source.symbol, source.timeframe_ms, PARAMS)
    kernel = Kernel(crew.deciders, scribe)
    crew.remember(source)
    items = list(inputs(source.chunks()))
    kernel.now = items[0][0]

    async def between() -> None:
        """Everything is kept until the end."""

    runtime = LiveRuntime(kernel, between=between)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(runtime.run)
        for message in opening(resumed=False):
            await runtime.mailbox.post(System(message))
        for first in range(0, len(items), 31):
            await runtime.mailbox.post(Market(items[first : first + 31]))
        await runtime.mailbox.post(System(SourceEnded()))
        await runtime.mailbox.post(System(SystemStopped(), last=True))
    runtime.close()
    return scribe.take()


@pytest.mark.anyio
async def test_live_records_row_for_row_what_the_simulation_records(source: Source) -> None:
    simulated = simulated_rows(source)
    assert sum(row.machine == "position" and row.event == "init" for row in simulated) > 5
    live = await live_rows(source)
    assert live == simulated
    assert digest_of(live) == backtest(source, PARAMS)["transitions_sha256"]


def test_both_scribes_tell_the_same_digest_and_counts(source: Source) -> None:
    transcript = Transcript()
    crew = Crew(source.symbol, source.timeframe_ms, PARAMS)
    simulate(source, crew, Kernel(crew.deciders, transcript))
    rows = simulated_rows(source)
    assert transcript.digest() == digest_of(rows)
    assert transcript.transitions == sum(row.kind == "transition" for row in rows)
    assert transcript.evaluations == sum(row.kind == "evaluation" for row in rows)


def test_an_actor_that_would_not_want_an_input_does_nothing_with_it(source: Source) -> None:
    def curious(crew: Crew) -> None:
        for decider in crew.deciders:
            decider.wants = lambda _: True  # type: ignore[method-assign, assignment]  # everything is delivered

    assert simulated_rows(source, curious) == simulated_rows(source)


def test_a_venue_without_orders_or_position_is_spared_the_bars() -> None:
    crew = Crew("BTCUSDT", BAR_MS, PARAMS)
    opened = BarOpened("BTCUSDT", START_MS, 1.0)
    interested = [decider for decider in crew.deciders if BarOpened in decider.inputs]
    assert interested == [crew.strategist, crew.venue]  # the former for the hours that begin with one
    assert not crew.venue.wants(opened)


def test_an_input_nobody_wants_gets_a_number_and_touches_nobody() -> None:
    actor, notes = Actor("me", curious=False), Notes()
    kernel = Kernel((actor,), notes)
    runtime = SimulatedRuntime(kernel)
    runtime.run([(1, news("a")), (2, MacroPublished(2, "dxy", "1d", 1.0))])
    assert kernel.number == kernel.cursor == 2
    assert kernel.now == 2
    assert [line[:2] for line in notes.lines] == [("input", 1), ("input", 2)]
    assert actor.heard == []
    assert set(kernel.saved()) == {"kernel"}


def test_only_touched_actors_are_saved_and_each_once() -> None:
    kernel = Kernel((Actor("idle", curious=False), Actor("busy")), Notes())
    SimulatedRuntime(kernel).run([(1, news("a"))])
    assert kernel.saved()["busy"] == 1
    assert set(kernel.saved()) == {"kernel"}


@pytest.mark.parametrize("cut", [0.3, 0.71])
def test_a_run_saved_and_restored_goes_on_to_the_same_records(source: Source, cut: float) -> None:
    whole = simulated_rows(source)
    items = list(inputs(source.chunks()))
    split = int(len(items) * cut)
    head, states = _until(source, items[:split])
    scribe = RowScribe()
    crew = Crew(source.symbol, source.timeframe_ms, PARAMS)
    kernel = Kernel(crew.deciders, scribe)
    crew.remember(source)
    kernel.restore(states)
    # A restart begins session and connection anew; here they go on, so that every row can be compared.
    scribe.restore(states["counts"], seq=head[-1].seq)
    _carry_over(crew, items[:split])
    runtime = SimulatedRuntime(kernel)
    for message in opening(resumed=True):
        runtime.admit(message, kernel.now)
    runtime.run(items[split:])
    rest = scribe.take()
    decided = [_without_numbers(row) for row in [*head, *rest] if row.kind == "transition" and row.machine in MACHINES]
    assert decided == [_without_numbers(r) for r in whole if r.kind == "transition" and r.machine in MACHINES]
    stops = [(row.instance, row.facts) for row in [*head, *rest] if row.kind == "stop_moved"]
    assert stops == [(row.instance, row.facts) for row in whole if row.kind == "stop_moved"]


def _until(source: Source, items: list[Any]) -> tuple[list[JournalRow], dict[str, Any]]:
    scribe = RowScribe()
    crew = Crew(source.symbol, source.timeframe_ms, PARAMS)
    kernel = Kernel(crew.deciders, scribe)
    crew.remember(source)
    kernel.now = items[0][0]
    runtime = SimulatedRuntime(kernel)
    for message in opening(resumed=False):
        runtime.admit(message, kernel.now)
    runtime.run(items)
    states = kernel.saved() | {"counts": scribe.save()}
    return scribe.take(), json.loads(json.dumps(states, allow_nan=False))


def _carry_over(crew: Crew, items: list[Any]) -> None:
    for _, message in items:
        if isinstance(message, BarClosed):
            crew.strategist.fold(message)


def _without_numbers(row: JournalRow) -> JournalRow:
    """A row without what counts inputs: a restart adds its own opening inputs."""
    return row._replace(seq=0, cause="")


def test_rows_are_numbered_without_a_hole(source: Source) -> None:
    rows = simulated_rows(source)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))


def test_no_row_and_no_state_holds_what_json_cannot(source: Source) -> None:
    for row in simulated_rows(source):
        json.dumps(row.facts, allow_nan=False)
    items = list(inputs(source.chunks()))
    for share in (30, 300, 2_000):
        _until(source, items[:share])


def bar(n: int, close: float = 1.0) -> BarClosed:
    return BarClosed("BTCUSDT", START_MS + n * BAR_MS, 1.0, 2.0, 0.5, close, 3.0, incomplete=False)


def test_a_batch_refers_to_its_bars_by_first_last_count_and_a_hash_of_their_numbers() -> None:
    def reference(*bars: BarClosed) -> dict[str, Any]:
        scribe = RowScribe()
        for number, each in enumerate(bars):
            scribe.admitted(number, each.open_ms + BAR_MS, each)
        (row,) = scribe.take()
        assert (row.kind, row.event, row.ts) == ("input", "bars", bars[-1].open_ms + BAR_MS)
        return row.facts

    first = reference(bar(0), bar(1))
    assert {key: first[key] for key in ("symbol", "first", "last", "count")} == {
        "symbol": "BTCUSDT",
        "first": START_MS,
        "last": START_MS + BAR_MS,
        "count": 2,
    }
    assert reference(bar(0), bar(1)) == first
    assert reference(bar(0), bar(1, close=1.5))["sha256"] != first["sha256"]


def test_a_batch_without_bars_refers_to_none_and_the_next_begins_anew() -> None:
    scribe = RowScribe()
    scribe.admitted(1, 5, bar(0))
    assert len(scribe.take()) == 1
    assert scribe.take() == []
    scribe.admitted(2, 6, bar(1))
    assert scribe.take()[0].facts["first"] == START_MS + BAR_MS


def test_other_inputs_are_rows_of_their_own_with_everything_they_said() -> None:
    scribe = RowScribe()
    scribe.admitted(7, 5, NewsPublished(5, "wire", "Something happened"))
    (row,) = scribe.take()
    assert (row.kind, row.event, row.cause) == ("input", "NewsPublished", "7")
    assert row.facts == {"ts": 5, "source": "wire", "title": "Something happened"}
    assert scribe.pending == 0
