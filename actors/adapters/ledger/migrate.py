"""Bring a database's tables up to what this version writes."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from actors.adapters.ledger.engine import place_of
from actors.adapters.ledger.schema import VERSION_TABLE
from core.errors import ConfigurationError

_ANY_NUMBER = 0x63686172  # one advisory lock for all daemons: two may open a new database at once


def migrate(connection: sa.Connection) -> None:
    """Create or upgrade the journal's tables, inside the connection's transaction.

    Raises:
        ConfigurationError: If a newer version wrote them.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ANY_NUMBER)))
    if not is_current(connection):
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(connection: sa.Connection) -> bool:
    """Whether the tables are those of this version.

    Raises:
        ConfigurationError: If a newer version wrote them.
    """
    found = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
    script = ScriptDirectory.from_config(_config())
    known = [revision.revision for revision in script.walk_revisions()]
    if found is not None and found not in known:
        raise ConfigurationError(
            f"database: {place_of(connection.engine.url)} was written by a newer chartwright (tables {found}, this one "
            f"knows up to {known[0]}): upgrade chartwright, or use another --state-dir or --database",
        )
    return found == known[0]


def _config() -> Config:
    config = Config()
    folder = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
