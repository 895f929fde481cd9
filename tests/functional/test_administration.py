"""`recruit user` and `recruit config`."""

import os
import pty
import subprocess

import pytest

import recruit.actions.accounts
from recruit.actions.sign_in import prove_password
from recruit.bootstrap import start
from recruit.core.config import Settings
from recruit.people.passwords import STRONG
from tests.functional.shell import PATIENCE, PROGRAM, Shell

EMAIL = "ada@example.org"
PASSWORD = "correct horse battery"


def can_sign_in() -> bool:
    service = start()
    account = prove_password(service.engine, email=EMAIL, password=PASSWORD, cost=STRONG)
    service.close()
    return account is not None


@pytest.mark.usefixtures("either")
def test_a_password_is_asked_for_twice_and_never_shown() -> None:
    ours, theirs = pty.openpty()
    adding = subprocess.Popen(  # noqa: S603 - our own program
        [*PROGRAM, "user", "add", EMAIL, "--role", "coordinator"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that it has no terminal but this one
    )
    assert adding.stderr
    said = ""
    for _ in range(2):  # what is typed before it is asked for is thrown away
        while (sign := adding.stderr.read(1)) not in {":", ""}:
            said += sign
        os.write(ours, f"{PASSWORD}\n".encode())
    out, err = adding.communicate(timeout=PATIENCE)
    os.write(theirs, b".")  # so that there is something to read
    shown = os.read(ours, 1000).decode()
    os.close(ours)
    os.close(theirs)
    assert (adding.returncode, out) == (0, f"{EMAIL} can sign in as coordinator.\n")
    assert PASSWORD not in said + out + err + shown
    assert can_sign_in()


def test_a_password_may_come_from_a_program(shell: Shell) -> None:
    add = ("user", "add", EMAIL, "--role", "administrator", "--password-stdin")
    assert shell.run(*add, given=f"{PASSWORD}\n").status == 0
    assert can_sign_in()


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        (EMAIL, "short", "A password has 12 to 256 characters."),
        ("nobody", PASSWORD, "This is not an e-mail address."),
    ],
)
def test_an_account_that_will_not_do_is_refused(
    shell: Shell, email: str, password: str, said: str
) -> None:
    add = ("user", "add", email, "--role", "coordinator", "--password-stdin")
    ran = shell.run(*add, given=password)
    assert (ran.status, ran.out, ran.err) == (2, "", f"recruit: {said}\n")


def test_a_disabled_account_is_let_in_no_more(either: Shell) -> None:
    add = ("user", "add", EMAIL, "--role", "coordinator", "--password-stdin")
    assert either.run(*add, given=PASSWORD).status == 0
    assert either.run("user", "disable", EMAIL).status == 0
    assert not can_sign_in()
    assert either.run("user", "disable", "nobody@example.org").status == 2


def test_every_setting_is_listed_with_its_meaning(shell: Shell) -> None:
    listed = {line["setting"]: line for line in shell.run("config", "--json").lines}
    assert set(listed) == {f"RECRUIT_{name.upper()}" for name in Settings.model_fields}
    assert all(line["description"] for line in listed.values())
    assert listed["RECRUIT_DATA_FOLDER"]["value"] == str(shell.folder)


def test_no_secret_is_listed(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECRUIT_SECRET_KEYS", f"{'hunter2' * 6},{'hunter3' * 6}")
    monkeypatch.setenv("RECRUIT_DATABASE_URL", "postgresql://me:hunter4@127.0.0.1/x")
    ran = shell.run("config")
    assert ran.status == 0
    assert "hunter" not in ran.out
    assert "RECRUIT_SECRET_KEYS = ********,********" in ran.out
    assert "postgresql://me:***@127.0.0.1/x" in ran.out


def test_a_key_that_can_be_guessed_is_refused(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUIT_SECRET_KEYS", "abc")
    ran = shell.run("db", "check")
    assert ran.status == 2
    assert "RECRUIT_SECRET_KEYS" in ran.err


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me@127.0.0.1/x?password=hunter5&sslmode=require",
        "postgresql:///x?password=hunter5",
        "postgresql://me:hunter4@127.0.0.1/x?password=hunter5",
    ],
)
def test_no_password_among_the_parameters_of_an_address_is_listed(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("RECRUIT_DATABASE_URL", url)
    ran = shell.run("config")
    assert ran.status == 0
    assert "hunter" not in ran.out


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RECRUIT_COLOUR", "green"),
        ("RECRUIT_TIMEZONE", "Europe/Nowhere"),
        ("RECRUIT_DATABASE_URL", "postgresql://h:abc/db"),
    ],
)
def test_a_setting_that_is_odd_is_named_beside_those_there_are(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    ran = shell.run("config")
    assert ran.status == 2
    assert name in ran.err
    assert "RECRUIT_BASE_URL = ?" in ran.out
    assert shell.run("match").status == 2


@pytest.mark.parametrize("language", ["C.UTF-8", "fr_FR.UTF-8"])
def test_of_a_mistake_of_ours_only_the_type_and_the_place_are_said(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError(EMAIL)

    monkeypatch.setattr(recruit.actions.accounts, "disable_account", fail)
    monkeypatch.setenv("LC_ALL", language)
    ran = shell.run("user", "disable", EMAIL)
    assert (ran.status, ran.out, ran.err.count("\n")) == (70, "", 1)
    assert "KeyError" in ran.err
    assert "test_administration.py:" in ran.err
    assert EMAIL not in ran.err
