"""`chartwright diagram`: a statechart drawn from its definition."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from actors.cli.nearest import one_of
from core.errors import ConfigurationError
from machines.catalog import CHARTS
from machines.draw import diagram as drawn


class Form(StrEnum):
    """What a diagram can be."""

    SVG = "svg"
    PNG = "png"
    MERMAID = "mermaid"
    DOT = "dot"
    MD = "md"


ChartName = Annotated[str, typer.Argument(metavar="CHART", help="Such as position; see `chartwright machines`.")]
FormOption = Annotated[Form, typer.Option("--format", help="What to make.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Default: stdout.")]


def diagram(chart: ChartName, *, form: FormOption = Form.SVG, output: Output = None) -> None:
    """Draw a statechart from its definition; no system package is needed.

    Example: chartwright diagram position -o position.svg
    """
    picture = drawn(CHARTS[one_of(chart, CHARTS, "machine")], form)
    raw = picture if isinstance(picture, bytes) else f"{picture.rstrip()}\n".encode()
    if output is not None:
        _write(output, raw)
        return
    if isinstance(picture, bytes) and sys.stdout.isatty():
        raise ConfigurationError("a PNG cannot be shown in a terminal: give -o FILE, or pipe it on")
    sys.stdout.buffer.write(raw)
    sys.stdout.buffer.flush()


def _write(path: Path, raw: bytes) -> None:
    try:
        path.write_bytes(raw)
    except OSError as error:
        raise ConfigurationError(f"-o is {str(path)!r}, which cannot be written: {error.strerror}") from error
