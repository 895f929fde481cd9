"""How Alembic meets the database: with the engine it is given, all migrations in one transaction.

An upgrade that is killed has changed nothing, and another first command sees no table or all.
"""

from alembic import context

engine = context.config.attributes["engine"]
metadata = context.config.attributes["metadata"]

with engine.execution_options(writes=True).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        # SQLite cannot alter most things in place: Alembic copies the table instead.
        render_as_batch=connection.dialect.name == "sqlite",
        # Alembic distrusts the driver's own transactions; core/db.py begins ours itself.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
