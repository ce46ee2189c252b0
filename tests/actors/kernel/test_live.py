"""The daemon's runtime on a clock: what is heard happens now, after all that was due, and time never goes back."""

from collections.abc import Awaitable, Callable, Iterable
from itertools import pairwise
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from actors.kernel.effects import NOTHING, Effects, SetTimer
from actors.kernel.kernel import Kernel
from actors.kernel.live import AT_ONCE, Heard, LiveRuntime, Market, Post, System
from core.messages import NewsPublished, SourceEnded, TimerFired
from tests.actors.kernel.cast import Actor, Notes, news

pytestmark = pytest.mark.anyio


class Hall:
    """One actor under the live runtime; the clock tells these times, one a look, and then the last for ever."""

    def __init__(self, *times: int, says: Callable[[Any, int], Effects] = lambda *_: NOTHING) -> None:
        self.actor = Actor("a", says)
        self.kernel = Kernel((self.actor,), Notes())
        self.between = 0
        self._times = list(times)
        clock = self._look if times else None
        self.runtime = LiveRuntime(self.kernel, between=self._count, clock_ms=clock)

    def _look(self) -> int:
        return self._times.pop(0) if len(self._times) > 1 else self._times[0]

    def _count(self) -> Awaitable[None] | None:
        self.between += 1
        return self.waits()

    def waits(self) -> Awaitable[None] | None:
        """Nothing to wait for between two inputs."""
        return None

    async def run(self, posts: Iterable[Post]) -> list[tuple[str, int]]:
        """Admit these; what the actor heard, and when."""
        with anyio.fail_after(5):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self.runtime.run)
                for post in posts:
                    await self.runtime.mailbox.post(post)
                await self.runtime.mailbox.post(System(news("last"), last=True))
        self.runtime.close()
        return [(_text(message), now) for message, now in self.actor.heard][:-1]


def _text(message: object) -> str:
    if isinstance(message, TimerFired):
        return f"timer {message.key}"
    assert isinstance(message, NewsPublished)
    return message.title


def alarms(*dues: int) -> Callable[[Any, int], Effects]:
    """Sets a timer for each of these times when it hears of the first news."""

    def says(message: Any, now: int) -> Effects:
        del now
        is_first = isinstance(message, NewsPublished) and message.title == "first"
        return [SetTimer(str(due), due) for due in dues] if is_first else NOTHING

    return says


async def test_what_is_heard_happens_at_the_time_of_the_clock_and_not_at_its_own() -> None:
    hall = Hall(5_000)
    assert await hall.run([Heard((news("x", ts=70), news("y", ts=9_000)))]) == [("x", 5_000), ("y", 5_000)]
    assert hall.kernel.now == 5_000


async def test_what_is_waited_for_between_two_inputs_holds_back_the_next() -> None:
    hall, heard = Hall(), []

    async def look() -> None:
        for _ in range(3):
            await anyio.lowlevel.checkpoint()
            heard.append(len(hall.actor.heard))

    hall.waits = lambda: look() if hall.between != 2 else None  # type: ignore[method-assign]
    posts = [Market([(now, news(str(now))) for now in range(1, 5)])]
    assert await hall.run(posts) == [(str(now), now) for now in range(1, 5)]
    assert heard == [1, 1, 1, 3, 3, 3, 4, 4, 4, 5, 5, 5]
    assert hall.kernel.cursor == 4


async def test_inputs_that_nobody_takes_are_passed_over_and_counted() -> None:
    hall = Hall()
    posts = [Market([(1, SourceEnded()), (2, news("x")), (3, SourceEnded()), (4, SourceEnded())])]
    assert await hall.run(posts) == [("x", 2)]
    assert (hall.kernel.cursor, hall.between) == (4, 5)


async def test_however_many_inputs_are_posted_together_other_tasks_run_every_few_of_them() -> None:
    hall, seen = Hall(), [0]

    async def look() -> None:
        while True:
            seen.append(len(hall.actor.heard))
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(look)
        assert len(await hall.run([Market([(now, news(str(now))) for now in range(100)])])) == 100
        tasks.cancel_scope.cancel()
    most = max(after - before for before, after in pairwise(seen))
    assert most <= 2 * (AT_ONCE + 1)  # twice, where a loop runs its tasks in another order every time


async def test_the_system_speaks_at_the_time_of_the_clock() -> None:
    assert await Hall(5_000).run([System(news("pause", ts=70))]) == [("pause", 5_000)]


async def test_without_a_clock_now_is_when_the_last_input_of_the_market_was() -> None:
    posts: list[Post] = [Market([(300, news("bar"))]), Heard((news("x"),)), System(news("pause"))]
    assert await Hall().run(posts) == [("bar", 300), ("x", 300), ("pause", 300)]


async def test_due_timers_fire_before_what_is_heard_each_at_its_own_time_in_order() -> None:
    hall = Hall(100, 100, 500, says=alarms(400, 200, 501))
    heard = await hall.run([Heard((news("first"),)), Heard((news("x"),))])
    assert heard == [("first", 100), ("timer 200", 200), ("timer 400", 400), ("x", 500)]


async def test_due_timers_fire_before_what_the_system_says() -> None:
    hall = Hall(100, 100, 500, says=alarms(200))
    heard = await hall.run([Heard((news("first"),)), System(news("pause"))])
    assert heard == [("first", 100), ("timer 200", 200), ("pause", 500)]


async def test_hearing_nothing_still_lets_due_timers_fire() -> None:
    hall = Hall(100, 100, 500, says=alarms(200))
    assert await hall.run([Heard((news("first"),)), Heard()]) == [("first", 100), ("timer 200", 200)]


async def test_a_clock_that_is_set_back_does_not_take_the_kernel_back() -> None:
    hall = Hall(900, 900, 400)
    heard = await hall.run([Heard((news("x"),)), Heard((news("y"),)), System(news("pause"))])
    assert heard == [("x", 900), ("y", 900), ("pause", 900)]
    assert hall.kernel.now == 900


async def test_a_timer_that_was_due_before_now_fires_now() -> None:
    hall = Hall(900, says=alarms(200))
    assert await hall.run([Heard((news("first"),)), Heard()]) == [("first", 900), ("timer 200", 900)]


async def test_what_is_heard_at_once_is_handed_over_once_and_moves_no_cursor() -> None:
    hall = Hall(5_000)
    await hall.run([Heard((news("x"), news("y"), news("z")))])
    assert hall.between == 2  # the last word of the system is the other
    assert hall.kernel.cursor == 0
