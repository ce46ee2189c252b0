"""An assessment of trends that are given as numbers."""

from core.flow.price import PriceTrend
from core.news.board import NewsSignal
from core.regime.assess import Assessment, assess
from core.regime.params import RegimeParams
from core.regime.trend import Trend

PARAMS = RegimeParams()


def assessed(
    d: float | None,
    b: float | None,
    n: float | None,
    n_crypto: float | None = None,
    params: RegimeParams = PARAMS,
    p: float | None = None,
) -> Assessment | None:
    """Dollar, dominance, news, crypto news and price, each None where it is unknown."""
    return assess(
        dxy=None if d is None else Trend(value=d, parts=()),
        btc_dominance=None if b is None else Trend(value=b, parts=()),
        news=None if n is None else NewsSignal(n=n, n_crypto=n_crypto, items=()),
        price=None if p is None else PriceTrend(p, 5 * p, 72),
        params=params,
    )
