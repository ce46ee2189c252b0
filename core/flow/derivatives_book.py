"""The last values of a symbol's perpetual, as far back as they are measured."""

from bisect import bisect_right
from math import sqrt
from typing import cast

from core.durations import HOUR_MS
from core.flow.derivatives import Derivatives, DerivativesParams, annual_pct, crowding
from core.message import Json
from core.messages import DerivativesPublished

_LEAST_FUNDINGS = 10
"""Fewer make no standard deviation."""
_LEAST_DEVIATION = 1e-9
"""A tenth of the eighth decimal, which is a funding rate's last: less is the arithmetic's own noise."""


class _Track:
    """One field's values by the time they were known, none older than needed."""

    def __init__(self, stale_ms: int, back_ms: int) -> None:
        self.stale_ms = stale_ms
        self._keep_ms = back_ms + stale_ms
        self.known: list[int] = []
        self.values: list[float] = []

    def add(self, ts: int, value: float) -> bool:
        """Take a value that is newer than the last."""
        if self.known and ts <= self.known[-1]:
            return False
        self.known.append(ts)
        self.values.append(value)
        old = bisect_right(self.known, ts - self._keep_ms)
        if old:
            del self.known[:old], self.values[:old]
        return True

    def newest(self, now: int) -> float | None:
        """The last value, while it is not too old."""
        return self.values[-1] if self.known and now < self.known[-1] + self.stale_ms else None

    def before(self, lookback_ms: int) -> float | None:
        """The value known that long before the last one; None where the history does not reach back."""
        wanted = self.known[-1] - lookback_ms
        at = bisect_right(self.known, wanted) - 1
        return self.values[at] if at >= 0 and wanted < self.known[at] + self.stale_ms else None


class DerivativesBook:
    """Takes what is published of one perpetual and says what it comes to.

    Args:
        params: Look-backs, staleness, and when a side is crowded.
    """

    def __init__(self, params: DerivativesParams) -> None:
        self._params = p = params
        back, funding = 2 * p.lookback_ms, (p.funding_memory + 1) * p.funding_hours * HOUR_MS
        self._tracks = {
            "funding_rate": _Track(p.funding_stale_ms, funding),
            "open_interest": _Track(p.open_interest_stale_ms, back),
            "taker_delta": _Track(p.taker_stale_ms, back),
            "basis": _Track(p.basis_stale_ms, 0),
        }

    def add(self, published: DerivativesPublished) -> bool:
        """Whether anything in it was news; what is not newer than the last of its field is not."""
        found = [(track, getattr(published, name)) for name, track in self._tracks.items()]
        added = [track.add(published.ts, value) for track, value in found if value is not None]
        return any(added)

    def read(self, now: int) -> Derivatives:
        """What is known at `now`, UTC ms."""
        rate, interest, delta, basis = (track.newest(now) for track in self._tracks.values())
        annual = None if rate is None else annual_pct(rate, self._params)
        change = None if interest is None else self._change(interest)
        return Derivatives(
            funding_rate=rate,
            funding_annual_pct=annual,
            funding_z=None if rate is None else self._z(rate),
            open_interest=interest,
            open_interest_change_pct=change,
            taker_delta=None if delta is None else self._sum(),
            basis_pct=None if basis is None else 100.0 * basis,
            crowding=crowding(annual, change, self._params),
        )

    @property
    def known_at(self) -> int | None:
        """When its newest value became known, UTC ms."""
        return max((track.known[-1] for track in self._tracks.values() if track.known), default=None)

    def expires_at(self, now: int) -> int | None:
        """The next moment after `now` at which a field is too old, UTC ms; None where none is left to be."""
        ends = (track.known[-1] + track.stale_ms for track in self._tracks.values() if track.known)
        return min((end for end in ends if end > now), default=None)

    def save(self) -> Json:
        """Everything needed to go on, by field."""
        return {
            name: [[ts, value] for ts, value in zip(track.known, track.values, strict=True)]
            for name, track in self._tracks.items()
        }

    def restore(self, saved: Json) -> None:
        """Replace the values by what `save` gave."""
        for name, rows in cast("dict[str, list[tuple[int, float]]]", saved).items():
            track = self._tracks[name]
            track.known, track.values = [ts for ts, _ in rows], [value for _, value in rows]

    def _change(self, interest: float) -> float | None:
        base = self._tracks["open_interest"].before(self._params.lookback_ms)
        return None if not base else 100.0 * (interest - base) / base

    def _sum(self) -> float | None:
        """Takers' balance over the look-back; None while the history is shorter."""
        track = self._tracks["taker_delta"]
        if track.before(self._params.lookback_ms) is None:
            return None
        return sum(track.values[bisect_right(track.known, track.known[-1] - self._params.lookback_ms) :])

    def _z(self, rate: float) -> float | None:
        earlier = self._tracks["funding_rate"].values[:-1][-self._params.funding_memory :]
        if len(earlier) < _LEAST_FUNDINGS:
            return None
        mean = sum(earlier) / len(earlier)
        deviation = sqrt(sum((each - mean) ** 2 for each in earlier) / (len(earlier) - 1))
        return (rate - mean) / deviation if deviation >= _LEAST_DEVIATION else None
