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


def test_it_is_said_what_a_referring_professional_can_do(shell: Shell) -> None:
    command = ("user", "add", EMAIL, "--role", "professional", "--password-stdin")
    assert "there is nothing else for them yet" in shell.run(*command, given=PASSWORD).out


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


def test_without_a_terminal_the_password_comes_from_standard_input(shell: Shell) -> None:
    ran = shell.run("user", "add", EMAIL, "--role", "coordinator", given=f"{PASSWORD}\n")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "recruit: There is no terminal to ask for the password: give it with --password-stdin.\n"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("nobody", "--role", "sponsor"), "This is not an e-mail address."),
        ((EMAIL, "--role", "sponsor"), "There is an account with this e-mail address already."),
        (("bo@example.org", "--role", "sponsor", "--organisation", "Nowhere"), "Nowhere"),
    ],
)
def test_an_account_is_checked_before_its_password_is_read(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], said: str
) -> None:
    add(shell)
    monkeypatch.setattr("sys.stdin.readline", lambda: pytest.fail("the password was read"))
    ran = shell.run("user", "add", *options, "--password-stdin", given=PASSWORD)
    assert (ran.status, said in ran.err) == (2, True)


@pytest.mark.parametrize("password", ["passwordpassword", "ada-ada-ada-ada", "azertyuiop2026"])
def test_a_password_that_others_try_first_is_refused(shell: Shell, password: str) -> None:
    ran = shell.run(
        "user", "add", EMAIL, "--role", "coordinator", "--password-stdin", given=password
    )
    assert (ran.status, ran.out) == (2, "")
    assert "Others would try this password first" in ran.err
    assert password not in ran.err


def test_the_accounts_are_listed(either: Shell) -> None:
    either.run("organisation", "add", "Acme", "--kind", "sponsor")
    add(either, "--organisation", "Acme", role="sponsor")
    either.run("user", "disable", EMAIL)
    assert either.run("user", "list").out == (
        f"{EMAIL}: sponsor, Acme, no second factor yet, disabled\n"
    )
    assert either.run("user", "list", "--json").lines == [
        {
            "email": EMAIL,
            "role": "sponsor",
            "organisation": "Acme",
            "second_factor": False,
            "linked": False,
            "disabled": True,
        }
    ]


def test_the_organisations_are_listed(either: Shell) -> None:
    either.run("trials", "import", either.jsonl("t.jsonl", trial("OWN-1")))
    for name in ("Acme", "Bolt"):
        either.run("organisation", "add", name, "--kind", "sponsor")
    either.run("organisation", "assign", "OWN-1", "Acme")
    add(either, "--organisation", "Acme", role="sponsor")
    assert either.run("organisation", "list").out == (
        "Acme: sponsor, accounts: 1, trials: 1\nBolt: sponsor, accounts: 0, trials: 0\n"
    )
    first, second = either.run("organisation", "list", "--json").lines
    assert first == {"name": "Acme", "kind": "sponsor", "accounts": 1, "trials": 1}
    assert (second["accounts"], second["trials"]) == (0, 0)


def test_a_new_role_of_a_disabled_account_opens_nothing(shell: Shell) -> None:
    add(shell)
    shell.run("user", "disable", EMAIL)
    said = shell.run("user", "role", EMAIL, "--role", "sponsor").out
    assert said == f"{EMAIL} is sponsor now, and cannot sign in: the account is disabled.\n"
    assert ada().disabled


# ------------------------------------------------------------------------------- keys
def test_a_key_is_made_listed_and_revoked(shell: Shell) -> None:
    add(shell)
    command = ("user", "key", EMAIL)
    made = shell.run(*command, "--for", "report", "--scope", "matches:read")
    assert (made.status, "The key is shown once" in made.out) == (0, True)
    name = made.out.split("recruit_")[1].split("_")[0]
    listed = shell.run(*command, "--list").out
    assert name in listed
    assert "report: matches:read" in listed
    assert shell.run(*command, "--revoke", name).status == 0
    assert "revoked" in shell.run(*command, "--list").out


def test_a_key_opens_no_more_than_the_role(shell: Shell) -> None:
    add(shell)
    refused = shell.run("user", "key", EMAIL, "--for", "report", "--scope", "trials:write")
    assert (refused.status, "trials:write" in refused.err) == (2, True)
