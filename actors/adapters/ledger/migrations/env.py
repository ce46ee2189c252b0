"""How Alembic reaches the database: through the connection that `migrate` hands over."""

from alembic import context

from actors.adapters.ledger.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
context.run_migrations()
