"""A chart as Mermaid text, which code hosts render inside Markdown."""

from collections.abc import Iterator

from core.records import Configuration
from machines.edges import Edge, Node

_ACTIVE = "classDef active fill:#2da44e,color:#ffffff,stroke:#1a7f37"


def mermaid(nodes: tuple[Node, ...], edges: tuple[Edge, ...], active: Configuration) -> str:
    """A `stateDiagram-v2`; each edge stands in the innermost state that holds both its ends."""
    lines = ["stateDiagram-v2", "    direction LR", *_scope("", nodes, edges, "    ")]
    shown = [node.id for node in nodes if node.id in active and node.kind == "atomic"]
    if shown:
        lines += [f"    {_ACTIVE}", f"    class {','.join(shown)} active"]
    return "\n".join(lines) + "\n"


def _scope(owner: str, nodes: tuple[Node, ...], edges: tuple[Edge, ...], indent: str) -> Iterator[str]:
    children = [node for node in nodes if node.parent == owner]
    is_parallel = any(node.id == owner and node.kind == "parallel" for node in nodes)
    if not is_parallel:
        yield from (f"{indent}[*] --> {node.id}" for node in children if node.initial)
    for edge in edges:
        if _innermost(edge, nodes) == owner:
            yield f"{indent}{edge.source} --> {edge.target} : {edge.label}{' / stays' if edge.internal else ''}"
    yield from (f"{indent}{node.id} --> [*]" for node in children if node.final)
    for place, node in enumerate(children):
        if is_parallel and place:
            yield f"{indent}--"
        yield from _state(node, nodes, edges, indent)


def _state(node: Node, nodes: tuple[Node, ...], edges: tuple[Edge, ...], indent: str) -> Iterator[str]:
    if node.kind == "atomic":
        yield f"{indent}{node.id}"  # with `state` before it, a block must follow
        return
    yield f"{indent}state {node.id} {{"
    yield from _scope(node.id, nodes, edges, indent + "    ")
    yield f"{indent}}}"


def _innermost(edge: Edge, nodes: tuple[Node, ...]) -> str:
    parents = {node.id: node.parent for node in nodes}
    around_target = _ancestors(edge.target, parents)
    return next(state for state in _ancestors(edge.source, parents) if state in around_target)


def _ancestors(state: str, parents: dict[str, str]) -> list[str]:
    above = []
    while state:
        state = parents[state]
        above.append(state)
    return above
