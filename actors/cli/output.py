"""Results to stdout, everything else to stderr; progress only where a person is watching.

Rich is imported by what draws: it takes 20 ms, and JSON needs none of it.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_PIPED_WIDTH = 140


def told(document: Any) -> None:
    """Print one JSON document; a number that JSON cannot say becomes null."""
    sys.stdout.write(json.dumps(_speakable(document), indent=2, allow_nan=False, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def page() -> "Console":
    """Where people read results."""
    from rich.console import Console  # noqa: PLC0415  (see above)

    return Console(highlight=False, width=None if sys.stdout.isatty() else _PIPED_WIDTH)


def note(text: str) -> None:
    """Say something beside the result."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def warn(texts: Sequence[str]) -> None:
    """Say what a person should know before trusting the result."""
    for text in texts:
        note(f"warning: {text}")


def plain_table(*columns: str, title: str | None = None, numbers: Sequence[str] = ()) -> "Table":
    """An empty table; columns named in `numbers` are aligned right."""
    from rich.table import Table  # noqa: PLC0415  (see above)

    table = Table(title=title, title_justify="left", title_style="bold", box=None, header_style="dim", pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left")
    return table


def moment(ts_ms: int) -> str:
    """A time for people, UTC."""
    return datetime.fromtimestamp(ts_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[int], None] | None]:
    """A bar on stderr's terminal, moved by calling it with what is done; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415  (see above)
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda done: shown.update(task, completed=done)


def _speakable(value: Any) -> Any:
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {key: _speakable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_speakable(item) for item in value]
    return value
