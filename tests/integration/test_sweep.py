"""What erased rows leave in the files is cleared, and tried again while somebody is in the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from recruit.actions.sweep import sweep
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.core import remains
from recruit.core.db import connect, reading, sqlite_file, unit_of_work
from recruit.people import store, traces
from recruit.people.facts import Profile
from recruit.people.tables import COMMUNITY
from tests.erasing import erase

CANARY = "zxcanaryqv"


def born(engine: Engine, number: int = 1) -> list[str]:
    """People whose identifiers and profiles hold the canary; their pseudonyms."""
    names = [f"{sha256(b'%d' % each).hexdigest()[:8]}{CANARY}" for each in range(number)]
    with unit_of_work(engine) as session:
        store.know_community(session, "c")
        people = list(store.enrol(session, "c", names).values())
        store.save(session, [Profile(each) for each in people])
    return people


def swept(engine: Engine) -> int:
    """How often the trail says that nothing is left."""
    with reading(engine) as session:
        query = select(AUDIT.c.sequence).where(AUDIT.c.tag == Tag.SWEPT.value)
        return len(session.execute(query).all())


@contextmanager
def looking(engine: Engine) -> Iterator[None]:
    """Somebody else reads the database as it is now, for a while."""
    other = connect(engine.url.render_as_string(hide_password=False))
    try:
        with reading(other) as session:
            session.execute(select(COMMUNITY)).all()
            yield
    finally:
        other.dispose()


def files(engine: Engine) -> bytes:
    file = sqlite_file(str(engine.url))
    assert file
    every = (Path(f"{file}{companion}") for companion in ("", "-wal", "-shm"))
    return b"".join(each.read_bytes() for each in every if each.exists())


def test_an_erasure_clears_the_files_and_says_so(engine: Engine) -> None:
    (person,) = born(engine)
    assert erase(engine, person) is True
    assert swept(engine) == 1


def test_while_somebody_reads_an_older_state_it_is_said_not_to_be_done(engine: Engine) -> None:
    (person,) = born(engine)
    with looking(engine):
        assert erase(engine, person) is False
        assert sweep(engine, actor="job", at_once=True) is False
    assert swept(engine) == 0


def test_the_next_sweep_does_what_was_left(engine: Engine) -> None:
    (person,) = born(engine)
    with looking(engine):
        erase(engine, person)
    assert sweep(engine, actor="job", at_once=True) is True
    assert swept(engine) == 1


def test_nothing_is_cleared_where_nobody_was_erased_since(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (person,) = born(engine)
    erase(engine, person)
    monkeypatch.setattr(remains, "clear", lambda *_, **__: False)
    assert sweep(engine, actor="job", at_once=True) is True


def test_a_large_file_is_left_for_the_night(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (person,) = born(sqlite_engine)
    monkeypatch.setattr(remains, "QUICK", 0)
    assert erase(sqlite_engine, person) is False
    assert sweep(sqlite_engine, actor="job", at_once=False) is True


def test_no_byte_of_many_people_is_left_in_any_file(sqlite_engine: Engine) -> None:
    *people, last = born(sqlite_engine, 2000)
    assert CANARY.encode() in files(sqlite_engine)
    with unit_of_work(sqlite_engine) as session:
        for person in sorted(people):  # in no order of theirs: pages are rebuilt now and then
            who = store.participant(session, person)
            traces.erase(session, who, traces.trace_of(who, "k"))
    assert erase(sqlite_engine, last) is True
    assert CANARY.encode() not in files(sqlite_engine)
    with reading(sqlite_engine) as session:  # the sign that the file was written anew
        assert session.execute(text("PRAGMA freelist_count")).scalar_one() == 0
