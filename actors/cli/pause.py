"""`chartwright pause`, to the running daemon."""

from actors.cli.operator import command
from actors.cli.options import AsJson, StateDir


def pause(*, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """Stop new entries; open positions keep their stops.

    Example: chartwright pause
    """
    command("pause", state_dir, as_json=as_json)
