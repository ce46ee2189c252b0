"""The venue's time is told as its answers allow, and never goes back."""

from dataclasses import dataclass

from actors.adapters.bybit.clock import VenueClock

VENUE = 1_700_000_000_000


@dataclass(slots=True)
class Real:
    """Real time, driven."""

    elapsed: float = 1_000.0
    wall: int = VENUE

    def elapsed_ms(self) -> float:
        return self.elapsed

    def wall_ms(self) -> int:
        return self.wall

    def clock(self, speed: float = 1.0) -> VenueClock:
        return VenueClock(speed, self.elapsed_ms, self.wall_ms)


def sampled(real: Real, clock: VenueClock, venue_ms: int, way_ms: float) -> None:
    sent = clock.mark()
    real.elapsed += way_ms
    clock.sample(sent, venue_ms)


def test_before_the_first_answer_it_is_this_machines_clock() -> None:
    real = Real()
    clock = real.clock()
    assert (clock.now_ms(), clock.is_set) == (VENUE, False)


def test_an_answer_was_true_halfway() -> None:
    real = Real()
    clock = real.clock()
    sampled(real, clock, VENUE + 5_000, 100.0)
    assert clock.now_ms() == VENUE + 5_050
    real.elapsed += 1_000
    assert clock.now_ms() == VENUE + 6_050


def test_the_offset_is_to_this_machines_clock() -> None:
    real = Real()
    clock = real.clock()
    sampled(real, clock, VENUE - 700, 0.0)
    assert clock.offset_ms == -700
    assert clock.skew_ms == 700


def test_slow_answers_do_not_move_it() -> None:
    real = Real()
    clock = real.clock()
    for _ in range(4):
        sampled(real, clock, VENUE + int(real.elapsed) + 10, 20.0)
    before = clock.now_ms() - real.elapsed
    sampled(real, clock, VENUE + int(real.elapsed) + 590, 600.0)
    assert abs(clock.now_ms() - real.elapsed - before) <= 1
    assert clock.skew_ms == 0


def test_a_sandbox_may_run_faster() -> None:
    real = Real()
    clock = real.clock(300.0)
    sampled(real, clock, VENUE + 9_000_000, 0.0)
    real.elapsed += 10
    assert clock.now_ms() == VENUE + 9_000_000 + 3_000


def test_it_never_goes_back() -> None:
    real = Real()
    clock = real.clock()
    sampled(real, clock, VENUE + 5_000, 0.0)
    told = clock.now_ms()
    sampled(real, clock, VENUE + 4_900, 0.0)
    assert clock.now_ms() == told
    real.elapsed += 1_000
    assert clock.now_ms() > told


def test_a_clock_that_was_set_makes_the_older_samples_void() -> None:
    real = Real()
    clock = real.clock()
    for _ in range(8):
        sampled(real, clock, VENUE, 0.0)
    sampled(real, clock, VENUE + 3_600_000, 0.0)
    assert clock.now_ms() == VENUE + 3_600_000
    assert clock.skew_ms == 3_600_000
