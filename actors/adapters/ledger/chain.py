"""The hash chain over a run's commits: a changed, missing, added or swapped record breaks it.

    genesis = sha256(manifest)
    hash(n) = sha256(hash(n - 1), commit n's own columns, its rows but evaluations)

A commit's columns hold the digest of its evaluations, and of every saved state as of it. Evaluations enter only through
theirs, so that old ones can be dropped and the chain still holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from actors.adapters.ledger.commit import Mark
from actors.adapters.ledger.row import Columns, canonical

# Kinds are read as `row[1]` below: by name it takes three times as long, for each row of the journal twice.


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as hexadecimal."""
    return sha256(text.encode()).hexdigest()


def evaluations_digest(rows: Iterable[Columns]) -> str:
    """The digest of the evaluations among a commit's rows."""
    return digest(canonical([row for row in rows if row[1] == "evaluation"]))


def states_digest(digests: Mapping[str, str]) -> str:
    """The digest of every saved state, from address -> digest of its stored text."""
    return digest(canonical(sorted(digests.items())))


def linked(previous: str, mark: Mark, rows: Sequence[Columns]) -> str:
    """The hash of a commit that follows `previous`; `mark.hash` itself is not read."""
    kept = [row for row in rows if row[1] != "evaluation"]
    return digest(canonical([previous, mark[:-1], kept]))


def genesis(story: Sequence[str | int]) -> str:
    """The hash that a run's first commit follows, from its id and its manifest as stored."""
    return digest(canonical(list(story)))
