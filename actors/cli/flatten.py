"""`chartwright flatten`, to the running daemon."""

import sys
from typing import Annotated

import typer

from actors.cli.operator import command
from actors.cli.options import AsJson, StateDir
from core.errors import ConfigurationError

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def flatten(*, state_dir: StateDir = None, yes: Yes = False, as_json: AsJson = False) -> None:
    """Close every position now, at the market.

    Example: chartwright flatten --yes
    """
    if not yes:
        _confirm()
    command("flatten", state_dir, as_json=as_json)


def _confirm() -> None:
    if not sys.stdin.isatty():
        raise ConfigurationError("flatten closes every position: nobody can be asked here, so say --yes")
    if typer.prompt("Close every position at the market? Type yes", err=True) != "yes":
        raise ConfigurationError("not confirmed: nothing was done")
