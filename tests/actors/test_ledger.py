"""The ledger keeper under a real journal that really fails."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
import sqlalchemy as sa

import actors.ledger
from actors.adapters.ledger.commit import Commit
from actors.adapters.ledger.writer import Ledger
from actors.kernel.kernel import Kernel
from actors.kernel.scribe import RowScribe
from actors.kernel.simulated import SimulatedRuntime
from actors.ledger import LedgerKeeper
from core.records import JournalRow
from tests.actors.kernel.cast import Actor, news, noted
from tests.actors.made import House, manifest_of, market, until

pytestmark = pytest.mark.anyio


class Slow(Ledger):
    """A journal whose writer can be held up, and that counts its commits."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.may_write = threading.Event()
        self.may_write.set()
        self.commits: list[Commit] = []

    def commit(self, commit: Commit, **given: Any) -> int:
        assert self.may_write.wait(30)
        durable = super().commit(commit, **given)
        self.commits.append(commit)
        return durable


class Stand:
    """A keeper with a journal, and one actor that records a row per headline."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ledger = Slow.open(house.url, owner="owner")
        self.ledger.begin(manifest_of(house.source), fresh=False, now_ms=0)
        self.scribe = RowScribe()
        self.kernel = Kernel((Actor("me", lambda *_: [noted("x/position/1")]),), self.scribe)
        self.runtime = SimulatedRuntime(self.kernel)
        self.released: list[JournalRow] = []
        self.failures: list[str | None] = []
        self.at_rest = True
        self.keeper = LedgerKeeper(
            self.ledger,
            self.kernel,
            self.scribe,
            release=self.released.extend,
            on_failure=self.failures.append,
            at_rest=lambda: self.at_rest,
            clock_ms=lambda: 0,
        )

    async def between(self) -> None:
        waiting = self.keeper.between()
        if waiting is not None:
            await waiting

    async def admit(self, count: int) -> None:
        for _ in range(count):
            now = self.kernel.number + 1
            self.runtime.run([(now, news(f"n{now}", now))])
            await self.between()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, market(20))


@pytest.fixture
def stand(house: House) -> Iterator[Stand]:
    stand = Stand(house)
    yield stand
    stand.ledger.may_write.set()
    stand.ledger.close()


@asynccontextmanager
async def running(stand: Stand) -> AsyncIterator[None]:
    """A keeper that is closed at the end, all of it durable."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(stand.keeper.run)
        yield
        stand.keeper.close()
        with anyio.fail_after(30):
            await stand.keeper.closed.wait()


async def test_everything_recorded_is_durable_once_closed_and_was_released_in_order(stand: Stand) -> None:
    async with running(stand):
        await stand.admit(30)
    assert [row.seq for row in stand.released] == list(range(1, 61))
    assert stand.house.verified() == 60
    assert stand.keeper.durable_seq == 60


async def test_while_one_commit_is_written_the_next_gathers_all_that_comes(stand: Stand) -> None:
    stand.ledger.may_write.clear()
    async with running(stand):
        await stand.admit(25)
        stand.ledger.may_write.set()
        await until(lambda: stand.keeper.durable_seq == 50, "the second commit")
    assert [(commit.first_input, commit.last_input) for commit in stand.ledger.commits] == [(1, 1), (2, 25)]


async def test_nothing_is_released_before_it_is_durable(stand: Stand) -> None:
    stand.ledger.may_write.clear()
    async with running(stand):
        await stand.admit(5)
        await until(lambda: True)
        assert stand.released == []
        assert stand.keeper.durable_seq == 0
        stand.ledger.may_write.set()
        await until(lambda: len(stand.released) == 10, "the release")


async def test_half_a_cascade_is_never_offered(stand: Stand) -> None:
    async with running(stand):
        stand.ledger.may_write.clear()
        await stand.admit(1)
        stand.at_rest = False
        stand.runtime.run([(9, news("under way"))])
        stand.ledger.may_write.set()
        await until(lambda: stand.keeper.durable_seq == 2, "the first commit")
        assert stand.scribe.pending == 2
        stand.at_rest = True
        await stand.between()
        await until(lambda: stand.keeper.durable_seq == 4, "the second commit")


@pytest.mark.parametrize(("rows", "waits"), [(8, False), (10, True)])
async def test_admission_waits_above_the_cap_and_not_at_it(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, rows: int, *, waits: bool
) -> None:
    monkeypatch.setattr(actors.ledger, "MAX_PENDING_ROWS", 8)
    stand.ledger.may_write.clear()
    admitted = False

    async def admit() -> None:
        nonlocal admitted
        await stand.admit(1 + rows // 2)
        admitted = True

    async with running(stand), anyio.create_task_group() as tasks:
        tasks.start_soon(admit)
        await until(lambda: stand.scribe.pending == rows, "the backlog")
        for _ in range(20):
            await anyio.lowlevel.checkpoint()
        assert admitted is not waits
        stand.ledger.may_write.set()
        await until(lambda: admitted, "admission")
    assert stand.house.verified() == 2 + rows


async def test_a_journal_that_cannot_grow_is_told_once_keeps_everything_back_and_heals_by_itself(stand: Stand) -> None:
    with stand.ledger._engine.begin() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    full = True

    def fill(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages if full else 1_000_000}")

    sa.event.listen(stand.ledger._engine, "checkout", fill)
    stand.ledger.close()
    async with running(stand):
        await stand.admit(800)
        await until(lambda: stand.failures, "the failure")
        durable = stand.keeper.durable_seq
        await stand.admit(200)
        assert stand.keeper.failure is not None
        assert "disk is full" in stand.keeper.failure
        assert len(stand.released) == durable < 2_000
        full = False
        await until(lambda: stand.failures[-1] is None, "the healing")
    assert len(stand.failures) == 2
    assert stand.keeper.failure is None
    assert [row.seq for row in stand.released] == list(range(1, 2_001))
    assert stand.house.verified() == 2_000


async def test_inputs_that_leave_no_row_are_committed_too(stand: Stand) -> None:
    async with running(stand):
        await stand.admit(1)
        stand.kernel.number += 1
        await stand.between()
        await until(lambda: len(stand.ledger.commits) == 2, "the commit")
    assert stand.ledger.commits[1].last_input == 2
    assert stand.ledger.commits[1].rows == []


async def test_without_anything_new_nothing_is_committed(stand: Stand) -> None:
    async with running(stand):
        await stand.admit(1)
        await until(lambda: len(stand.ledger.commits) == 1, "the commit")
        await stand.between()
    assert len(stand.ledger.commits) == 1
