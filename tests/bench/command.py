"""`scripts/bench [NAME…]`: measure and print; `scripts/bench --quick`: fail where a ratio grew beyond noise."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from functools import partial

from rich.console import Console
from rich.table import Table

from tests.bench import history, quick
from tests.bench.catalog import BENCHMARKS
from tests.bench.figure import Figure, number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; returns the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(BENCHMARKS)}; all without one")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="repeats of each; 5")
    parser.add_argument("--quick", action="store_true", help="ratios beside the committed ones; 1 if one grew")
    parser.add_argument("--accept", action="store_true", help="with --quick: commit to what is measured now")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown or given.repeat < 1:
        parser.error(f"unknown: {', '.join(unknown)}" if unknown else "--repeat is below 1: give 1 or more")
    if given.accept and not given.quick:
        parser.error("--accept goes with --quick")
    if given.quick:
        return _quick(accept=given.accept, as_json=given.json)
    return _full(given.names or list(BENCHMARKS), repeat=given.repeat, as_json=given.json)


def _full(names: Sequence[str], *, repeat: int, as_json: bool) -> int:
    before, figures = history.last(), list[Figure]()
    for name in names:
        _note(f"{name} ...")
        found = BENCHMARKS[name](repeat)
        if not found:
            _note(f"{name}: what it needs is absent here (docs/speed.md says what), so it is left out")
        figures += found
    told = history.document(figures, repeat=repeat)
    history.append(told)
    if as_json:
        _print(json.dumps(told, indent=2))
    else:
        Console().print(table(figures, before))
        _print(", ".join(f"{name} {each}" for name, each in told["versions"].items()))
    return 0


def table(figures: Sequence[Figure], before: Mapping[str, float]) -> Table:
    """Medians beside what was promised and what was measured the last time."""
    shown = Table()
    for name in ("", "median", "best", "unit", "goal", "reached", "last median", ""):
        shown.add_column(name, justify="left" if name in {"", "unit"} else "right")
    verdicts = {None: "", True: "yes", False: "no"}
    for each in figures:
        bound = "" if each.goal is None else f"{'≤' if each.better == 'lower' else '≥'} {number(each.goal)}"
        last = number(before[each.name]) if each.name in before else ""
        numbers = (number(each.median), number(each.best), each.unit, bound, verdicts[each.reached], last)
        shown.add_row(each.name, *numbers, each.note)
    return shown


def _quick(*, accept: bool, as_json: bool) -> int:
    if accept:
        found = quick.measured()
        quick.accept(found)
        _print(json.dumps(found, indent=2))
        return 0
    reference = quick.reference()
    found, slower = quick.checked(partial(quick.measured), reference)
    if as_json:
        _print(
            json.dumps({"ratios": found, "reference": reference, "slower": [each.name for each in slower]}, indent=2)
        )
    else:
        Console().print(ratios(found, reference))
    for each in slower:
        text = f"{each.name}: {number(each.ratio)} times the plain one, {number(each.reference)} is known"
        _note(f"{text}: make it faster, or accept it: scripts/bench --quick --accept")
    return int(bool(slower))


def ratios(found: Mapping[str, float], reference: Mapping[str, float]) -> Table:
    """Ratios beside the committed ones."""
    shown = Table()
    shown.add_column("")
    for name in ("ratio", "reference", "allowed"):
        shown.add_column(name, justify="right")
    for name, ratio in found.items():
        known = reference.get(name)
        shown.add_row(
            name, number(ratio), *(("", "") if known is None else (number(known), number(quick.BOUND * known)))
        )
    return shown


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _note(text: str) -> None:
    sys.stderr.write(text + "\n")
