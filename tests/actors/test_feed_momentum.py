"""How a macro feed tells whether its trend gains or loses."""

from typing import Any

from actors.feed import MacroFeedKeeper
from core.durations import DAY_MS, HOUR_MS
from core.messages import MacroPublished, SystemStarted
from tests.actors.test_feed import PARAMS, T0


def test_the_dollars_momentum_is_how_far_the_day_is_ahead_of_the_week() -> None:
    feed = MacroFeedKeeper("dxy", PARAMS, listener="regime")
    feed.receive(SystemStarted(resumed=False), T0)
    for step in range(37):
        now = T0 + step * 4 * HOUR_MS
        feed.receive(MacroPublished(now, "dxy", "4h", 100.0 if step < 31 else 100.0 + (step - 30) / 10), now)
        assert feed.view()["momentum"] is None  # one look-back alone
    for day in range(7):
        feed.receive(MacroPublished(T0 + day * DAY_MS, "dxy", "1d", 100.0), now)
    view: Any = feed.view()
    assert [part[1] for part in view["parts"].values()] == [1.0, 0.0]
    assert view["momentum"] == 1.0
