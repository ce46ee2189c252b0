from core.measure.reading import Reading
from core.measure.told import levels, liquidity


def test_a_reading_that_has_measured_nothing_tells_nothing() -> None:
    assert levels(Reading()) == []
    assert set(liquidity(Reading()).values()) == {None}


def test_levels_are_told_from_the_top_with_their_distance() -> None:
    reading = Reading(close=100.0, prior_day_high=110.0, swing_low=95.0, asia_low=98.0)
    assert levels(reading) == [
        {"kind": "prior_day_high", "price": 110.0, "distance_pct": 10.0},
        {"kind": "asia_low", "price": 98.0, "distance_pct": -2.0},
        {"kind": "swing_low", "price": 95.0, "distance_pct": -5.0},
    ]


def test_liquidity_tells_the_last_sweep_and_the_last_break_with_their_direction() -> None:
    reading = Reading(
        session="asia", sweep_side=-1, sweep_age=3, break_kind="CHOCH", break_side=1, break_age=0,
        target_below=95.0, target_below_kind="swing_low", target_below_strength=0.25,
    )  # fmt: skip
    assert liquidity(reading) == {
        "session": "asia",
        "target_above": None,
        "target_below": {"price": 95.0, "kind": "swing_low", "strength": 0.25},
        "sweep": {"towards": "down", "bars_ago": 3},
        "structure_break": {"kind": "CHOCH", "towards": "up", "bars_ago": 0},
    }
