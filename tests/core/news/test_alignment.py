"""How crypto's news stand to the wider economy's."""

import pytest

from core.news.alignment import align
from core.news.params import NewsParams

PARAMS = NewsParams()


@pytest.mark.parametrize(
    ("tone", "macro", "crypto", "expected"),
    [
        (0.3, 0.3, 0.3, "ALIGNED"),
        (-0.3, -0.3, -0.3, "ALIGNED"),
        (0.15, None, 0.15, "ALIGNED"),  # alone, and just loud enough
        (0.14, None, 0.14, "NEUTRAL"),
        (0.0, -0.15, 0.15, "DECOUPLED"),
        (0.0, -0.14, 0.15, "ALIGNED"),  # a murmur contradicts nobody
        (0.0, 0.1, -0.1, "NEUTRAL"),
        (0.0, None, None, "NEUTRAL"),
        (-0.49, 0.2, -0.9, "DECOUPLED"),
        (-0.5, 0.2, -0.9, "RISK"),
        (0.9, 0.9, 0.9, "ALIGNED"),  # good news are no alarm
    ],
)
def test_alignment_is_named_by_the_loud_sides(
    tone: float, macro: float | None, crypto: float | None, expected: str
) -> None:
    assert align(tone, macro, crypto, PARAMS) == expected
