import math
from collections.abc import Awaitable, Callable
from itertools import pairwise

import anyio
import pytest
import structlog
from anyio.lowlevel import checkpoint
from trio.testing import MockClock

from actors.kernel.supervisor import Child, Escalated, Restart, Strategy, Supervisor

pytestmark = pytest.mark.anyio
QUICK = {"backoff_s": 0.0}


class Troupe:
    """Children that fail, end and stop when told to, and a diary of it."""

    def __init__(self, *names: str) -> None:
        self.diary: list[str] = []
        self._cues = {name: anyio.Event() for name in names}
        self._plays: dict[str, str] = {}

    def child(self, name: str, restart: Restart = "permanent") -> Child:
        async def run() -> None:
            self.diary.append(f"{name} starts")
            try:
                await self._cues[name].wait()
                self._cues[name] = anyio.Event()
                if self._plays[name] == "fail":
                    raise RuntimeError(f"{name} broke")
                self.diary.append(f"{name} ends")
            except anyio.get_cancelled_exc_class():
                self.diary.append(f"{name} stops")
                raise

        return Child(name, run, restart)

    async def cue(self, name: str, play: str) -> None:
        """Have a child do it, and everything that follows from it."""
        self._plays[name] = play
        self._cues[name].set()
        await settled()


async def settled() -> None:
    for _ in range(60):
        await checkpoint()


async def played(
    troupe: Troupe, children: tuple[Child, ...], acts: Callable[[Supervisor], Awaitable[None]], **how: object
) -> list[str]:
    """What happened to the troupe after its start and before its end."""
    supervisor = Supervisor(children, **({"intensity": 3} | QUICK | how))  # type: ignore[arg-type]  # its own keywords
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(supervisor.run)
        await settled()
        first = len(troupe.diary)
        await acts(supervisor)
        found = troupe.diary[first:]
        tasks.cancel_scope.cancel()
    return found


@pytest.mark.parametrize(
    ("strategy", "happens"),
    [
        ("one_for_one", ["b starts"]),
        ("rest_for_one", ["c stops", "b starts", "c starts"]),
        ("one_for_all", ["c stops", "a stops", "a starts", "b starts", "c starts"]),
    ],
)
async def test_a_failure_restarts_whom_the_strategy_says(strategy: Strategy, happens: list[str]) -> None:
    troupe = Troupe("a", "b", "c")
    children = tuple(troupe.child(name) for name in "abc")
    assert await played(troupe, children, lambda _: troupe.cue("b", "fail"), strategy=strategy) == happens


@pytest.mark.parametrize(
    ("restart", "act", "happens"),
    [
        ("permanent", "fail", ["a starts"]),
        ("permanent", "end", ["a ends", "a starts"]),
        ("transient", "fail", ["a starts"]),
        ("transient", "end", ["a ends"]),
        ("temporary", "fail", []),
        ("temporary", "end", ["a ends"]),
    ],
)
async def test_a_child_is_restarted_as_its_kind_says(restart: Restart, act: str, happens: list[str]) -> None:
    troupe = Troupe("a", "b")
    children = (troupe.child("a", restart), troupe.child("b"))

    async def acts(supervisor: Supervisor) -> None:
        await troupe.cue("a", act)
        assert supervisor.states()["a"] == ("running" if "a starts" in happens else "ended")
        assert supervisor.states()["b"] == "running"

    assert await played(troupe, children, acts) == happens


async def test_a_temporary_child_that_a_sibling_s_failure_stops_is_not_started_again() -> None:
    troupe = Troupe("a", "b", "c")
    children = (troupe.child("a"), troupe.child("b", "temporary"), troupe.child("c"))
    happens = await played(troupe, children, lambda _: troupe.cue("a", "fail"), strategy="rest_for_one")
    assert happens == ["c stops", "b stops", "a starts", "c starts"]


async def test_a_child_that_ended_for_good_stays_ended_when_all_are_restarted() -> None:
    troupe = Troupe("a", "b")
    children = (troupe.child("a", "transient"), troupe.child("b"))

    async def acts(_: Supervisor) -> None:
        await troupe.cue("a", "end")
        await troupe.cue("b", "fail")

    assert await played(troupe, children, acts, strategy="one_for_all") == ["a ends", "b starts"]


async def test_as_many_restarts_as_the_intensity_allows_are_made() -> None:
    troupe = Troupe("a", "b")

    async def acts(supervisor: Supervisor) -> None:
        for _ in range(3):
            await troupe.cue("a", "fail")
        assert supervisor.restarts == {"a": 3, "b": 0}

    assert await played(troupe, (troupe.child("a"), troupe.child("b")), acts) == ["a starts"] * 3


async def test_one_failure_more_stops_the_others_and_escalates_with_the_child_and_its_cause() -> None:
    troupe = Troupe("a", "b")
    supervisor = Supervisor((troupe.child("a"), troupe.child("b")), intensity=1, backoff_s=0.0)

    async def fail_twice() -> None:
        await settled()
        await troupe.cue("a", "fail")
        await troupe.cue("a", "fail")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(fail_twice)
        with pytest.raises(Escalated, match=r"a failed 2 times in 60 s, .*RuntimeError: a broke") as caught:
            await supervisor.run()
    assert caught.value.child == "a"
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert troupe.diary[-1] == "b stops"
    assert set(supervisor.states().values()) == {"ended"}


