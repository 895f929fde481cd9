"""`recruit user` and `recruit organisation`."""

import pytest

from recruit.actions import accounts
from recruit.actions.accounts import Member
from recruit.bootstrap import start
from recruit.core.db import reading
from recruit.people.accounts import Role
from tests.functional.samples import trial
from tests.functional.shell import Shell

EMAIL = "ada@example.org"
PASSWORD = "correct horse battery"


def add(shell: Shell, *more: str, role: str = "coordinator") -> int:
    command = ("user", "add", EMAIL, "--role", role, "--password-stdin", *more)
    return shell.run(*command, given=PASSWORD).status


def ada() -> Member:
    service = start()
    with reading(service.engine) as session:
        found = accounts.members(session)[0]
    service.close()
    return found


def test_an_organisations_staff_is_added_with_it(either: Shell) -> None:
    added = either.run("organisation", "add", "Hôpital Exemple", "--kind", "centre")
    assert (added.status, added.out) == (0, "Hôpital Exemple is an organisation now.\n")
    assert add(either, "--organisation", "Hôpital Exemple") == 0
    found = ada().organisation
    assert found
    assert found.name == "Hôpital Exemple"


@pytest.mark.parametrize("name", ["", " ", "x" * 121, "a\nb\x07"])
def test_an_organisation_without_a_name_is_refused(shell: Shell, name: str) -> None:
    assert shell.run("organisation", "add", name, "--kind", "sponsor").status == 2


def test_two_organisations_do_not_differ_in_capitals_alone(shell: Shell) -> None:
    assert shell.run("organisation", "add", "Hôpital Exemple", "--kind", "centre").status == 0
    again = shell.run("organisation", "add", "hôpital EXEMPLE", "--kind", "sponsor")
    assert (again.status, "with this name" in again.err) == (2, True)


def test_an_organisation_has_one_entry(shell: Shell) -> None:
    assert shell.run("organisation", "add", "Acme", "--kind", "sponsor").status == 0
    assert shell.run("organisation", "add", " Acme ", "--kind", "sponsor").status == 2


def test_an_account_for_nobodys_organisation_is_refused(shell: Shell) -> None:
    assert add(shell, "--organisation", "Nowhere") == 2


def test_a_trial_is_assigned_to_an_organisation(either: Shell) -> None:
    assert either.run("trials", "import", either.jsonl("t.jsonl", trial("OWN-1"))).status == 0
    assert either.run("organisation", "add", "Acme", "--kind", "sponsor").status == 0
    assert either.run("organisation", "assign", "OWN-1", "Acme").out == "Acme sees OWN-1.\n"
    assert either.run("organisation", "assign", "OWN-2", "Acme").status == 2
    assert either.run("organisation", "assign", "OWN-1", "Nobody").status == 2


def test_an_account_is_disabled_and_enabled(either: Shell) -> None:
    add(either)
    assert either.run("user", "disable", EMAIL).status == 0
    assert ada().disabled
    assert either.run("user", "enable", EMAIL).status == 0
    assert not ada().disabled


def test_a_reset_prints_a_password_for_one_sign_in(shell: Shell) -> None:
    add(shell)
    (line,) = [
        line for line in shell.run("user", "reset", EMAIL, "--json").lines if "password" in line
    ]
    assert len(line["password"]) == 16
    assert shell.run("user", "reset", "nobody@example.org").status == 2


def test_a_role_is_changed(shell: Shell) -> None:
    add(shell)
    assert shell.run("user", "role", EMAIL, "--role", "sponsor").status == 0
    assert ada().role is Role.SPONSOR


def test_the_last_administrator_stays(shell: Shell) -> None:
    add(shell, role="administrator")
    ran = shell.run("user", "disable", EMAIL)
    assert (ran.status, ran.err) == (
        2,
        "recruit: This is the last administrator; make another one first.\n",
    )


def test_an_account_is_linked_and_unlinked(shell: Shell) -> None:
    add(shell)
    assert shell.run("user", "link", EMAIL, "899700000001").status == 0
    assert ada().linked
    assert shell.run("user", "link", EMAIL).status == 0
    assert not ada().linked


def test_a_participants_role_is_not_given_by_hand(shell: Shell) -> None:
    assert add(shell, role="participant") == 2
