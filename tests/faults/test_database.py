"""The database dies, is full or out of connections: nothing leaves that is not written down."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import time_machine
from sqlalchemy import Engine, create_engine, event

from recruit.core.db import connect, unit_of_work, upgrade
from recruit.core.errors import DatabaseUnreachable
from recruit.notify import worker
from recruit.terminology.lexicon import Lexicon
from tests.faults.checker import check
from tests.faults.processes import crew, left, sink
from tests.faults.workers import Orders, clock, eventually, mail_server, patience, sending
from tests.faults.world import crowd, match_all, queue_all
from tests.outreach import OFFICE_HOURS, study
from tests.postgres import Cluster

MESSAGES = 60


def filled(engine: Engine, lexicon: Lexicon) -> None:
    here = study(engine, lexicon)
    persons = crowd(engine, MESSAGES)
    match_all(engine, here, persons)
    queue_all(engine, here, persons)


def test_a_killed_server_loses_and_repeats_nothing(lexicon: Lexicon, tmp_path: Path) -> None:
    with (
        TemporaryDirectory(prefix="recruit-pg-") as folder,
        time_machine.travel(OFFICE_HOURS),
        sink(tmp_path) as there,
    ):
        started = clock()
        cluster = Cluster(Path(folder), durable=True)
        cluster.start()
        try:
            url = cluster.new_database()
            engine = connect(url)
            upgrade(engine)
            filled(engine, lexicon)
            orders = Orders(url, there.port, "w", lease=4.0, at_once=2, started=started)
            with crew(orders) as staff:
                for _ in range(4):
                    staff.hire()
                assert eventually(lambda: left(engine) < MESSAGES, within=30, every=0.01)
                cluster.stop()
                eventually(lambda: False, within=2)
                cluster.start_again()
                engine.dispose()
                assert eventually(lambda: left(engine) == 0, within=60)
                findings = check(url, there.file, committed=MESSAGES, kills=1, workers=4)
            engine.dispose()
        finally:
            cluster.stop()
    assert findings.broken == []


def test_a_full_disk_lets_nothing_leave(
    sqlite_engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    """SQLite's own limit stands for the disk's: no page can be added to the file."""
    with time_machine.travel(OFFICE_HOURS), sink(tmp_path) as there:
        filled(sqlite_engine, lexicon)
        full = connect(sqlite_engine.url.render_as_string(hide_password=False))
        event.listen(full, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count=1"))
        mine = sending(full, mail_server(there.port), "w")
        with pytest.raises(DatabaseUnreachable):
            worker.drain(mine, patience(60))  # what fits into free pages may still go out
        full.dispose()
        url = sqlite_engine.url.render_as_string(hide_password=False)
        findings = check(url, there.file, committed=MESSAGES)
    assert findings.broken == []
    assert findings.states["queued"] > 0


def test_a_pool_without_a_connection_lets_nothing_leave(
    postgres_engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    with time_machine.travel(OFFICE_HOURS), sink(tmp_path) as there:
        filled(postgres_engine, lexicon)
        url = postgres_engine.url.render_as_string(hide_password=False)
        narrow = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.2)
        with unit_of_work(narrow) as session:
            session.connection()
            mine = sending(narrow, mail_server(there.port), "w")
            with pytest.raises(DatabaseUnreachable):
                worker.drain(mine, patience(1))
        narrow.dispose()
        findings = check(url, there.file, committed=MESSAGES)
    assert findings.broken == []
    assert findings.states["queued"] == MESSAGES
