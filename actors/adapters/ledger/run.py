"""Beginning a run, or taking one up where its last commit left it."""

import json
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from actors.adapters.ledger import chain, schema
from actors.adapters.ledger.commit import Run
from actors.adapters.ledger.engine import place_of
from actors.adapters.ledger.manifest import Manifest, differences
from actors.adapters.ledger.row import canonical
from actors.adapters.ledger.seal import Head
from actors.adapters.ledger.verification import mark_of, saved_states, verify
from core.errors import ConfigurationError, LedgerError


def unfinished(connection: sa.Connection, owner: str) -> sa.Row[Any] | None:
    """The owner's run that neither finished nor was abandoned."""
    query = sa.select(schema.run).where(*_is_open(owner)).order_by(schema.run.c.run.desc()).limit(1)
    return connection.execute(query).one_or_none()


def abandon(connection: sa.Connection, owner: str, *, now_ms: int) -> None:
    """Mark the owner's unfinished run abandoned; it stays readable."""
    connection.execute(sa.update(schema.run).where(*_is_open(owner)).values(abandoned_at_ms=now_ms))


def start(connection: sa.Connection, owner: str, manifest: Manifest, *, now_ms: int) -> tuple[Run, Head]:
    """A new run, with nothing in it."""
    story: dict[str, str | int] = {
        "run_id": (run_id := uuid4().hex),
        "owner": owner,
        "started_at_ms": now_ms,
        "fingerprint": canonical(manifest.fingerprint),
        "settings": canonical(manifest.settings),
        "versions": canonical(manifest.versions),
        "seed": str(manifest.seed),
    }
    first_hash = chain.genesis(list(story.values()))
    row = sa.insert(schema.run).values(**story, last_commit=0, last_hash=first_hash, pruned_commit=0)
    key = connection.execute(row.returning(schema.run.c.run)).scalar_one()
    run = Run(run_id, resumed=False, last_seq=0, last_input=0, last_hash=first_hash, states={})
    return run, Head(key, n=0, last_seq=0, last_input=0, hash=first_hash, digests={})


def resume(connection: sa.Connection, row: sa.Row[Any], manifest: Manifest) -> tuple[Run, Head]:
    """The unfinished run, once its fingerprint and its chain are found right.

    Raises:
        ConfigurationError: If the manifest's fingerprint differs; every difference is named.
        LedgerError: If the run is not what was written.
    """
    _refuse_difference(row, manifest)
    _refuse_damage(connection, row)
    saved = saved_states(connection, row.run)
    mark = mark_of(connection, row.run, row.last_commit)
    last_seq, last_input = (mark.last_seq, mark.last_input) if mark else (0, 0)
    states = {address: json.loads(text) for address, text in saved.items()}
    digests = {address: chain.digest(text) for address, text in saved.items()}
    run = Run(
        row.run_id, resumed=True, last_seq=last_seq, last_input=last_input, last_hash=row.last_hash, states=states
    )
    return run, Head(row.run, row.last_commit, last_seq, last_input, row.last_hash, digests)


def _is_open(owner: str) -> tuple[sa.ColumnElement[bool], ...]:
    run = schema.run.c
    return run.owner == owner, run.finished_at_ms.is_(None), run.abandoned_at_ms.is_(None)


def _refuse_difference(row: sa.Row[Any], manifest: Manifest) -> None:
    new = canonical(manifest.fingerprint)
    if row.fingerprint != new:
        named = "; ".join(differences(json.loads(row.fingerprint), json.loads(new)))
        raise ConfigurationError(
            f"an unfinished run was made of something else: {named}. Put it back to resume that run, "
            "or begin a new one with --fresh",
        )


def _refuse_damage(connection: sa.Connection, row: sa.Row[Any]) -> None:
    found = verify(connection, row.run)
    if found.broken_at is not None:
        raise LedgerError(
            f"journal {place_of(connection.engine.url)}: the unfinished run {row.run_id} is not what was written: "
            f"{found.why}. Restore a backup, or begin a new run with --fresh; the old one is kept",
        )
