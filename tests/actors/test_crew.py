"""The crew: who is on board, in which order, and what they know before the first input."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from actors.crew import Crew, opening
from actors.kernel.effects import Tell
from core.book.params import BookParams
from core.market.bars import Bars
from core.market.chunk import Chunk
from core.message import Json
from core.messages import BarOpened, MacroPublished, NewsPublished, StreamChanged, SystemStarted
from tests.actors.made import PARAMS
from tests.invariants.world import START_MS, STEP_MS, SYMBOL, Plan, World, market


class Past:
    """A source with a history."""

    symbol = SYMBOL
    timeframe_ms = STEP_MS

    def __init__(self, chunk: Chunk | None) -> None:
        self.chunk = chunk

    def history(self) -> Chunk | None:
        """What is known before the first input."""
        return self.chunk

    def chunks(self) -> Iterator[Chunk]:
        """Nothing more."""
        return iter(())

    def fingerprint(self) -> dict[str, Json]:
        """None of its own."""
        return {}


def crew() -> Crew:
    return World(Plan(0)).crew


def test_the_rank_order_is_part_of_a_runs_meaning() -> None:
    assert [decider.address for decider in crew().deciders] == [
        "session",
        "connection/market",
        "feed/dxy",
        "feed/btc_dominance",
        "feed/news",
        "feed/calendar",
        "regime",
        f"{SYMBOL}/strategist",
        "risk",
        f"{SYMBOL}/position",
        f"{SYMBOL}/order",
        "gate",
        f"{SYMBOL}/venue",
    ]


def test_an_order_book_has_a_stream_of_its_own_that_no_entry_waits_for() -> None:
    with_book = Crew(SYMBOL, STEP_MS, replace(PARAMS, book=BookParams()))
    plain = Crew(SYMBOL, STEP_MS, PARAMS)
    addresses = [decider.address for decider in with_book.deciders]
    assert addresses.pop(2) == "connection/book"
    assert addresses == [decider.address for decider in plain.deciders]
    for event in ("connect", "open", "sync", "drop"):
        effects = with_book.connections["book"].receive(StreamChanged("book", event, ""), 0)
        assert not [effect for effect in effects if isinstance(effect, Tell)]


def test_history_is_known_before_the_first_input() -> None:
    ramp = np.arange(3, dtype=np.float64) + 100
    times = np.arange(3, dtype=np.int64) * STEP_MS
    bars = Bars(SYMBOL, STEP_MS, times, ramp, ramp + 1, ramp - 1, ramp, ramp)
    macro = [MacroPublished(STEP_MS, "dxy", "4h", 104.0), MacroPublished(STEP_MS, "gold", "4h", 2000.0)]
    made = crew()
    made.remember(Past(Chunk(bars, macro, [NewsPublished(STEP_MS, "wire", "SEC approves bitcoin ETF")])))
    assert made.strategist.view()["market"]["closes"] == [100.0, 101.0, 102.0]  # type: ignore[index,call-overload]  # a JSON object
    assert made.strategist.view()["bars"] == 0
    assert made.feeds["dxy"].view()["value"] == 104.0
    assert made.news.view()["known_at"] == STEP_MS


def test_no_history_is_no_knowledge() -> None:
    made = crew()
    made.remember(Past(None))
    assert made.strategist.view()["market"]["closes"] == []  # type: ignore[index,call-overload]  # a JSON object


def test_only_closed_bars_are_folded_after_a_restart() -> None:
    made = crew()
    made.fold(BarOpened(SYMBOL, START_MS, 100.0))
    assert made.strategist.view()["market"]["closes"] == []  # type: ignore[index,call-overload]  # a JSON object
    for _, message in market(Plan(0, bars=2)):
        made.fold(message)
    assert len(made.strategist.view()["market"]["closes"]) == 2  # type: ignore[index,call-overload,arg-type]  # a JSON list


def test_the_opening_makes_the_system_trade() -> None:
    world = World(Plan(0))
    world.begin()
    assert world.crew.session.state == "trading"
    assert world.crew.connections["market"].view()["state"] == "live"
    assert opening(resumed=True)[0] == SystemStarted(resumed=True)
    assert opening(resumed=False)[1:] == tuple(
        StreamChanged("market", event, "") for event in ("connect", "open", "sync")
    )
