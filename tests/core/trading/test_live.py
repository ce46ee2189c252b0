"""Patience on a faster market clock, and what may be set."""

from dataclasses import fields, replace

import pytest
from pydantic import TypeAdapter, ValidationError

from core.trading.live import LiveParams

DURATIONS = [field.name for field in fields(LiveParams) if field.name.endswith("_ms")]


def test_every_duration_is_stretched_and_nothing_else_is() -> None:
    plain = LiveParams(foreign_position="flatten")
    stretched = plain.scaled(240.0)
    assert {name: getattr(stretched, name) for name in DURATIONS} == {
        name: 240 * getattr(plain, name) for name in DURATIONS
    }
    assert (stretched.absent_looks, stretched.foreign_position) == (plain.absent_looks, "flatten")


def test_real_time_changes_nothing() -> None:
    params = LiveParams(look_ms=77)
    assert params.scaled(1.0) == params


def test_a_part_of_a_ms_is_cut_off() -> None:
    assert LiveParams(look_ms=25).scaled(1.5).look_ms == 37


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("report_ms", 100, 60_000),
        ("look_ms", 20, 10_000),
        ("look_most_ms", 100, 60_000),
        ("absent_ms", 1_000, 600_000),
        ("absent_looks", 1, 100),
        ("retry_ms", 20, 60_000),
        ("stop_confirm_ms", 500, 60_000),
        ("stop_fill_ms", 200, 60_000),
        ("compare_ms", 50, 60_000),
        ("audit_ms", 500, 3_600_000),
    ],
)
def test_a_bound_may_be_set_and_one_beyond_it_may_not(name: str, least: int, most: int) -> None:
    adapter = TypeAdapter(LiveParams)
    for allowed in (least, most):
        assert adapter.validate_python({name: allowed}) == replace(LiveParams(), **{name: allowed})  # type: ignore[arg-type]  # numbers
    for beyond in (least - 1, most + 1):
        with pytest.raises(ValidationError, match=name):
            adapter.validate_python({name: beyond})


@pytest.mark.parametrize("policy", ["", "close", "refused", "Flatten"])
def test_a_policy_that_is_not_known_is_refused(policy: str) -> None:
    with pytest.raises(ValidationError, match="foreign_position"):
        TypeAdapter(LiveParams).validate_python({"foreign_position": policy})


@pytest.mark.parametrize("policy", ["", "refuse"])
def test_a_late_fill_of_ours_is_never_left_alone(policy: str) -> None:
    with pytest.raises(ValidationError, match="orphan_fill"):
        TypeAdapter(LiveParams).validate_python({"orphan_fill": policy})
