"""A chart as SVG and PNG, laid out by Graphviz from our own text.

The SVG's look is in classes and custom properties, so that a page may restyle it; its groups say in `data-` attributes
which state or transition they draw, so that a page may light them up.
"""

from typing import Any, cast
from xml.etree import ElementTree as ET

from machines.edges import Edge

_SVG = "{http://www.w3.org/2000/svg}"
_STYLE = """
svg.chart { color: var(--chart-ink, #57606a); font-family: Helvetica, Arial, sans-serif; max-width: 100%; height: auto }
svg.chart text { fill: currentColor; font-family: inherit }
svg.chart .transition path, svg.chart .start path { stroke: currentColor }
svg.chart .transition polygon, svg.chart .start polygon { fill: currentColor; stroke: currentColor }
svg.chart .start ellipse { fill: currentColor; stroke: currentColor }
svg.chart .atomic path { stroke: currentColor }
svg.chart .atomic path:first-of-type { fill: var(--chart-state, #f6f8fa) }
svg.chart .compound path, svg.chart .parallel path { fill: none; stroke: currentColor }
svg.chart .atomic text { fill: var(--chart-text, #1f2328) }
svg.chart .active.atomic path:first-of-type { fill: var(--chart-active, #2da44e) }
svg.chart .active.atomic text { fill: var(--chart-active-text, #ffffff) }
svg.chart .active.compound path, svg.chart .active.parallel path { stroke: var(--chart-active, #2da44e) }
svg.chart .taken { color: var(--chart-taken, #cf222e) }
@media (prefers-color-scheme: dark) {
  svg.chart { color: var(--chart-ink, #9198a1) }
  svg.chart .atomic path:first-of-type { fill: var(--chart-state, #212830) }
  svg.chart .atomic text { fill: var(--chart-text, #f0f6fc) }
}
"""


def png(dot: str) -> bytes:
    """The picture on white."""
    return _drawn(dot.replace('bgcolor="transparent"', 'bgcolor="#ffffff"', 1), "png")


def svg(dot: str, edges: tuple[Edge, ...]) -> str:
    """The picture with `data-state` on states, `data-transition` and `data-event` on transitions."""
    ET.register_namespace("", _SVG[1:-1])
    root = ET.fromstring(_drawn(dot, "svg"))  # noqa: S314  Graphviz has just drawn it for us
    root.set("class", "chart")
    style = ET.Element(f"{_SVG}style")
    style.text = _STYLE
    root.insert(0, style)
    for group in root.iter(f"{_SVG}g"):
        _name(group, edges)
    return ET.tostring(root, encoding="unicode") + "\n"


def _name(group: ET.Element, edges: tuple[Edge, ...]) -> None:
    what, _, which = group.get("id", "").partition(":")
    if what == "state":
        group.set("data-state", which)
    elif what == "edge":
        edge = edges[int(which)]
        group.set("data-transition", f"{edge.source}->{edge.target}")
        group.set("data-event", edge.event)
        group.set("data-guard", edge.guard)
    title = group.find(f"{_SVG}title")
    if title is not None and what in {"state", "edge"}:
        title.text = which if what == "state" else edges[int(which)].label
    if what not in {"state", "edge"} and title is not None:
        group.remove(title)
    # Ids would clash where a page shows several charts; the data attributes say it all.
    group.attrib.pop("id", None)


def _drawn(dot: str, fmt: str) -> bytes:
    import pygraphviz  # noqa: PLC0415  it takes long to import, and only pictures need it

    return cast("bytes", cast("Any", pygraphviz).AGraph(string=dot).draw(prog="dot", format=fmt))
