"""The documents say what the code does; `python tests/test_docs.py` writes the generated ones anew."""

import re
from pathlib import Path

from core.evaluation.guards import GUARDS
from core.reasons import Reason
from core.regime.permissions import PERMISSIONS
from machines.catalog import CHARTS
from machines.draw import diagram

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def charts_page() -> str:
    """The page of all charts, as Markdown with mermaid drawings and transition tables."""
    head = (
        "# The charts\n\nGenerated from the charts that run; a test keeps this page true. "
        "`chartwright diagram NAME --format svg|png|mermaid|dot|md` draws any of them.\n"
    )
    parts = [head]
    for name, chart in CHARTS.items():
        mermaid, table = diagram(chart, "mermaid"), diagram(chart, "md")
        assert isinstance(mermaid, str)
        assert isinstance(table, str)
        parts.append(f"## {name}\n\n```mermaid\n{mermaid.strip()}\n```\n\n{table.strip()}\n")
    return "\n".join(parts)


def reasons_page() -> str:
    """The page of all reason codes."""
    rows = [f"| `{reason.name}` | {reason.emitted_by} | {reason.meaning} | {reason.remedy} |" for reason in Reason]
    head = (
        "# Reason codes\n\nGenerated from the one registry; a test keeps this page true. Codes are only ever added.\n\n"
        "| code | emitted by | meaning | what to do |\n|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


def test_the_charts_page_is_what_the_charts_draw() -> None:
    assert (DOCS / "charts.md").read_text("utf-8") == charts_page()


def test_the_reasons_page_is_the_registry() -> None:
    assert (DOCS / "reasons.md").read_text("utf-8") == reasons_page()


def test_the_decisions_page_lists_the_guards_in_their_order() -> None:
    text = (DOCS / "decisions.md").read_text("utf-8")
    told = re.findall(r"^\| \d+ \| `(\w+)` \|", text, re.MULTILINE)
    assert told == [guard.name for guard in GUARDS]


def test_the_decisions_page_has_the_permissions_that_hold() -> None:
    text = (DOCS / "decisions.md").read_text("utf-8")
    for row in PERMISSIONS:
        name = f"{row.regime}, {row.policy}" if row.policy else row.regime
        found = (line.strip("|").split("|") for line in text.splitlines() if line.startswith(f"| {name} |"))
        cells = next([cell.strip() for cell in cells] for cells in found if len(cells) == 7)
        assert cells[1] == (", ".join(row.modes) or "none"), name
        assert float(cells[3]) == row.size_multiplier, name
        assert cells[4] == ("-" if row.trail_atr is None else f"{row.trail_atr:g} ATR"), name
        assert cells[6] == ("none" if row.time_stop_bars is None else f"{row.time_stop_bars} bars"), name


def test_every_local_link_in_the_documents_leads_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.glob("*.md")):
        for link in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


if __name__ == "__main__":
    (DOCS / "charts.md").write_text(charts_page(), "utf-8")
    (DOCS / "reasons.md").write_text(reasons_page(), "utf-8")
