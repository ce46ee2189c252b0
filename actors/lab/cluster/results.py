"""Where outcomes are kept: what a store can do, and the one that lasts as long as the process."""

from collections.abc import Iterable
from typing import Protocol

from actors.lab.cluster.chunks import Chunk
from actors.lab.cluster.outcome import Outcome
from core.errors import ChartwrightError


class ResultsUnusable(ChartwrightError):
    """Results cannot be written or read; the text says which, and what to do."""


class Results(Protocol):
    """Chunks by their id; each is kept whole or not at all."""

    def finished(self, chunks: Iterable[Chunk]) -> set[str]:
        """The ids of those chunks that are kept."""
        ...

    def keep(self, chunk: Chunk, outcome: Outcome) -> None:
        """Keep a chunk, durably; one that is kept already stays as it is."""
        ...

    def outcome(self, chunk: Chunk) -> Outcome:
        """A chunk that is kept."""
        ...

    def close(self) -> None:
        """Let go of what was opened."""
        ...


class MemoryResults:
    """Outcomes for as long as the process lives."""

    def __init__(self) -> None:
        self._kept: dict[str, Outcome] = {}

    def finished(self, chunks: Iterable[Chunk]) -> set[str]:
        """The ids of those chunks that are kept."""
        return {chunk.id for chunk in chunks if chunk.id in self._kept}

    def keep(self, chunk: Chunk, outcome: Outcome) -> None:
        """Keep a chunk."""
        self._kept.setdefault(chunk.id, outcome)

    def outcome(self, chunk: Chunk) -> Outcome:
        """A chunk that is kept."""
        return self._kept[chunk.id]

    def close(self) -> None:
        """Nothing was opened."""
