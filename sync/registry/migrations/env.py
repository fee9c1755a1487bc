"""How Alembic runs the steps: on the connection that was handed over, inside its transaction."""

from alembic import context

from sync.registry.database import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata)
context.run_migrations()
