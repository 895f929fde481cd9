"""`recruit match` and `recruit explain`: from stored trials and people to reasons."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from recruit.actions import match_cluster
from recruit.core.locks import Job, alone_at
from tests.clusters import cluster
from tests.faults.processes import free_port
from tests.functional.samples import DIABETES, person, trial
from tests.functional.shell import Shell

PEOPLE = (
    person("fits"),
    person("too-old", birth_date="1930-01"),
    person("open", birth_date=None),
    person("well", facts=[], complete=["condition"]),
)


@pytest.fixture
def filled(either: Shell) -> Shell:
    assert either.run("trials", "import", either.jsonl("trials.jsonl", trial())).status == 0
    people = either.jsonl("people.jsonl", *PEOPLE)
    assert either.run("people", "import", people, "--community", "carers").status == 0
    return either


@pytest.mark.parametrize("engine", ["embedded", "reference"])
def test_a_run_counts_pairs_and_matches(filled: Shell, engine: str) -> None:
    ran = filled.run("match", "--engine", engine, "--json")
    assert ran.status == 0
    figures = ran.lines[0]
    assert (figures["trials"], figures["people"], figures["without_consent"]) == (1, 4, 0)
    assert (figures["eligible"], figures["undetermined"], figures["ineligible"]) == (1, 1, 2)
    assert (figures["candidates"], figures["new"]) == (2, 2)


def test_while_a_worker_matches_all_trials_nobody_else_does(
    bare: Shell, postgres_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUIT_DATABASE_URL", str(postgres_engine.url))
    assert bare.run("trials", "import", bare.jsonl("trials.jsonl", trial())).status == 0
    with alone_at(postgres_engine, Job.MATCHING):
        ran = bare.run("match")
        assert (ran.status, "Another process is doing this" in ran.err) == (3, True)
        assert bare.run("match", "--trial", trial()["id"]).status == 0
    assert bare.run("match").status == 0


def test_a_second_run_keeps_what_stands(filled: Shell) -> None:
    assert filled.run("match").status == 0
    assert "matches: 2 (0 new, 2 kept, 0 superseded)" in filled.run("match").out


def test_one_trial_can_be_matched_alone(filled: Shell) -> None:
    assert filled.run("trials", "import", filled.jsonl("more.jsonl", trial("T-2"))).status == 0
    assert filled.run("match", "--trial", "T-2", "--json").lines[0]["trials"] == 1
    ran = filled.run("match", "--trial", "T-9")
    assert (ran.status, ran.out) == (2, "")
    assert "“T-9”" in ran.err


@pytest.mark.parametrize(
    ("who", "verdict", "truths"),
    [
        ("fits", "eligible", {"yes"}),
        ("open", "undetermined", {"yes", "unknown"}),
        ("too-old", "ineligible", {"yes", "no"}),
    ],
)
def test_a_match_is_explained_criterion_by_criterion(
    filled: Shell, who: str, verdict: str, truths: set[str]
) -> None:
    ran = filled.run("explain", "T-1", who, "--json")
    assert ran.status == 0
    explained = ran.lines[0]
    assert explained["verdict"] == verdict
    assert {each["verdict"] for each in explained["criteria"]} == truths
    about = next(each for each in explained["criteria"] if "diabetes" in each["text"])
    assert any(str(DIABETES["text"]) in said for said in about["evidence"])


@pytest.mark.parametrize(
    ("language", "said"),
    [("C.UTF-8", "All criteria are met."), ("fr_FR.UTF-8", "Tous les critères sont remplis.")],
)
def test_an_explanation_is_in_the_language_of_the_terminal(
    filled: Shell, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    ran = filled.run("explain", "T-1", "fits")
    assert ran.status == 0
    assert said in ran.out
    assert ran.out.count("✓") == 3


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("C.UTF-8", ("← Born: ", "← type 2 diabetes (", "patient community)")),
        ("fr_FR.UTF-8", ("← Naissance : ", "← type 2 diabetes (", "communauté de patients)")),
    ],
)
def test_what_is_on_record_is_in_the_language_of_the_terminal(
    filled: Shell, monkeypatch: pytest.MonkeyPatch, language: str, said: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    out = filled.run("explain", "T-1", "fits").out.replace("\u00a0", " ")
    assert all(words in out for words in said), out


def test_the_day_can_be_chosen(filled: Shell) -> None:
    explained = filled.run("explain", "T-1", "too-old", "--on", "1990-06-15", "--json").lines[0]
    ages = [each["verdict"] for each in explained["criteria"] if "Age" in each["text"]]
    assert ages == ["yes"]


# ---------------------------------------------------------------- the distributed engine
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--engine", "distributed"), "go together"),
        (("--scheduler", "tcp://127.0.0.1:8786"), "go together"),
        (("--engine", "distributed", "--scheduler", "127.0.0.1"), "is no address of a scheduler"),
        (("--engine", "distributed", "--scheduler", "tcp://10.0.0.7:8786"), "in the clear"),
    ],
)
def test_a_cluster_is_asked_for_in_one_way(
    shell: Shell, arguments: tuple[str, ...], said: str
) -> None:
    ran = shell.run("match", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_a_cluster_that_cannot_be_reached_leaves_everything_as_it_was(
    filled: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(match_cluster, "ANSWER", 0.5)
    nobody = f"tcp://127.0.0.1:{free_port()}"
    ran = filled.run("match", "--engine", "distributed", "--scheduler", nobody)
    assert (ran.status, ran.out) == (3, "")
    assert "cannot be reached, or has no workers; nothing was changed" in ran.err
    assert filled.run("match", "--json").lines[0]["new"] == 2


def test_a_cluster_without_workers_and_one_of_another_database_are_refused(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = Shell(data_folder)
    assert shell.run("trials", "import", shell.jsonl("trials.jsonl", trial())).status == 0
    people = shell.jsonl("people.jsonl", *PEOPLE)
    assert shell.run("people", "import", people, "--community", "carers").status == 0
    other = f"sqlite:///{tmp_path / 'other.db'}"
    monkeypatch.setattr(match_cluster, "ANSWER", 60.0)  # a busy machine starts slowly
    with cluster(tmp_path) as processes:
        asked = ("match", "--engine", "distributed", "--scheduler", processes.address, "--json")
        with monkeypatch.context() as impatient:
            impatient.setattr(match_cluster, "ANSWER", 1.0)
            nobody = shell.run(*asked)
        worker = processes.hire(RECRUIT_DATABASE_URL=other)
        refused = shell.run(*asked)
        worker.kill()
        worker.wait()
        processes.hire()
        ran = shell.run(*asked)
    assert (nobody.status, "or has no workers" in nobody.err) == (3, True)
    assert refused.status == 3
    assert "or another database" in refused.err
    assert (ran.status, ran.lines[0]["new"]) == (0, 2)
