"""Python looks for garbage less often while the runtime runs, and as before when it has ended."""

import gc

import anyio
import pytest

from actors.kernel.effects import NOTHING, Effects
from actors.kernel.garbage import YOUNG, seldom_sought
from actors.kernel.kernel import Kernel
from actors.kernel.live import LiveRuntime, System
from tests.actors.kernel.cast import Actor, Notes, news


@pytest.mark.anyio
async def test_while_the_runtime_runs_garbage_is_sought_less_often() -> None:
    before, during = gc.get_threshold(), list[tuple[int, ...]]()

    def note(*_: object) -> Effects:
        during.append(gc.get_threshold())
        return NOTHING

    runtime = LiveRuntime(Kernel((Actor("a", note),), Notes()), between=lambda: None)
    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(runtime.run)
            await runtime.mailbox.post(System(news("x"), last=True))
    runtime.close()
    assert during == [(YOUNG, *before[1:])]
    assert gc.get_threshold() == before


@pytest.mark.parametrize("young", [0, 3 * YOUNG])
def test_a_process_that_never_looks_or_less_often_still_is_left_as_it_is(young: int) -> None:
    before = gc.get_threshold()
    gc.set_threshold(young)
    try:
        with seldom_sought():
            assert gc.get_threshold()[0] == young
    finally:
        gc.set_threshold(*before)
