"""`recruit people` and `recruit person`: in with a proof, out with everything, gone for good."""

import json
import re
import sqlite3
import stat
from contextlib import closing

import pytest

from tests.functional.samples import CONSENT, person, trial
from tests.functional.shell import Shell


def take_in(shell: Shell, *people: object) -> None:
    file = shell.jsonl("people.jsonl", *people)
    assert shell.run("people", "import", file, "--community", "carers").status == 0


def test_a_second_import_changes_nothing(either: Shell) -> None:
    file = either.jsonl("people.jsonl", person("p1"), person("p2"))
    ran = either.run("people", "import", file, "--community", "carers")
    assert (ran.status, ran.out) == (0, "2 read: 2 new, 0 changed, 0 unchanged, 0 refused\n")
    ran = either.run("people", "import", file, "--community", "carers")
    assert (ran.status, ran.out) == (0, "2 read: 0 new, 0 changed, 2 unchanged, 0 refused\n")


def test_nobody_comes_in_without_a_proof_of_consent(shell: Shell) -> None:
    file = shell.jsonl("people.jsonl", person("p1"), person("p2", consent=None))
    ran = shell.run("people", "import", file, "--community", "carers")
    assert (ran.status, ran.out) == (1, "2 read: 1 new, 0 changed, 0 unchanged, 1 refused\n")
    assert ran.err == "p2: consent: there is no evidence of consent\n"


def test_proofs_may_come_in_a_file_of_their_own(shell: Shell) -> None:
    people = shell.jsonl("people.jsonl", person("p1", consent=None), person("p2", consent=None))
    proofs = shell.jsonl("proofs.jsonl", {"person": "p1", **CONSENT}, {"person": "p2"})
    ran = shell.run("people", "import", people, "--community", "carers", "--consent", proofs)
    assert (ran.status, ran.out) == (1, "2 read: 1 new, 0 changed, 0 unchanged, 1 refused\n")
    assert "p2: consent.purposes: at least one purpose is needed" in ran.err


def test_a_community_has_to_be_named(shell: Shell) -> None:
    ran = shell.run("people", "import", shell.jsonl("people.jsonl", person()))
    assert (ran.status, ran.out) == (2, "")
    assert "--community" in ran.err


def test_an_export_holds_all_that_is_kept(either: Shell) -> None:
    take_in(either, person("p1"))
    assert either.run("trials", "import", either.jsonl("t.jsonl", trial())).status == 0
    assert either.run("match").status == 0
    ran = either.run("person", "export", "p1")
    assert ran.status == 0
    exported = json.loads(ran.out)
    assert (exported["id"], exported["community"]) == ("p1", "carers")
    assert [each["version"] for each in exported["profiles"]] == [1]
    assert [each["purpose"] for each in exported["consents"]] == ["matching", "contact"]
    assert [each["trial"] for each in exported["matches"]] == ["T-1"]


