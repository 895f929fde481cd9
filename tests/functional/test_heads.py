"""`recruit consent head`, and the chains held against what it said."""

import json
from pathlib import Path

from sqlalchemy import text

from recruit.bootstrap import start
from recruit.core.chain_heads import read
from tests.functional.samples import person
from tests.functional.shell import Shell


def forge(shell: Shell) -> None:
    """Cut both chains off, and let them grow anew."""
    service = start()
    postgresql = service.engine.dialect.name == "postgresql"
    with service.engine.begin() as connection:
        for table in ("consent_event", "audit_event"):
            for guard in (
                [f"{table}_append_only ON {table}"]
                if postgresql
                else [f"{table}_no_{each}" for each in ("update", "delete", "replace")]
            ):
                connection.execute(text(f"DROP TRIGGER {guard}"))
        for table in ("consent_event", "consent_state", "audit_event", "chain_head"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own tables
    service.close()
    take(shell, "b", "c")


def take(shell: Shell, *names: str) -> None:
    people = shell.jsonl(f"{'-'.join(names)}.jsonl", *map(person, names))
    assert shell.run("people", "import", people, "--community", "carers").status == 0


def head(shell: Shell) -> Path:
    ran = shell.run("consent", "head")
    assert ran.status == 0
    return shell.file("kept.json", ran.out)


def test_a_head_is_printed_as_the_job_writes_it(shell: Shell) -> None:
    take(shell, "a")
    file = head(shell)
    assert set(read(file).rows) == {"consent_event", "audit_event"}
    assert set(json.loads(file.read_text())) == {"time", "heads", "public_key", "signature"}


def test_a_chain_that_holds_contains_its_head(either: Shell) -> None:
    take(either, "a")
    file = head(either)
    take(either, "b")
    for chain in ("consent", "audit"):
        ran = either.run(chain, "verify", "--head", file)
        assert (ran.status, ran.err) == (0, "")


def test_a_chain_that_was_made_anew_does_not(either: Shell) -> None:
    take(either, "a")
    file = head(either)
    forge(either)
    for chain in ("consent", "audit"):
        assert either.run(chain, "verify").status == 0
        ran = either.run(chain, "verify", "--head", file)
        assert ran.status == 1
        assert "it was made anew" in ran.err


def test_a_head_of_nobody_is_refused(shell: Shell) -> None:
    ran = shell.run("consent", "verify", "--head", shell.file("x.json", "{}"))
    assert ran.status == 2
    assert "x.json holds no signed heads" in ran.err


def test_the_key_of_the_heads_is_the_owners_alone(shell: Shell) -> None:
    head(shell)
    assert (shell.folder / "head.key").stat().st_mode & 0o077 == 0
