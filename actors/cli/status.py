"""`chartwright status`, to the running daemon."""

from actors.cli.operator import command
from actors.cli.options import AsJson, StateDir


def status(*, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """What the running daemon is doing.

    Example: chartwright status
    """
    command("status", state_dir, as_json=as_json)
