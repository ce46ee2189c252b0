"""The regime's records in words: what changed or held it, the scores, the headlines, and what would flip it."""

from collections.abc import Iterator
from textwrap import fill
from typing import Any

from rich.console import Console
from rich.markup import escape

from actors.cli.output import moment, page
from core.durations import MINUTE_MS
from core.reasons import Reason

WIDTH = 100
"""Columns at most; longer lines are wrapped and keep their indent."""
_INDENT = " " * 4
_NAMES = {"dxy": "dollar", "btc_dominance": "dominance", "news": "news"}
_ORDER = ("RISK_ON", "RISK_OFF", "DECOUPLED", "CHOP")

Step = dict[str, Any]


def show(steps: list[Step]) -> None:
    """Print the path.

    Args:
        steps: A record each: `ts`, `from`, `to`, `event`, `reasons` and the record's own facts.
    """
    console = page()
    if not steps:
        console.print("The regime has not been named yet.")
    for step in steps:
        moved = step["from"] != step["to"]
        console.print(f"[bold]{moment(step['ts'])}[/]  {_headline(step, moved=moved)}", soft_wrap=True)
        _explain(console, step, moved=moved)


def _headline(step: Step, *, moved: bool) -> str:
    if step["from"] is None:
        return f"begins {step['to']}"
    if moved:
        return f"{step['from']} → [bold]{step['to']}[/]"
    candidate = step.get("candidate")
    return f"stays {step['to']}" + (f", {candidate} leads" if candidate and candidate != step["to"] else "")


def _explain(console: Console, step: Step, *, moved: bool) -> None:
    width = min(console.width, WIDTH)
    for code in step["reasons"]:
        console.print(_wrapped(Reason[code].meaning, width), style=None if moved else "dim", soft_wrap=True)
    for line in _details(step):
        console.print(_wrapped(line, width), style="dim", soft_wrap=True)


def _wrapped(line: str, width: int) -> str:
    return escape(fill(line, width, initial_indent=_INDENT, subsequent_indent=_INDENT + "  ", break_on_hyphens=False))


def _details(step: Step) -> Iterator[str]:
    """What the record measured, in sentences."""
    if "events" in step:
        yield f"{', '.join(step['events'])}; until {moment(step['until'])}"
    if "override" in step:
        yield _by_hand(step["override"]["input"], step["override"])
    for name, manual in step.get("manual", {}).items():
        if step.get("override", {}).get("input") != name:
            yield _by_hand(name, manual)
    if step.get("last"):
        yield f"last known: {_risk(step['last'])}"
    if "scores" in step:
        needed = step["threshold"]
        scores = " · ".join(f"{name} {_score(step['scores'][name], needed)}" for name in _ORDER)
        yield f"scores: {scores}; a change needs {needed:.2f}"
        yield _risk(step)
        yield from _reading(step["inputs"])
        yield from _headlines(step["inputs"].get("news", {}))
        yield from _outlook(step)
    if step.get("derivatives", {}).get("text"):
        yield f"derivatives: {step['derivatives']['text']}"


def _risk(step: dict[str, Any]) -> str:
    """The risk score and what each input gave to it."""
    gave = (f"{_name(name)} {each['contribution']:+.2f}" for name, each in step["inputs"].items())
    return f"risk score {step['risk_score']:+.2f}: {', '.join(gave)}"


def _by_hand(name: str, manual: dict[str, Any]) -> str:
    """What an operator set, whose word it was, and what is left of it."""
    left = f", {manual['left_ms'] / MINUTE_MS:.0f} minutes left" if manual["left_ms"] else ""
    cleared = f"; taken back by {manual['cleared_by']}" if "cleared_by" in manual else ""
    until = f"until {moment(manual['until'])}{left}"
    return f"{_name(name)} by hand {manual['value']:+.2f}: {manual['author']}, {until}{cleared}"


def _reading(inputs: dict[str, dict[str, Any]]) -> Iterator[str]:
    """How dominance is read, where price has a say in it."""
    dominance, price = inputs.get("btc_dominance", {}), inputs.get("price", {})
    if price.get("trend"):
        way = "fell" if price["change_pct"] < 0 else "rose"
        told = f"price {way} {abs(price['change_pct']):.1f} % in {price['hours']} h"
        if abs(price["trend"]) == 1:  # beyond a full trend nothing is told anew, however far the price runs on
            told += " when its trend became full"
        yield f"dominance {dominance['trend']:+.2f}, read as {dominance['read_as']:+.2f}: {told}"


def _headlines(news: dict[str, Any]) -> Iterator[str]:
    """The loudest headlines, each with its tone and who told it."""
    for title, tone, *tellers in news.get("loudest", []):  # older journals name no tellers
        sources = ", ".join(tellers[0]) if tellers else ""
        told_by = f" ({sources})" if sources else ""
        yield f"{tone:+.2f} “{title}”{told_by}"


def _outlook(step: Step) -> Iterator[str]:
    """What would change the regime, and from when on it may change."""
    left_ms = step.get("dwell_left_ms", 0)
    until = moment(step["ts"] + left_ms)
    flips = {name: flip for name, flip in step["flips"].items() if flip}
    stands = {name: each["trend"] for name, each in step["inputs"].items()}
    due = [to for name, (at, to) in flips.items() if at == stands[name]]
    if due and left_ms:
        yield f"only the dwell holds it: {due[0]} takes over at {until} if it still leads then"
        return
    moves = ", ".join(
        f"{_name(name)} from {_beside(stands[name], at, '+')} to {_beside(at, stands[name], '+')} ({to})"
        for name, (at, to) in flips.items()
    )
    yield f"would flip it: {moves}" if moves else "would flip it: no single input can"
    if left_ms:
        yield f"the dwell holds it for {left_ms / MINUTE_MS:.0f} more minutes, until {until}"


def _score(value: float, needed: float) -> str:
    """A score; one that falls short must not read as if it did not."""
    return _beside(value, needed) if value < needed else f"{value:.2f}"


def _beside(value: float, other: float, sign: str = "") -> str:
    """A value with as many digits as it takes to tell it from the other; two where they are equal."""
    shown = (f"{value:{sign}.{digits}f}" for digits in range(2, 7) if f"{value:.{digits}f}" != f"{other:.{digits}f}")
    return next(shown, f"{value:{sign}.2f}")


def _name(feed: str) -> str:
    return _NAMES.get(feed, feed)
