"""A macro series from a file that something else writes: broker time, New York's, or UTC."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, cast

import numpy as np

from actors.adapters.feeds.answer import Reading
from actors.adapters.feeds.params import SeriesFileParams
from actors.adapters.feeds.request import FileRequest
from actors.adapters.feeds.zones import zone
from actors.adapters.files.closes import read_closes
from actors.adapters.files.macro import HISTORY_MS
from actors.adapters.files.series import Series


class SeriesFile:
    """The rows of the last month, read as `--macro` reads them.

    Args:
        feed: `dxy` or `btc_dominance`.
        params: Where the file is, and how its times are meant.
    """

    name = "csv"
    partial = False

    def __init__(self, feed: str, params: SeriesFileParams) -> None:
        self.terms = params
        self._series = Series(
            feed=feed,
            path=Path(params.path).expanduser(),
            resolution=params.resolution,
            zone=zone(params.zone, f"feeds.{feed}_csv.zone"),
            stamp=params.stamp,
        )

    def requests(self, now: int, *, history: bool) -> Sequence[FileRequest]:
        """The file."""
        del now, history
        return [FileRequest(self._series.path)]

    def translate(self, bodies: Sequence[bytes], now: int) -> Sequence[Reading]:
        """Its closes, but for those of bars that are not over."""
        del bodies
        closes = read_closes(self._series)
        first, last = np.searchsorted(closes.known_ms, [now - HISTORY_MS, now + 1]).tolist()
        timeframe = cast("Literal['4h', '1d']", closes.timeframe)
        times, values = closes.known_ms[first:last].tolist(), closes.values[first:last].tolist()
        return [Reading(ts, value, timeframe) for ts, value in zip(times, values, strict=True)]
