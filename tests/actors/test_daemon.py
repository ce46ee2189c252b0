"""Whole daemons in this process: they fail, stop and go on."""

import signal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from actors.control import ask
from actors.daemon import Daemon
from actors.kernel.effects import Effects
from actors.lab.backtest import backtest
from actors.strategist import Strategist
from core.errors import ConfigurationError
from core.messages import BarClosed
from tests.actors.attended import SLOW, during, listens, trades
from tests.actors.made import PARAMS, House, market, real_market, state_of, until

pytestmark = pytest.mark.anyio


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, market())


@pytest.fixture(scope="module")
def undisturbed() -> str:
    """What the made market's run decides when nothing happens to it."""
    return str(backtest(market(), PARAMS)["transitions_sha256"])


def raises_at(monkeypatch: pytest.MonkeyPatch, bar: int, *, times: int) -> list[int]:
    """Have the strategist fail on the n-th bar, so many times; returns where it is told each time."""
    plain = Strategist.receive
    failures: list[int] = []
    open_ms = int(market().chunks().__next__().bars.open_ms[bar])

    def receive(self: Strategist, message: object, now: int) -> Effects:
        if isinstance(message, BarClosed) and message.open_ms == open_ms and len(failures) < times:
            failures.append(now)
            raise RuntimeError("injected")
        return plain(self, message, now)

    monkeypatch.setattr(Strategist, "receive", receive)
    return failures


async def test_the_daemon_decides_what_the_backtest_decides(house: House, undisturbed: str) -> None:
    result = await house.daemon().run()
    assert result["transitions_sha256"] == undisturbed
    assert trades(house.rows()) == int(str(result["trades"])) > 5
    assert house.verified() == len(house.rows())


async def test_on_real_candles_too(tmp_path: Path, shared_data: Path) -> None:
    source = real_market(shared_data)
    result = await House(tmp_path, source).daemon().run()
    assert result["transitions_sha256"] == backtest(source, PARAMS)["transitions_sha256"]


