"""Everything that is served, in the order it is documented."""

from web.endpoint import Endpoint
from web.routes import charts, context, journal, market, pages, system, trading

ENDPOINTS: tuple[Endpoint, ...] = (
    *system.ENDPOINTS,
    *market.ENDPOINTS,
    *context.ENDPOINTS,
    *trading.ENDPOINTS,
    *journal.ENDPOINTS,
    *charts.ENDPOINTS,
    *pages.ENDPOINTS,
)
