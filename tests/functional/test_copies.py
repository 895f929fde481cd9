"""A copy made while people write comes back elsewhere, whole and silent; a restore is rehearsed."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import pytest
import time_machine
from sqlalchemy import Engine, Table, func, select, text

from recruit import jobs
from recruit.actions.outreach import attachments, delivery_decisions, words
from recruit.audit import trail
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.bootstrap import Recruit, start
from recruit.consent.choices import Channel
from recruit.consent.tables import CONSENT
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.keys import ERASURES, VAULT
from recruit.core.scratch import scratch
from recruit.core.timekeeping import Timekeeper
from recruit.notify.attached import Attached, Kind
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Reason, State
from recruit.people.tables import PARTICIPANT
from recruit.terminology.lexicon import Lexicon
from tests.copies import leave, take
from tests.functional.shell import Shell
from tests.functional.test_database import forge
from tests.outreach import OFFICE_HOURS, RING, SECRET, Study, matched, queued, state, study, willing
from tests.postgres import Cluster

ENOUGH = 5
"""People written before the copy is made, and again after it."""


@pytest.fixture(autouse=True)
def _office_hours(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RECRUIT_OPERATOR", "Recruit, 1 rue des Essais, 75000 Paris")
    # The database's clock does not travel, and nothing is sent while clocks disagree.
    monkeypatch.setattr(Timekeeper, "check", lambda *_: None)
    with time_machine.travel(OFFICE_HOURS):
        yield


@pytest.fixture
def service(either: Shell) -> Iterator[Recruit]:
    (either.folder / VAULT).write_text(SECRET)
    running = start()
    assert running.secrets.erasures
    yield running
    running.close()


@dataclass(frozen=True)
class Live:
    """The service in use, with a study that people are asked about."""

    service: Recruit
    here: Study
    lexicon: Lexicon


@pytest.fixture
def live(service: Recruit, lexicon: Lexicon) -> Live:
    return Live(service, study(service.engine, lexicon), lexicon)


class Writing(Thread):
    """Somebody more agrees and is about to be written to, again and again."""

    def __init__(self, engine: Engine, here: Study) -> None:
        super().__init__()
        self.engine, self.here, self.done = engine, here, 0
        self.enough, self.over = Event(), Event()

    def run(self) -> None:
        while not self.over.is_set():
            person = willing(self.engine, f"writes-{self.done}")
            queued(self.engine, self.here, person)
            with unit_of_work(self.engine) as session:
                trail.record(session, Tag.PERSON_EXPORTED, actor="test", subject=person)
            self.done += 1
            if self.done % ENOUGH == 0:
                self.enough.set()

    def wait(self) -> None:
        """Until some more are written."""
        self.enough.clear()
        assert self.enough.wait(60)


@pytest.fixture
def files(service: Recruit) -> bytes:
    """A file came along with somebody's mail; what is in it."""
    person = willing(service.engine, "attaches")
    content = b"%PDF-1.4 a report"
    found = Attached("report.pdf", Kind.PDF, len(content), content)
    stored = attachments.store(service.settings.data_folder, [found])
    with unit_of_work(service.engine) as session:
        heard = words.hear(
            session, RING, person=person, trial=None, channel=Channel.EMAIL, text="x", at=now()
        )
        attachments.keep(session, RING, heard, stored)
    return content


@pytest.fixture
def elsewhere(
    either: Shell, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Shell]:
    """Goes to another machine: a data folder with keys and lexicon alone."""
    folder = tmp_path / "elsewhere"

    def go() -> Shell:
        folder.mkdir()
        for key in (ERASURES, VAULT):
            shutil.copy(either.folder / key, folder)
        for lexicon in either.folder.glob("lexicon-*"):
            (folder / lexicon.name).symlink_to(lexicon.resolve())
        if "RECRUIT_DATABASE_URL" in os.environ:
            cluster: Cluster = request.getfixturevalue("cluster")
            monkeypatch.setenv("RECRUIT_DATABASE_URL", cluster.new_database())
        monkeypatch.setenv("RECRUIT_DATA_FOLDER", str(folder))
        return Shell(folder)

    return go


def chain_of(engine: Engine, table: Table) -> list[tuple[int, str]]:
    with reading(engine) as session:
        rows = session.execute(select(table.c.sequence, table.c.digest).order_by(table.c.sequence))
        return [(row.sequence, row.digest) for row in rows]


def size(engine: Engine, table: Table) -> int:
    with reading(engine) as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def send(service: Recruit) -> list[str]:
    """Run the jobs that send or begin something; the letters that lie in the outbox after it."""
    for job in (jobs.invite, jobs.remind, jobs.settle, jobs.post, jobs.send, jobs.tell):
        jobs.run(job, service)
    return sorted(each.name for each in service.settings.outbox.glob("*"))


def test_a_copy_made_while_people_write_is_whole_elsewhere_and_sends_nothing_until_let(
    either: Shell, live: Live, elsewhere: Callable[[], Shell], tmp_path: Path
) -> None:
    service, here = live.service, live.here
    writing = Writing(service.engine, here)
    writing.start()
    try:
        writing.wait()
        before = size(service.engine, PARTICIPANT)
        assert either.run("db", "backup", tmp_path / "copy").status == 0
        after = size(service.engine, PARTICIPANT)
        writing.wait()
    finally:
        writing.over.set()
        writing.join()
    ledger, recorded = (chain_of(service.engine, table) for table in (CONSENT, AUDIT))

    there = elsewhere()
    restored = there.run("db", "restore", tmp_path / "copy")
    assert (restored.status, "Nothing is sent by itself" in restored.out) == (0, True)
    assert there.run("db", "check").status == 0
    moved = start()
    copied = chain_of(moved.engine, CONSENT)
    assert copied == ledger[: len(copied)]
    kept = chain_of(moved.engine, AUDIT)
    assert kept[:-2] == recorded[: len(kept) - 2], "the last rows are of restoring and sweeping"
    assert len(kept) - 2 > ENOUGH
    people = size(moved.engine, PARTICIPANT)
    assert before <= people <= after
    assert people - 1 <= size(moved.engine, OUTBOX) <= people

    late = willing(moved.engine, "late")
    matched(moved.engine, live.lexicon, here.trial, late)
    number = queued(moved.engine, here, late)
    assert send(moved) == []
    assert state(moved.engine, number) == (State.DEFERRED, Reason.RESTORED)
    for channel in Channel:
        delivery_decisions.go_on(moved.engine, channel, "looked at", at=now(), actor="test")
    assert len(send(moved)) == 1
    moved.close()


