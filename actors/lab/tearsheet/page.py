"""A tearsheet as one HTML file that needs no network."""

import json
from collections.abc import Iterator
from html import escape
from typing import cast

from plotly.offline import get_plotlyjs  # type: ignore[import-untyped]  # it has no stubs

from actors.lab.tearsheet.charts import Chart, charts
from actors.lab.tearsheet.study import Study
from actors.lab.tearsheet.style import DRAW, STYLE
from actors.lab.tearsheet.tables import Table, tables


def page(study: Study, *, title: str) -> str:
    """The whole file; the same study gives the same text.

    Args:
        study: A run, worked out.
        title: What was traded, and how.
    """
    drawn = charts(study)
    figures = {chart.name: {"data": chart.data, "layout": chart.layout} for chart in drawn}
    numbers = json.dumps(figures, allow_nan=False, separators=(",", ":")).replace("</", "<\\/")
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{STYLE}</style>",
            f"<script>{get_plotlyjs()}</script></head><body><main>",
            f"<h1>{escape(title)}</h1>",
            *_verdict(study),
            *_headline(study),
            *(_section(chart) for chart in drawn),
            '<div class="tables">',
            *(_table(table) for table in tables(study)),
            "</div>",
            f"<footer>transitions sha256 {escape(str(study.result['transitions_sha256']))}</footer></main>",
            f"<script>const figures = {numbers};\n{DRAW}</script></body></html>\n",
        ]
    )


def _verdict(study: Study) -> Iterator[str]:
    first, *others = study.findings
    kind = "good" if first.code == "EDGE_HOLDS" else "bad"
    yield f'<section id="verdict" class="{kind}"><h2>Verdict</h2><p><strong>{escape(first.sentence)}</strong></p>'
    if others:
        yield "<ul>" + "".join(f"<li>{escape(finding.sentence)}</li>" for finding in others) + "</ul>"
    yield "</section>"


def _headline(study: Study) -> Iterator[str]:
    result = study.result
    start, final = cast("float", result["start_balance"]), cast("float", result["final_equity"])
    yield f"<p>{result['first_time']} to {result['last_time']} · {result['bars']:,} bars</p>"
    figures = (
        ("Trades", f"{result['trades']:,}"),
        ("Net result", f"{final - start:+,.2f}"),
        ("Final equity", f"{final:,.2f}"),
        ("Return", f"{100 * (final / start - 1):+.2f} %"),
        ("Buy and hold", f"{100 * study.parts[0].held_growth:+.2f} %"),
        ("Largest drawdown", f"{result['max_drawdown_pct']:.2f} %"),
        ("Fees paid", f"{result['fees']:,.2f}"),
        ("Funding paid", f"{result['funding']:,.2f}"),
    )
    yield '<dl id="headline">'
    yield from (f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in figures)
    yield "</dl>"


def _section(chart: Chart) -> str:
    note = f"<p>{escape(chart.note)}</p>" if chart.note else ""
    label = escape(chart.title)
    plot = f'<div id="{chart.name}" class="chart" role="img" aria-label="{label}"></div>'
    return f"<section><h2>{label}</h2>{note}{plot}</section>"


def _cell(text: str) -> str:
    kind = ' class="text"' if text[-1:] == "." else ""
    return f"<td{kind}>{escape(text)}</td>"


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in table.heads)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(_cell(cell) for cell in row[1:]) + "</tr>"
        for row in table.rows
    )
    body = rows or f'<tr><td colspan="{len(table.heads)}">none</td></tr>'
    note = f"<p>{escape(table.note)}</p>" if table.note else ""
    caption = f"<caption>{escape(table.caption)}</caption>"
    return f"<section><table>{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{note}</section>"
