import json
from typing import cast

from actors.kernel.effects import CancelTimer, Effects, SetTimer
from actors.kernel.kernel import Kernel
from actors.kernel.simulated import SimulatedRuntime
from actors.kernel.timers import Timer, Timers
from core.messages import TimerFired
from tests.actors.kernel.cast import Actor, Notes, news


def popped(timers: Timers, now: int) -> list[Timer]:
    found = []
    while timer := timers.pop_due(now):
        found.append(timer)
    return found


def test_a_timer_is_due_at_its_moment_and_not_one_before() -> None:
    timers = Timers()
    timers.set("a", "k", 10)
    assert timers.pop_due(9) is None
    assert timers.pop_due(10) == (10, "a", "k")
    assert timers.pop_due(10) is None


def test_due_timers_come_by_time_then_actor_then_key_whatever_order_they_were_set_in() -> None:
    timers = Timers()
    for due, actor, key in ((5, "b", "x"), (5, "a", "z"), (5, "a", "y"), (3, "c", "x")):
        timers.set(actor, key, due)
    assert popped(timers, 5) == [(3, "c", "x"), (5, "a", "y"), (5, "a", "z"), (5, "b", "x")]


def test_setting_a_timer_again_replaces_it_earlier_or_later() -> None:
    timers = Timers()
    timers.set("a", "later", 10)
    timers.set("a", "later", 20)
    timers.set("a", "earlier", 10)
    timers.set("a", "earlier", 4)
    assert popped(timers, 10) == [(4, "a", "earlier")]
    assert popped(timers, 20) == [(20, "a", "later")]


def test_a_timer_moved_away_and_back_fires_once() -> None:
    timers = Timers()
    for due in (10, 20, 10):
        timers.set("a", "k", due)
    assert popped(timers, 30) == [(10, "a", "k")]


def test_a_canceled_timer_never_fires_and_canceling_none_is_nothing() -> None:
    timers = Timers()
    timers.set("a", "k", 10)
    timers.cancel("a", "k")
    timers.cancel("a", "other")
    assert timers.next_due() is None
    assert popped(timers, 99) == []


def test_next_due_passes_over_what_was_replaced() -> None:
    timers = Timers()
    timers.set("a", "k", 10)
    timers.set("a", "k", 30)
    timers.set("b", "k", 20)
    assert timers.next_due() == 20
    timers.cancel("b", "k")
    assert timers.next_due() == 30


def test_saved_timers_survive_json_and_fire_as_before() -> None:
    timers = Timers()
    for due, key in ((30, "z"), (10, "y"), (20, "x"), (15, "y")):
        timers.set("a", key, due)
    restored = Timers()
    restored.restore(cast("list[Timer]", json.loads(json.dumps(timers.save()))))
    assert popped(restored, 99) == popped(timers, 99) == [(15, "a", "y"), (20, "a", "x"), (30, "a", "z")]


def test_due_timers_are_inputs_before_the_market_s_next_one_each_at_its_own_time() -> None:
    def say(_: object, now: int) -> Effects:
        return [SetTimer("late", 20), SetTimer("soon", 15), SetTimer("never", 31)] if now == 10 else ()

    notes = Notes()
    SimulatedRuntime(Kernel((Actor("me", say),), notes)).run([(10, news("a")), (30, news("b"))])
    inputs = [line[1:] for line in notes.lines if line[0] == "input"]
    assert inputs == [
        (1, 10, news("a")),
        (2, 15, TimerFired("me", "soon")),
        (3, 20, TimerFired("me", "late")),
        (4, 30, news("b")),
    ]


def test_a_timer_that_a_timer_sets_fires_in_its_turn_before_the_next_market_input() -> None:
    def say(_: object, now: int) -> Effects:
        return [SetTimer("again", now + 5)] if now < 25 else ()

    actor = Actor("me", say)
    SimulatedRuntime(Kernel((actor,), Notes())).run([(10, news("a")), (30, news("b"))])
    assert [now for _, now in actor.heard] == [10, 15, 20, 25, 30]


def test_a_timer_due_at_the_moment_of_a_market_input_fires_before_it() -> None:
    actor = Actor("me", lambda _, now: [SetTimer("t", 30)] if now == 10 else ())
    SimulatedRuntime(Kernel((actor,), Notes())).run([(10, news("a")), (30, news("b"))])
    assert [message for message, _ in actor.heard] == [news("a"), TimerFired("me", "t"), news("b")]


def test_a_timer_goes_to_its_owner_alone_and_a_canceled_one_to_nobody() -> None:
    owner = Actor("owner", lambda _, now: [SetTimer("t", 15), SetTimer("c", 16)] if now == 10 else ())
    other = Actor("other", lambda *_: [CancelTimer("c")])
    owner_cancels = Actor("third", lambda _, now: [SetTimer("c", 16), CancelTimer("c")] if now == 10 else ())
    SimulatedRuntime(Kernel((owner, other, owner_cancels), Notes())).run([(10, news("a")), (30, news("b"))])
    assert [now for _, now in owner.heard] == [10, 15, 16, 30]
    assert [now for _, now in other.heard] == [10, 30]
    assert [now for _, now in owner_cancels.heard] == [10, 30]
