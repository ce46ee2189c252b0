"""A chart drawn small: one line between two states, however many events take it, and no words but the states' names."""

from machines.catalog import CHARTS
from machines.edges import Edge, edges, nodes
from machines.picture.dot import dot
from machines.picture.image import svg

_SMALL = "\n    graph [ranksep=0.32 nodesep=0.3]\n    node [fontsize=15 height=0.42 margin=0.12]"


def sketch(chart: str) -> str:
    """The chart's SVG without labels; a line's `data-event` holds all its events, separated by blanks."""
    lines: dict[tuple[str, str], Edge] = {}
    for edge in edges(CHARTS[chart]):
        ends = (edge.source, edge.target)
        drawn = lines.get(ends)
        if drawn is not None:
            lines[ends] = drawn._replace(event=f"{drawn.event} {edge.event}")
        elif edge.source != edge.target:
            lines[ends] = edge
    drawn_edges = tuple(lines.values())
    unlabelled = tuple(edge._replace(event="", guard="") for edge in drawn_edges)
    text = dot(nodes(CHARTS[chart]), unlabelled, ())
    # A later default overrides an earlier one: closer ranks and larger words suit a small picture.
    return svg(text.replace("\n    edge [", _SMALL + "\n    edge [", 1), drawn_edges)