async def test_a_permanent_child_that_merely_ends_too_often_escalates_too() -> None:
    async def end_at_once() -> None:
        await checkpoint()

    with pytest.raises(Escalated, match="meant to run for ever"):
        await Supervisor((Child("a", end_at_once),), intensity=2, backoff_s=0.0).run()


async def test_a_group_of_failures_is_told_by_its_first() -> None:
    async def fail() -> None:
        raise ExceptionGroup("unhandled", [ExceptionGroup("nested", [ValueError("the cause")])])

    with pytest.raises(Escalated, match="ValueError: the cause"):
        await Supervisor((Child("a", fail),), intensity=0, backoff_s=0.0).run()


async def test_a_supervisor_whose_children_all_ended_for_good_ends() -> None:
    async def end() -> None:
        await checkpoint()

    with anyio.fail_after(5):
        await Supervisor((Child("a", end, "transient"), Child("b", end, "temporary"))).run()


async def test_cancellation_stops_children_in_reverse_each_after_the_next_one_is_done() -> None:
    diary: list[str] = []

    def child(name: str) -> Child:
        async def run() -> None:
            try:
                await anyio.sleep_forever()
            finally:
                diary.append(f"{name} closes")
                with anyio.CancelScope(shield=True):
                    await settled()
                diary.append(f"{name} closed")

        return Child(name, run)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(Supervisor(tuple(child(name) for name in "abc")).run)
        await settled()
        tasks.cancel_scope.cancel()
    assert diary == [f"{name} {what}" for name in "cba" for what in ("closes", "closed")]


async def test_a_child_that_fails_while_it_is_stopped_hangs_nothing_and_is_started_again() -> None:
    troupe = Troupe("a", "b")
    lives = 0

    async def fragile() -> None:
        nonlocal lives
        lives += 1
        try:
            await anyio.sleep_forever()
        finally:
            raise RuntimeError("broke while closing")

    children = (troupe.child("a"), Child("fragile", fragile), troupe.child("b"))
    with anyio.fail_after(30):  # a busy machine takes seconds to write the traceback down
        happens = await played(troupe, children, lambda _: troupe.cue("a", "fail"), strategy="rest_for_one")
    assert happens == ["b stops", "a starts", "b starts"]
    assert lives == 2


async def test_children_that_fail_while_another_waits_for_its_restart_are_all_restarted() -> None:
    troupe = Troupe("a", "b", "c")
    children = tuple(troupe.child(name) for name in "abc")

    async def acts(supervisor: Supervisor) -> None:
        for name in "abc":
            troupe._plays[name] = "fail"
            troupe._cues[name].set()
        await settled()
        assert set(supervisor.states().values()) == {"running"}

    assert sorted(await played(troupe, children, acts)) == ["a starts", "b starts", "c starts"]


@pytest.fixture
def virtual_time() -> tuple[str, dict[str, object]]:
    """A loop whose clock jumps to whatever is waited for."""
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class TestInVirtualTime:
    @pytest.fixture
    def anyio_backend(self, virtual_time: tuple[str, dict[str, object]]) -> tuple[str, dict[str, object]]:
        return virtual_time

    @pytest.mark.parametrize(("every_s", "survives"), [(60.0, True), (59.0, False)])
    async def test_failures_a_period_ago_are_forgiven_and_a_second_less_is_not(
        self, every_s: float, *, survives: bool
    ) -> None:
        async def fail_slowly() -> None:
            await anyio.sleep(every_s)
            raise RuntimeError("again")

        supervisor = Supervisor((Child("a", fail_slowly),), intensity=1, period_s=60.0, backoff_s=0.0)
        with anyio.move_on_after(3_600):
            if survives:
                await supervisor.run()
            else:
                with pytest.raises(Escalated):
                    await supervisor.run()
        assert (supervisor.restarts["a"] > 50) is survives

    async def test_the_wait_before_a_restart_doubles_up_to_a_limit(self) -> None:
        starts: list[float] = []

        async def fail() -> None:
            starts.append(anyio.current_time())
            await checkpoint()
            raise RuntimeError("again")

        with pytest.raises(Escalated):
            await Supervisor((Child("a", fail),), intensity=9, backoff_s=0.05).run()
        waits = [round(later - earlier, 6) for earlier, later in pairwise(starts)]
        assert waits == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


async def test_without_an_end_to_patience_every_failure_is_told_and_none_is_raised() -> None:
    told: list[str] = []
    done = anyio.Event()

    async def fail() -> None:
        if len(told) == 1100:
            done.set()
            await anyio.sleep_forever()
        raise RuntimeError("again")

    child = Child("a", fail, on_failure=lambda error: told.append(str(error)))
    with structlog.testing.capture_logs():
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(Supervisor((child,), intensity=math.inf, backoff_s=0.0).run)
            await done.wait()
            tasks.cancel_scope.cancel()
    assert set(told) == {"again"}
