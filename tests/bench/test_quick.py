"""A ratio that grew is seen, noise is not; no time is asserted here."""

from collections.abc import Iterable
from itertools import count, repeat
from pathlib import Path

import pytest

from tests.bench import quick
from tests.bench.quick import BOUND, Race, Regression

KNOWN = {"engine": 10.0, "journal": 4.0}


class Measured:
    """Gives one answer after the other, and remembers what was asked."""

    def __init__(self, *answers: dict[str, float]) -> None:
        self.asked: list[list[str] | None] = []
        self._answers = list(answers)

    def __call__(self, names: Iterable[str] | None) -> dict[str, float]:
        self.asked.append(None if names is None else list(names))
        return self._answers.pop(0)


@pytest.mark.parametrize(("ratio", "slower"), [(10.0 * BOUND, False), (10.0 * BOUND + 1e-9, True), (1.0, False)])
def test_a_ratio_is_a_regression_past_the_bound_and_not_on_it(ratio: float, *, slower: bool) -> None:
    found = quick.regressions({"engine": ratio}, KNOWN)
    assert found == ([Regression("engine", ratio, 10.0)] if slower else [])


def test_a_race_without_a_reference_is_no_regression() -> None:
    assert quick.regressions({"new": 1e9}, KNOWN) == []


def test_a_ratio_that_was_only_disturbed_is_measured_once_more_and_passes() -> None:
    measure = Measured({"engine": 99.0, "journal": 4.1}, {"engine": 10.5})
    assert quick.checked(measure, KNOWN) == ({"engine": 10.5, "journal": 4.1}, [])
    assert measure.asked == [None, ["engine"]]


def test_a_ratio_that_stays_too_slow_fails_after_one_more_try() -> None:
    measure = Measured({"engine": 50.0, "journal": 4.0}, {"engine": 60.0})
    found, slower = quick.checked(measure, KNOWN)
    assert found["engine"] == 50.0
    assert [each.name for each in slower] == ["engine"]
    assert len(measure.asked) == 2


def test_nothing_is_measured_twice_where_nothing_grew() -> None:
    measure = Measured(KNOWN)
    assert quick.checked(measure, KNOWN) == (KNOWN, [])
    assert measure.asked == [None]


def test_a_race_divides_the_least_of_both_and_runs_them_in_turns() -> None:
    turns = count()
    order: list[tuple[str, int]] = []

    def timed(name: str, values: list[float]) -> float:
        order.append((name, next(turns)))
        return values.pop(0)

    ours, plain = [9.0, 6.0, 7.0], [3.0, 2.0, 8.0]
    assert Race(lambda: timed("ours", ours), lambda: timed("plain", plain)).ratio(3) == 3.0
    assert [name for name, _ in order] == ["ours", "plain"] * 3


def test_every_race_runs_and_has_a_committed_reference(tmp_path: Path) -> None:
    races = quick.races(tmp_path)
    known = quick.reference()
    assert set(races) == set(known)
    assert all(ratio > 0 for ratio in known.values())
    for name in ("transition", "simulated hops", "live hops", "journal", "book"):
        assert races[name].ratio(1) > 0, name


def test_accepted_ratios_are_the_reference_from_then_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick, "REFERENCE", tmp_path / "reference.json")
    assert quick.reference() == {}
    quick.accept(dict(zip(KNOWN, repeat(1.23456), strict=False)))
    assert quick.reference() == {"engine": 1.23, "journal": 1.23}
