"""`chartwright input`, to the running daemon."""

from typing import Annotated

import typer

from actors.cli.operator import command
from actors.cli.options import AsJson, StateDir, duration_ms
from core.errors import ConfigurationError
from core.regime.manual import overridden

CLEAR = "clear"

Assignment = Annotated[
    str, typer.Argument(metavar="NAME=VALUE", help="news, dxy or btc_dominance; -1 to 1, or clear to take it back.")
]
Ttl = Annotated[str, typer.Option(metavar="TIME", help="How long it holds, in market time: 1m to 7d.")]
Author = Annotated[str | None, typer.Option(metavar="NAME", help="Who says so, beside the user id.")]


def input(  # noqa: A001  a command's function has its name
    assignment: Assignment,
    *,
    ttl: Ttl = "4h",
    author: Author = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Set an input of the regime by hand; while it holds, it stands in place of what was measured.

    Example: chartwright input news=+0.4 --ttl 4h --author anna
    """
    name, _, text = assignment.partition("=")
    asked = overridden(name, _value(assignment, text), duration_ms(ttl, "--ttl"), "-" if author is None else author)
    command(
        "input", state_dir, as_json=as_json, input=asked.input, value=asked.value, ttl_ms=asked.ttl_ms, author=author
    )


def _value(assignment: str, text: str) -> float | None:
    if text == CLEAR:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise ConfigurationError(
            f"{assignment!r} is no input: give NAME=VALUE, such as news=0.4 or news=clear"
        ) from error
