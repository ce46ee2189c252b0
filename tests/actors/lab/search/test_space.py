import pytest

from actors.lab.search.space import Range, grid, ranges
from core.errors import ConfigurationError


def test_a_grid_is_every_combination_the_last_key_fastest() -> None:
    assert grid(["a.x=1,2", "b.y=p, q"]) == [
        {"a.x": "1", "b.y": "p"},
        {"a.x": "1", "b.y": "q"},
        {"a.x": "2", "b.y": "p"},
        {"a.x": "2", "b.y": "q"},
    ]


HUGE = [f"a.{name}={'1,' * 99}1" for name in "wxyz"]


@pytest.mark.parametrize("given", [["a.x"], ["a.x="], ["=1"], ["a.x=1", "a.x=2"], HUGE])
def test_what_is_no_grid_is_refused(given: list[str]) -> None:
    with pytest.raises(ConfigurationError, match="--grid"):
        grid(given)


def test_a_range_is_whole_where_its_bounds_are() -> None:
    assert ranges(["a.x=1:3", "a.y=1.0:3", "a.z=2:10:2"]) == [
        Range("a.x", 1.0, 3.0, None, is_whole=True),
        Range("a.y", 1.0, 3.0, None, is_whole=False),
        Range("a.z", 2.0, 10.0, 2.0, is_whole=True),
    ]


@pytest.mark.parametrize(
    "given", [["a.x=3:1"], ["a.x=1"], ["a.x=1:2:0"], ["a.x=1:b"], ["=1:2"], ["a.x=1:2", "a.x=1:3"]]
)
def test_what_is_no_range_is_refused(given: list[str]) -> None:
    with pytest.raises(ConfigurationError, match="--space"):
        ranges(given)
