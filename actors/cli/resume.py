"""`chartwright resume`, to the running daemon."""

from actors.cli.operator import command
from actors.cli.options import AsJson, StateDir


def resume(*, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """Trade again after a pause or in safe mode.

    Example: chartwright resume
    """
    command("resume", state_dir, as_json=as_json)
