"""Work is handed to a thread beside the loop, which waits until the two can go on side by side."""

import threading
from collections.abc import Iterator
from functools import partial

import anyio
import pytest

from actors.kernel import beside
from actors.kernel.beside import Alone, Beside

pytestmark = pytest.mark.anyio


@pytest.fixture
def helper() -> Iterator[Beside[str]]:
    helper = Beside[str]("helper")
    yield helper
    helper.close()


def _named(word: str, _: Alone) -> str:
    return f"{word} {threading.current_thread().name}"


async def test_the_result_is_what_the_work_came_to(helper: Beside[str]) -> None:
    for word in ("first", "second"):
        helper.hand(partial(_named, word))
        assert await helper.result() == f"{word} helper_0"


async def test_what_the_work_raises_is_raised_where_its_result_is_asked_for_and_the_next_one_is_done(
    helper: Beside[str],
) -> None:
    def fail(_: Alone) -> str:
        raise OSError("no disk")

    helper.hand(fail)
    with pytest.raises(OSError, match="no disk"):
        await helper.result()
    helper.hand(lambda _: "done")
    assert await helper.result() == "done"


async def test_the_loop_waits_until_the_work_needs_python_no_longer_and_no_further(
    helper: Beside[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "HAND_S", 30.0)
    went, may_end = list[str](), threading.Event()

    def work(alone: Alone) -> str:
        went.append("needs it")
        alone()
        assert may_end.wait(30)
        return "done"

    with anyio.fail_after(10):
        helper.hand(work)
        assert went == ["needs it"]
        may_end.set()
        assert await helper.result() == "done"


async def test_the_loop_does_not_wait_long_for_work_that_never_says_so(helper: Beside[str]) -> None:
    may_end = threading.Event()
    helper.hand(lambda _: str(may_end.wait(30)))
    may_end.set()
    with anyio.fail_after(10):
        assert await helper.result() == "True"


async def test_who_is_canceled_waits_for_the_work_all_the_same(helper: Beside[str]) -> None:
    may_end, found = threading.Event(), list[str]()
    helper.hand(lambda _: str(may_end.wait(30)))

    async def ask() -> None:
        found.append(await helper.result())

    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            await anyio.lowlevel.checkpoint()
            tasks.cancel_scope.cancel()
            threading.Timer(0.05, may_end.set).start()
    assert found == ["True"]


def test_work_that_outlives_its_loop_harms_no_later_one_and_the_thread_ends_when_it_is_closed() -> None:
    helper, may_end, ended = Beside[str]("left"), threading.Event(), threading.Event()

    def outlive(_: Alone) -> str:
        assert may_end.wait(30)
        ended.set()
        return "too late"

    async def leave() -> None:
        helper.hand(outlive)

    async def ask() -> str:
        helper.hand(partial(_named, "later"))
        return await helper.result()

    anyio.run(leave)
    may_end.set()
    assert ended.wait(10)
    assert anyio.run(ask) == "later left_0"
    thread = next(thread for thread in threading.enumerate() if thread.name == "left_0")
    helper.close()
    thread.join(10)
    assert not thread.is_alive()