def test_files_of_mails_come_back_with_the_copy(
    either: Shell, files: bytes, elsewhere: Callable[[], Shell], tmp_path: Path
) -> None:
    ran = either.run("db", "backup", tmp_path / "copy")
    assert (ran.status, str(tmp_path / "copy.files") in ran.out) == (0, True)
    there = elsewhere()
    assert there.run("db", "restore", tmp_path / "copy").status == 0
    assert there.run("db", "check").status == 0
    moved = start()
    with reading(moved.engine) as session:
        assert attachments.opened(session, RING, there.folder, 1)[1] == files
    moved.close()


def test_a_file_that_is_lost_is_said_and_found_by_the_check(
    either: Shell, files: bytes, elsewhere: Callable[[], Shell], tmp_path: Path
) -> None:
    assert files
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    shutil.rmtree(tmp_path / "copy.files")
    there = elsewhere()
    ran = there.run("db", "restore", tmp_path / "copy")
    assert (ran.status, ran.err) == (
        0,
        "Files of mails that are neither here nor beside the copy: 1\n",
    )
    ran = there.run("db", "check")
    assert (ran.status, "1 files of mails are missing" in ran.out) == (1, True)


def test_a_copy_is_never_mixed_with_the_files_of_another(either: Shell, tmp_path: Path) -> None:
    (tmp_path / "copy.files").mkdir()
    assert either.run("db", "backup", tmp_path / "copy").status == 2
    assert not (tmp_path / "copy").exists()


# ---------------------------------------------------------------- rehearsals
def databases(service: Recruit) -> list[str]:
    """What lies beside the database in use."""
    if service.engine.dialect.name == "sqlite":
        return [each.name for each in service.settings.data_folder.glob(".aside*")]
    with reading(service.engine) as session:
        return list(
            session.scalars(
                text("SELECT datname FROM pg_database WHERE datname LIKE 'recruit_aside%'")
            )
        )


def test_a_rehearsal_says_what_a_restore_would_give_and_leaves_nothing(
    either: Shell, service: Recruit, tmp_path: Path
) -> None:
    take("stays", "erased", "withdrawn")
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    leave("erased", erased=True)
    leave("withdrawn", erased=False)
    events = size(service.engine, CONSENT)
    ran = either.run("db", "rehearse", tmp_path / "copy")
    assert ran.status == 0
    assert ran.out.count("✓") == 6
    assert "Done again: 1 erasures and 1 consents taken back since the copy." in ran.out
    assert [line.split() for line in ran.out.splitlines() if line.startswith("consent_event")] == [
        ["consent_event", str(events), str(events)]
    ]
    assert (databases(service), size(service.engine, CONSENT)) == ([], events)
    with reading(service.engine) as session:
        said = session.scalars(
            select(AUDIT.c.new).where(AUDIT.c.tag == Tag.RESTORE_REHEARSED.value)
        ).one()
    assert said.startswith("whole; 1 erasures, 1 other noes")


def leave_behind(service: Recruit) -> str:
    """What a rehearsal leaves that is killed; its name."""
    if service.engine.dialect.name == "sqlite":
        folder = service.settings.data_folder / ".aside-4f x"
        folder.mkdir()
        (folder / "recruit.db").touch()
        return folder.name
    carry_out(service, "CREATE DATABASE recruit_aside_4f")
    return "recruit_aside_4f"


def carry_out(service: Recruit, removal: str) -> None:
    """What the check says takes a copy away."""
    if service.engine.dialect.name == "sqlite":
        subprocess.run(["sh", "-c", removal], check=True)  # noqa: S603, S607 - as an operator would
        return
    with service.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(removal))


def test_a_copy_that_a_killed_rehearsal_left_is_named_and_goes_as_is_said(
    either: Shell, service: Recruit
) -> None:
    name = leave_behind(service)
    ran = either.run("db", "check")
    assert ran.status == 1
    assert f"    {name} is a copy of the database" in ran.out
    carry_out(service, ran.out.rsplit("Take it away: ", 1)[1].strip())
    assert either.run("db", "check").status == 0
    assert databases(service) == []


def test_a_rehearsal_that_is_under_way_is_no_copy_that_was_left(
    either: Shell, service: Recruit
) -> None:
    with scratch(service.engine):
        assert len(databases(service)) == 1
        assert either.run("db", "check").status == 0
    assert databases(service) == []


def test_a_rehearsal_finds_a_copy_that_does_not_hold(
    either: Shell, service: Recruit, tmp_path: Path
) -> None:
    take("p1", "p2")
    forge("consent_event", "UPDATE {table} SET actor = 'somebody else' WHERE sequence = 2")
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    ran = either.run("db", "rehearse", tmp_path / "copy", "--json")
    assert (ran.status, ran.lines[-1]["whole"]) == (1, False)
    assert [line["check"] for line in ran.lines if line.get("holds") is False] == ["consent ledger"]
    assert databases(service) == []
