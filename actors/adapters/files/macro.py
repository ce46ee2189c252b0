"""Macro files: every value at the moment it became known, which is its bar's close, never earlier.

Of two series with the same input and resolution the earlier one counts from its first value to its last, holes
included: sources disagree (two dominance series by one point on average and by up to ten), and a hole filled from
another source would look like a move of the market. The later one adds what lies outside.

Only what is asked for is judged. Public series reach back decades, and their beginnings can be absurd (dominance above
100 % in 2013) without harm to anybody who does not use them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from actors.adapters.files.closes import Closes, read_closes
from actors.adapters.files.series import from_files, from_folder
from actors.adapters.files.table import first_true
from core.messages import MacroPublished

HISTORY_MS = 30 * 86_400_000
"""Enough for the longest look-back, 7 days, and for series that pause over holidays."""
PLAUSIBLE = {"dxy": (50.0, 200.0), "btc_dominance": (0.0, 100.0)}
"""Index points (1985 saw 165, 2008 saw 71) and percent."""


def read_macro(
    source: Path | Mapping[str, Path],
    *,
    first_ms: int | None = None,
    last_ms: int | None = None,
    history_ms: int = HISTORY_MS,
) -> list[MacroPublished]:
    """The macro values that became known in a stretch of time, oldest first.

    Args:
        source: A folder with a `macro.toml`, or files by input (`dxy`, `btc_dominance`) whose layout is guessed.
        first_ms: Start of the stretch, UTC ms; None: from the series' beginning.
        last_ms: Its end, not included, UTC ms; None: to the series' end.
        history_ms: How much before the start is wanted too, for look-backs.

    Raises:
        FeedMalformed: If a file or a value in the stretch cannot be believed.
        ConfigurationError: If a path, the toml file or an input's name is at fault.
    """
    series = from_folder(source) if isinstance(source, Path) else from_files(source)
    stretch = _Stretch(None if first_ms is None else first_ms - history_ms, last_ms)
    published = [value for closes in _filled([read_closes(each) for each in series]) for value in stretch.of(closes)]
    return sorted(published, key=lambda value: (value.ts, value.feed, value.timeframe))


@dataclass(frozen=True, slots=True)
class _Stretch:
    first_ms: int | None
    last_ms: int | None

    def of(self, closes: Closes) -> list[MacroPublished]:
        first = 0 if self.first_ms is None else int(np.searchsorted(closes.known_ms, self.first_ms))
        last = len(closes) if self.last_ms is None else int(np.searchsorted(closes.known_ms, self.last_ms))
        used = closes.pick(np.arange(first, max(first, last)))
        _believe(used)
        return [
            MacroPublished(ts, used.feed, used.timeframe, value)
            for ts, value in zip(used.known_ms.tolist(), used.values.tolist(), strict=True)
        ]


def _filled(every: Sequence[Closes]) -> list[Closes]:
    """The series with what earlier ones of the same input and timeframe cover taken out."""
    filled = []
    for position, closes in enumerate(every):
        free = np.full(len(closes), fill_value=True)
        for earlier in every[:position]:
            if len(earlier) and (earlier.feed, earlier.timeframe) == (closes.feed, closes.timeframe):
                free &= (closes.known_ms < earlier.known_ms[0]) | (closes.known_ms > earlier.known_ms[-1])
        filled.append(closes.pick(np.flatnonzero(free)))
    return filled


def _believe(closes: Closes) -> None:
    least, most = PLAUSIBLE[closes.feed]
    bad = first_true(~((closes.values >= least) & (closes.values <= most)))
    if bad is not None:
        why = f"{closes.feed} lies between {least:g} and {most:g}; mend the row, or ask for a stretch without it"
        raise closes.table.malformed(int(closes.rows[bad]), closes.column, why)
