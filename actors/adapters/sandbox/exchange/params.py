"""What one may set about the exchange; which market it shows is said apart."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import Field


@dataclass(frozen=True, slots=True)
class ExchangeParams:
    """Money, fees, margin and how deep the book is."""

    balance: Annotated[Decimal, Field(gt=0, description="USDT; what the account starts with")] = Decimal(100_000)
    taker_fee: Annotated[
        Decimal, Field(ge=0, lt=Decimal("0.01"), description="ratio; 0.055 %: a Bybit account without a tier")
    ] = Decimal("0.00055")
    maker_fee: Annotated[
        Decimal, Field(gt=Decimal("-0.01"), lt=Decimal("0.01"), description="ratio; 0.02 %, likewise")
    ] = Decimal("0.0002")
    leverage: Annotated[Decimal, Field(ge=1, le=100, description="x; what each symbol starts with, as on Bybit")] = (
        Decimal(10)
    )
    max_leverage: Annotated[Decimal, Field(ge=1, le=200, description="x; the most that can be set")] = Decimal(100)
    maintenance_rate: Annotated[
        Decimal, Field(gt=0, lt=Decimal("0.5"), description="ratio of a position's value; Bybit's first BTCUSDT tier")
    ] = Decimal("0.005")
    funding_rate: Annotated[
        Decimal,
        Field(ge=Decimal("-0.01"), le=Decimal("0.01"), description="ratio; longs pay it; 0.01 %: the neutral rate"),
    ] = Decimal("0.0001")
    funding_minutes: Annotated[int, Field(ge=1, le=1_440, description="minutes between fundings; Bybit: 8 hours")] = 480
    level_notional: Annotated[
        Decimal, Field(gt=0, description="USDT; typical size of a book level near the touch, thinner than the real one")
    ] = Decimal(40_000)
    touch_share: Annotated[
        Decimal, Field(gt=0, le=1, description="ratio; share of the volume at its price that fills a resting order")
    ] = Decimal("0.25")
    mark_lag_ms: Annotated[int, Field(ge=0, le=600_000, description="ms; how far the mark price trails the last")] = (
        5_000
    )
    step_ms: Annotated[
        int, Field(ge=100, le=3_600_000, description="market ms between two prices within a bar; a liquid perpetual")
    ] = 1_000
    seed: Annotated[int, Field(ge=0, description="of the book's sizes and of every id")] = 288
