"""`chartwright reasons`: the registry of reason codes."""

from typing import Annotated

import typer
from rich.markup import escape

from actors.cli.nearest import one_of
from actors.cli.options import AsJson
from actors.cli.output import page, plain_table, told
from core.reasons import Reason

Code = Annotated[str | None, typer.Argument(help="One code. Default: all of them.")]


def reasons(code: Code = None, *, as_json: AsJson = False) -> None:
    """What a reason code means and what to do about it.

    Example: chartwright reasons COST_TOO_HIGH
    """
    wanted = list(Reason) if code is None else [Reason[one_of(code.upper(), Reason.__members__, "reason")]]
    if as_json:
        told([_described(reason) for reason in wanted])
        return
    table = plain_table("code", "said by", "meaning", "what to do")
    for reason in wanted:
        table.add_row(reason.name, reason.emitted_by, escape(reason.meaning), escape(reason.remedy))
    page().print(table)


def _described(reason: Reason) -> dict[str, str]:
    return {
        "code": reason.name,
        "meaning": reason.meaning,
        "remedy": reason.remedy,
        "emitted_by": reason.emitted_by,
    }
