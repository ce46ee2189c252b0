"""The table of what struck, printed once all is over."""

from typing import Any

import pytest


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Faults, how often they struck, entries, rules broken, seconds until both sides agreed."""
    _tell_kills(terminalreporter)
    _tell_outages(terminalreporter)
    rows = _found(terminalreporter, "faults")
    if not rows:
        return
    terminalreporter.section("faults")
    singles = sorted(row for row in rows if len(row[0]) <= 2)
    mixtures = [row for row in rows if len(row[0]) > 2]
    line = "{:38} {:>7} {:>8} {:>10} {:>9}"
    terminalreporter.write_line(line.format("faults", "struck", "entries", "violations", "agreed, s"))
    for row in [*singles, *_summed(mixtures)]:
        names, struck, entries, breaches, healed = row
        shown = "never" if healed is None else f"{healed:.2f}"
        terminalreporter.write_line(line.format(", ".join(names), struck, entries, breaches, shown))


def _tell_kills(terminalreporter: Any) -> None:
    """What was the last thing on disk, how often it was killed there, rules broken, seconds until both agreed."""
    kills: dict[tuple[str, str], list[list[Any]]] = {}
    for row in _found(terminalreporter, "kills"):
        kills.setdefault((row[1], row[0]), []).append(row)
    if not kills:
        return
    terminalreporter.section("kills")
    line = "{:38} {:>8} {:>6} {:>10} {:>9}"
    terminalreporter.write_line(line.format("last on disk", "killed", "times", "violations", "agreed, s"))
    for (last, phase), rows in sorted(kills.items()):
        healed = [row[3] for row in rows]
        shown = "never" if None in healed else f"{max(healed):.2f}"
        terminalreporter.write_line(line.format(last, phase, len(rows), sum(row[2] for row in rows), shown))


def _tell_outages(terminalreporter: Any) -> None:
    """Which stream was away how long; real seconds until entries were blocked, after its return until all agreed."""
    rows = _found(terminalreporter, "outages")
    if not rows:
        return
    terminalreporter.section("outages")
    line = "{:10} {:>10} {:>11} {:>11} {:>10} {:>10} {:>10}"
    names = ("stream", "market s", "blocked, s", "fills out", "agreed, s", "open, s", "violations")
    terminalreporter.write_line(line.format(*names))
    for stream, length, blocked, fills, agreed, opened, breaches in sorted(rows):
        times = ("never" if each is None else f"{each:.2f}" for each in (blocked, agreed, opened))
        blocked_s, agreed_s, open_s = times
        terminalreporter.write_line(line.format(stream, length, blocked_s, fills, agreed_s, open_s, breaches))


def _found(terminalreporter: Any, name: str) -> list[list[Any]]:
    return [
        dict(report.user_properties)[name]
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
        if name in dict(getattr(report, "user_properties", ()))
    ]


def _summed(rows: list[list[Any]]) -> list[list[Any]]:
    if not rows:
        return []
    healed = [row[4] for row in rows]
    worst = None if None in healed else max(healed)
    return [
        [[f"{len(rows)} seeded mixtures (worst)"], *(sum(row[place] for row in rows) for place in (1, 2, 3)), worst]
    ]


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")
