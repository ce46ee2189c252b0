"""What is handed to the ledger and what it hands back."""

from typing import NamedTuple

from core.message import Json
from core.records import JournalRow


class Commit(NamedTuple):
    """The outcome of some whole cascades: all of it becomes durable, or none."""

    first_input: int
    last_input: int
    rows: list[JournalRow]
    """Rising by 1 from the last durable seq; the caller numbers them."""
    states: dict[str, Json]
    """Address -> that actor's whole saved state after `last_input`; only what changed."""


class Run(NamedTuple):
    """Where a run stands: all that is durable of it."""

    run_id: str
    resumed: bool
    last_seq: int
    last_input: int
    last_hash: str
    states: dict[str, Json]


class Mark(NamedTuple):
    """A stored commit, without its rows."""

    n: int
    """The n-th commit of its run, from 1."""
    first_input: int
    last_input: int
    first_seq: int
    last_seq: int
    """`first_seq - 1` where the commit has no rows."""
    recorded_at_ms: int
    evaluations: str
    """Digest of its evaluations, kept apart because they alone may be pruned."""
    states: str
    """Digest of every saved state as of this commit."""
    hash: str
