import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from core.book.sample import FeatureSample
from core.reasons import Reason
from core.trading.chase import Chase, Move
from core.trading.entry import EntryParams
from core.trading.instrument import Instrument
from tests.actors.stage import request

CLOSE = 60_000.0
PARAMS = EntryParams(kind="chase", chase_tries=2)
"""A budget of 5 bps is 30 in price; the chase ends after a minute."""
CROSSING = replace(PARAMS, chase_then="cross")


def sample(bid: float | None, ts: int = 0, ask: float | None = None) -> FeatureSample:
    far = ask if ask is not None or bid is None else bid + 0.1
    return FeatureSample("BTCUSDT", ts, at_close=False, book="", bid=bid, ask=far)


def entry(side: int = 1, number: int = 1) -> Any:
    return request(number=number, side=side, post_only=True, reference_price=CLOSE)


def begun(params: EntryParams = PARAMS, side: int = 1, bid: float = 59_999.9) -> Chase:
    """An entry at rest at the touch since 0."""
    chase = Chase(params, Instrument())
    chase.hear(sample(bid))
    move = chase.begin(entry(side), 0)
    assert move is not None
    assert (move.what, move.reasons) == ("quote", (Reason.CHASE_QUOTED,))
    assert chase.hunt is not None
    chase.hunt.order = entry().client_order_id
    return chase


def looked(chase: Chase, bid: float, now: int) -> Move | None:
    chase.hear(sample(bid, now))
    return chase.look(now)


def requoted(chase: Chase, bid: float, now: int) -> None:
    move = looked(chase, bid, now)
    assert move is not None
    assert (move.what, move.price) == ("quote", Decimal(str(bid)))
    chase.rests(Decimal(str(bid)))


@pytest.mark.parametrize(("side", "price"), [(1, "59999.9"), (-1, "60000.0")])
def test_an_entry_is_quoted_at_its_own_side_of_the_touch(side: int, price: str) -> None:
    hunt = begun(side=side).hunt
    assert hunt is not None
    assert hunt.price == Decimal(price)


@pytest.mark.parametrize(("now", "what"), [(5_000, "quote"), (5_001, "cross")])
def test_without_a_fresh_quote_an_entry_crosses_and_says_so(now: int, what: str) -> None:
    chase = Chase(PARAMS, Instrument())
    chase.hear(sample(59_999.9))
    move = chase.begin(entry(), now)
    assert move is not None
    assert move.what == what
    assert (Reason.CHASE_NO_QUOTE in move.reasons) is (what == "cross")


def test_a_sample_without_a_book_takes_the_quote_away() -> None:
    chase = Chase(PARAMS, Instrument())
    chase.hear(sample(59_999.9))
    chase.hear(sample(None))
    move = chase.begin(entry(), 0)
    assert move is not None
    assert move.reasons == (Reason.CHASE_NO_QUOTE,)


@pytest.mark.parametrize(("bid", "what"), [(60_030.0, "quote"), (60_030.1, "end")])
def test_an_entry_is_not_quoted_beyond_its_budget(bid: float, what: str) -> None:
    chase = Chase(PARAMS, Instrument())
    chase.hear(sample(bid))
    move = chase.begin(entry(), 0)
    assert move is not None
    assert move.what == what
    if what == "end":
        assert (move.reasons, move.threshold) == ((Reason.CHASE_OUT_OF_BUDGET,), 5.0)
        assert move.value == pytest.approx(5.0167, abs=1e-4)


@pytest.mark.parametrize(
    ("bid", "now", "is_moved"),
    [
        (60_000.0, 1_000, True),
        (60_000.0, 999, False),  # too soon
        (59_999.9, 1_000, False),  # the touch is where the order is
        (59_990.0, 1_000, False),  # the touch came nearer: the order is alone there
    ],
)
def test_it_is_quoted_anew_when_the_touch_moved_away_and_the_pause_is_over(
    bid: float, now: int, *, is_moved: bool
) -> None:
    move = looked(begun(), bid, now)
    assert (move is not None) is is_moved
    if move is not None:
        assert (move.what, move.price, move.reasons) == ("quote", Decimal(str(bid)), (Reason.CHASE_REQUOTED,))


def test_a_short_follows_the_ask_down() -> None:
    chase = begun(side=-1)
    assert looked(chase, 60_005.0, 1_000) is None
    move = looked(chase, 59_990.0, 2_000)
    assert move is not None
    assert move.price == Decimal("59990.1")


