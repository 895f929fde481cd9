"""`recruit demo --no-serve`: what a newcomer sees first."""

import json
import re
from collections.abc import Callable

import pytest

from recruit.actions.sign_in import prove_password
from recruit.bootstrap import start
from recruit.demo.trials import trials
from recruit.people.passwords import STRONG
from tests.functional.samples import person, trial
from tests.functional.shell import Shell


def test_a_newcomer_sees_studies_people_and_reasons(bare: Shell) -> None:
    ran = bare.run("demo", "--no-serve")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"296 invented people are matched with {len(list(trials()))} ")
    assert ran.out.count("there is no evidence of consent") == 5
    assert re.search(r"\nDEMO-001 .* +\d+ +\d+ +\d+ +\d+\n", ran.out)
    fits, unclear, kept_out = re.split(r"\nSomebody .*\n", ran.out)[1:]
    assert "✓ + " in fits
    assert "✕" not in fits
    assert re.search(r"\? [+–] .*(\n .*)*\n      → next question: .*\?\n", unclear)
    assert kept_out.count("✕") == 1
    accounts = dict(re.findall(r"^  (\S+@demo\.example) +(\S+)$", ran.out, re.MULTILINE))
    names = ("coordinator", "administrator", "sponsor", "approver")
    assert set(accounts) == {f"{name}@demo.example" for name in names}
    service = start()
    for email, password in accounts.items():
        assert prove_password(service.engine, email=email, password=password, cost=STRONG)
    service.close()

    assert "camille@example.org takes part: ask for a code at http://127.0.0.1:8000/me" in ran.out

    assert "5 people are invited to DEMO-001: http://127.0.0.1:8000/outreach/DEMO-001" in ran.out

    explained = re.search(r"recruit explain (DEMO-\d+) (P-\w+)", ran.out)
    assert explained
    assert bare.run("explain", *explained.groups()).status == 0

    again = bare.run("demo", "--no-serve")
    assert (again.status, again.out.count("\n")) == (0, 1)
    assert again.out.startswith("The demonstration is in this database already.")
    assert bare.run("db", "check").status == 0


def own_trial(shell: Shell) -> None:
    assert shell.run("trials", "import", shell.jsonl("t.jsonl", trial("OWN-1"))).status == 0


def own_person(shell: Shell) -> None:
    file = shell.jsonl("p.jsonl", person("own-1"))
    assert shell.run("people", "import", file, "--community", "own").status == 0


def own_account(shell: Shell) -> None:
    add = ("user", "add", "me@example.org", "--role", "coordinator", "--password-stdin")
    assert shell.run(*add, given="a long enough password").status == 0


@pytest.mark.parametrize("own", [own_trial, own_person, own_account])
def test_data_of_ones_own_is_left_alone(shell: Shell, own: Callable[[Shell], None]) -> None:
    own(shell)
    ran = shell.run("demo", "--no-serve")
    assert (ran.status, ran.out) == (2, "")
    assert "is left alone" in ran.err
    assert shell.run("explain", "DEMO-001", "ensemble-0001").status == 2


def test_the_one_who_takes_part_has_facts_a_match_and_somebody_who_looked(shell: Shell) -> None:
    assert shell.run("demo", "--no-serve").status == 0
    exported = json.loads(shell.run("person", "export", "ensemble-camille").out)
    assert exported["contact"]["email"] == "camille@example.org"
    assert exported["account"] is not None
    assert "DEMO-001" in {match["trial"] for match in exported["matches"]}
    assert exported["record"][-1]["by"] == {"party": "staff", "role": "coordinator"}
    assert {event["type"] for event in exported["consents"]} == {"granted"}
