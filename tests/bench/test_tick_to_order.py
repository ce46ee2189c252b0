"""The tick-to-order benchmark measures what it says: its market breaks out, its stamps are in order."""

import pytest

from core.measure.panel import Panel, PanelParams
from core.strategies.breakout import BreakoutParams, breakout
from tests.bench import tick_to_order
from tests.bench.tick_market import MINUTE_MS, bar
from tests.bench.tick_to_order import PARTS, between


def test_every_other_minute_of_the_market_breaks_out_upwards_and_no_other_does() -> None:
    panel = Panel(PanelParams(donchian_bars=2), MINUTE_MS)
    found = []
    for place in range(-40, 40):
        setup = breakout(panel.update(*bar(place), 10.0), BreakoutParams())
        found.append((place % 2, setup.signaled, setup.side if setup.signaled else 0))
    assert set(found[20:]) == {(0, False, 0), (1, True, 1)}


def test_a_sample_s_stamps_are_those_that_led_to_its_order() -> None:
    names = [name for name in PARTS if name != "arrived"]
    stamps = {name: [place, 100 + 10 * place] for place, name in enumerate(names, 1)}
    stamps["writing"].insert(1, 121)  # of the candle before, still being written
    found = between(stamps, 105, 200)
    assert found == [105, 110, 120, 130, 140, 150, 160, 170, 180, 200]
    assert between(stamps | {"carried": [7]}, 105, 200) == []


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_a_daemon_at_the_made_venue_orders_on_each_breakout(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CHARTWRIGHT_VENUE__API_KEY", "CHARTWRIGHT_VENUE__API_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(tick_to_order, "SAMPLES", 5)
    whole, *_ = figures = tick_to_order.tick(1)
    assert whole.note == "5 samples each"
    parts = [each.median for each in figures[3:]]
    assert len(parts) == len(PARTS)
    assert all(part >= 0 for part in parts)
    assert 0 < whole.median < 5_000
