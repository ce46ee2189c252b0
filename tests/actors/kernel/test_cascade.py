import random
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint

from actors.kernel.actor import Decider
from actors.kernel.cascade import MAX_WAVES
from actors.kernel.effects import Effects, Tell
from actors.kernel.kernel import Kernel
from actors.kernel.live import LiveRuntime, Market, System
from actors.kernel.simulated import SimulatedRuntime
from core.errors import InvariantBroken
from core.messages import SystemStopped
from tests.actors.kernel.cast import Actor, Notes, news, noted, text_of


def told(*titles: str, to: str) -> list[Tell]:
    return [Tell(to, title) for title in titles]


def test_what_a_wave_says_is_heard_in_the_next_one_by_rank_of_the_sender_then_by_its_order() -> None:
    first = Actor("first", lambda message, _: told("a1", "a2", to="last") if message == news("go") else ())
    second = Actor("second", lambda *_: told("b1", to="last"))
    last = Actor("last", lambda message, _: told("late", to="first") if message == "a1" else ())
    SimulatedRuntime(Kernel((last, first, second), Notes())).admit(news("go"), 7)
    assert [message for message, _ in last.heard] == [news("go"), "a1", "a2", "b1"]
    assert first.heard == [(news("go"), 7), ("late", 7)]


def test_a_record_s_cause_names_input_wave_rank_and_place_in_the_share() -> None:
    asker = Actor("asker", lambda *_: told("x", "y", to="noter"))
    noter = Actor("noter", lambda message, _: [noted(str(message))] if message != news("go") else ())
    notes = Notes()
    SimulatedRuntime(Kernel((asker, noter), notes)).admit(news("go"), 0)
    assert [line[1] for line in notes.lines[1:]] == ["1.1.1.0", "1.1.1.1"]


def countdown(peer: str) -> Actor:
    def say(message: object, _: int) -> Effects:
        left = int(text_of(message))
        return [Tell(peer, left - 1)] if left else ()

    return Actor(peer, say)


def test_a_cascade_of_the_most_waves_allowed_comes_to_rest() -> None:
    actor = countdown("me")
    SimulatedRuntime(Kernel((actor,), Notes())).admit(news(str(MAX_WAVES - 1)), 0)
    assert len(actor.heard) == MAX_WAVES


def test_a_cascade_one_wave_deeper_is_a_broken_invariant_that_names_the_input() -> None:
    runtime = SimulatedRuntime(Kernel((countdown("me"),), Notes()))
    with pytest.raises(InvariantBroken, match=rf"input 1 .*title='{MAX_WAVES}'.*{MAX_WAVES} waves"):
        runtime.admit(news(str(MAX_WAVES)), 0)


def test_a_message_to_nobody_is_a_broken_invariant_that_names_the_address_and_who_there_is() -> None:
    runtime = SimulatedRuntime(Kernel((Actor("me", lambda *_: told("x", to="you")),), Notes()))
    with pytest.raises(InvariantBroken, match="'you'; there are me"):
        runtime.admit(news("go"), 0)


def test_two_actors_cannot_share_an_address() -> None:
    with pytest.raises(InvariantBroken, match="share an address"):
        Kernel((Actor("me"), Actor("me")), Notes())


def gossips(count: int) -> tuple[Actor, ...]:
    """Actors who all talk to each other for a few waves, so that any change of order shows."""

    def gossip(rank: int) -> Actor:
        def say(message: object, _: int) -> Effects:
            text = text_of(message)
            if len(text) > 4:
                return [noted(text)]
            return [noted(text), *(Tell(f"g{(rank + step) % count}", f"{text}{rank}") for step in (1, 2))]

        return Actor(f"g{rank}", say)

    return tuple(gossip(rank) for rank in range(count))


async def nothing_between() -> None:
    """No ledger."""


class _Delayed:
    """A box whose reader dawdles over each share for a random number of turns of the loop."""

    def __init__(self, box: Any, rng: random.Random) -> None:
        self._box = box
        self._rng = rng

    def __aiter__(self) -> "_Delayed":
        return self

    async def __anext__(self) -> object:
        share = await self._box.__anext__()
        for _ in range(self._rng.randrange(8)):
            await checkpoint()
        return share


class _Shuffled(LiveRuntime):
    """Actors' tasks come to run in a random order."""

    rng: random.Random | None = None

    async def _act(self, rank: int, decider: Decider, box: Any) -> None:
        await super()._act(rank, decider, _Delayed(box, self.rng) if self.rng else box)  # type: ignore[arg-type]


async def live_notes(actors: tuple[Actor, ...], seed: int | None) -> list[tuple[object, ...]]:
    notes = Notes()
    runtime = _Shuffled(Kernel(actors, notes), between=nothing_between)
    runtime.rng = None if seed is None else random.Random(seed)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(runtime.run)
        await runtime.mailbox.post(Market(tuple((now, news(letter)) for now, letter in enumerate("abc"))))
        await runtime.mailbox.post(System(SystemStopped(), last=True))
    runtime.close()
    return notes.lines


@pytest.mark.anyio
@pytest.mark.parametrize("seed", [None, 1, 2, 3])
async def test_what_is_recorded_does_not_depend_on_which_task_ran_first(seed: int | None) -> None:
    notes = Notes()
    runtime = SimulatedRuntime(Kernel(gossips(5), notes))
    runtime.run([(now, news(letter)) for now, letter in enumerate("abc")])
    runtime.admit(SystemStopped(), 2)
    assert len(notes.lines) > 100
    assert await live_notes(gossips(5), seed) == notes.lines


@pytest.mark.anyio
async def test_tasks_that_dawdle_really_run_in_another_order() -> None:
    order: list[str] = []

    def actor(name: str) -> Actor:
        def say(*_: object) -> Effects:
            order.append(name)
            return ()

        return Actor(name, say)

    await live_notes(tuple(map(actor, "abcdef")), seed=1)
    assert order != list("abcdef") * 3
