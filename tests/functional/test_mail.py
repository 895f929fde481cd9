"""`recruit mail receive`, as a mail server calls it."""

import subprocess

import pytest
from sqlalchemy import func, select

from recruit.actions.words_table import HEARD
from recruit.core.config import read_settings
from recruit.core.db import connect, reading
from tests.functional.shell import PATIENCE, PROGRAM, Ran, Shell
from tests.incoming import answer, bounce


def receive(shell: Shell, raw: bytes, *arguments: str) -> Ran:
    """Hand a mail over."""
    return shell.run("mail", "receive", *arguments, given=raw)


def test_a_mail_is_taken_over_and_named(shell: Shell) -> None:
    """By a process of its own, as a mail server's pipe starts it."""
    del shell  # it sets the data folder
    command = [*PROGRAM, "mail", "receive"]
    raw = answer("Where is it?")
    done = subprocess.run(command, input=raw, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - our own program

    assert (done.returncode, done.stdout) == (0, b"reply\n")


@pytest.mark.parametrize("raw", [b"", b"hello\n", b"\0\xff" * 2_000])
def test_what_is_no_mail_is_about_nobody_and_lands_nowhere(shell: Shell, raw: bytes) -> None:
    assert receive(shell, raw).out == "nobody\n"
    found = connect(read_settings().database)
    with reading(found) as session:
        assert session.scalar(select(func.count()).select_from(HEARD)) == 0
    found.dispose()


@pytest.mark.parametrize("raw", [b"", bounce(), b"\0\xff" * 2_000_000])
def test_what_is_about_no_message_or_is_no_mail_at_all_is_no_trouble(
    shell: Shell, raw: bytes
) -> None:
    assert receive(shell, raw, "--recipient", "bounce@example.org").status == 0


def test_the_mail_server_keeps_the_mail_while_the_database_does_not_answer(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUIT_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")

    assert receive(shell, bounce()).status == 75


def test_a_wrong_setting_loses_no_mail(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECRUIT_BASE_URL", "nonsense")

    done = receive(shell, bounce())

    assert done.status == 75
    assert "bounce+" not in done.err
