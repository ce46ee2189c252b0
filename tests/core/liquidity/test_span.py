import math

from core.liquidity.span import Span


def test_only_a_new_extreme_resets_age_and_wear() -> None:
    span = Span("day", weight=1.0)
    span.begin(10.0, 5.0, 1)
    span.high_taken = span.low_taken = 4
    span.widen(10.0, 4.0, 2)
    assert (span.high, span.high_at, span.high_taken) == (10.0, 1, 4)
    assert (span.low, span.low_at, span.low_taken) == (4.0, 2, 0)


def test_a_new_span_knows_no_price() -> None:
    span = Span("asia", weight=0.8)
    assert math.isnan(span.high)
    assert math.isnan(span.low)
    assert (span.high_kind, span.low_kind) == ("asia_high", "asia_low")


def test_a_copy_takes_the_extremes_but_keeps_its_own_name_and_weight() -> None:
    day, prior = Span("day", weight=0.1), Span("prior_day", weight=1.0)
    day.begin(10.0, 5.0, 7)
    day.low_taken = 2
    prior.copy_from(day)
    assert (prior.high, prior.low, prior.high_at, prior.low_taken) == (10.0, 5.0, 7, 2)
    assert (prior.high_kind, prior.weight) == ("prior_day_high", 1.0)
