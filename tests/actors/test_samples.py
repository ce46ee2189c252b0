"""Samples of an order book are inputs like any other: read back from a journal they give every record again."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from actors.crew import Crew, opening
from actors.kernel.kernel import Kernel
from actors.kernel.scribe import RowScribe
from actors.kernel.simulated import SimulatedRuntime
from actors.market import Item, inputs
from core.book.params import BookParams
from core.book.sample import FeatureSample
from core.message import Json
from core.messages import BarClosed
from core.records import JournalRow
from tests.actors.made import BAR_MS, PARAMS, market

BARS = 400
GUARDS = replace(PARAMS.evaluation.guards, off=tuple(name for name in PARAMS.evaluation.guards.off if name != "spread"))
WITH_BOOK = replace(PARAMS, evaluation=replace(PARAMS.evaluation, guards=GUARDS), book=BookParams())


def items() -> Iterator[Item]:
    """A market with a sample at each close; now and then a wide spread, no answer, or none in time."""
    for number, (now, message) in enumerate(inputs(market(BARS).chunks())):
        if type(message) is BarClosed and number % 7:
            reason = "BOOK_GAP" if number % 5 == 0 else ""
            spread = None if reason else 9.0 if number % 11 == 0 else 0.1
            ts = now - 6_000 if number % 13 == 0 else now
            yield ts, FeatureSample(message.symbol, ts, at_close=True, book=reason, spread_bps=spread)
        yield now, message


class Run:
    """One crew from its start, or from what an earlier one saved."""

    def __init__(self, begun: Sequence[Item] = (), states: dict[str, Json] | None = None) -> None:
        self.crew = Crew("BTCUSDT", BAR_MS, WITH_BOOK)
        self.scribe = RowScribe(keeps_bars=True)
        self.kernel = Kernel(self.crew.deciders, self.scribe)
        self.runtime = SimulatedRuntime(self.kernel)
        if states is not None:
            self.kernel.restore(states)
            for _, message in begun:
                self.crew.fold(message)
        for message in opening(resumed=states is not None):
            self.runtime.admit(message, self.kernel.now)

    def records(self, told: Sequence[Item]) -> list[JournalRow]:
        """Everything that these inputs bring about."""
        self.scribe.take()
        self.runtime.run(told)
        return self.scribe.take()


def read_back(told: Sequence[Item], rows: Sequence[JournalRow]) -> list[Item]:
    """The same inputs, with the samples as the journal has them."""
    kept = iter([json.loads(json.dumps(row.facts)) for row in rows if row.event == "FeatureSample"])
    return [(now, FeatureSample(**next(kept)) if type(each) is FeatureSample else each) for now, each in told]


def test_a_journals_samples_give_every_record_again() -> None:
    told = list(items())
    rows = Run().records(told)
    assert Run().records(read_back(told, rows)) == rows
    spreads = [guard[1] for row in rows if row.kind == "evaluation" for guard in _spread(row)]
    assert {True, False, None} == set(spreads)
    assert any(row.event == "entry" for row in rows)


def test_a_resumed_run_decides_as_one_that_never_stopped() -> None:
    told = list(items())
    closes = [place for place, (_, message) in enumerate(told) if type(message) is BarClosed]
    half = closes[len(closes) // 2]
    whole, first = Run(), Run()
    before, after = told[: half + 1], told[half + 1 :]
    whole.records(before)
    first.records(before)
    again = Run(before, json.loads(json.dumps(first.kernel.saved())))
    assert _decided(again.records(after)) == _decided(whole.records(after))


def _spread(row: JournalRow) -> list[list[Json]]:
    guards = row.facts["guards"]
    assert isinstance(guards, list)
    return [guard for guard in guards if isinstance(guard, list) and guard[0] == "SPREAD_TOO_WIDE"]


def _decided(rows: Sequence[JournalRow]) -> list[tuple[object, ...]]:
    """What was decided, without the numbers that a start more makes others."""
    return [(row.ts, row.kind, row.actor, row.event, row.target, row.reasons, row.facts) for row in rows]
