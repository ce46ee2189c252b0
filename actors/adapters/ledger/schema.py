"""The journal's tables, the same on SQLite and PostgreSQL.

Every key begins with the run's number, so that many daemons' runs share a database without meeting.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TEXT

VERSION_TABLE = "journal_version"

Count = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite numbers rows by itself only for INTEGER
# Bytewise order on both: the digest of transitions must not depend on the server's locale.
Words = sa.Text().with_variant(TEXT(collation="C"), "postgresql")

# SQLite takes a partial index only where a query repeats its condition word for word.
NAMES_MACHINE = sa.text("machine <> ''")
NAMES_INSTANCE = sa.text("instance <> ''")
IS_EVALUATION = sa.text("kind = 'evaluation'")
IS_DECISION = sa.text("kind NOT IN ('input', 'evaluation')")

metadata = sa.MetaData()

run = sa.Table(
    "journal_run",
    metadata,
    sa.Column("run", Count, primary_key=True),
    sa.Column("run_id", Words, nullable=False, unique=True),
    sa.Column("owner", Words, nullable=False, index=True),
    sa.Column("started_at_ms", Count, nullable=False),
    sa.Column("finished_at_ms", Count),
    sa.Column("abandoned_at_ms", Count),
    sa.Column("fingerprint", Words, nullable=False),
    sa.Column("settings", Words, nullable=False),
    sa.Column("versions", Words, nullable=False),
    sa.Column("seed", Words, nullable=False),
    # The head, kept apart so that commits cut off the end are missed.
    sa.Column("last_commit", Count, nullable=False),
    sa.Column("last_hash", Words, nullable=False),
    # Up to this commit, evaluations were dropped.
    sa.Column("pruned_commit", Count, nullable=False),
)

commit = sa.Table(
    "journal_commit",
    metadata,
    sa.Column("run", Count, primary_key=True, autoincrement=False),
    sa.Column("n", Count, primary_key=True, autoincrement=False),
    sa.Column("first_input", Count, nullable=False),
    sa.Column("last_input", Count, nullable=False),
    sa.Column("first_seq", Count, nullable=False),
    sa.Column("last_seq", Count, nullable=False),
    sa.Column("recorded_at_ms", Count, nullable=False),
    sa.Column("evaluations", Words, nullable=False),
    sa.Column("states", Words, nullable=False),
    sa.Column("hash", Words, nullable=False),
    sa.Index("journal_commit_seq", "run", "last_seq"),
)

record = sa.Table(
    "journal_record",
    metadata,
    sa.Column("run", Count, primary_key=True, autoincrement=False),
    sa.Column("seq", Count, primary_key=True, autoincrement=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("ts", Count, nullable=False),
    sa.Column("actor", Words, nullable=False),
    sa.Column("machine", Words, nullable=False),
    sa.Column("instance", Words, nullable=False),
    sa.Column("n", Count, nullable=False),
    sa.Column("event", Words, nullable=False),
    sa.Column("source", Words, nullable=False),
    sa.Column("target", Words, nullable=False),
    sa.Column("reasons", Words, nullable=False),
    sa.Column("facts", Words, nullable=False),
    sa.Column("cause", Words, nullable=False),
    sa.Index("journal_record_decision", "run", "seq", "kind", sqlite_where=IS_DECISION, postgresql_where=IS_DECISION),
    sa.Index(
        "journal_record_machine", "run", "machine", "seq", sqlite_where=NAMES_MACHINE, postgresql_where=NAMES_MACHINE
    ),
    sa.Index(
        "journal_record_instance",
        "run",
        "instance",
        "seq",
        sqlite_where=NAMES_INSTANCE,
        postgresql_where=NAMES_INSTANCE,
    ),
    sa.Index("journal_record_evaluation", "run", "ts", sqlite_where=IS_EVALUATION, postgresql_where=IS_EVALUATION),
)

state = sa.Table(
    "journal_state",
    metadata,
    sa.Column("run", Count, primary_key=True, autoincrement=False),
    sa.Column("address", Words, primary_key=True),
    sa.Column("saved", Words, nullable=False),
)
