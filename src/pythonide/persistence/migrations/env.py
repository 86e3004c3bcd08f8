"""How Alembic runs a migration here: on the connection it is given, never on one of its own."""

from alembic import context

from pythonide.persistence.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
