"""What senders ask all day finds its index, though its plan is kept for any values."""

from sqlalchemy import Connection, Engine, event, text

from recruit.core.clock import now
from recruit.core.db import connect, reading, unit_of_work
from recruit.notify import handoff

ASKED = 12  # more often than a plan is kept after


def test_the_messages_that_are_due_are_found_by_their_index(postgres_engine: Engine) -> None:
    """However many have left: the index holds those alone that wait."""
    before = _used(postgres_engine)
    senders = connect(postgres_engine.url.render_as_string(hide_password=False), keeps_plans=True)
    try:
        with senders.connect() as connection:
            connection.execute(text("SELECT 1"))
        event.listen(senders, "begin", _by_index_where_it_can)
        for _ in range(ASKED):
            with unit_of_work(senders) as session:
                assert handoff.claim(session, "one", now(), 32) == []
        with unit_of_work(senders) as session:
            session.execute(text("SELECT pg_stat_force_next_flush()"))
    finally:
        senders.dispose()
    assert _used(postgres_engine) - before == ASKED


def _used(engine: Engine) -> int:
    query = text("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'outbox_due'")
    with reading(engine) as session:
        return int(session.execute(query).scalar_one())


def _by_index_where_it_can(connection: Connection) -> None:
    """A table without rows would be read whole."""
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
