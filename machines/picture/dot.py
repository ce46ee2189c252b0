"""A chart as Graphviz text, the ground of its SVG and PNG.

Compound states are clusters. Graphviz draws edges between nodes only, so an edge of a compound state runs from or to
one of its children and is clipped at the cluster's border; its `id` still names the states it is about.
"""

from collections.abc import Iterator

from core.records import Configuration
from machines.edges import Edge, Node

_GRAPH = (
    'rankdir=LR compound=true bgcolor="transparent" fontname="Helvetica" fontsize=12 nodesep=0.35 ranksep=0.55 pad=0.15'
)
_NODE = (
    'shape=box style="rounded,filled" fillcolor="#f6f8fa" color="#57606a" fontname="Helvetica" fontsize=12 height=0.4'
)
_EDGE = 'color="#57606a" fontcolor="#1f2328" fontname="Helvetica" fontsize=10 arrowsize=0.7'


def dot(nodes: tuple[Node, ...], edges: tuple[Edge, ...], active: Configuration) -> str:
    """A digraph whose element ids are `state:<id>`, `start:<state>` and `edge:<place in the edge list>`."""
    lines = ["digraph chart {", f"    graph [{_GRAPH}]", f"    node [{_NODE}]", f"    edge [{_EDGE}]"]
    lines += _scope("", nodes, active, "    ")
    lines += [f"    {line}" for place, edge in enumerate(edges) for line in _edge(place, edge, nodes)]
    return "\n".join([*lines, "}"]) + "\n"


def _scope(owner: str, nodes: tuple[Node, ...], active: Configuration, indent: str) -> Iterator[str]:
    children = [node for node in nodes if node.parent == owner]
    if any(node.id == owner and node.kind == "parallel" for node in nodes):
        children.reverse()  # Graphviz stacks clusters upwards when it draws from left to right
    for node in children:
        if node.kind == "atomic":
            yield indent + _atomic(node, active)
        else:
            yield f'{indent}subgraph "cluster_{node.id}" {{'
            yield f"{indent}    graph [{_cluster(node, active)}]"
            yield from _scope(node.id, nodes, active, indent + "    ")
            yield f"{indent}}}"
        if node.initial and node.kind == "atomic":
            yield from (indent + line for line in _start(node))


def _atomic(node: Node, active: Configuration) -> str:
    marks = ' fillcolor="#2da44e" fontcolor="#ffffff"' if node.id in active else ""
    marks += " peripheries=2" if node.final else ""
    return f'"{node.id}" [id="state:{node.id}" label="{node.id}" class="{_classes(node, active)}"{marks}]'


def _cluster(node: Node, active: Configuration) -> str:
    style = "rounded,dashed" if node.kind == "parallel" else "rounded"
    color = "#2da44e" if node.id in active else "#8c959f"
    label = f'label="{node.id}" labeljust=l fontcolor="#57606a"'
    return f'id="state:{node.id}" {label} style="{style}" color="{color}" class="{_classes(node, active)}"'


def _classes(node: Node, active: Configuration) -> str:
    marks = [node.kind, "initial" * node.initial, "final" * node.final, "active" * (node.id in active)]
    return " ".join(["state", *filter(None, marks)])


def _start(node: Node) -> Iterator[str]:
    start = f'id="start:{node.id}" class="start"'
    yield f'"start:{node.id}" [{start} shape=circle style=filled fillcolor="#57606a" label="" width=0.12 height=0.12]'
    yield f'"start:{node.id}" -> "{node.id}" [id="start-edge:{node.id}" class="start"]'


def _edge(place: int, edge: Edge, nodes: tuple[Node, ...]) -> Iterator[str]:
    tail = _leaf(edge.source, nodes, last=True)
    head = _leaf(edge.target, nodes, last=False) if edge.source != edge.target else tail
    marks = f'id="edge:{place}" class="transition{" internal" * edge.internal}"'
    marks += f' label="{_label(edge)}" comment="{edge.label}"'
    marks += " style=dashed" * edge.internal
    marks += f' ltail="cluster_{edge.source}"' if tail != edge.source else ""
    marks += f' lhead="cluster_{edge.target}"' if head != edge.target else ""
    yield f'"{tail}" -> "{head}" [{marks}]'


def _label(edge: Edge) -> str:
    """The event over its guard; of several guards only that there are some, or they would fill the picture."""
    guard = " […]" if " and " in edge.guard else f"\\n[{edge.guard}]"
    return edge.event + guard if edge.guard else edge.event


def _leaf(state: str, nodes: tuple[Node, ...], *, last: bool) -> str:
    """An atomic state within, the one whose place suits an edge that leaves (the last) or arrives (the first)."""
    children = [node.id for node in nodes if node.parent == state]
    return _leaf(children[-1 if last else 0], nodes, last=last) if children else state
