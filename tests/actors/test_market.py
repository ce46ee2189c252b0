from collections.abc import Sequence

import numpy as np
import pytest

from actors.market import inputs, last_ms, rows
from actors.replay import ReplaySource
from core.market.bars import Bars
from core.market.chunk import Chunk
from core.messages import BarClosed, BarOpened, BarRanged, BarsMissing, MacroPublished, NewsPublished

M5 = 300_000


def bars(opens: Sequence[int], *, incomplete: Sequence[bool] | None = None) -> Bars:
    count = len(opens)
    opened, high, low, close, volume = (np.arange(count, dtype=np.float64) + level for level in (10, 12, 9, 11, 5))
    flags = None if incomplete is None else np.array(incomplete)
    return Bars("X", M5, np.array(opens, dtype=np.int64) * M5, opened, high, low, close, volume, flags)


def macro(ts: int) -> MacroPublished:
    return MacroPublished(ts, "dxy", "1d", 100.0)


def headline(ts: int) -> NewsPublished:
    return NewsPublished(ts, "wire", "News")


def closed(n: int, row: int = 0) -> BarClosed:
    return BarClosed("X", n * M5, 10.0 + row, 12.0 + row, 9.0 + row, 11.0 + row, 5.0 + row, incomplete=False)


def test_a_bar_is_its_open_at_its_open_time_and_its_range_and_close_at_its_close_time() -> None:
    assert list(inputs([Chunk(bars([4]))])) == [
        (4 * M5, BarOpened("X", 4 * M5, 10.0)),
        (5 * M5, BarRanged("X", 5 * M5, 10.0, 12.0, 9.0)),
        (5 * M5, closed(4)),
    ]


@pytest.mark.parametrize("known", [macro, headline])
@pytest.mark.parametrize(
    ("ts", "place"),
    [(4 * M5 - 1, 0), (4 * M5, 0), (4 * M5 + 1, 1), (5 * M5, 1), (5 * M5 + 1, 4), (6 * M5, 4)],
)
def test_what_is_known_at_a_moment_comes_before_the_bar_inputs_of_that_moment(known: type, ts: int, place: int) -> None:
    told = known(ts)
    lists = {"macro": [told]} if isinstance(told, MacroPublished) else {"news": [told]}
    found = list(inputs([Chunk(bars([4, 5]), **lists)]))
    assert found.index((ts, told)) == place
    assert [now for now, _ in found] == sorted(now for now, _ in found)


def test_macro_and_news_are_merged_by_time_macro_first_where_they_are_equal() -> None:
    chunk = Chunk(bars([9]), [macro(10), macro(30)], [headline(20), headline(30)])
    assert [message for _, message in inputs([chunk])][:4] == [macro(10), headline(20), macro(30), headline(30)]


def test_a_gap_is_announced_before_the_bar_after_it_with_its_ends_and_count() -> None:
    found = [message for _, message in inputs([Chunk(bars([4, 8]))])]
    assert found[3:5] == [BarsMissing("X", 5 * M5, 7 * M5, 3), BarOpened("X", 8 * M5, 11.0)]


def test_bars_that_follow_each_other_have_no_gap_across_chunks_and_a_missing_one_is_one() -> None:
    together = [message for _, message in inputs([Chunk(bars([4])), Chunk(bars([5]))])]
    assert not any(isinstance(message, BarsMissing) for message in together)
    apart = [message for _, message in inputs([Chunk(bars([4])), Chunk(bars([6]))])]
    assert BarsMissing("X", 5 * M5, 5 * M5, 1) in apart


def test_chunks_give_what_the_whole_gives() -> None:
    whole = Chunk(bars([4, 5, 6, 9]))
    parts = [Chunk(whole.bars.between(first, first + 1)) for first in range(4)]
    assert list(inputs(parts)) == list(inputs([whole]))


def test_rows_keep_the_flag_of_an_incomplete_bar() -> None:
    assert [bar.incomplete for bar in rows(bars([1, 2], incomplete=[False, True]))] == [False, True]


def test_a_chunk_is_known_when_the_last_thing_in_it_is() -> None:
    assert last_ms(Chunk(bars([4]), [macro(7)], [headline(8)])) == 5 * M5
    assert last_ms(Chunk(bars([4]), [macro(5 * M5 + 1)])) == 5 * M5 + 1
    assert last_ms(Chunk(bars([]))) == 0


class TestReplaySource:
    def source(self, *, macro_ts: int = 4 * M5, news_ts: int = 4 * M5) -> ReplaySource:
        return ReplaySource(bars([4, 5]), [macro(macro_ts)], [headline(news_ts)])

    def test_what_was_known_at_the_first_open_is_history_and_a_moment_later_an_input(self) -> None:
        source = self.source(macro_ts=4 * M5, news_ts=4 * M5 + 1)
        assert source.history() == source.history()
        history = source.history()
        assert history is not None
        assert (history.macro, history.news, len(history.bars)) == ([macro(4 * M5)], [], 0)
        (chunk,) = source.chunks()
        assert (chunk.macro, chunk.news, len(chunk.bars)) == ([], [headline(4 * M5 + 1)], 2)

    def test_it_gives_the_same_twice(self) -> None:
        source = self.source()
        assert list(inputs(source.chunks())) == list(inputs(source.chunks()))

    def test_its_fingerprint_is_of_bars_macro_and_news(self) -> None:
        same = self.source().fingerprint()
        assert same == self.source().fingerprint()
        assert self.source(macro_ts=1).fingerprint()["context_sha256"] != same["context_sha256"]
        assert self.source(news_ts=9 * M5).fingerprint()["context_sha256"] != same["context_sha256"]
        other = ReplaySource(bars([4, 6]), [macro(4 * M5)], [headline(4 * M5)]).fingerprint()
        assert other["bars_sha256"] != same["bars_sha256"]
