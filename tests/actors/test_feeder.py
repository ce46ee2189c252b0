from collections.abc import Iterator

import anyio
import pytest
from trio.testing import MockClock

from actors.feeder import MAX_PAUSE_S, SLICE, feed
from actors.kernel.live import Market
from actors.market import Item, inputs
from core.market.chunk import Chunk
from tests.actors.made import BAR_MS, bars_of

pytestmark = pytest.mark.anyio
Posts = list[tuple[float, Market]]


async def posted(items: Iterator[Item], speed: float | None, *, taking_s: float = 0.0) -> Posts:
    """Every post with the time since the start."""
    posts: Posts = []
    began = anyio.current_time()

    async def post(market: Market) -> None:
        posts.append((anyio.current_time() - began, market))
        await anyio.sleep(taking_s)

    await feed(items, post, speed=speed)
    return posts


async def test_at_full_speed_inputs_come_in_slices_all_of_them_in_order() -> None:
    items = list(inputs([Chunk(bars_of(2 * SLICE // 3 + 1))]))
    posts = [market.items for _, market in await posted(iter(items), None)]
    assert [len(post) for post in posts] == [SLICE, SLICE, 3]
    assert [item for post in posts for item in post] == items


class TestPaced:
    """In virtual time."""

    @pytest.fixture
    def anyio_backend(self) -> tuple[str, dict[str, object]]:
        return "trio", {"clock": MockClock(autojump_threshold=0)}

    async def test_each_bar_closes_a_bar_s_time_over_the_speed_after_the_one_before(self) -> None:
        posts = await posted(inputs([Chunk(bars_of(4))]), BAR_MS / 1000 / 2)
        closes = [at for at, market in posts if len(market.items) > 1]
        assert closes == pytest.approx([2, 4, 6, 8])
        assert all(market.items[-1][0] == market.items[0][0] for _, market in posts)

    async def test_a_bar_s_open_does_not_wait_for_its_close(self) -> None:
        posts = await posted(inputs([Chunk(bars_of(2))]), BAR_MS / 1000)
        assert [round(at, 3) for at, _ in posts] == [0, 1, 1, 2]

    async def test_a_gap_is_not_waited_out(self) -> None:
        posts = await posted(inputs([Chunk(bars_of(100, without=tuple(range(1, 99))))]), BAR_MS / 1000)
        assert [at for at, _ in posts] == pytest.approx([0, 1, 1 + MAX_PAUSE_S, 2 + MAX_PAUSE_S])

    async def test_time_lost_is_made_good_up_to_a_limit(self) -> None:
        posts = await posted(inputs([Chunk(bars_of(3))]), BAR_MS / 1000, taking_s=0.4)
        assert posts[-1][0] == pytest.approx(3, abs=0.5)

    async def test_nothing_is_left_over_at_the_end(self) -> None:
        items = list(inputs([Chunk(bars_of(5))]))[:-1]
        posts = await posted(iter(items), 1e9)
        assert [item for _, market in posts for item in market.items] == items
