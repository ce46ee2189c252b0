"""The command line: which commands there are, and how each ends.

A command's module is imported when the command is called, so that `chartwright --help` waits for none of them.
"""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from actors.native.finder import use
from core.errors import ChartwrightError, InvariantBroken, LedgerError

COMMANDS = {
    "run": "Trade: the daemon with its page, on a simulated market, on past candles, or on Bybit.",
    "backtest": "Run the daemon's own actors over a candle file, as fast as they think.",
    "report": "A backtest as one HTML file: charts, tables and a verdict in plain words.",
    "sweep": "Try parameter sets, and say how much of the best is luck.",
    "walk-forward": "Choose parameters on one stretch, trade them on the next, and say what choosing was worth.",
    "look-ahead": "Look for decisions that know the future, by running history cut off at many points.",
    "status": "What the running daemon is doing.",
    "pause": "Stop new entries; open positions keep their stops.",
    "resume": "Trade again after a pause or in safe mode.",
    "input": "Set an input of the regime by hand for a while, such as the news; or take it back.",
    "flatten": "Close every position now.",
    "journal": "Read what was decided, and why.",
    "timeline": "The regime's path: what moved it, what held it, what would flip it.",
    "why-not": "Every guard's verdict for one bar, the nearest miss first.",
    "machines": "Every statechart there is: states, events, transitions.",
    "diagram": "Draw a statechart from its definition.",
    "reasons": "What a reason code means and what to do about it.",
    "train-news": "Train the optional headline model from a labelled file of yours.",
    "sandbox": "A local exchange that speaks Bybit v5, for trying bots out; faults on demand.",
    "doctor": "Check settings, state directory, journal and port, and say what is missing.",
}

MODULES = {"report": "tearsheet"}
"""Where a command does not live in the module of its own name."""

LAB = frozenset({"backtest", "report", "sweep", "walk-forward", "look-ahead"})
"""Commands that take compiled actors where there are some; what trades runs the sources themselves."""


class CommandGroup(TyperGroup):
    """Commands by module name, imported when they are called; faults of ours end in one line and an exit code."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {name: TyperCommand(name, help=summary) for name, summary in COMMANDS.items()}
        self._is_listing = False

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  the library's signature
        """The command itself; while the list of commands is shown, only its name and summary."""
        if self._is_listing or cmd_name not in COMMANDS:
            return self.commands.get(cmd_name)
        name = cmd_name.replace("-", "_")
        if name == "backtest":  # it has no linear algebra, and numpy's import waits for that library's threads
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        if cmd_name in LAB:
            use()
        alone = typer.Typer(add_completion=False)
        alone.command(cmd_name)(getattr(import_module(f"actors.cli.{MODULES.get(name, name)}"), name))
        gc.freeze()  # or the first look for garbage is at all that was imported
        gc.enable()
        return typer.main.get_command(alone)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show all commands without importing any."""
        self._is_listing = True
        with _without_markdown():
            super().format_help(ctx, formatter)

    def invoke(self, ctx: Any) -> Any:
        """Run the command.

        Raises:
            typer.Exit: With 2 where the user can mend it, 1 where the journal failed.
        """
        try:
            return super().invoke(ctx)
        except (ChartwrightError, ExceptionGroup) as error:
            fault = next(_leaves(error))
            if not isinstance(fault, ChartwrightError) or isinstance(fault, InvariantBroken):
                raise
            print(f"chartwright: {fault}", file=sys.stderr)  # noqa: T201  the one line an error is
            raise typer.Exit(1 if isinstance(fault, LedgerError) else 2) from error


@contextmanager
def _without_markdown() -> Iterator[None]:
    """What draws the help imports a reader of Markdown, a sixth of the time of all, and ours is not written in it."""
    name = "rich.markdown"
    if name in sys.modules:
        yield
        return
    stand_in: Any = ModuleType(name)
    stand_in.Markdown = object
    sys.modules[name] = stand_in
    try:
        yield
    finally:
        del sys.modules[name]


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


app = typer.Typer(cls=CommandGroup, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback(epilog="Begin with `chartwright run`, or `chartwright backtest --candles FILE --macro DIR`.")
def _chartwright() -> None:
    """A trading daemon whose every decision is a journaled transition of a formal statechart."""


def main() -> None:
    """Run the command line and leave the process with its exit code.

    What is imported stays, and what is left at the end goes with the process: looking through either for garbage takes
    a tenth of a backtest.
    """
    gc.disable()  # until the command is imported
    try:
        app(prog_name="chartwright")
    finally:
        gc.freeze()
