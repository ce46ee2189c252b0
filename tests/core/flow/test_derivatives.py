"""Crowding: at the limits, with and without open interest, and in words."""

import pytest

from core.flow.derivatives import Derivatives, DerivativesParams, annual_pct, crowding

PARAMS = DerivativesParams()


@pytest.mark.parametrize(("rate", "hours", "expected"), [(0.0001, 8, 10.95), (-0.0001, 8, -10.95), (0.0001, 4, 21.9)])
def test_a_year_of_fundings_is_what_the_crowded_side_pays(rate: float, hours: int, expected: float) -> None:
    assert annual_pct(rate, DerivativesParams(funding_hours=hours)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("annual", "change", "expected"),
    [
        (None, 5.0, None),
        (33.0, 5.0, "LONGS_CROWDED"),
        (32.99, 5.0, "NEUTRAL"),
        (33.0, 0.0, "LONGS_CROWDED"),
        (33.0, -0.01, "NEUTRAL"),
        (33.0, None, "LONGS_CROWDED"),
        (10.95, 5.0, "NEUTRAL"),
        (-11.0, 5.0, "SHORTS_CROWDED"),
        (-10.99, 5.0, "NEUTRAL"),
        (-11.0, -0.01, "NEUTRAL"),
    ],
)
def test_a_side_is_crowded_while_it_pays_much_and_does_not_leave(
    annual: float | None, change: float | None, expected: str | None
) -> None:
    assert crowding(annual, change, PARAMS) == expected


def test_only_what_is_known_is_told() -> None:
    known = Derivatives(0.0004, 43.8, None, 1e9, 5.0, None, -0.02, "LONGS_CROWDED")
    assert known.told() == "funding +43.80% a year, open interest +5.00%, basis -0.02%: longs are crowded"
    assert known.facts()["funding_z"] is None
    assert Derivatives(None, None, None, None, None, None, None, None).told() == ""
