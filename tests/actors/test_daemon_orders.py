"""A whole daemon in this process does what its operator says, and answers with the state after it."""

from pathlib import Path

import pytest

from actors.control import ask
from tests.actors.attended import SLOW, during, listens, trades
from tests.actors.made import House, market, state_of, until

pytestmark = pytest.mark.anyio


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, market())


async def test_pause_blocks_entries_survives_a_restart_and_resume_lets_them_again(house: House) -> None:
    first = house.daemon(speed=SLOW)

    async def pause() -> None:
        await listens(house)
        await until(lambda: state_of(first._board.view()) == "trading", "trading")
        assert state_of(await ask(house.folder, "pause")) == "paused"
        await first._engine.stop("test")

    await during(first, pause)
    paused_at = len(house.rows())
    second = house.daemon(limit_bars=700)
    assert second.resumed
    await second.run()
    rows = house.rows()[paused_at:]
    assert trades(rows) == 0
    reasons = {row.reasons for row in rows if row.kind == "evaluation" and row.event == "blocked"}
    assert ("SESSION_NOT_TRADING",) in reasons
    session = [row.event for row in rows if row.machine == "session"]
    assert session[:5] == ["init", "begin", "reconcile", "pause", "stop"]


async def test_an_order_is_answered_with_the_state_after_it_however_fast_the_market_goes_on(house: House) -> None:
    daemon, told = house.daemon(speed=20 * SLOW), list[str]()

    async def act() -> None:
        await listens(house)
        await until(lambda: state_of(daemon._board.view()) == "trading", "trading")
        for _ in range(10):
            told.extend([state_of(await ask(house.folder, order)) for order in ("pause", "resume")])
        await daemon._engine.stop("test")

    await during(daemon, act)
    assert told == ["paused", "trading"] * 10


async def test_flatten_closes_the_open_position_for_the_operator_s_reason(house: House) -> None:
    daemon = house.daemon(speed=SLOW)

    async def flatten() -> None:
        await until(lambda: daemon._board.view()["positions"], "an open position")
        await ask(house.folder, "flatten")
        await until(lambda: any("EXIT_OPERATOR" in row.reasons for row in house.rows(machine="position")), "the exit")
        await daemon._engine.stop("test")

    await during(daemon, flatten)
    asked = next(row for row in house.rows(machine="position") if "EXIT_OPERATOR" in row.reasons)
    last = [row for row in house.rows(machine="position") if row.instance == asked.instance][-1]
    assert "closed" in last.target
