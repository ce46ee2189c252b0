"""Whether a price step is coarse, by the median price."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from actors.lab.ticks import coarse_tick
from core.market.bars import Bars, Floats
from core.trading.instrument import Instrument

CLOSES = np.random.default_rng(1).lognormal(0.0, 2.0, 1_001)


def bars(closes: Floats) -> Bars:
    return Bars("XUSDT", 300_000, np.arange(len(closes)) * 300_000, closes, closes, closes, closes, closes)


@pytest.mark.parametrize("count", [2, 3, 10, 1_000, 1_001])
def test_a_tick_is_held_against_the_median_price(count: int) -> None:
    closes = CLOSES[:count]
    price = float(np.median(closes))
    (said,) = coarse_tick(bars(closes), replace(Instrument(), tick=Decimal(price / 1_000)))
    assert f"10 basis points of its median price {price:,.6g}," in said
    assert coarse_tick(bars(closes), replace(Instrument(), tick=Decimal(price / 2_001))) == ()
