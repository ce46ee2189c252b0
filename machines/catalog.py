"""Every chart there is, by the name that records carry."""

from machines.chart import Chart
from machines.connection import ConnectionChart
from machines.feed import FeedChart
from machines.order import OrderChart
from machines.position import PositionChart
from machines.regime import RegimeChart
from machines.risk import RiskChart
from machines.session import SessionChart

CHARTS: dict[str, type[Chart]] = {
    chart.title: chart
    for chart in (SessionChart, RegimeChart, PositionChart, OrderChart, ConnectionChart, FeedChart, RiskChart)
}
"""Name -> chart class, the system's mode first, the plumbing last."""
