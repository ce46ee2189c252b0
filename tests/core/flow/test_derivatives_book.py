"""The perpetual's last values: what is measured, from when on, and until when."""

import json
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.durations import DAY_MS, HOUR_MS
from core.flow.derivatives import DerivativesParams
from core.flow.derivatives_book import DerivativesBook
from core.messages import DerivativesPublished

PARAMS = DerivativesParams()
T0 = 1_704_153_600_000


def published(ts: int, **values: float) -> DerivativesPublished:
    return DerivativesPublished(ts, "BTCUSDT", **values)


def book(*given: DerivativesPublished) -> DerivativesBook:
    made = DerivativesBook(PARAMS)
    for value in given:
        assert made.add(value)
    return made


def test_an_empty_book_knows_nothing() -> None:
    assert set(book().read(T0).facts().values()) == {None}
    assert book().known_at is None
    assert book().expires_at(T0) is None


def test_fields_that_come_apart_are_read_together() -> None:
    made = book(published(T0, funding_rate=0.0001), published(T0, open_interest=5e9), published(T0 + 1, basis=0.001))
    read = made.read(T0 + 1)
    assert (read.funding_rate, read.open_interest, read.basis_pct) == (0.0001, 5e9, 0.1)
    assert made.known_at == T0 + 1


def test_a_value_that_is_not_newer_changes_nothing() -> None:
    made = book(published(T0, funding_rate=0.0001))
    assert not made.add(published(T0, funding_rate=0.01))
    assert not made.add(published(T0 - 1, funding_rate=0.01))
    assert made.read(T0).funding_rate == 0.0001


@pytest.mark.parametrize(
    ("field", "limit_ms"),
    [
        ("funding_rate", PARAMS.funding_stale_ms),
        ("open_interest", PARAMS.open_interest_stale_ms),
        ("basis", PARAMS.basis_stale_ms),
    ],
)
def test_a_value_is_unknown_from_its_limit_on(field: str, limit_ms: int) -> None:
    made = book(published(T0, **{field: 0.01}))
    assert made.expires_at(T0) == T0 + limit_ms
    shown = "basis_pct" if field == "basis" else field
    assert made.read(T0 + limit_ms - 1).facts()[shown] is not None
    assert made.read(T0 + limit_ms).facts()[shown] is None


def test_open_interest_is_compared_with_a_day_before() -> None:
    made = book(published(T0, open_interest=100.0))
    assert made.read(T0).open_interest_change_pct is None
    made.add(published(T0 + DAY_MS // 2, open_interest=50.0))
    assert made.read(T0 + DAY_MS // 2).open_interest_change_pct is None
    made.add(published(T0 + DAY_MS, open_interest=110.0))
    assert made.read(T0 + DAY_MS).open_interest_change_pct == pytest.approx(10.0)


def test_takers_are_summed_over_a_day_once_a_day_is_known() -> None:
    made = DerivativesBook(PARAMS)
    for hour in range(24):
        made.add(published(T0 + hour * HOUR_MS, taker_delta=1.0))
    assert made.read(T0 + 23 * HOUR_MS).taker_delta is None
    made.add(published(T0 + 24 * HOUR_MS, taker_delta=-5.0))
    assert made.read(T0 + 24 * HOUR_MS).taker_delta == 23 - 5.0  # the first is a day old and no part of it


@given(st.lists(st.floats(-0.01, 0.01), min_size=12, max_size=130))
def test_a_funding_is_measured_against_those_before_it_alone(rates: list[float]) -> None:
    made = DerivativesBook(PARAMS)
    for index, rate in enumerate(rates):
        made.add(published(T0 + index * 8 * HOUR_MS, funding_rate=rate))
    earlier = rates[:-1][-PARAMS.funding_memory :]
    found = made.read(T0 + (len(rates) - 1) * 8 * HOUR_MS).funding_z
    if stdev(earlier) > 2e-9:
        assert found == pytest.approx((rates[-1] - mean(earlier)) / stdev(earlier), rel=1e-6, abs=1e-9)


def test_fundings_that_never_moved_make_no_deviation() -> None:
    made = book(*(published(T0 + n * 8 * HOUR_MS, funding_rate=0.0005) for n in range(40)))
    assert made.read(T0 + 39 * 8 * HOUR_MS).funding_z is None


def test_few_fundings_make_no_deviation() -> None:
    made = book(*(published(T0 + n * 8 * HOUR_MS, funding_rate=n / 1e5) for n in range(10)))
    assert made.read(T0 + 72 * HOUR_MS).funding_z is None
    made.add(published(T0 + 80 * HOUR_MS, funding_rate=0.001))
    z = made.read(T0 + 80 * HOUR_MS).funding_z
    assert z is not None
    assert z > 3


def test_a_restored_book_goes_on_as_the_saved_one() -> None:
    made = book(*(published(T0 + n * 8 * HOUR_MS, funding_rate=n / 1e5, open_interest=1e9 + n) for n in range(20)))
    again = DerivativesBook(PARAMS)
    again.restore(json.loads(json.dumps(made.save())))
    now = T0 + 160 * HOUR_MS
    coming = published(now, funding_rate=0.002, open_interest=2e9)
    assert made.add(coming)
    assert again.add(coming)
    assert again.read(now) == made.read(now)
    assert again.expires_at(now) == made.expires_at(now)
