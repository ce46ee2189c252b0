"""The hash chain over a run's commits: a changed, missing, added or swapped record breaks it.

    genesis = sha256(manifest)
    hash(n) = sha256(hash(n - 1), commit n's own columns, its rows but evaluations)

A commit's columns hold the digest of its evaluations, and of every saved state as of it. Evaluations enter only through
theirs, so that old ones can be dropped and the chain still holds.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from actors.adapters.ledger.commit import Mark
from actors.adapters.ledger.row import canonical


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as hexadecimal."""
    return sha256(text.encode()).hexdigest()


def states_digest(digests: Mapping[str, str]) -> str:
    """The digest of every saved state, from address -> digest of its stored text."""
    return digest(canonical(sorted(digests.items())))


def linked(previous: str, mark: Mark, kept: str) -> str:
    """The hash of a commit that follows `previous`.

    Args:
        previous: The hash before it.
        mark: The commit; `mark.hash` itself is not read.
        kept: The text of its rows but evaluations.
    """
    return digest(f"{canonical([previous, mark[:-1]])[:-1]},{kept}]")


def genesis(story: Sequence[str | int]) -> str:
    """The hash that a run's first commit follows, from its id and its manifest as stored."""
    return digest(canonical(list(story)))