async def test_a_decider_that_fails_once_costs_a_restart_and_changes_no_decision(
    house: House, undisturbed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = raises_at(monkeypatch, 700, times=1)
    daemon = house.daemon()
    result = await daemon.run()
    assert len(failures) == 1
    assert daemon._supervisor.restarts == {"engine": 1}
    assert result["transitions_sha256"] == undisturbed
    assert result["bars"] == 1_200
    assert house.verified() == len(house.rows())
    bars = [row.facts["bar_open_ms"] for row in house.rows(kinds=("evaluation",))]
    assert len(bars) == len(set(bars)) == 1_200


async def test_a_decider_that_always_fails_ends_in_safe_mode_until_an_operator_resumes(
    house: House, undisturbed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = raises_at(monkeypatch, 700, times=4)
    daemon = house.daemon()

    async def act() -> None:
        await until(lambda: len(failures) == 4 and state_of(daemon._board.view()) == "safe_mode", "safe mode")
        answer = await ask(house.folder, "status")
        session = answer["session"]
        assert isinstance(session, dict)
        assert session["reasons"] == ["ACTOR_FAILED"]
        assert "injected" in str(answer["why"])
        assert answer["healthy"] is False
        told = await ask(house.folder, "resume")
        assert state_of(told) == "trading"

    result = await during(daemon, act)
    assert result["bars"] == 1_200
    assert result["transitions_sha256"] == undisturbed
    session = [(row.event, row.reasons) for row in house.rows(machine="session")]
    assert ("fail", ("ACTOR_FAILED",)) in session


async def test_in_safe_mode_nothing_is_fed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = raises_at(monkeypatch, 300, times=4)
    daemon = house.daemon()

    async def act() -> None:
        await until(lambda: len(failures) == 4 and state_of(daemon._board.view()) == "safe_mode", "safe mode")
        cursor = daemon._engine.kernel.cursor
        for _ in range(3):
            await ask(house.folder, "status")
        assert daemon._engine.kernel.cursor == cursor
        await daemon._engine.stop("test")

    result = await during(daemon, act)
    assert 0 < int(str(result["bars"])) <= 300
    assert house.rows(machine="session")[-1].target == ("stopped",)


async def test_what_fails_again_after_resume_is_safe_mode_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = raises_at(monkeypatch, 300, times=99)
    daemon = house.daemon()

    async def act() -> None:
        await until(lambda: len(failures) == 4 and state_of(daemon._board.view()) == "safe_mode", "safe mode")
        await ask(house.folder, "resume")
        await until(lambda: len(failures) == 5 and state_of(daemon._board.view()) == "safe_mode", "safe mode again")
        await daemon._engine.stop("test")

    await during(daemon, act)
    assert house.verified() > 0


async def test_a_stopped_run_goes_on_to_the_undisturbed_end(house: House, undisturbed: str) -> None:
    for stop_at in (200, 650):
        daemon = house.daemon()

        async def stop(daemon: Daemon = daemon, stop_at: int = stop_at) -> None:
            await until(lambda: daemon._engine.kernel.cursor > 3 * stop_at, "the moment")
            await daemon._engine.stop("test")

        await during(daemon, stop)
    last = house.daemon()
    assert last.resumed
    assert (await last.run())["transitions_sha256"] == undisturbed


async def test_a_signal_stops_it_cleanly(house: House) -> None:
    daemon = house.daemon(speed=SLOW)

    async def interrupt() -> None:
        await listens(house)
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)

    await during(daemon, interrupt)
    assert house.rows(machine="session")[-1].target == ("stopped",)
    assert house.verified() == len(house.rows())


async def test_a_finished_run_is_not_gone_on_with(house: House) -> None:
    await house.daemon(limit_bars=50).run()
    again = house.daemon(limit_bars=50)
    assert not again.resumed
    await again.run()


async def test_a_journal_that_cannot_grow_halts_the_market_says_why_and_heals_without_loss(
    house: House, undisturbed: str
) -> None:
    daemon = house.daemon(speed=10 * SLOW)
    engine = daemon._ledger._engine
    with engine.begin() as connection:
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar() or 0)
    full = True

    def fill(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages + 12 if full else 1_000_000}")

    sa.event.listen(engine, "checkout", fill)
    daemon._ledger.close()

    async def act() -> None:
        nonlocal full
        await until(lambda: state_of(daemon._board.view()) == "safe_mode", "safe mode")
        answer = await ask(house.folder, "status")
        assert answer["healthy"] is False
        assert "disk is full" in str(answer["why"])
        session = answer["session"]
        assert isinstance(session, dict)
        assert session["reasons"] == ["LEDGER_UNWRITABLE"]
        assert daemon._hub.newest == answer["durable_seq"]
        full = False

    result = await during(daemon, act)
    assert result["transitions_sha256"] == undisturbed
    assert house.verified() == len(house.rows())
    assert [row.reasons for row in house.rows(machine="session", reason="LEDGER_UNWRITABLE")] != []
    assert [row.reasons for row in house.rows(machine="session", reason="LEDGER_HEALED")] != []


async def test_a_state_directory_too_deep_for_a_socket_is_refused_before_anything_runs(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    with pytest.raises(ConfigurationError, match="shorter --state-dir"):
        await House(deep, market(20)).daemon().run()


async def test_a_run_with_other_candles_is_refused_and_the_journal_let_go(tmp_path: Path) -> None:
    house = House(tmp_path, market(200))
    daemon = house.daemon(speed=SLOW)

    async def stop() -> None:
        await until(lambda: daemon._engine.kernel.cursor > 30, "some bars")
        await daemon._engine.stop("test")

    await during(daemon, stop)
    with pytest.raises(ConfigurationError, match="bars_sha256"):
        House(tmp_path, market(200, seed=8)).daemon()
