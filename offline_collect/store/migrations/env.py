"""Runs the migrations on the connection that ``store.migrating`` passes."""

from __future__ import annotations

from alembic import context

from offline_collect.store.schema.tables import metadata

# SQLite changes a table by copying it; batch mode writes that.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
