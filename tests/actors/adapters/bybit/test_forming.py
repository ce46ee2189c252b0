"""Whatever the stream repeats, corrects or leaves out, a bar is told once, in order, and as the market made it."""

from collections.abc import Iterator

import hypothesis.strategies as st
from hypothesis import given

from actors.adapters.bybit.forming import Forming
from actors.adapters.bybit.prices import Candle
from core.durations import MINUTE_MS
from core.messages import BarClosed, BarOpened, BarRanged, BarsMissing
from tests.actors.adapters.sandbox.stall import OPENS

BARS = 12
Told = tuple[Candle, bool]
"""A candle of the stream, and whether it is said to be confirmed."""


def bar(number: int, close: float = 0.0) -> Candle:
    """The n-th bar of a market that differs in every bar."""
    opened = 100.0 + number
    end = close or opened + 0.5
    return Candle(OPENS + number * MINUTE_MS, opened, max(opened, end) + 1, min(opened, end) - 1, end, 10.0 + number)


def inputs_of(candle: Candle) -> list[object]:
    """What a clean stream makes of a bar."""
    at, opened, high, low, close, volume = candle
    return [
        BarOpened("BTCUSDT", at, opened),
        BarRanged("BTCUSDT", at + MINUTE_MS, opened, high, low),
        BarClosed("BTCUSDT", at, opened, high, low, close, volume, incomplete=False),
    ]


CLEAN = [each for number in range(BARS) for each in inputs_of(bar(number))]


def forming(known: int = -1) -> Forming:
    """One that knows the bars up to a number."""
    return Forming("BTCUSDT", MINUTE_MS, bar(known).open_ms)


@st.composite
def streams(draw: st.DrawFn) -> list[Told]:
    """The clean market as a bad stream tells it."""
    told: list[Told] = []
    late: list[Told] = []
    for number in range(BARS):
        told += [(bar(number, close), False) for close in draw(st.lists(st.floats(50, 200), max_size=2))]
        told += late
        fate = draw(st.sampled_from(["once", "twice", "corrected", "missing", "late", "skipped"]))
        late = [(bar(number), True)] if fate == "late" else []
        if fate in ("once", "twice", "corrected"):
            told.append((bar(number), True))
        if fate == "twice":
            told.append((bar(number), True))
        if fate == "corrected":
            told += [(bar(number, 55.0), draw(st.booleans()))]
    return told


def heard(stream: list[Told], lacking: frozenset[int]) -> Iterator[object]:
    """What is told of a stream, with REST asked where something is missing, and once at the end."""
    market = forming()

    def filled(now_ms: int) -> list[object]:
        wanted = market.missing(now_ms, 0)
        if wanted is None:
            return []
        numbers = range((wanted[0] - OPENS) // MINUTE_MS, (wanted[1] - OPENS) // MINUTE_MS + 1)
        return market.fill([bar(number) for number in numbers if number not in lacking])

    for candle, confirm in stream:
        yield from market.update(candle, confirm=confirm)
        yield from filled(0)
    yield from filled(OPENS + BARS * MINUTE_MS)


@given(streams())
def test_any_stream_with_rest_behind_it_tells_the_clean_market(stream: list[Told]) -> None:
    assert list(heard(stream, frozenset())) == CLEAN


@given(streams(), st.frozensets(st.integers(0, BARS - 2)))
def test_a_bar_that_is_not_told_is_announced_and_none_is_both(stream: list[Told], lacking: frozenset[int]) -> None:
    due = 0
    for each in heard(stream, lacking):
        if isinstance(each, BarClosed):
            assert each == inputs_of(bar(due))[-1]
            due += 1
        elif isinstance(each, BarsMissing):
            assert (each.first_ms, each.last_ms) == (bar(due).open_ms, bar(due + each.count - 1).open_ms)
            assert lacking.issuperset(range(due, due + each.count))
            due += each.count
    assert due == BARS


def test_a_bar_the_stream_closed_is_told_though_rest_lacks_it() -> None:
    market = forming()
    assert market.update(bar(1), confirm=True) == []
    missing = BarsMissing("BTCUSDT", bar(0).open_ms, bar(0).open_ms, 1)
    assert market.fill([bar(2)]) == [missing, *inputs_of(bar(1)), *inputs_of(bar(2))]


def test_without_a_past_the_first_bar_told_begins_and_what_is_older_is_not_asked_for() -> None:
    market = Forming("BTCUSDT", MINUTE_MS, 0)
    assert market.missing(bar(9).open_ms, 0) is None
    assert market.update(bar(3), confirm=True) == inputs_of(bar(3))
    assert market.update(bar(2), confirm=True) == []
    assert (market.repeated, market.next_ms) == (1, bar(4).open_ms)


def test_an_unconfirmed_end_is_missing_from_its_grace_on() -> None:
    market = forming()
    market.update(bar(0, 90.0), confirm=False)
    end = bar(1).open_ms
    assert market.missing(end + 2_499, 2_500) is None
    assert market.missing(end + 2_500, 2_500) == (bar(0).open_ms, bar(0).open_ms)


def test_the_newest_candle_is_known_though_its_bar_is_not_told() -> None:
    market = forming()
    market.update(bar(0), confirm=False)
    market.update(bar(2), confirm=False)
    assert market.update(bar(1), confirm=True) == []
    assert market.latest == bar(2)
