"""A chased entry from the plan to the fill: on paper, and on a live venue at a served sandbox, over its sockets."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar, cast

import pytest

from actors.adapters.sandbox.faults.plan import Plan, Step
from actors.gate import OrderGate
from actors.kernel.actor import Decider
from actors.order import OrderKeeper
from actors.position import PositionKeeper
from core.book.sample import FeatureSample
from core.notices import ConnectionChanged, RegimeAssessed, SessionChanged
from core.records import Transition
from core.regime.permissions import PERMISSIONS
from core.trading.chase import Chase
from core.trading.entry import EntryParams
from core.verdict import Approved
from tests.actors.adapters.sandbox.served import STILL
from tests.actors.adapters.sandbox.stall import START, Four
from tests.actors.bench import DISTANCE, HELD, Bench, Line, live, paper
from tests.actors.held import EXACT
from tests.actors.kernel.cast import Actor
from tests.actors.stage import SYMBOL, plan

TICK = Decimal("0.1")
UP: tuple[Four, ...] = tuple((START + 3 * i, START + 3 * i + 3, START + 3 * i, START + 3 * i + 3) for i in range(3))
"""Three bars that rise by 3 each: half a basis point."""
DIP: Four = (START + 9, START + 9, START - 50, START - 50)
AWAY: Four = (START, START + 40, START, START + 40)


def flat(price: float) -> Four:
    """A bar at one price; the sandbox trades a bar's open with the end of the one before."""
    return (price,) * 4


class Desk(Bench):
    """The venue with the keepers before it: position, orders and gate."""

    params: ClassVar[EntryParams] = EntryParams(
        kind="chase", chase_tries=3, chase_quote_ms=60_000, chase_live_ms=3_600_000
    )

    def crew(self) -> tuple[Decider, ...]:
        strategist, risk = Actor("strategist"), Actor("risk")
        self.keeper = PositionKeeper(SYMBOL, EXACT, listeners=("strategist",), account="risk", tag="cw")
        self.order = OrderKeeper(SYMBOL, Chase(self.params, EXACT))
        self.guard = OrderGate(venue=self.venue.address)
        for view in (
            SessionChanged("trading"),
            ConnectionChanged("market", "live"),
            RegimeAssessed("RISK_ON", 1.0, PERMISSIONS[0], None),
        ):
            self.guard.receive(view, 0)
        return self.session, strategist, risk, self.keeper, self.order, self.guard, self.venue

    def quote(self, close: float) -> Decimal:
        """Sample the touch around the last price, on a sandbox its own; returns the bid."""
        bid, ask = Decimal(str(close)) - TICK, Decimal(str(close))
        if isinstance(self.side, Line):
            depth = self.side.stand.sandbox.exchange.floor.markets[SYMBOL].depth
            bid, ask = depth.bid * TICK, depth.ask * TICK
        self.sample(bid, ask)
        return bid

    def sample(self, bid: Decimal, ask: Decimal) -> None:
        """Tell a touch."""
        now = self.kernel.now
        seen = FeatureSample(SYMBOL, now, at_close=False, book="", bid=float(bid), ask=float(ask))
        self.runtime.admit(seen, now)
        self.side.work()

    def decide(self) -> None:
        """A breakout was approved."""
        decided = plan(str(HELD), entry_price=START, stop_distance=DISTANCE)
        self.runtime.tell(self.keeper.address, Approved(decided), self.kernel.now)
        self.side.work()

    def moved(self, machine: str, event: str) -> list[Transition]:
        """The transitions of this kind so far."""
        all_ = [record for _, record in self.recorder.records if isinstance(record, Transition)]
        return [each for each in all_ if (each.machine, each.event) == (machine, event)]

    def rests_at(self, price: Decimal) -> bool:
        """Whether the one order is on the venue's book, at this price."""
        found = cast("list[dict[str, Any]]", self.order.view()["orders"])
        return [(each["state"], each["price"]) for each in found] == [("new", float(price))]

    def opened(self) -> list[tuple[float, bool]]:
        """Price, and whether as a maker, of every fill of an entry."""
        roles = {each.instance: each.facts["role"] for each in self.moved("order", "init")}
        fills = [each for each in self.moved("order", "fill") if roles[each.instance] == "entry"]
        return [(cast("float", each.facts["price"]), bool(each.facts["maker"])) for each in fills]

    def reasons(self, machine: str, event: str) -> list[tuple[str, ...]]:
        """Why, each time."""
        return [tuple(reason.name for reason in each.reasons) for each in self.moved(machine, event)]


class Crossing(Desk):
    """The same, that crosses with the rest as soon as the touch moves away."""

    params = replace(Desk.params, chase_tries=0, chase_then="cross")


Open = Callable[..., Desk]


