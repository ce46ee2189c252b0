"""What an operator may tell a running daemon, and what the session's states mean."""

from functools import partial
from pathlib import Path
from typing import Any

import anyio
from rich.markup import escape

from actors import control
from actors.cli.options import state_path
from actors.cli.output import moment, page, told
from core.message import Json

_MEANINGS = {
    "starting": "it is starting",
    "reconciling": "it compares its state with the venue's; no entries yet",
    "trading": "entries are allowed",
    "paused": "no new entries; open positions keep their stops",
    "flattening": "every position is being closed; no new entries",
    "safe_mode": "something failed; no new entries, stops stay",
    "stopping": "it is stopping; no new entries, stops stay on the venue",
    "stopped": "it has stopped",
}


def command(name: str, state_dir: Path | None, *, as_json: bool, **given: Json) -> None:
    """Send a command, with what it is given, to the daemon and show the state after it.

    Raises:
        ConfigurationError: If no daemon is running with that state directory.
    """
    answer: dict[str, Any] = anyio.run(partial(control.ask, state_path(state_dir).absolute(), name, **given))
    told(answer) if as_json else _show(answer)


def _show(answer: dict[str, Any]) -> None:
    state = answer["session"]["state"]
    console = page()
    console.print(f"[bold]{escape(state)}[/]: {_MEANINGS.get(state, 'see `chartwright machines`')}")
    account, counts = answer["account"], answer["counts"]
    console.print(
        f"{escape(answer['symbol'])} {answer['timeframe']} at {moment(answer['time'])} UTC"
        f" · {counts['bars']:,} bars · regime {answer['regime']['state']} · risk {answer['risk']['state']}"
    )
    console.print(
        f"equity {account['equity']:,.2f} · {account['trades']:,} trades, {account['wins']:,} won"
        f" · drawdown {account['drawdown_pct']:.2f} %"
    )
    for manual in answer["regime"].get("manual", ()):
        told_by = f"by {manual['author']} until {moment(manual['until'])}"
        console.print(escape(f"{manual['input']} set by hand to {manual['value']:+g} {told_by}"), style="yellow")
    for position in answer["positions"]:
        console.print(f"position {escape(str(position))}")
    if answer.get("why"):
        console.print(escape(str(answer["why"])), style="yellow")
