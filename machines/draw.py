"""Charts as pictures, tables and plain data, all from the one edge list of `machines.edges`."""

from core.errors import ConfigurationError
from core.message import Json
from core.records import Configuration
from machines.chart import Chart
from machines.edges import edges, events, nodes
from machines.picture.dot import dot
from machines.picture.image import png, svg
from machines.picture.markdown import markdown
from machines.picture.markdown import table as short_table
from machines.picture.mermaid import mermaid

FORMATS = ("svg", "png", "mermaid", "dot", "md")
"""What `diagram` can give."""


def diagram(chart: type[Chart], fmt: str, *, active: Configuration = ()) -> str | bytes:
    """The chart drawn in one of `FORMATS`, byte for byte the same in every process; `png` gives bytes, the rest text.

    Args:
        chart: Which chart.
        fmt: One of `FORMATS`.
        active: States to mark as active.

    Raises:
        ConfigurationError: If there is no such format.
    """
    drawn_nodes, drawn_edges = nodes(chart), edges(chart)
    match fmt:
        case "svg":
            return svg(dot(drawn_nodes, drawn_edges, active), drawn_edges)
        case "png":
            return png(dot(drawn_nodes, drawn_edges, active))
        case "mermaid":
            return mermaid(drawn_nodes, drawn_edges, active)
        case "dot":
            return dot(drawn_nodes, drawn_edges, active)
        case "md":
            return markdown(chart.title, drawn_edges, active)
        case _:
            raise ConfigurationError(f"there is no diagram format {fmt!r}; choose one of {', '.join(FORMATS)}")


def table(chart: type[Chart]) -> str:
    """The chart's transitions, one line per event, guard and target, as the chart's own file carries them."""
    return short_table(edges(chart), events(chart))


def describe(chart: type[Chart]) -> dict[str, Json]:
    """The chart as JSON: its name, what it is, its states in document order, its events and its transitions."""
    return {
        "name": chart.title,
        "summary": (chart.__doc__ or "").strip().splitlines()[0],
        "states": [node._asdict() for node in nodes(chart)],
        "events": list(events(chart)),
        "transitions": [edge._asdict() for edge in edges(chart)],
    }
