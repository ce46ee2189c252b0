"""The statecharts and the reason codes."""

import threading
from functools import cache, partial
from typing import Any

from starlette.responses import Response

from core.message import Json
from core.reasons import Reason
from machines.catalog import CHARTS
from machines.draw import describe, diagram
from web.endpoint import Api, Endpoint, answer, get
from web.parameter import Flag, Given, Known
from web.shapes.system import Chart, ReasonCode
from web.sketch import sketch
from web.views import live_instances

_CHART = Known(name="chart", where="path", about="Its name.", ids=tuple(CHARTS), example="position")
_REASONS: list[Json] = [
    {"code": reason.name, "meaning": reason.meaning, "remedy": reason.remedy, "emitted_by": reason.emitted_by}
    for reason in Reason
]
_drawing = threading.Lock()
"""Graphviz keeps global state."""

# Drawn alone, a diagram styles itself; on the page, the page does.
_SVG_POLICY = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}


@get("/api/machines", group="Charts", shape=list[Chart])
async def machines(api: Api, _: Given) -> Response:
    """Every chart and its live instances."""
    view = api.board.view()
    return answer([_described(chart) | {"instances": live_instances(view, chart)} for chart in CHARTS])


@get("/api/machines/{chart}", group="Charts", shape=Chart, parameters=(_CHART,))
async def machine(api: Api, given: Given) -> Response:
    """One chart and its live instances."""
    chart = given["chart"]
    return answer(_described(chart) | {"instances": live_instances(api.board.view(), chart)})


@get(
    "/api/machines/{chart}/diagram.svg",
    group="Charts",
    medium="image/svg+xml",
    parameters=(
        _CHART,
        Flag(name="labels", about="Events and guards on the lines; without them it is a sketch.", default=True),
    ),
)
async def chart_diagram(api: Api, given: Given) -> Response:
    """One chart, drawn from its definition.

    Elements carry `data-state`, `data-transition` as `source->target`, and `data-event`.
    """
    svg = await api.read(partial(_drawn, given["chart"], labels=given["labels"]))
    return Response(svg, media_type="image/svg+xml", headers=_SVG_POLICY)


@get("/api/reasons", group="Charts", shape=list[ReasonCode])
async def reasons(_api: Api, _: Given) -> Response:
    """Every reason code with its meaning and what to do about it."""
    return answer(_REASONS)


@cache
def _drawn(chart: str, *, labels: bool) -> str:
    with _drawing:
        return str(diagram(CHARTS[chart], "svg")) if labels else sketch(chart)


@cache
def _described(chart: str) -> dict[str, Any]:
    return dict(describe(CHARTS[chart]))


ENDPOINTS: tuple[Endpoint, ...] = (machines, machine, chart_diagram, reasons)
