# ruff: noqa: S314  the only XML read here is what was drawn a moment ago

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from core.errors import ConfigurationError
from machines.catalog import CHARTS
from machines.chart import Chart
from machines.draw import FORMATS, describe, diagram, table
from machines.edges import Edge, edges, nodes

SVG = "{http://www.w3.org/2000/svg}"
TEXTS = ("svg", "mermaid", "dot", "md")
every_chart = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)


def text(chart: type[Chart], fmt: str, active: tuple[str, ...] = ()) -> str:
    drawn = diagram(chart, fmt, active=active)
    assert isinstance(drawn, str)
    return drawn


def edge(source: str, target: str, label: str, *, internal: bool) -> Edge:
    event, _, guard = label.partition(" [")
    return Edge(source, target, event, guard.removesuffix("]"), internal)


def from_svg(drawn: str) -> list[Edge]:
    found = []
    for group in ET.fromstring(drawn).iter(f"{SVG}g"):
        if "data-transition" in group.attrib:
            source, target = group.attrib["data-transition"].split("->")
            internal = "internal" in group.attrib["class"].split()
            found.append(Edge(source, target, group.attrib["data-event"], group.attrib["data-guard"], internal))
    return found


def from_dot(drawn: str) -> list[Edge]:
    found = []
    for tail, head, marks in re.findall(r'"(\w+)" -> "(\w+)" \[(.*)\]', drawn):
        said = dict(re.findall(r'(\w+)="([^"]*)"', marks))
        source = said.get("ltail", f"cluster_{tail}").removeprefix("cluster_")
        target = said.get("lhead", f"cluster_{head}").removeprefix("cluster_")
        found.append(edge(source, target, said["comment"], internal="internal" in said["class"]))
    return found


def from_mermaid(drawn: str) -> list[Edge]:
    rows = re.findall(r"(\w+) --> (\w+) : (\w+(?: \[[^]]*])?)( / stays)?$", drawn, re.MULTILINE)
    return [edge(source, target, label, internal=bool(stays)) for source, target, label, stays in rows]


def from_md(drawn: str) -> list[Edge]:
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in drawn.splitlines() if line.startswith("| ")]
    return [
        Edge(source, source if target == "(stays)" else target, event, guard, target == "(stays)")
        for source, event, guard, target in rows[1:]
    ]


@every_chart
@pytest.mark.parametrize("fmt", TEXTS)
def test_every_format_shows_every_transition_once_and_no_other(chart: type[Chart], fmt: str) -> None:
    parse = {"svg": from_svg, "dot": from_dot, "mermaid": from_mermaid, "md": from_md}[fmt]
    assert Counter(parse(text(chart, fmt))) == Counter(edges(chart))


@every_chart
def test_the_svg_names_every_state_once(chart: type[Chart]) -> None:
    groups = ET.fromstring(text(chart, "svg")).iter(f"{SVG}g")
    named = [group.attrib["data-state"] for group in groups if "data-state" in group.attrib]
    assert sorted(named) == sorted(node.id for node in nodes(chart))


@every_chart
def test_the_svg_marks_initial_final_and_active_states_and_no_others(chart: type[Chart]) -> None:
    active = (nodes(chart)[-1].id,)
    marks: dict[str, list[str]] = {
        group.attrib["data-state"]: group.attrib["class"].split()
        for group in ET.fromstring(text(chart, "svg", active)).iter(f"{SVG}g")
        if "data-state" in group.attrib
    }
    for node in nodes(chart):
        assert "state" in marks[node.id]
        assert node.kind in marks[node.id]
        assert ("initial" in marks[node.id]) == node.initial
        assert ("final" in marks[node.id]) == node.final
        assert ("active" in marks[node.id]) == (node.id in active)


@every_chart
def test_the_svg_has_no_background_and_no_ids_that_could_clash_on_a_page(chart: type[Chart]) -> None:
    drawn = text(chart, "svg")
    assert not [element for element in ET.fromstring(drawn).iter() if "id" in element.attrib]
    assert 'fill="white"' not in drawn
    assert "<!DOCTYPE" not in drawn


@every_chart
def test_a_png_is_a_png(chart: type[Chart]) -> None:
    drawn = diagram(chart, "png")
    assert isinstance(drawn, bytes)
    assert drawn.startswith(b"\x89PNG")


def test_active_states_stand_out_in_the_text_formats() -> None:
    active = ("position", "lifecycle", "open", "filled", "protection", "lost")
    assert "class filled,lost active" in text(CHARTS["position"], "mermaid", active)
    assert "classDef" not in text(CHARTS["position"], "mermaid")
    assert "Active: position, lifecycle, open, filled, protection, lost" in text(CHARTS["position"], "md", active)
    assert "Active" not in text(CHARTS["position"], "md")


def test_mermaid_names_no_state_as_an_edge_before_the_block_that_holds_it() -> None:
    # Mermaid puts a state where it was last named, so an outer edge after the block would pull the state out of it.
    drawn = text(CHARTS["position"], "mermaid")
    assert drawn.index("pending --> filled") < drawn.index("state open {")


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="'gif'; choose one of svg, png, mermaid, dot, md"):
        diagram(CHARTS["feed"], "gif")


@every_chart
def test_the_description_is_the_chart(chart: type[Chart]) -> None:
    said = describe(chart)
    assert said["name"] == chart.title
    assert said["summary"]
    assert [dict(row) for row in said["transitions"]] == [row._asdict() for row in edges(chart)]  # type: ignore[union-attr, arg-type]  # it is JSON
    assert [row["id"] for row in said["states"]] == [node.id for node in nodes(chart)]  # type: ignore[union-attr, index, call-overload]  # likewise


def test_the_short_table_groups_sources_and_keeps_the_charts_order_of_events() -> None:
    assert table(CHARTS["feed"]).splitlines() == [
        "update  stale, failed → fresh",
        "expire  fresh → stale",
        "fail    stale, fresh → failed",
    ]


def test_two_processes_draw_the_same_bytes() -> None:
    program = (
        "import hashlib; from machines.catalog import CHARTS; from machines.draw import *\n"
        "drawn = [diagram(chart, fmt) for chart in CHARTS.values() for fmt in FORMATS]\n"
        "print(hashlib.sha256(b''.join(d if isinstance(d, bytes) else d.encode() for d in drawn)).hexdigest())"
    )
    root = Path(__file__).parents[2]
    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(root)},
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.strip()
    here = [diagram(chart, fmt) for chart in CHARTS.values() for fmt in FORMATS]
    digest = hashlib.sha256(b"".join(drawn if isinstance(drawn, bytes) else drawn.encode() for drawn in here))
    assert digest.hexdigest() == elsewhere
