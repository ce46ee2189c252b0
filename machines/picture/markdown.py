"""A chart as a Markdown table, one row per transition, and as the shorter table that its own file carries."""

from core.records import Configuration
from machines.edges import Edge

_STAYS = "(stays)"


def markdown(title: str, edges: tuple[Edge, ...], active: Configuration) -> str:
    """A heading, the active states if any, and one row per transition."""
    lines = [f"# {title}", ""]
    if active:
        lines += [f"Active: {', '.join(active)}", ""]
    lines += ["| source | event | guard | target |", "|---|---|---|---|"]
    lines += [f"| {edge.source} | {edge.event} | {edge.guard} | {_target(edge)} |" for edge in edges]
    return "\n".join(lines) + "\n"


def table(edges: tuple[Edge, ...], order: tuple[str, ...]) -> str:
    """One line per event, guard and target: `event  sources → target  [guard]`, events in the given order."""
    sources: dict[tuple[str, str, str], list[str]] = {}
    for edge in edges:
        sources.setdefault((edge.event, edge.guard, _target(edge)), []).append(edge.source)
    width = max(len(edge.event) for edge in edges)
    return "\n".join(
        f"{event:<{width}}  {', '.join(froms)} → {target}{f'  [{guard}]' if guard else ''}"
        for (event, guard, target), froms in sorted(sources.items(), key=lambda row: order.index(row[0][0]))
    )


def _target(edge: Edge) -> str:
    return _STAYS if edge.internal else edge.target
