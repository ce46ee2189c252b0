"""I8: news can block, size or end a trade, never begin one; here every way that it might is searched for.

News have one road: feed keeper, regime keeper, permission; what an operator sets in their place joins it at the second.
So three things are shown. No headline's own cascade moves a position or an order, whatever state the system is in.
Where the regime cannot listen (pinned), a run with news and the same run without are equal record by record. And where
it listens, every entry is one whose pattern the price alone drew on that bar: news chose whether it was permitted, not
that it was there.
"""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.kernel.effects import Tell
from actors.market import Item
from core.durations import HOUR_MS
from core.evaluation.guards import GUARDS
from core.messages import InputOverridden, MacroPublished, NewsPublished, TimerFired
from core.records import Evaluation, Transition
from core.trading.modes import TREND_BREAKOUT, VWAP_REVERSION
from tests.invariants.ledger import Auditor
from tests.invariants.world import START_MS, STEP_MS, Plan, World, market

QUICKLY = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
LOUD = (
    "SEC approves spot bitcoin ETF, bitcoin surges to record high",
    "Fed cuts rates as inflation cools, stocks soar",
    "Bitcoin rallies, soars, booms and skyrockets",
    "Exchange hacked, bitcoin crashes, panic and bankruptcy",
    "Fed raises rates, dollar surges, banking crisis spreads",
    "Hack funds returned to the exchange",
    "Биткоин растёт",
    "Nothing happened",
)
HEADLINES = st.lists(st.tuples(st.integers(0, 259), st.integers(0, 14), st.sampled_from(LOUD)), max_size=60)
BY_HAND = st.lists(
    st.tuples(
        st.integers(0, 259),
        st.sampled_from(["news", "dxy", "btc_dominance"]),
        st.sampled_from([-1.0, -0.7, 0.0, 0.7, 1.0, None]),
        st.integers(1, 72),
    ),
    max_size=20,
)
SEEDS = st.integers(0, 2**32)
SIGNAL = [guard.name for guard in GUARDS].index("signal")
PINNED = {TREND_BREAKOUT: "RISK_ON", VWAP_REVERSION: "CHOP"}


def told(headlines: list[tuple[int, int, str]]) -> list[Item]:
    """Headlines at bars and minutes, each one a story of its own."""
    times = [START_MS + bar * STEP_MS + minute * 60_000 for bar, minute, _ in headlines]
    rows = enumerate(zip(times, headlines, strict=True))
    return [(ts, NewsPublished(ts, "wire", f"{title} {number}")) for number, (ts, (_, _, title)) in rows]


def set_by_hand(values: list[tuple[int, str, float | None, int]]) -> list[Item]:
    """Inputs an operator sets at bars, for so many hours."""
    return [
        (START_MS + bar * STEP_MS + 1_000, InputOverridden(name, value, hours * HOUR_MS, "test"))
        for bar, name, value, hours in values
    ]


def without_news(items: list[Item]) -> list[Item]:
    return [item for item in items if not isinstance(item[1], NewsPublished)]


def ran(plan: Plan, items: list[Item]) -> World:
    world = World(plan)
    world.begin()
    world.run(sorted(items, key=lambda item: item[0]))
    return world


def decided(world: World) -> list[str]:
    """Everything but what the news feed says of itself."""
    records = (record for _, record in world.recorder.records)
    return [repr(record) for record in records if getattr(record, "machine", "") != "feed"]


def evaluations(world: World) -> dict[int, Evaluation]:
    records = (record for _, record in world.recorder.records)
    return {record.bar_open_ms: record for record in records if isinstance(record, Evaluation)}


@QUICKLY
@given(seed=SEEDS, pinned=st.sampled_from(["RISK_ON", "CHOP", ""]), at=st.floats(0, 1), headlines=HEADLINES)
def test_no_headline_moves_a_position_or_an_order_in_any_state(
    seed: int, pinned: str, at: float, headlines: list[tuple[int, int, str]]
) -> None:
    plan = Plan(seed, pinned)
    items = market(plan)
    cut = int(at * (len(items) - 1))
    world = ran(plan, items[:cut])
    before, now = len(world.recorder.records), items[cut][0]
    for number, (_, _, title) in enumerate(headlines):
        world.runtime.admit(NewsPublished(now, "wire", f"{title} {number}"), now)
    world.runtime.admit(TimerFired("feed/news", "review"), now)
    for value in (-1.0, 1.0, None):
        world.runtime.admit(InputOverridden("news", value, HOUR_MS, "test"), now)
    moved = [record for _, record in world.recorder.records[before:] if isinstance(record, Transition)]
    assert {record.machine for record in moved} <= {"feed", "regime"}


