"""What Alembic runs: the migrations, in the transaction that the caller opened."""

from alembic import context

from services.notifier.ledger.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
