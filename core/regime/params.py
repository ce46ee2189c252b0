"""Every number of the regime arithmetic, with its unit, bounds and reason."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from core.durations import DAY_MS, HOUR_MS


@dataclass(frozen=True, slots=True)
class RegimeParams:
    """How macro inputs become a regime.

    A trend is 0 below its weak change and full at its strong one. Staleness limits are three bars: two may be missed.
    """

    dxy_weight: Annotated[float, Field(ge=0, le=1, description="share of the risk score; the dollar leads")] = 0.40
    btc_dominance_weight: Annotated[float, Field(ge=0, le=1, description="share of the risk score")] = 0.30
    news_weight: Annotated[float, Field(ge=0, le=1, description="share of the risk score, at their strongest")] = 0.30
    threshold: Annotated[
        float, Field(ge=0.5, le=1, description="score a candidate needs to become the regime; below 0.5 ties decide")
    ] = 0.60
    dominance_by_price: Annotated[
        bool,
        Field(description="let bitcoin's price overrule dominance as far as it moved; a crash lifts dominance too"),
    ] = True
    news_by_strength: Annotated[
        bool,
        Field(description="let news weigh as much as they say; a headline that has faded says nothing"),
    ] = True
    dwell_ms: Annotated[
        int, Field(ge=0, le=7 * DAY_MS, description="ms a regime lasts at least; an hour keeps it from flipping")
    ] = HOUR_MS
    decoupled_minimum: Annotated[
        float, Field(ge=0.05, le=1, description="trend that both dollar and crypto need; half of full strength")
    ] = 0.5
    chop_policy: Annotated[
        Literal["mean_reversion", "stand_down"],
        Field(description="what CHOP permits; reversion at half size is what ranges are for"),
    ] = "mean_reversion"
    risk_off_policy: Annotated[
        Literal["stand_down", "reduced"],
        Field(description="what RISK_OFF permits; reduced = trend shorts, small; standing down is safer"),
    ] = "stand_down"
    pinned: Annotated[
        Literal["", "RISK_ON", "RISK_OFF", "DECOUPLED", "CHOP"],
        Field(description="a regime that holds whatever the inputs say; empty = it is measured"),
    ] = ""

    @property
    def hears_price(self) -> bool:
        """Whether price has a say: where the regime is measured, unless it is switched off."""
        return self.dominance_by_price and not self.pinned

    # --- the dollar index
    dxy_4h_lookback_ms: Annotated[int, Field(ge=HOUR_MS, le=30 * DAY_MS, description="ms; one trading day")] = DAY_MS
    dxy_4h_weak_pct: Annotated[float, Field(ge=0, le=10, description="%; less is noise")] = 0.1
    dxy_4h_strong_pct: Annotated[float, Field(gt=0, le=20, description="%; a strong day of the dollar")] = 0.5
    dxy_4h_stale_ms: Annotated[int, Field(ge=HOUR_MS, le=30 * DAY_MS, description="ms of market time")] = 12 * HOUR_MS
    dxy_1d_lookback_ms: Annotated[int, Field(ge=DAY_MS, le=90 * DAY_MS, description="ms; about a week")] = 5 * DAY_MS
    dxy_1d_weak_pct: Annotated[float, Field(ge=0, le=10, description="%; less is noise")] = 0.25
    dxy_1d_strong_pct: Annotated[float, Field(gt=0, le=20, description="%; a strong week of the dollar")] = 1.25
    dxy_1d_stale_ms: Annotated[int, Field(ge=HOUR_MS, le=30 * DAY_MS, description="ms of market time")] = 3 * DAY_MS

    # --- bitcoin's share of the crypto market
    btc_dominance_4h_lookback_ms: Annotated[int, Field(ge=HOUR_MS, le=30 * DAY_MS, description="ms; a day")] = DAY_MS
    btc_dominance_4h_weak_points: Annotated[float, Field(ge=0, le=20, description="points; less is noise")] = 0.1
    btc_dominance_4h_strong_points: Annotated[float, Field(gt=0, le=50, description="points; a strong day")] = 0.5
    btc_dominance_4h_stale_ms: Annotated[int, Field(ge=HOUR_MS, le=30 * DAY_MS, description="ms; three bars")] = (
        12 * HOUR_MS
    )
    btc_dominance_3d_lookback_ms: Annotated[
        int, Field(ge=DAY_MS, le=90 * DAY_MS, description="ms; daily values, the short look back")
    ] = 3 * DAY_MS
    btc_dominance_3d_weak_points: Annotated[float, Field(ge=0, le=20, description="points; less is noise")] = 0.2
    btc_dominance_3d_strong_points: Annotated[float, Field(gt=0, le=50, description="points; a strong 3 days")] = 1.0
    btc_dominance_7d_lookback_ms: Annotated[
        int, Field(ge=DAY_MS, le=90 * DAY_MS, description="ms; daily values, the long look back")
    ] = 7 * DAY_MS
    btc_dominance_7d_weak_points: Annotated[float, Field(ge=0, le=20, description="points; less is noise")] = 0.4
    btc_dominance_7d_strong_points: Annotated[float, Field(gt=0, le=50, description="points; a strong week")] = 2.0
    btc_dominance_1d_stale_ms: Annotated[int, Field(ge=HOUR_MS, le=30 * DAY_MS, description="ms; three bars")] = (
        3 * DAY_MS
    )
