"""What stands on the venue before the daemon does, over real sockets: taken over, protected, and closed in slices."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import cast

import anyio
import pytest

from actors.adapters.sandbox.faults.plan import Plan
from actors.engine import Engine
from actors.live.venue import LiveVenue
from core.messages import OperatorCommanded
from core.records import JournalRow
from tests.faults.world import LIVE, SYMBOL, World, world

MOST = Decimal("0.010")
IDLE = ("measure.donchian_bars=500",)
"""A channel so long that no entry comes in between."""


def by_hand(here: World, quantity: str, **more: str) -> str:
    """Someone trades on the same account; the sandbox's return message."""
    body = {"category": "linear", "symbol": SYMBOL, "side": "Buy", "orderType": "Market", "qty": quantity, **more}
    return str(here.sandbox.request("/v5/order/create", body).answer.text)


async def until(holds: Callable[[], object], *, within_s: float = 15.0) -> None:
    with anyio.fail_after(within_s):
        while True:
            if holds():
                return
            await anyio.sleep(0.02)


def held(here: World) -> Decimal:
    return here.sandbox.exchange.floor.account.position(SYMBOL, 0).size


def stop(here: World) -> Decimal | None:
    floor = here.sandbox.exchange.floor
    return floor.stop_prices(floor.account.position(SYMBOL, 0)).stop_loss or None


def is_confirmed(engine: Engine) -> bool:
    chart = engine.crew.position._chart
    return chart is not None and chart.is_in("confirmed")


def positions(here: World) -> list[JournalRow]:
    return [row for row in here.journal() if row.kind == "transition" and row.machine == "position"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("own_stop", ["", "55000"])
def test_a_position_found_at_the_start_is_taken_over_with_its_stop_or_gets_one(own_stop: str, tmp_path: Path) -> None:
    async def told() -> None:
        async with world(tmp_path, Plan(), seed=3) as here:
            here.live, here.settings = replace(LIVE, foreign_position="adopt"), here.settings + IDLE
            assert by_hand(here, "0.015", **({"stopLoss": own_stop} if own_stop else {})) == "OK"
            async with here.engine() as engine:
                await until(lambda: is_confirmed(engine))
                assert engine.crew.session.state == "trading"
                position = engine.crew.position._held
                assert position is not None
                assert (position.remaining, Decimal(str(position.stop))) == (Decimal("0.015"), stop(here))
                assert stop(here) == Decimal(own_stop) if own_stop else stop(here)
            begun = positions(here)[0]
            entry = here.sandbox.exchange.floor.account.position(SYMBOL, 0).entry
            assert begun.reasons[0] == "POSITION_ADOPTED"
            assert (begun.facts["held"], Decimal(str(begun.facts["entry_price"]))) == ("0.015", entry)
            assert here.rules.breaches == []

    anyio.run(told)


@pytest.mark.timeout(60)
def test_a_position_opened_by_hand_while_it_runs_is_taken_over_and_its_end_by_hand_is_booked(tmp_path: Path) -> None:
    async def told() -> None:
        async with world(tmp_path, Plan(), seed=3) as here:
            here.live, here.settings = replace(LIVE, foreign_position="adopt"), here.settings + IDLE
            async with here.engine() as engine:
                await until(lambda: engine.crew.session.state == "trading")
                assert by_hand(here, "0.015", side="Sell") == "OK"
                await until(lambda: is_confirmed(engine))
                assert (held(here), bool(stop(here))) == (Decimal("-0.015"), True)
                assert by_hand(here, "0.015") == "OK"
                await until(lambda: engine.crew.position._held is None)
                assert engine.crew.session.state == "trading"
            assert [row.reasons[0] for row in positions(here) if row.event == "close"] == ["EXIT_OUTSIDE"]
            assert here.rules.breaches == []

    anyio.run(told)


@pytest.mark.timeout(60)
def test_the_late_fill_of_an_order_with_our_mark_is_taken_over_without_a_setting(tmp_path: Path) -> None:
    async def told() -> None:
        async with world(tmp_path, Plan(), seed=3) as here:
            here.settings += IDLE
            async with here.engine() as engine:
                await until(lambda: engine.crew.session.state == "trading")
                ours = f"{cast('LiveVenue', engine.crew.venue)._reconciliation._tag}-99-1-entry"
                assert by_hand(here, "0.015", orderLinkId=ours, stopLoss="55000") == "OK"
                await until(lambda: is_confirmed(engine))
                assert (held(here), stop(here)) == (Decimal("0.015"), Decimal(55_000))
                assert engine.crew.session.state == "trading"
            assert positions(here)[0].reasons[0] == "ORPHAN_FILL"
            assert here.rules.breaches == []

    anyio.run(told)


@pytest.mark.timeout(60)
def test_a_close_of_two_and_a_half_times_the_largest_order_goes_in_three_slices(tmp_path: Path) -> None:
    async def told() -> None:
        async with world(tmp_path, Plan(), seed=3, max_market=MOST) as here:
            here.live = replace(LIVE, foreign_position="adopt")
            here.settings = (*here.settings, *IDLE, f"instrument.max_market={MOST}")
            assert "exceeds maximum limit" in by_hand(here, "0.011")
            assert [by_hand(here, each) for each in ("0.010", "0.010", "0.005")] == ["OK"] * 3
            async with here.engine() as engine:
                await until(lambda: is_confirmed(engine))
                await engine.take(OperatorCommanded("flatten", "test"), then=list)
                await until(lambda: not held(here) and engine.crew.position._held is None)
            placed = [row.facts for row in here.journal() if (row.kind, row.event) == ("command", "place")]
            assert [each["quantity"] for each in placed] == ["0.010", "0.010", "0.005"]
            assert all(each["reduce_only"] for each in placed)
            assert here.rules.breaches == []  # one close in flight at a time (I5)
            (closed,) = (row for row in positions(here) if row.event == "close")
            assert closed.reasons == ("EXIT_OPERATOR",)
            assert float(cast("float", closed.facts["quantity"])) == 0.005

    anyio.run(told)


@pytest.mark.timeout(60)
def test_a_foreign_position_is_flattened_in_slices_where_that_is_the_policy(tmp_path: Path) -> None:
    async def told() -> None:
        async with world(tmp_path, Plan(), seed=3, max_market=MOST) as here:
            here.live = replace(LIVE, foreign_position="flatten")
            here.settings = (*here.settings, *IDLE, f"instrument.max_market={MOST}")
            assert [by_hand(here, each) for each in ("0.010", "0.005")] == ["OK"] * 2
            async with here.engine() as engine:
                await until(lambda: not held(here) and engine.crew.session.state == "trading")
            placed = [row.facts["quantity"] for row in here.journal() if (row.kind, row.event) == ("command", "place")]
            assert placed == ["0.010", "0.005"]

    anyio.run(told)
