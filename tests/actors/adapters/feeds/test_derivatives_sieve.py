"""The sieve of a perpetual's values: each once, merged by moment; the value on the limit and one step beyond."""

import pytest

from actors.adapters.feeds.answer import Fresh, Outcome, Refused, Unchanged
from actors.adapters.feeds.derivatives_sieve import DerivativesSieve
from core.durations import DAY_MS, HOUR_MS
from core.messages import DerivativesPublished
from core.reasons import Reason
from tests.actors.adapters.feeds.served import START


def sieve() -> DerivativesSieve:
    return DerivativesSieve(max_delay_ms=HOUR_MS, frozen_ms=12 * HOUR_MS)


def value(ts: int, **fields: float) -> DerivativesPublished:
    return DerivativesPublished(ts, "BTCUSDT", **fields)


def why(outcome: Outcome) -> tuple[Reason, object, object]:
    assert isinstance(outcome, Refused), outcome
    return outcome.reason, outcome.measured, outcome.threshold


def test_values_of_one_moment_are_one_message_and_come_once() -> None:
    found = [value(START, open_interest=5.0), value(START, basis=0.1), value(START - 1, funding_rate=0.0)]
    whole = value(START, open_interest=5.0, basis=0.1)
    judge = sieve()
    assert judge.sift(found, START, history=False) == Fresh((value(START - 1, funding_rate=0.0), whole), {})
    assert judge.sift(found, START, history=False) == Unchanged({"FEED_DUPLICATE": 3})


def test_an_older_value_that_comes_later_is_set_aside() -> None:
    judge = sieve()
    judge.sift([value(START, basis=0.1)], START, history=False)
    found = [value(START - 1, basis=0.2), value(START + 1, basis=0.3)]
    assert judge.sift(found, START + 1, history=False) == Fresh((value(START + 1, basis=0.3),), {"FEED_ITEM_LATE": 1})


def test_an_old_value_that_cannot_be_believed_is_set_aside_and_the_newest_refuses() -> None:
    found = [value(START - 1, basis=9.0), value(START, basis=0.1)]
    assert sieve().sift(found, START, history=False) == Fresh((value(START, basis=0.1),), {"FEED_OUT_OF_RANGE": 1})
    assert why(sieve().sift(found[:1], START, history=True)) == (Reason.FEED_OUT_OF_RANGE, 9.0, [-0.5, 0.5])


def test_nothing_of_a_refused_answer_is_taken() -> None:
    judge = sieve()
    good, bad = value(START, funding_rate=0.0001), value(START, basis=9.0)
    assert isinstance(judge.sift([good, bad], START, history=False), Refused)
    assert judge.sift([good], START, history=False) == Fresh((good,), {})


@pytest.mark.parametrize(
    ("field", "age_ms", "is_late"),
    [
        ("open_interest", HOUR_MS, False),
        ("open_interest", HOUR_MS + 1, True),
        ("basis", HOUR_MS + 1, True),
        ("funding_rate", 9 * HOUR_MS, False),  # settled every eight
        ("funding_rate", 9 * HOUR_MS + 1, True),
    ],
)
def test_a_field_is_late_after_its_spacing_and_the_delay(field: str, age_ms: int, is_late: bool) -> None:  # noqa: FBT001
    found = [value(START - age_ms, **{field: 0.01})]
    assert isinstance(sieve().sift(found, START, history=False), Refused) is is_late
    judge = sieve()
    assert isinstance(judge.sift(found, START, history=True), Fresh)
    assert isinstance(judge.idle(START), Refused) is is_late
    if is_late:
        assert why(judge.idle(START)) == (Reason.FEED_LATE, HOUR_MS + 1, HOUR_MS)


@pytest.mark.parametrize("field", ["open_interest", "basis"])
def test_a_repeated_value_is_frozen_after_half_a_day(field: str) -> None:
    judge, limit = sieve(), 12 * HOUR_MS
    judge.sift([value(START, **{field: 0.1})], START, history=False)
    before = START + limit - 1
    assert isinstance(judge.sift([value(before, **{field: 0.1})], before, history=False), Fresh)
    outcome = judge.sift([value(START + limit, **{field: 0.1})], START + limit, history=False)
    assert why(outcome) == (Reason.FEED_FROZEN, limit, limit)
    after = START + limit + 1
    assert isinstance(judge.sift([value(after, **{field: 0.2})], after, history=False), Fresh)


def test_funding_may_rest_for_weeks() -> None:
    found = [value(START - step * 8 * HOUR_MS, funding_rate=0.0001) for step in range(100)]
    assert isinstance(sieve().sift(found, START, history=True), Fresh)


def test_values_of_nothing_are_refused() -> None:
    assert why(sieve().sift([], START, history=False))[0] is Reason.FEED_MALFORMED
    assert why(sieve().sift([value(START + DAY_MS, basis=0.1)], START, history=False))[0] is Reason.FEED_TIME_AHEAD
