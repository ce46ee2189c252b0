import pytest

from core.book.depth import depth, imbalance
from core.book.ladder import Ladder


def asks(*rows: tuple[float, float]) -> Ladder:
    ladder = Ladder(-1)
    ladder.change(list(rows))
    return ladder


def test_depth_adds_up_to_and_with_the_bands_edge() -> None:
    ladder = asks((100.1, 1.0), (101.0, 2.0), (101.5, 4.0), (103.0, 8.0))
    assert depth(ladder, 100.0, (5.0, 10.0, 100.0, 200.0)) == [0.0, 1.0, 3.0, 7.0]


def test_beyond_the_last_known_level_depth_is_unknown() -> None:
    assert depth(asks((101.0, 2.0)), 100.0, (50.0, 100.0, 200.0)) == [0.0, None, None]
    assert depth(asks(), 100.0, (50.0,)) == [None]


@pytest.mark.parametrize(
    ("bid", "ask", "found"),
    [(1.0, 0.0, 1.0), (0.0, 1.0, -1.0), (3.0, 1.0, 0.5), (0.0, 0.0, None), (None, 1.0, None), (1.0, None, None)],
)
def test_imbalance_says_which_side_holds_more(bid: float | None, ask: float | None, found: float | None) -> None:
    assert imbalance(bid, ask) == found
