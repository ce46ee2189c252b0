"""`chartwright machines`: every statechart there is."""

from pathlib import Path
from typing import Annotated

import anyio
import typer
from rich.markup import escape

from actors import control
from actors.cli.options import AsJson
from actors.cli.output import page, plain_table, told
from core.message import Json
from machines.catalog import CHARTS
from machines.draw import describe
from web.views import live_instances

StateDir = Annotated[
    Path | None, typer.Option(help="Show the instances alive in the daemon with this state directory.")
]


def machines(*, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """Every statechart there is: states, events, transitions, and the instances alive in a daemon.

    Example: chartwright machines --state-dir ~/.local/state/chartwright
    """
    view = None if state_dir is None else anyio.run(control.ask, state_dir, "status")
    charts = [_described(name, view) for name in CHARTS]
    told(charts) if as_json else _show(charts)


def _described(name: str, view: Json) -> dict[str, Json]:
    chart = describe(CHARTS[name])
    states, edges = _items(chart["states"]), _items(chart["transitions"])
    described: dict[str, Json] = {
        "name": name,
        "summary": chart["summary"],
        "states": [state["id"] for state in states],
        "events": chart["events"],
        "transitions": [{key: edge[key] for key in ("source", "target", "event", "guard")} for edge in edges],
    }
    return described if view is None else described | {"instances": live_instances(view, name)}


def _show(charts: list[dict[str, Json]]) -> None:
    counted = ("states", "events", "transitions")
    alive = "instances" in charts[0]
    table = plain_table("chart", *counted, *(["alive"] if alive else []), "what it is", numbers=counted)
    for chart in charts:
        counts = [str(len(_items(chart[name]))) for name in counted]
        instances = [_instance(each) for each in _items(chart.get("instances"))]
        cells = ["\n".join(instances) or "-"] if alive else []
        table.add_row(str(chart["name"]), *counts, *map(escape, cells), escape(str(chart["summary"])))
    page().print(table)


def _instance(instance: dict[str, Json]) -> str:
    configuration = instance["configuration"]
    states = configuration if isinstance(configuration, list) else []
    return f"{instance['instance']}: {' '.join(map(str, states))}"


def _items(found: Json) -> list[dict[str, Json]]:
    return [item if isinstance(item, dict) else {"id": item} for item in found] if isinstance(found, list) else []