def test_one_re_quote_is_under_way_at_a_time() -> None:
    chase = begun()
    assert looked(chase, 60_001.0, 1_000) is not None
    assert looked(chase, 60_002.0, 2_000) is None
    chase.rests(Decimal(60_001))
    assert looked(chase, 60_002.0, 3_000) is not None


def test_out_of_tries_it_gives_up_with_the_count() -> None:
    chase = begun()
    requoted(chase, 60_001.0, 1_000)
    requoted(chase, 60_002.0, 2_000)
    assert looked(chase, 60_003.0, 3_000) == Move("end", (Reason.CHASE_OUT_OF_TRIES,), None, 2.0, 2.0)


def test_out_of_budget_it_gives_up_whatever_is_set_for_then() -> None:
    for params in (PARAMS, CROSSING):
        move = looked(begun(params), 60_030.1, 1_000)
        assert move is not None
        assert (move.what, move.reasons) == ("end", (Reason.CHASE_OUT_OF_BUDGET,))


@pytest.mark.parametrize(("now", "ends"), [(59_999, False), (60_000, True)])
def test_it_lasts_no_longer_than_it_may(now: int, *, ends: bool) -> None:
    move = looked(begun(), 59_999.9, now)
    assert (move is not None) is ends
    if move is not None:
        assert (move.what, move.reasons) == ("end", (Reason.CHASE_OUT_OF_TIME,))


def test_by_setting_it_crosses_for_both_reasons_and_measures_the_far_touch() -> None:
    chase = begun(replace(CROSSING, chase_tries=0))
    move = looked(chase, 60_003.0, 1_000)
    assert move is not None
    assert (move.what, move.reasons) == ("cross", (Reason.CHASE_OUT_OF_TRIES, Reason.CHASE_CROSSED))
    assert move.price == Decimal("60003.1")
    assert looked(chase, 60_004.0, 2_000) is None


@pytest.mark.parametrize(
    ("ask", "now", "what", "reason"),
    [
        (60_030.0, 7_000, "cross", Reason.CHASE_CROSSED),
        (60_030.1, 7_000, "end", Reason.CHASE_OUT_OF_BUDGET),
        (60_030.0, 7_001, "end", Reason.CHASE_NO_QUOTE),
    ],
)
def test_what_follows_a_cancel_is_judged_anew_when_it_is_final(ask: float, now: int, what: str, reason: Reason) -> None:
    chase = begun(replace(CROSSING, chase_tries=0))
    looked(chase, 60_003.0, 1_000)
    chase.hear(sample(60_003.0, 2_000, ask))
    move = chase.begin(entry(number=2), now)
    assert move is not None
    assert (move.what, move.reasons) == (what, (reason,))


def test_an_order_that_would_have_crossed_is_followed_by_one_at_the_next_sample_which_counts_as_a_try() -> None:
    chase = begun(replace(PARAMS, chase_tries=1))
    assert chase.begin(entry(number=2), 500) is None
    hunt = chase.hunt
    assert hunt is not None
    assert hunt.waiting == entry(number=2)
    move = looked(chase, 59_995.0, 1_000)
    assert move is not None
    assert (move.what, move.price) == ("quote", Decimal("59995.0"))
    hunt.waiting = None
    over = looked(chase, 60_003.0, 2_000)
    assert over is not None
    assert over.reasons == (Reason.CHASE_OUT_OF_TRIES,)


def test_it_comes_back_from_its_saved_state_at_every_step() -> None:
    chase = begun()
    for bid, now in ((60_001.0, 1_000), (60_002.0, 2_000), (60_003.0, 3_000)):
        again = Chase(PARAMS, Instrument())
        again.restore(json.loads(json.dumps(chase.save())))
        assert again.save() == chase.save()
        assert looked(again, bid, now) == looked(chase, bid, now)
        chase.rests(Decimal(str(bid)))
    assert chase.begin(entry(number=2), 3_000) is None
    again.restore(json.loads(json.dumps(chase.save())))
    assert again.hunt == chase.hunt


def test_on_a_faster_clock_every_time_is_stretched_and_nothing_else() -> None:
    fast = PARAMS.scaled(300)
    assert (fast.chase_ms, fast.chase_quote_ms, fast.chase_live_ms) == (300_000, 1_500_000, 18_000_000)
    assert (fast.kind, fast.chase_tries, fast.chase_budget_bps) == ("chase", 2, 5.0)
