import pytest

from actors.lifecycle import lifecycle


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (("position", "lifecycle", "pending", "protection", "requested"), "pending"),
        (("position", "lifecycle", "open", "filling", "protection", "requested"), "open"),
        (("position", "lifecycle", "partial", "protection", "confirmed"), "partial"),
        (("position", "lifecycle", "trailing", "protection", "confirmed"), "trailing"),
        (("position", "lifecycle", "closed", "protection", "released"), "flat"),
    ],
)
def test_a_position_is_told_by_its_lifecycle_and_flat_once_closed(states: tuple[str, ...], told: str) -> None:
    assert lifecycle(states) == told