@pytest.fixture(params=[paper, live], ids=["paper", "live"])
def venue(request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens either venue on the bars given."""
    with ExitStack() as stack:
        yield lambda *bars, kind=Desk: stack.enter_context(request.param(bars, kind))


def resting(bench: Desk) -> Desk:
    """An entry rests at the touch."""
    bench.play()
    bid = bench.quote(START)
    bench.decide()
    bench.until(lambda: bench.rests_at(bid))
    return bench


def test_an_entry_chased_through_three_re_quotes_fills_as_a_maker_with_its_stop_at_its_distance(venue: Open) -> None:
    bench = resting(venue(STILL, *UP, DIP))
    for i in (1, 2, 3):
        bench.play()
        bid = bench.quote(START + 3 * i)
        bench.until(partial(bench.rests_at, bid))
    bench.play()
    bench.until(lambda: bench.held == HELD)
    assert bench.opened() == [(float(bid), True)]
    assert bench.reasons("order", "replace") == [("ORDER_REPLACED",)] * 3
    bench.until(lambda: "confirmed" in cast("Any", bench.keeper._chart).configuration)
    assert cast("Any", bench.keeper._held).stop == pytest.approx(float(bid) - DISTANCE)


def test_out_of_budget_it_gives_up_and_holds_nothing(venue: Open) -> None:
    bench = resting(venue(STILL, AWAY, flat(START + 40), flat(START + 40)))
    bench.play()
    assert bench.quote(START + 40) == Decimal(str(START + 40)) - TICK
    bench.until(lambda: bench.moved("position", "abandon"))
    assert bench.reasons("position", "abandon") == [("ENTRY_NOT_FILLED", "CHASE_OUT_OF_BUDGET")]
    bench.play()
    bench.settle()
    assert not bench.held
    assert not bench.opened()


def test_it_crosses_for_exactly_what_was_wanted_once_the_quote_is_off_the_book(venue: Open) -> None:
    bench = resting(venue(STILL, UP[0], flat(START + 3), kind=Crossing))
    bench.play()
    bench.quote(START + 3)
    bench.until(lambda: len(bench.moved("order", "init")) >= 2)
    bench.quote(START + 3)
    bench.until(lambda: bench.held == HELD)
    assert bench.opened() == [(START + 3, False)]
    assert bench.reasons("order", "cancel") == [("CHASE_CROSSED",)]
    first, second = bench.moved("order", "init")[:2]
    assert bench.moved("order", "cancel")[0].instance == first.instance
    assert (second.facts["quantity"], second.reasons[-1].name) == (float(HELD), "CHASE_CROSSED")


def asked(bench: Desk, fault: str) -> Decimal:
    """An entry that rests, asked to move 3 higher; the answer is what the fault makes of it."""
    resting(bench)
    bench.play()
    bid = bench.quote(START + 3)
    assert [struck.fault for struck in cast("Line", bench.side).stand.sandbox.faults.struck] == [fault]
    return bid


@pytest.mark.parametrize("fault", ["ack_lost", "timeout_applied", "bad_gateway"])
def test_a_re_quote_whose_answer_is_lost_is_found_made_and_never_doubled(fault: str) -> None:
    with live((STILL, UP[0], DIP), Desk, Plan(script=(Step(fault, nth=2),))) as bench:
        bid = asked(bench, fault)
        bench.until(lambda: bench.rests_at(bid))
        bench.play()
        bench.until(lambda: bench.held == HELD)
        assert bench.opened() == [(float(bid), True)]


def test_a_re_quote_that_never_arrived_is_found_not_made_and_the_chase_goes_on() -> None:
    with live((STILL, UP[0], *(flat(START + 3),) * 5), Desk, Plan(script=(Step("timeout_lost", nth=2),))) as bench:
        bid = asked(bench, "timeout_lost")
        bench.until(lambda: bench.moved("order", "lose_track"))
        bench.play(4)  # each of which ends with a look at the account
        bench.until(lambda: bench.reasons("order", "accept")[1:])
        assert bench.reasons("order", "accept")[1][:2] == ("UNKNOWN_RESOLVED", "REPLACE_NOT_MADE")
        bench.quote(START + 3)
        bench.until(lambda: bench.rests_at(bid))


def test_a_quote_that_would_have_crossed_is_followed_by_one_at_the_next_sample() -> None:
    with live((STILL, DIP), Desk) as bench:
        bench.play()
        bid = bench.quote(START)
        bench.sample(bid + 2, bid + 3)  # the market has come back meanwhile
        bench.decide()
        bench.until(lambda: bench.moved("order", "cancel"))
        assert bench.reasons("order", "cancel") == [("POST_ONLY_WOULD_CROSS",)]
        bench.play()
        bid = bench.quote(START - 50)
        bench.until(lambda: bench.rests_at(bid))
        assert len(bench.moved("order", "init")) == 2
