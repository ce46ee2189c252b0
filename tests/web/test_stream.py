from random import Random

import anyio
import pytest
from anyio.lowlevel import checkpoint

from core.errors import LedgerError
from core.records import JournalRow
from tests.web.asgi import call, stream
from tests.web.stand import Stand
from web.config import WebConfig
from web.stream import BURST_ROWS, Hub

pytestmark = pytest.mark.anyio
QUICK = WebConfig(coalesce_ms=1, view_ms=50)


def stand_with(rows: int, config: WebConfig = QUICK) -> Stand:
    stand = Stand(config=config)
    stand.write([stand.row() for _ in range(rows)])
    return stand


async def test_a_stream_without_an_id_begins_with_the_next_row() -> None:
    stand = stand_with(5)
    async with stream(stand.app) as reader:
        await reader.comment("live")
        stand.write([stand.row(), stand.row()])
        assert await reader.ids(2) == [6, 7]


async def test_an_event_carries_the_journal_keys_its_kind_and_its_seq() -> None:
    stand = stand_with(1)
    async with stream(stand.app, "/api/stream?after=0") as reader:
        event = await reader.event()
    assert (event.id, event.kind) == (1, "transition")
    assert set(event.data) == {
        "seq", "kind", "ts", "actor", "machine", "instance", "n", "event", "source", "target", "reasons", "facts",
        "cause",
    }  # fmt: skip
    assert event.data["source"] == ["starting"]


@pytest.mark.parametrize("seen", [0, 1, 39, 40])
async def test_a_resumed_stream_gets_every_row_after_its_id_from_the_ring(seen: int) -> None:
    stand = stand_with(40)
    async with stream(stand.app, last_event_id=str(seen)) as reader:
        await reader.comment("live")
        stand.write([stand.row()])
        assert await reader.ids_until(41) == list(range(seen + 1, 42))


@pytest.mark.parametrize("rows", [BURST_ROWS - 1, BURST_ROWS, BURST_ROWS + 1, 3 * BURST_ROWS])
async def test_what_the_ring_has_lost_comes_from_the_journal(rows: int) -> None:
    stand = stand_with(rows, WebConfig(coalesce_ms=1, ring_rows=3))
    stand.open()
    async with stream(stand.app, "/api/stream?after=0") as reader:
        await reader.comment("live")
        stand.write([stand.row()])
        assert await reader.ids_until(rows + 1) == list(range(1, rows + 2))


async def test_the_header_of_a_reconnecting_browser_wins_over_the_address_it_first_opened() -> None:
    stand = stand_with(9)
    async with stream(stand.app, "/api/stream?after=2", last_event_id="7") as reader:
        assert await reader.ids(2) == [8, 9]


async def test_an_id_beyond_the_journal_belongs_to_another_one_so_all_of_this_one_is_new() -> None:
    stand = stand_with(3)
    async with stream(stand.app, last_event_id="4000") as reader:
        assert await reader.ids(3) == [1, 2, 3]


@pytest.mark.parametrize("seed", range(8))
async def test_resuming_while_rows_are_written_gives_neither_gap_nor_duplicate(seed: int) -> None:
    """Whatever the ring's size, the bursts and the moments at which the connection breaks."""
    random = Random(seed)
    stand = stand_with(random.randrange(50), WebConfig(coalesce_ms=1, ring_rows=random.choice([1, 7, 100])))
    last = 600
    got: list[int | None] = [0]

    async def write() -> None:
        while stand.journal.last_seq() < last:
            burst = random.randint(1, 40)
            stand.write([stand.row() for _ in range(min(burst, last - stand.journal.last_seq()))])
            for _ in range(random.randrange(20)):
                await checkpoint()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(write)
        while got[-1] != last:
            async with stream(stand.app, last_event_id=str(got[-1])) as reader:
                got += await reader.ids(min(random.randint(1, 150), last - int(got[-1] or 0)))
    assert got == list(range(last + 1))


async def test_only_the_kinds_asked_for_are_sent_from_journal_and_ring_alike() -> None:
    stand = stand_with(0)
    stand.write([stand.row("evaluation" if n % 2 else "stop_moved") for n in range(10)])
    stand.open()
    async with stream(stand.app, "/api/stream?kinds=stop_moved,command&after=0") as reader:
        assert await reader.ids(5) == [1, 3, 5, 7, 9]
        await reader.comment("live")
        stand.write([stand.row("evaluation"), stand.row("command")])
        assert await reader.ids(1) == [12]


