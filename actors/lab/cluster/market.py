"""What every chunk of one market shares, and its fingerprint: bars, regime, and the settings that no set changes."""

import pickle
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
import pyarrow as pa

from actors.crew import CrewParams
from core.durations import DAY_MS
from core.evaluation.evaluator import EvaluationParams
from core.flow.bias import FlowParams
from core.market.bars import Bars
from core.measure.panel import PanelParams
from core.regime.path import RegimePath
from core.sweep.sweep import Sweep


@dataclass(frozen=True, eq=False)  # no slots: the fingerprint is worked out once
class SweptMarket:
    """One symbol's history as a sweep takes it; it travels to a worker once."""

    bars: Bars
    path: RegimePath
    measure: PanelParams
    evaluation: EvaluationParams
    flow: FlowParams

    @classmethod
    def made(cls, bars: Bars, path: RegimePath, params: CrewParams) -> "SweptMarket":
        """The market with the base that sets change."""
        return cls(bars, path, params.measure, params.evaluation, params.flow)

    @cached_property
    def sha256(self) -> str:
        """Equal exactly where bars, regime and fixed settings are: the same on every machine."""
        found = sha256(self.bars.sha256().encode())
        if self.bars.incomplete is not None:
            found.update(np.packbits(self.bars.incomplete).tobytes())
        moved = sorted(self.path.transitions.items())
        for told in (self.path.stretches, self.path.bars, moved, self.measure, self.evaluation, self.flow):
            found.update(repr(told).encode())
        return found.hexdigest()

    @property
    def days(self) -> int:
        """UTC days that a run over it touches."""
        last = (int(self.bars.open_ms[-1]) + self.bars.timeframe_ms - 1) // DAY_MS
        return last - (int(self.bars.open_ms[0]) + self.bars.timeframe_ms - 1) // DAY_MS + 1

    def sweep(self) -> Sweep:
        """What runs sets over it."""
        return Sweep(self.bars, self.path, measure=self.measure, evaluation=self.evaluation, flow=self.flow)

    def beginning(self, bars: int) -> "SweptMarket":
        """Its first so many bars."""
        stretches = tuple(each for each in self.path.stretches if each.first < bars)
        length = min(bars, len(self.bars))
        path = RegimePath(stretches, length, self.path.transitions)
        return SweptMarket(self.bars.between(0, length), path, self.measure, self.evaluation, self.flow)

    def packed(self) -> bytes:
        """As it travels: little more than half of what it is in memory."""
        plain = pickle.dumps(self, protocol=5)
        packed: bytes = pa.compress(plain, codec="zstd", asbytes=True)
        return len(plain).to_bytes(8, "little") + packed

    @staticmethod
    def unpacked(given: bytes) -> "SweptMarket":
        """What `packed` gave; only for bytes from a command of ours, as everything on a cluster is."""
        plain = pa.decompress(given[8:], int.from_bytes(given[:8], "little"), codec="zstd", asbytes=True)
        found: SweptMarket = pickle.loads(plain)  # noqa: S301  the scheduler runs what it is sent anyway
        return found
