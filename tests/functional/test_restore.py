"""`recruit db restore` brings nobody back who left after the copy was made."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from recruit.actions import taken_back
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Choice
from recruit.consent.choices import Purpose as For
from recruit.core.backup import back_up
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import DatabaseUnreachable, NotFound
from recruit.notify import reputation
from tests.copies import NAMES, RELATIVE, consenting, leave, opened, service_vault, take
from tests.functional.samples import person, trial
from tests.functional.shell import Shell

MATCHING = Choice(For.MATCHING)


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
        query = select(AUDIT.c.new).where(AUDIT.c.tag == Tag.RESTORED.value)
        said = session.execute(query).scalar_one()
    assert said == ("1 erasures, 0 other noes, 0 messages discarded, 0 trials and 0 texts stopped")


@pytest.mark.parametrize("language", ["C.UTF-8", "fr_FR.UTF-8"])
def test_a_vault_whose_key_is_gone_is_one_sentence(
    either: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("RECRUIT_VAULT_KEYS", "o" * 32)
    with opened() as service, unit_of_work(service.engine) as session:
        service_vault(service).keep(session, {RELATIVE: NAMES})
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    monkeypatch.setenv("RECRUIT_VAULT_KEYS", "n" * 32)
    monkeypatch.setenv("LC_ALL", language)
    ran = either.run("db", "restore", tmp_path / "copy", "--replace")
    assert (ran.status, ran.err.count("\n")) == (1, 1)
    assert "RECRUIT_VAULT_KEYS" in ran.err


def test_a_copy_of_a_newer_version_changes_nothing(either: Shell, tmp_path: Path) -> None:
    take("p1")
    with opened() as service:
        own = as_if_made_by(service.database, "9999")
        back_up(service.database, tmp_path / "copy")
        as_if_made_by(service.database, own)
    ran = either.run("db", "restore", tmp_path / "copy", "--replace")
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert "newer version" in ran.err
    assert consenting() == {"p1"}


def test_what_an_older_version_holds_is_upgraded_before_it_is_replaced(
    either: Shell, copy: Path
) -> None:
    leave("erased", erased=True)
    with opened() as service:
        as_if_made_by(service.database, "0001")
        with unit_of_work(service.database) as session:
            session.execute(text("DROP TABLE representation"))
    ran = either.run("db", "restore", copy, "--replace")
    assert (ran.status, "recruit db upgrade" in ran.err) == (3, True)


def test_a_restore_that_fails_changes_nothing_and_leaves_no_file(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take("p1")
    assert shell.run("db", "backup", tmp_path / "copy").status == 0
    leave("p1", erased=False)

    def fail(*_: object) -> None:
        raise DatabaseUnreachable

    monkeypatch.setattr(taken_back, "do_again", fail)
    assert shell.run("db", "restore", tmp_path / "copy", "--replace").status == 3
    assert consenting() == set()
    assert [each.name for each in shell.folder.iterdir() if "aside" in each.name] == []


def as_if_made_by(database: Engine, revision: str) -> str:
    """Give the database another version's number; the one it had."""
    with unit_of_work(database) as session:
        own: str = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        session.execute(text("UPDATE alembic_version SET version_num = :is"), {"is": revision})
    return own


# ---------------------------------------------------------------- nothing to carry over
def test_an_empty_database_is_said_to_know_of_nobody_who_left(shell: Shell, tmp_path: Path) -> None:
    take("p1")
    assert shell.run("db", "backup", tmp_path / "copy").status == 0
    for companion in ("", "-wal", "-shm"):
        (shell.folder / f"recruit.db{companion}").unlink(missing_ok=True)
    ran = shell.run("db", "restore", tmp_path / "copy")
    assert ran.status == 0
    assert "was empty or could not be read" in ran.out
    assert "Nothing is sent by itself" in ran.out
    with opened() as service, reading(service.engine) as session:
        assert reputation.is_held(session)


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
