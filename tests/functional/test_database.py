"""`recruit db`: schema, checks, copies; on both kinds of database."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from recruit.bootstrap import start
from recruit.core.db import unit_of_work
from tests.functional.samples import person, trial
from tests.functional.shell import Shell
from tests.postgres import Cluster

CLOSED = "postgresql://recruit@127.0.0.1:1/recruit"


def fill(shell: Shell) -> None:
    assert shell.run("trials", "import", shell.jsonl("trials.jsonl", trial())).status == 0
    people = shell.jsonl("people.jsonl", person("p1"), person("p2"))
    assert shell.run("people", "import", people, "--community", "c").status == 0


def people_known(shell: Shell) -> set[str]:
    exported = (shell.run("person", "export", name) for name in ("p1", "p2", "p3"))
    return {ran.out for ran in exported if ran.status == 0}


# ---------------------------------------------------------------- schema
def test_an_upgrade_can_be_repeated(either: Shell) -> None:
    again = either.run("db", "upgrade")
    assert (again.status, again.out) == (0, "The database has the newest schema already.\n")


def test_a_new_sqlite_file_gets_its_tables_by_itself(bare: Shell) -> None:
    assert bare.run("trials", "import", bare.jsonl("t.jsonl", trial())).status == 0
    assert bare.run("db", "check").status == 0


def test_an_older_database_is_left_as_it_is(shell: Shell) -> None:
    fill(shell)
    with closing(sqlite3.connect(shell.folder / "recruit.db", isolation_level=None)) as database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
    for command in (["match"], ["db", "check"], ["consent", "verify"]):
        ran = shell.run(*command)
        assert (ran.status, ran.out) == (3, "")
        assert "recruit db upgrade" in ran.err


def test_an_empty_server_database_waits_for_its_operator(
    bare: Shell, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUIT_DATABASE_URL", cluster.new_database())
    ran = bare.run("match")
    assert (ran.status, ran.out) == (3, "")
    assert "recruit db upgrade" in ran.err


@pytest.mark.parametrize("language", ["C.UTF-8", "fr_FR.UTF-8"])
@pytest.mark.parametrize("url", [CLOSED, "sqlite:////dev/null/recruit.db"])
@pytest.mark.parametrize("command", [["db", "check"], ["match"], ["serve"], ["worker"]])
def test_a_database_that_does_not_answer_is_one_sentence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, command: list[str], url: str, language: str
) -> None:
    monkeypatch.setenv("RECRUIT_DATABASE_URL", url)
    monkeypatch.setenv("LC_ALL", language)
    ran = shell.run(*command)
    said = "La base de données est injoignable" if language[:2] == "fr" else "cannot be reached"
    assert (ran.status, ran.out, ran.err.count("\n")) == (3, "", 1)
    assert said in ran.err


# ---------------------------------------------------------------- check
def test_a_sound_database_passes(either: Shell) -> None:
    fill(either)
    ran = either.run("db", "check", "--json")
    assert ran.status == 0
    assert [line["holds"] for line in ran.lines] == [True] * 7


@pytest.mark.parametrize(
    ("table", "named"), [("consent_event", "consent ledger"), ("audit_event", "audit trail")]
)
def test_a_forged_row_is_found(either: Shell, table: str, named: str) -> None:
    fill(either)
    forge(table, "UPDATE {table} SET actor = 'somebody else' WHERE sequence = 2")
    ran = either.run("db", "check")
    assert ran.status == 1
    assert f"✕ {named}\n    row 2: this row was changed" in ran.out


@pytest.mark.parametrize(
    ("table", "verb"), [("consent_event", "consent"), ("audit_event", "audit")]
)
def test_a_missing_row_is_found(either: Shell, table: str, verb: str) -> None:
    fill(either)
    assert either.run(verb, "verify").status == 0
    forge(table, "DELETE FROM {table} WHERE sequence = 1")
    ran = either.run(verb, "verify")
    assert (ran.status, ran.err) == (1, "✕ row 1: rows are missing from here on\n")


def forge(table: str, statement: str) -> None:
    """Do what the guards of the ledgers refuse, as somebody who may change the schema can."""
    engine = start().database
    guards = {
        "sqlite": ["DROP TRIGGER {table}_no_update", "DROP TRIGGER {table}_no_delete"],
        "postgresql": ["DROP TRIGGER {table}_append_only ON {table}"],
    }
    with unit_of_work(engine) as session:
        for each in [*guards[engine.dialect.name], statement]:
            session.execute(text(each.format(table=table)))
    engine.dispose()


def test_a_reference_that_leads_nowhere_is_found(shell: Shell) -> None:
    fill(shell)
    with closing(sqlite3.connect(shell.folder / "recruit.db", isolation_level=None)) as database:
        database.execute("UPDATE trial_version SET trial = 'T-9'")
    ran = shell.run("db", "check")
    assert ran.status == 1
    assert "trial_version row 1: no such trial" in ran.out


def test_a_file_that_is_no_database_is_said_to_be_none(shell: Shell) -> None:
    shell.file("recruit.db", "This is not a database. " * 100)
    ran = shell.run("db", "check")
    assert (ran.status, ran.out) == (3, "")
    assert "is damaged or is no database" in ran.err


# ---------------------------------------------------------------- copies
def test_a_copy_brings_back_what_was_there_and_passes_the_check(
    either: Shell, tmp_path: Path
) -> None:
    fill(either)
    before = people_known(either)
    copy = tmp_path / "copy"
    assert either.run("db", "backup", copy).status == 0
    later = either.jsonl("later.jsonl", person("p3"))
    assert either.run("people", "import", later, "--community", "c").status == 0

    assert either.run("db", "restore", copy, "--replace").status == 0
    assert either.run("db", "check").status == 0
    after = people_known(either)
    assert (len(before), len(after)) == (2, 2)


def test_a_copy_is_for_its_owner_alone(either: Shell, tmp_path: Path) -> None:
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if "copy" in path.name] == ["copy"]


def test_a_copy_never_overwrites_a_file(either: Shell) -> None:
    kept = either.file("kept", "mine")
    ran = either.run("db", "backup", kept)
    assert (ran.status, kept.read_text()) == (2, "mine")


def test_a_restore_never_overwrites_data_without_being_told(either: Shell, tmp_path: Path) -> None:
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    fill(either)
    ran = either.run("db", "restore", tmp_path / "copy")
    assert (ran.status, len(people_known(either))) == (2, 2)
    assert "--replace" in ran.err


def test_a_damaged_copy_changes_nothing(either: Shell, tmp_path: Path) -> None:
    fill(either)
    copy = tmp_path / "copy"
    assert either.run("db", "backup", copy).status == 0
    copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    ran = either.run("db", "restore", copy, "--replace")
    assert (ran.status, len(people_known(either))) == (2, 2)
    assert "“copy” is damaged" in ran.err


def test_a_file_that_is_no_copy_changes_nothing(either: Shell) -> None:
    fill(either)
    ran = either.run("db", "restore", either.file("note", "milk, bread"), "--replace")
    assert (ran.status, len(people_known(either))) == (2, 2)


def test_a_copy_can_take_the_place_of_a_damaged_file(shell: Shell, tmp_path: Path) -> None:
    fill(shell)
    assert shell.run("db", "backup", tmp_path / "copy").status == 0
    for companion in ("-wal", "-shm"):
        (shell.folder / f"recruit.db{companion}").unlink(missing_ok=True)
    shell.file("recruit.db", "This is not a database. " * 1000)
    assert shell.run("db", "restore", tmp_path / "copy", "--replace").status == 0
    assert (shell.run("db", "check").status, len(people_known(shell))) == (0, 2)


def test_a_copy_of_a_server_needs_its_tools(
    shell: Shell, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUIT_DATABASE_URL", cluster.new_database())
    assert shell.run("db", "upgrade").status == 0
    monkeypatch.setenv("PATH", str(shell.folder))
    ran = shell.run("db", "backup", shell.folder / "copy")
    assert (ran.status, (shell.folder / "copy").exists()) == (2, False)
    assert "pg_dump is needed" in ran.err


def test_a_password_is_not_seen_in_the_list_of_processes(
    shell: Shell, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{cluster.new_database()}?password=hunter2&connect_timeout=5"
    monkeypatch.setenv("RECRUIT_DATABASE_URL", url)
    assert shell.run("db", "upgrade").status == 0
    told = tmp_path / "told"
    tool = tmp_path / "pg_dump"
    tool.write_text(f'#!/bin/sh\necho "$PGPASSWORD" "$@" > {told}\n')
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shell.run("db", "backup", shell.folder / "copy").status == 0
    password, *arguments = told.read_text().split()
    assert password == "hunter2"
    assert "connect_timeout=5" in arguments[-1]
    assert "hunter2" not in " ".join(arguments)
