"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORDS = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Create them all."""
    _create_run()
    _create_commit()
    _create_record()
    op.create_table("journal_state", _key("run"), sa.Column("address", _WORDS, primary_key=True), _words("saved"))


def _create_run() -> None:
    op.create_table(
        "journal_run",
        sa.Column("run", _COUNT, primary_key=True),
        sa.Column("run_id", _WORDS, nullable=False, unique=True),
        _words("owner"),
        _count("started_at_ms"),
        sa.Column("finished_at_ms", _COUNT),
        sa.Column("abandoned_at_ms", _COUNT),
        *map(_words, ("fingerprint", "settings", "versions", "seed")),
        _count("last_commit"),
        _words("last_hash"),
        _count("pruned_commit"),
    )
    op.create_index("ix_journal_run_owner", "journal_run", ["owner"])


def _create_commit() -> None:
    op.create_table(
        "journal_commit",
        _key("run"),
        _key("n"),
        *map(_count, ("first_input", "last_input", "first_seq", "last_seq", "recorded_at_ms")),
        *map(_words, ("evaluations", "states", "hash")),
    )
    op.create_index("journal_commit_seq", "journal_commit", ["run", "last_seq"])


def _create_record() -> None:
    op.create_table(
        "journal_record",
        _key("run"),
        _key("seq"),
        _words("kind"),
        _count("ts"),
        *map(_words, ("actor", "machine", "instance")),
        _count("n"),
        *map(_words, ("event", "source", "target", "reasons", "facts", "cause")),
    )
    _partial_index("decision", ["run", "seq", "kind"], "kind NOT IN ('input', 'evaluation')")
    _partial_index("machine", ["run", "machine", "seq"], "machine <> ''")
    _partial_index("instance", ["run", "instance", "seq"], "instance <> ''")
    _partial_index("evaluation", ["run", "ts"], "kind = 'evaluation'")


def _partial_index(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(f"journal_record_{name}", "journal_record", columns, sqlite_where=where, postgresql_where=where)


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, _COUNT, primary_key=True, autoincrement=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, _COUNT, nullable=False)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, _WORDS, nullable=False)
