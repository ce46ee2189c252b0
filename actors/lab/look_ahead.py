"""Whether any decision knows the future: history cut off at many points must decide its last bars as the whole does.

A market is opened anew up to each cut, so that readers, measures, regime and guards all lack what came later; whatever
they then say otherwise than the whole market's run did, they knew from what came later.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from actors.replay import ReplaySource

Fields = dict[str, object]
Seen = dict[int, Fields]
"""By bar (its open, UTC ms): the value of every field, by name."""
Observe = Callable[[ReplaySource, frozenset[int]], Seen]
"""What a run over a market says on the bars asked for."""
Open = Callable[[int | None], ReplaySource]
"""The market as it was known before a time, UTC ms; None: all of it."""


@dataclass(frozen=True, slots=True)
class Peek:
    """A field that comes out otherwise when later bars, values or headlines are known."""

    field: str
    bar_ms: int
    """The bar's open, UTC ms."""
    cut_ms: int
    """Nothing from then on was known to the run that was cut off."""
    known: object
    """What the run says that was cut off; None where it has no such field."""
    ahead: object
    """And the one that knew the rest."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was compared."""

    peeks: list[Peek]
    """By bar, then by field; each once for every cut that shows it."""
    cuts: list[int]
    bars: int
    """Bars compared, over all cuts."""
    fields: int
    """Values compared, over all cuts."""


def cut_points(open_ms: Sequence[int], *, count: int, seed: int) -> list[int]:
    """Opens of bars drawn by a seed, rising; fewer where there are not as many. The first tenth is left to warm up."""
    places = np.arange(max(2, len(open_ms) // 10), len(open_ms))
    drawn = np.random.default_rng(seed).permutation(places)[:count]
    return [int(open_ms[place]) for place in sorted(drawn.tolist())]


def look_ahead(
    opened: Open,
    observe: Observe,
    cuts: Sequence[int],
    *,
    last: int,
    run: Callable[[Callable[[int | None], Seen], Iterable[int | None]], Iterable[Seen]] = map,
) -> Looked:
    """Compare the last bars before every cut with what the whole market's run says of them.

    Args:
        opened: The market.
        observe: What is compared.
        cuts: Times to cut it off at, each with two bars before it; at least one.
        last: Bars to compare before each.
        run: How the runs are made, in order: `map`, or a pool's.
    """
    open_ms = opened(None).whole().bars.open_ms
    wanted = {cut: frozenset(open_ms[open_ms < cut][-last:].tolist()) for cut in cuts}
    every = frozenset[int]().union(*wanted.values())
    whole, *parts = run(partial(_seen, opened, observe, wanted | {None: every}), [None, *cuts])
    peeks: list[Peek] = []
    for cut, part in zip(cuts, parts, strict=True):
        peeks += _differences(part, whole, sorted(wanted[cut]), cut)
    return Looked(
        peeks=sorted(peeks, key=lambda peek: (peek.bar_ms, peek.field, peek.cut_ms)),
        cuts=list(cuts),
        bars=sum(map(len, parts)),
        fields=sum(len(fields) for part in parts for fields in part.values()),
    )


def _seen(opened: Open, observe: Observe, wanted: dict[int | None, frozenset[int]], cut: int | None) -> Seen:
    return observe(opened(cut), wanted[cut])


def _differences(part: Seen, whole: Seen, bars: Sequence[int], cut: int) -> Iterator[Peek]:
    for bar in bars:
        known, ahead = part.get(bar, {}), whole.get(bar, {})
        for field in {**known, **ahead}:
            ours, theirs = known.get(field), ahead.get(field)
            if not _same(ours, theirs):
                yield Peek(field, bar, cut, ours, theirs)


def _same(ours: object, theirs: object) -> bool:
    """Equal bit for bit; a value that could not be measured equals itself."""
    return ours == theirs or (ours != ours and theirs != theirs)  # noqa: PLR0124  NaN
