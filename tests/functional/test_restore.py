"""`recruit db restore` brings nobody back who left after the copy was made."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from recruit.actions.people import Import, import_people
from recruit.actions.person import withdraw
from recruit.audit.tables import AUDIT
from recruit.bootstrap import Recruit, start
from recruit.consent.choices import Choice, Purpose
from recruit.consent.ledger import Actor, Role
from recruit.consent.permit import people_with
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import NotFound
from recruit.core.files import Record
from recruit.people import store
from tests.erasing import SECRETS, erase
from tests.functional.samples import person, trial
from tests.functional.shell import Shell

SELF = Actor("self", Role.SELF)
MATCHING = Choice(Purpose.MATCHING)


@contextmanager
def opened() -> Iterator[Recruit]:
    service = start()
    try:
        yield service
    finally:
        service.close()


def take(*names: str, **fields: object) -> list[str]:
    """Import these people; what was refused."""
    records = [Record(name, person(name, **fields)) for name in names]
    with opened() as service:
        report = import_people(
            service.engine,
            service.lexicon,
            records,
            of=Import("carers", "test"),
            secrets=SECRETS,
        )
    return [refusal.problem for refusal in report.refusals]


def leave(name: str, *, erased: bool, choice: Choice | None = None) -> None:
    with opened() as service:
        with reading(service.engine) as session:
            pseudonym = store.pseudonym_of(session, name)
        if erased:
            erase(service.engine, pseudonym)
        else:
            withdraw(service.engine, person=pseudonym, actor=SELF, choice=choice, method="link")


def consenting() -> set[str]:
    """The identifiers of those who may be matched."""
    with opened() as service, reading(service.engine) as session:
        people = people_with(session, Purpose.MATCHING, at=now())
        return {store.participant(session, each)["external_id"] for each in people}


@pytest.fixture
def copy(either: Shell, tmp_path: Path) -> Path:
    """A copy with four people and a trial, from before anybody left."""
    assert either.run("trials", "import", either.jsonl("trials.jsonl", trial())).status == 0
    take("stays", "erased", "withdrawn", "partly")
    assert either.run("match").status == 0
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    return tmp_path / "copy"


def test_who_left_after_the_copy_is_not_brought_back(either: Shell, copy: Path) -> None:
    leave("erased", erased=True)
    leave("withdrawn", erased=False)
    leave("partly", erased=False, choice=MATCHING)
    ran = either.run("db", "restore", copy, "--replace")
    assert (ran.status, ran.out.splitlines()[0]) == (
        0,
        "Done again: 1 erasures and 2 consents taken back since the copy.",
    )
    assert consenting() == {"stays"}
    with pytest.raises(NotFound):
        leave("erased", erased=True)
    assert either.run("db", "check").status == 0


def test_an_old_list_does_not_bring_them_back_either(either: Shell, copy: Path) -> None:
    take("came-late", "came-later")
    leave("erased", erased=True)
    leave("came-late", erased=True)
    leave("came-later", erased=False)
    assert either.run("db", "restore", copy, "--replace").status == 0
    assert len(take("erased", "came-late", "came-later")) == 3
    assert consenting() == {"stays", "withdrawn", "partly"}


def test_who_was_erased_and_came_back_by_a_new_consent_may_leave_again(
    either: Shell, copy: Path
) -> None:
    leave("erased", erased=True)
    fresh = {**person()["consent"], "at": now().isoformat()}
    assert take("erased", consent=fresh) == []
    leave("erased", erased=False)
    assert either.run("db", "restore", copy, "--replace").status == 0
    assert "erased" not in consenting()
    assert either.run("db", "check").status == 0


def test_what_the_copy_knows_already_is_not_entered_twice(either: Shell, tmp_path: Path) -> None:
    take("erased", "withdrawn")
    leave("erased", erased=True)
    leave("withdrawn", erased=False)
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    ran = either.run("db", "restore", tmp_path / "copy", "--replace")
    assert ran.out.startswith("Done again: 0 erasures and 0 consents")


def test_a_restore_stands_in_the_audit_trail(either: Shell, copy: Path) -> None:
    leave("erased", erased=True)
    assert either.run("db", "restore", copy, "--replace").status == 0
    with opened() as service, reading(service.engine) as session:
        last = session.execute(select(AUDIT).order_by(AUDIT.c.sequence.desc())).mappings().first()
    assert last is not None
    assert (last["tag"], last["new"]) == ("database:copy:restored", "1 erasures, 0 other noes")


def test_an_empty_database_is_said_to_know_of_nobody_who_left(shell: Shell, tmp_path: Path) -> None:
    take("p1")
    assert shell.run("db", "backup", tmp_path / "copy").status == 0
    for companion in ("", "-wal", "-shm"):
        (shell.folder / f"recruit.db{companion}").unlink(missing_ok=True)
    ran = shell.run("db", "restore", tmp_path / "copy")
    assert ran.status == 0
    assert "was empty or could not be read" in ran.out


def test_a_database_that_cannot_be_read_is_said_to_know_of_nobody_who_left(
    shell: Shell, tmp_path: Path
) -> None:
    take("p1")
    assert shell.run("db", "backup", tmp_path / "copy").status == 0
    for companion in ("-wal", "-shm"):
        (shell.folder / f"recruit.db{companion}").unlink(missing_ok=True)
    shell.file("recruit.db", "This is not a database. " * 1000)
    ran = shell.run("db", "restore", tmp_path / "copy", "--replace")
    assert ran.status == 0
    assert "was empty or could not be read" in ran.out
    assert consenting() == {"p1"}