@QUICKLY
@given(headlines=HEADLINES)
def test_news_and_macro_values_without_a_bar_never_trade(headlines: list[tuple[int, int, str]]) -> None:
    plan = Plan(5)
    macro: list[Item] = [item for item in market(plan) if isinstance(item[1], MacroPublished)]
    world = ran(plan, [*macro, *told(headlines)])
    assert not [record for _, record in world.recorder.records if isinstance(record, Evaluation)]
    assert {r.machine for _, r in world.recorder.records if isinstance(r, Transition)}.isdisjoint({"position", "order"})


@QUICKLY
@given(seed=SEEDS, pinned=st.sampled_from(["RISK_ON", "CHOP"]), headlines=HEADLINES)
def test_where_the_regime_is_pinned_news_change_nothing(
    seed: int, pinned: str, headlines: list[tuple[int, int, str]]
) -> None:
    plan = Plan(seed, pinned)
    quiet = without_news(market(plan))
    assert decided(ran(plan, [*quiet, *told(headlines)])) == decided(ran(plan, quiet))


@QUICKLY
@given(seed=SEEDS, headlines=HEADLINES, by_hand=BY_HAND)
def test_every_entry_under_news_is_a_pattern_that_price_alone_drew(
    seed: int, headlines: list[tuple[int, int, str]], by_hand: list[tuple[int, str, float | None, int]]
) -> None:
    items = [*without_news(market(Plan(seed))), *told(headlines), *set_by_hand(by_hand)]
    entries = [found for found in evaluations(ran(Plan(seed), items)).values() if found.decision == "entry"]
    for mode in {entry.mode for entry in entries}:
        price_alone = evaluations(ran(Plan(seed, PINNED[mode]), without_news(items)))
        for entry in (entry for entry in entries if entry.mode == mode):
            same = price_alone[entry.bar_open_ms]
            assert same.verdicts[SIGNAL][0] is True
            assert (same.mode, same.side) == (entry.mode, entry.side)


def test_the_search_has_entries_to_find() -> None:
    loud = [(bar, 1, LOUD[bar % 2]) for bar in range(0, 260, 4)]
    modes = set()
    for seed in range(6):
        world = ran(Plan(seed), [*without_news(market(Plan(seed))), *told(loud)])
        modes |= {found.mode for found in evaluations(world).values() if found.decision == "entry"}
    assert TREND_BREAKOUT in modes


def test_an_auditor_follows_every_entry_back_to_a_bar() -> None:
    plan = Plan(3)
    world = World(plan)
    auditor = Auditor(world)
    world.begin()
    loud = told([(bar, 1, LOUD[bar % 2]) for bar in range(0, 260, 4)])
    for _, message in world.steps(sorted([*market(plan), *loud], key=lambda item: item[0])):
        auditor.after(message)
    assert auditor.entries > 0


@QUICKLY
@given(seed=SEEDS, at=st.floats(0, 1), by_hand=BY_HAND)
def test_inputs_set_by_hand_decide_the_same_after_a_restart(
    seed: int, at: float, by_hand: list[tuple[int, str, float | None, int]]
) -> None:
    plan = Plan(seed)
    items = sorted([*market(plan), *set_by_hand(by_hand)], key=lambda item: item[0])
    cut = int(at * (len(items) - 1))
    first, whole = ran(plan, items[:cut]), ran(plan, items)
    again = World.restored(plan, first.saved(), items[:cut], items[cut][0])
    again.run(items[cut:])

    def regimes(world: World) -> list[str]:
        records = (record for _, record in world.recorder.records)
        return [repr(record) for record in records if getattr(record, "machine", "") == "regime"]

    assert [*regimes(first), *regimes(again)] == regimes(whole)


def test_only_the_regime_hears_what_is_set_by_hand() -> None:
    crew = World(Plan(1)).crew
    assert [decider.address for decider in crew.deciders if InputOverridden in decider.inputs] == ["regime"]


def test_only_the_news_desk_hears_headlines_and_it_speaks_to_the_regime_alone() -> None:
    crew = World(Plan(1)).crew
    hearers = [decider.address for decider in crew.deciders if NewsPublished in decider.inputs]
    assert hearers == ["feed/news"]
    headline = NewsPublished(START_MS, "wire", LOUD[0])
    effects: Any = crew.news.receive(headline, START_MS)
    assert {effect.to for effect in effects if isinstance(effect, Tell)} == {"regime"}