async def test_the_view_is_sent_without_an_id_when_it_changed_and_only_then() -> None:
    stand = stand_with(0)
    stand.board.picture = {"time": 1}
    async with stream(stand.app, "/api/stream?kinds=view,command") as reader:
        first = await reader.event()
        stand.write([stand.row("command")])
        second = await reader.event()
        stand.board.picture = {"time": 2, "broken": float("nan")}
        third = await reader.event()
    assert first == (None, "view", {"time": 1})
    assert second.kind == "command"
    assert third == (None, "view", {"time": 2, "broken": None})


async def test_a_stream_that_does_not_ask_for_the_view_has_nothing_but_rows() -> None:
    stand = stand_with(0)
    stand.board.picture = {"time": 1}
    async with stream(stand.app) as reader:
        await reader.comment("live")
        stand.write([stand.row()])
        assert (await reader.event()).kind == "transition"


async def test_a_quiet_stream_is_kept_alive_by_comments() -> None:
    stand = stand_with(0, WebConfig(coalesce_ms=1, keepalive_s=0.02))
    async with stream(stand.app) as reader:
        for _ in range(3):
            await reader.comment("still here")


async def test_a_client_that_takes_nothing_is_cut_and_resumes_where_it_was() -> None:
    stand = stand_with(0, WebConfig(coalesce_ms=1, send_timeout_s=0.05))
    async with stream(stand.app) as reader:
        await reader.comment("live")
        stand.write([stand.row()])
        await reader.event()
        reader.stuck.set()
        stand.write([stand.row()])
        await reader.ended.wait()
    assert stand.hub.clients == 0
    async with stream(stand.app, last_event_id="1") as reader:
        assert await reader.ids(1) == [2]


async def test_a_client_that_the_ring_has_overtaken_is_cut_and_resumes_from_the_journal() -> None:
    stand = stand_with(0, WebConfig(coalesce_ms=1, ring_rows=2))
    async with stream(stand.app) as reader:
        await reader.comment("live")
        stand.write([stand.row() for _ in range(5)])
        await reader.ended.wait()
    async with stream(stand.app, last_event_id="0") as reader:
        assert await reader.ids(5) == [1, 2, 3, 4, 5]


async def test_a_full_ring_is_enough_for_a_client_that_follows() -> None:
    stand = stand_with(0, WebConfig(coalesce_ms=1, ring_rows=4))
    async with stream(stand.app) as reader:
        await reader.comment("live")
        stand.write([stand.row() for _ in range(4)])
        assert await reader.ids(4) == [1, 2, 3, 4]


async def test_closing_the_hub_ends_every_stream() -> None:
    stand = stand_with(0)
    async with stream(stand.app) as one, stream(stand.app) as other:
        await one.comment("live")
        await other.comment("live")
        stand.hub.close()
        await one.ended.wait()
        await other.ended.wait()
    assert stand.hub.clients == 0


async def test_a_client_that_leaves_is_forgotten() -> None:
    stand = stand_with(0)
    async with stream(stand.app) as reader:
        await reader.comment("live")
        assert stand.hub.clients == 1
    assert stand.hub.clients == 0


async def test_an_unreadable_journal_ends_the_stream_so_that_the_browser_asks_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand = stand_with(1)

    def broken() -> int:
        raise LedgerError("the disk is gone")

    monkeypatch.setattr(stand.journal, "last_seq", broken)
    async with stream(stand.app, last_event_id="0") as reader:
        await reader.ended.wait()


async def test_a_head_request_opens_no_stream() -> None:
    answer = await call(stand_with(0).app, "/api/stream", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_rows_that_were_published_already_are_passed_over() -> None:
    hub, stand = Hub(ring_rows=10), stand_with(0)
    first, second = stand.row(), stand.row()
    hub.publish([first])
    hub.publish([first, second])
    chunk, cursor, more = hub.take(0, None)
    assert (chunk.count(b"id: 1\n"), chunk.count(b"id: 2\n"), cursor, more) == (1, 1, 2, False)


def test_one_write_holds_no_more_than_a_burst() -> None:
    hub, stand = Hub(), stand_with(0)
    hub.publish([stand.row() for _ in range(BURST_ROWS + 1)])
    chunk, cursor, more = hub.take(0, None)
    assert (chunk.count(b"id: "), cursor, more) == (BURST_ROWS, BURST_ROWS, True)


def test_the_ring_is_bounded() -> None:
    hub, stand = Hub(ring_rows=5), stand_with(0)
    rows: list[JournalRow] = [stand.row() for _ in range(1000)]
    for row in rows:
        hub.publish([row])
    assert len(hub._ring) <= 10
    assert not hub.covers(900)
    assert hub.covers(995)