def test_an_export_goes_into_a_new_file_of_its_owner_alone(shell: Shell) -> None:
    take_in(shell, person("p1"))
    file = shell.folder / "p1.json"
    assert shell.run("person", "export", "p1", "--out", file).status == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["id"] == "p1"
    ran = shell.run("person", "export", "p1", "--out", file)
    assert (ran.status, ran.out) == (2, "")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("C.UTF-8", "recruit: There is no person with the identifier “nobody” here.\n"),
        ("fr_FR", "recruit: Rien ne porte ici l’identifiant « nobody » (personne).\n"),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        ["person", "export"],
        ["person", "erase", "--yes"],
        ["consent", "show"],
        ["consent", "withdraw"],
    ],
)
def test_a_person_who_is_not_known_is_wrong_usage(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, command: list[str], language: str, said: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    ran = shell.run(*command, "nobody")
    assert (ran.status, ran.out, ran.err) == (2, "", said)


def test_an_erasure_asks_first(shell: Shell) -> None:
    take_in(shell, person("p1"))
    ran = shell.run("person", "erase", "p1", given="n\n")
    assert ran.status == 1
    assert "Nothing was erased." in ran.err
    assert shell.run("person", "export", "p1").status == 0


def test_nothing_of_an_erased_person_is_left_in_the_database(shell: Shell) -> None:
    take_in(shell, person("canary-4711", note="I keep seventeen canaries."), person("p2"))
    assert shell.run("trials", "import", shell.jsonl("t.jsonl", trial())).status == 0
    assert shell.run("match").status == 0
    assert shell.run("person", "erase", "canary-4711", given="y\n").status == 0
    with closing(sqlite3.connect(shell.folder / "recruit.db", isolation_level=None)) as database:
        kept = "\n".join(database.iterdump())
        matches = database.execute("SELECT count(*) FROM match").fetchone()
    assert "canar" not in kept
    assert matches == (1,)  # of the other person
    assert shell.run("db", "check").status == 0


def test_an_erased_person_does_not_come_back_with_the_same_list(either: Shell) -> None:
    take_in(either, person("p1"))
    assert either.run("person", "erase", "p1", "--yes").status == 0
    file = either.jsonl("people.jsonl", person("p1"))
    ran = either.run("people", "import", file, "--community", "carers")
    assert (ran.status, ran.out) == (1, "1 read: 0 new, 0 changed, 0 unchanged, 1 refused\n")


@pytest.mark.parametrize(
    ("purpose", "status"), [([], 1), (["matching"], 1), (["contact/email"], 0)]
)
def test_a_withdrawal_holds_at_once(either: Shell, purpose: list[str], status: int) -> None:
    take_in(either, person("p1"))
    assert either.run("trials", "import", either.jsonl("t.jsonl", trial())).status == 0
    ran = either.run("consent", "withdraw", "p1", *purpose, given="y\n")
    assert (ran.status, "is withdrawn." in ran.out) == (0, True)
    assert either.run("explain", "T-1", "p1").status == status
    assert either.run("consent", "verify").status == 0


def test_a_withdrawal_for_a_trial_that_is_not_there_is_refused(shell: Shell) -> None:
    take_in(shell, person("p1"))
    ran = shell.run("consent", "withdraw", "p1", "matching", "--trial", "T-9", "--yes")
    assert (ran.status, "T-9" in ran.err) == (2, True)
    events = shell.run("consent", "show", "p1", "--json").lines
    assert {event["type"] for event in events} == {"granted"}


def test_a_withdrawal_for_one_trial_keeps_the_person_out_of_that_one(either: Shell) -> None:
    take_in(either, person("p1"))
    file = either.jsonl("t.jsonl", trial(), trial("T-2"))
    assert either.run("trials", "import", file).status == 0
    assert either.run("match").status == 0
    ran = either.run("consent", "withdraw", "p1", "matching", "--trial", "T-1", "--yes")
    assert ran.status == 0
    assert either.run("explain", "T-1", "p1").status == 1
    assert either.run("explain", "T-2", "p1").status == 0
    assert either.run("match").status == 0
    matches = json.loads(either.run("person", "export", "p1").out)["matches"]
    assert {each["trial"]: each["reason"] for each in matches} == {
        "T-1": "consent withdrawn",
        "T-2": None,
    }


def test_a_withdrawal_asks_first(shell: Shell) -> None:
    take_in(shell, person("p1"))
    ran = shell.run("consent", "withdraw", "p1", given="n\n")
    assert (ran.status, ran.out) == (1, "")
    assert "Nothing was withdrawn." in ran.err
    events = shell.run("consent", "show", "p1", "--json").lines
    assert [event["type"] for event in events] == ["granted", "granted"]


@pytest.mark.parametrize(
    "odd",
    [
        ["marketing"],
        ["contact"],
        ["release/" + "x" * 300],
        ["matching", "--trial", "a\nb"],
        ["--trial", "T-1"],
        ["release/lyon", "--trial", "T-1"],
    ],
)
def test_only_a_purpose_that_there_is_can_be_withdrawn(shell: Shell, odd: list[str]) -> None:
    take_in(shell, person("p1"))
    ran = shell.run("consent", "withdraw", "p1", "--yes", *odd)
    assert (ran.status, ran.out) == (2, "")
    assert "There is no such purpose" in ran.err


def test_consents_are_shown_one_by_one(either: Shell) -> None:
    take_in(either, person("p1"))
    ran = either.run("consent", "show", "p1")
    assert ran.status == 0
    assert "2026-01-10 09:00 UTC  Yes to: matching  (unticked box, community carers)" in ran.out
    assert "Yes to: contact/email" in ran.out
    events = either.run("consent", "show", "p1", "--json").lines
    assert [event["type"] for event in events] == ["granted", "granted"]


def test_consents_are_shown_in_the_terminals_language(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(shell, person("p1"))
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert shell.run("consent", "withdraw", "p1", "--yes").status == 0
    said = shell.run("consent", "show", "p1").out.replace("\u00a0", " ")
    assert "UTC  Oui à : matching  (unticked" in said
    assert "UTC  Oui retiré : toutes les finalités" in said
    assert not re.search("granted|withdrawn|staff", said)
