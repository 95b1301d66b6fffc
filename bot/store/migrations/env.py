"""How Alembic runs our migrations: on the connection it is handed, in batches, as SQLite needs."""

from alembic import context

from bot.store.schema import metadata
from bot.store.search import is_described

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    include_name=is_described,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
