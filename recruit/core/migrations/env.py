"""How Alembic meets the database: with the engine it is given, one transaction per migration."""

from alembic import context

engine = context.config.attributes["engine"]
metadata = context.config.attributes["metadata"]

with engine.execution_options(writes=True).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        # SQLite cannot alter most things in place: Alembic copies the table instead.
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
