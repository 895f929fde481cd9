"""`recruit trials`: from files, by number, brought up to date."""

from typing import Any

import pytest
import requests
import responses

from recruit.core.config import Settings
from recruit.core.db import connect, unit_of_work
from recruit.terminology.lexicon import Lexicon
from recruit.trials.posting import store
from recruit.trials.posting.reading import begun
from recruit.trials.sources.ctgov import read_ctgov
from tests.functional.samples import trial
from tests.functional.shell import Shell
from tests.unit.trials.samples import ctgov

NUMBER = "NCT90000001"
ADDRESS = f"https://clinicaltrials.gov/api/v2/studies/{NUMBER}"


def test_an_import_says_what_became_of_each_trial(either: Shell) -> None:
    first = either.jsonl("first.jsonl", trial("T-1"), trial("T-2"))
    second = either.jsonl("second.jsonl", trial("T-2", title="Amended"), trial("T-3"))
    ran = either.run("trials", "import", first)
    assert (ran.status, ran.out) == (0, "2 read: 2 new, 0 changed, 0 unchanged, 0 refused\n")
    ran = either.run("trials", "import", second)
    assert ran.out == "2 read: 1 new, 1 changed, 0 unchanged, 0 refused\n"
    ran = either.run("trials", "import", second)
    assert ran.out == "2 read: 0 new, 0 changed, 2 unchanged, 0 refused\n"


def test_the_figures_come_as_json_on_request(shell: Shell) -> None:
    file = shell.jsonl("t.jsonl", trial(), trial(sex="both of them"))
    ran = shell.run("trials", "import", file, "--json")
    assert ran.status == 1
    figures = {"read": 2, "new": 1, "changed": 0, "unchanged": 0, "proposed": 0, "refused": 1}
    assert ran.lines == [figures]
    assert '"record": "T-1"' in ran.err


def test_a_french_terminal_is_answered_in_french(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    ran = shell.run("trials", "import", shell.jsonl("t.jsonl", trial()))
    assert ran.out.startswith("Lus : 1, dont nouveaux : 1")


@responses.activate
def test_a_number_is_asked_of_its_registry(shell: Shell) -> None:
    responses.get(ADDRESS, json=ctgov(NUMBER))
    ran = shell.run("trials", "import", NUMBER.lower())
    assert (ran.status, ran.out) == (0, "1 read: 1 new, 0 changed, 0 unchanged, 0 refused\n")


@responses.activate
def test_a_number_that_its_registry_does_not_know_is_refused_and_the_others_go_on(
    shell: Shell,
) -> None:
    responses.get(ADDRESS, status=404)
    responses.get(ADDRESS.replace("01", "02"), json=ctgov("NCT90000002"))
    ran = shell.run("trials", "import", NUMBER, "NCT90000002")
    assert (ran.status, ran.out) == (1, "2 read: 1 new, 0 changed, 0 unchanged, 1 refused\n")
    assert ran.err == f"{NUMBER}: id: its registry does not know this number\n"


@responses.activate
def test_a_registry_that_does_not_answer_is_status_3_and_says_what_was_kept(shell: Shell) -> None:
    responses.get(ADDRESS, body=requests.ConnectionError())
    ran = shell.run("trials", "import", shell.jsonl("t.jsonl", trial()), NUMBER)
    assert (ran.status, ran.out) == (3, "1 read: 1 new, 0 changed, 0 unchanged, 0 refused\n")
    assert "ClinicalTrials.gov cannot be reached" in ran.err


@responses.activate
def test_known_trials_are_brought_up_to_date(shell: Shell) -> None:
    responses.get(ADDRESS, json=ctgov(NUMBER))
    assert shell.run("trials", "import", NUMBER).status == 0
    amended = ctgov(NUMBER)
    amended["protocolSection"]["identificationModule"]["briefTitle"] = "Another title"
    responses.replace("GET", ADDRESS, json=amended)
    ran = shell.run("trials", "sync")
    assert (ran.status, ran.out) == (0, "1 read: 0 new, 1 changed, 0 unchanged, 0 refused\n")


def test_what_is_neither_a_file_nor_a_number_stops_before_anything_is_read(bare: Shell) -> None:
    ran = bare.run("trials", "import", bare.jsonl("t.jsonl", trial()), "missing.jsonl")
    assert (ran.status, ran.out) == (2, "")
    assert "“missing.jsonl” is neither a file nor a number" in ran.err
    assert not (bare.folder / "recruit.db").exists()


def post(shell: Shell, lexicon: Lexicon) -> str:
    """Somebody posts the trial as its registry has it; the posting's number."""
    number = store.new_id()
    settings = Settings(data_folder=shell.folder)
    engine = connect(settings.database)
    with unit_of_work(engine) as session:
        content = begun(read_ctgov(ctgov(NUMBER), NUMBER), lexicon)
        store.begin(session, number, content, organisation=None, author="account 1")
    engine.dispose()
    return number


def amended() -> dict[str, Any]:
    record = ctgov(NUMBER)
    record["protocolSection"]["identificationModule"]["briefTitle"] = "Another title"
    return record


@responses.activate
def test_a_sync_names_what_it_only_proposes(either: Shell, lexicon: Lexicon) -> None:
    posting = post(either, lexicon)
    responses.get(ADDRESS, json=amended())
    ran = either.run("trials", "sync")
    assert ran.status == 0
    assert ran.out == (
        f"{NUMBER}: its registry says something else; proposed to {posting}\n"
        "1 read: 0 new, 0 changed, 0 unchanged, 1 proposed, 0 refused\n"
    )
    assert either.run("trials", "sync").out == (
        "1 read: 0 new, 0 changed, 1 unchanged, 0 refused\n"
    )


@responses.activate
def test_proposals_come_as_json_on_request(shell: Shell, lexicon: Lexicon) -> None:
    assert shell.run("db", "upgrade").status == 0
    posting = post(shell, lexicon)
    responses.get(ADDRESS, json=amended())
    proposed, figures = shell.run("trials", "sync", "--json").lines
    assert proposed == {"trial": NUMBER, "proposed_to": [posting]}
    assert (figures["read"], figures["proposed"]) == (1, 1)


@responses.activate
def test_proposals_are_named_in_french(
    shell: Shell, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shell.run("db", "upgrade").status == 0
    posting = post(shell, lexicon)
    responses.get(ADDRESS, json=amended())
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    out = shell.run("trials", "sync").out
    assert f"proposé à {posting}" in out
    assert "proposés : 1" in out.replace("\u00a0", " ")
