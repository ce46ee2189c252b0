"""From a commit to exactly what will be stored, hash and all; nothing is written here."""

from typing import NamedTuple

from actors.adapters.ledger import chain
from actors.adapters.ledger.commit import Commit, Mark
from actors.adapters.ledger.row import Stored, Texts, canonical, encoded, texts
from core.errors import InvariantBroken


class Head(NamedTuple):
    """Where a run's chain stands."""

    run: int
    n: int
    last_seq: int
    last_input: int
    hash: str
    digests: dict[str, str]
    """Address -> digest of its saved state."""


class Sealed(NamedTuple):
    """A commit as it will be stored, and the head after it."""

    mark: Mark
    rows: list[Stored]
    texts: Texts
    """The rows again."""
    states: dict[str, str]
    head: Head


def seal(head: Head, commit: Commit, *, recorded_at_ms: int) -> Sealed:
    """The commit that follows `head`.

    Raises:
        InvariantBroken: If its rows or inputs do not follow, or hold what JSON cannot.
    """
    _must_follow(head, commit)
    rows = [encoded(row) for row in commit.rows]
    told = texts(rows)
    states = {address: canonical(state) for address, state in commit.states.items()}
    digests = head.digests | {address: chain.digest(text) for address, text in states.items()}
    mark = Mark(
        n=head.n + 1,
        first_input=commit.first_input,
        last_input=commit.last_input,
        first_seq=head.last_seq + 1,
        last_seq=head.last_seq + len(rows),
        recorded_at_ms=recorded_at_ms,
        evaluations=chain.digest(told.evaluations),
        states=chain.states_digest(digests),
        hash="",
    )
    mark = mark._replace(hash=chain.linked(head.hash, mark, told.kept))
    return Sealed(mark, rows, told, states, Head(head.run, mark.n, mark.last_seq, mark.last_input, mark.hash, digests))


def _must_follow(head: Head, commit: Commit) -> None:
    seqs, following = [row[0] for row in commit.rows], range(head.last_seq + 1, head.last_seq + 1 + len(commit.rows))
    if seqs != list(following):
        given, seq = next(pair for pair in zip(seqs, following, strict=True) if pair[0] != pair[1])
        raise InvariantBroken(f"journal row {given} was given where {seq} follows")
    if not head.last_input <= commit.first_input <= commit.last_input:
        raise InvariantBroken(
            f"inputs {commit.first_input} to {commit.last_input} were given after input {head.last_input}",
        )
