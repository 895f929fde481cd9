"""`parse`, `assess`, `evaluate` and `rank`: files in, lines out, no database."""

from collections.abc import Iterator

import pytest

from tests.functional.samples import DIABETES, person, trial
from tests.functional.shell import Shell

PEOPLE = (
    person("fits"),
    person("too-old", birth_date="1930-01"),
    person("open", birth_date=None),
    person("other", facts=[{"kind": "condition", "text": "asthma"}]),
)
ASTHMA = trial(
    "T-2",
    title="Breathing",
    conditions=["Asthma"],
    criteria="Inclusion Criteria:\n\n* Asthma\n* Age 18 years or older",
)


@pytest.fixture(autouse=True)
def no_database(bare: Shell) -> Iterator[None]:
    """Whatever these verbs do, they make no database."""
    yield
    assert not (bare.folder / "recruit.db").exists()


def test_parse_prints_a_line_a_trial_with_spans_in_its_text(bare: Shell) -> None:
    ran = bare.run("parse", bare.jsonl("trials.jsonl", trial(), ASTHMA))
    assert ran.status == 0
    assert [line["trial"] for line in ran.lines] == ["T-1", "T-2"]
    criteria = ran.lines[0]["criteria"]
    assert [each["kind"] for each in criteria] == ["inclusion", "inclusion", "exclusion"]
    text = str(trial()["criteria"])
    assert [text[slice(*each["span"])].lstrip("* ") for each in criteria] == [
        "Age 18 to 75 years",
        "Type 2 diabetes",
        "Pregnant or breastfeeding",
    ]
    assert "2 trials, 5 criteria: 5 became rules" in ran.err


def test_parse_refuses_a_trial_by_name_and_reads_the_others(bare: Shell) -> None:
    ran = bare.run("parse", bare.jsonl("trials.jsonl", trial("T-1", min_age="450 Years"), ASTHMA))
    assert ran.status == 1
    assert [line["trial"] for line in ran.lines] == ["T-2"]
    assert "T-1: min_age" in ran.err


@pytest.mark.parametrize(
    ("kind", "text", "verdict"),
    [
        ("inclusion", "Type 2 diabetes", "met"),
        ("inclusion", "Age below 18 years", "not_met"),
        ("exclusion", "Heart failure", "unknown"),
        ("exclusion", "Pregnant women", "not_applicable"),
    ],
)
def test_assess_judges_one_statement(bare: Shell, kind: str, text: str, verdict: str) -> None:
    line = {"id": "7", "kind": kind, "text": text, "trial_title": "", "person": person()}
    ran = bare.run("assess", bare.jsonl("pairs.jsonl", line))
    assert ran.status == 0
    assert [(each["id"], each["verdict"]) for each in ran.lines] == [("7", verdict)]


def test_assess_shows_the_fact_that_decided(bare: Shell) -> None:
    line = {"id": "7", "kind": "inclusion", "text": "Type 2 diabetes", "person": person()}
    ran = bare.run("assess", bare.jsonl("pairs.jsonl", line))
    assert ran.lines[0]["evidence"] == ["type 2 diabetes: present (2015, own)"]


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "wish"), ("text", ""), ("person", None), ("person", {"age": 20})]
)
def test_assess_refuses_a_line_by_its_field(bare: Shell, field: str, value: object) -> None:
    good = {"id": "7", "kind": "inclusion", "text": "Type 2 diabetes", "person": person()}
    ran = bare.run("assess", bare.jsonl("pairs.jsonl", good | {field: value}, good))
    assert ran.status == 1
    assert len(ran.lines) == 1
    assert len(ran.err.strip().splitlines()) == 1


@pytest.mark.parametrize("engine", ["embedded", "reference"])
def test_evaluate_prints_the_candidates_with_reasons(bare: Shell, engine: str) -> None:
    people = bare.jsonl("people.jsonl", *PEOPLE)
    trials = bare.jsonl("trials.jsonl", trial(), ASTHMA)
    ran = bare.run("evaluate", "--people", people, "--trials", trials, "--engine", engine)
    assert ran.status == 0
    assert [(each["person"], each["trial"], each["verdict"]) for each in ran.lines] == [
        ("fits", "T-1", "eligible"),
        ("open", "T-1", "undetermined"),
        ("other", "T-2", "eligible"),
    ]
    assert ran.lines[0]["score"] == 1
    assert 0 < ran.lines[1]["score"] < 1
    assert "type 2 diabetes: present (2015, own)" in ran.lines[0]["criteria"][1]["evidence"]


def test_evaluate_can_print_every_pair(bare: Shell) -> None:
    people = bare.jsonl("people.jsonl", *PEOPLE)
    trials = bare.jsonl("trials.jsonl", trial(), ASTHMA)
    ran = bare.run("evaluate", "--people", people, "--trials", trials, "--all")
    assert len(ran.lines) == 8
    assert {each["verdict"] for each in ran.lines} == {"eligible", "ineligible", "undetermined"}


def test_evaluate_can_count(bare: Shell) -> None:
    people = bare.jsonl("people.jsonl", *PEOPLE)
    trials = bare.jsonl("trials.jsonl", trial())
    ran = bare.run("evaluate", "--people", people, "--trials", trials, "--counts")
    assert ran.lines == [
        {"trial": "T-1", "eligible": 1, "ineligible": 1, "undetermined": 2, "candidates": 2}
    ]


def test_rank_puts_the_best_first_and_what_speaks_against_last(bare: Shell) -> None:
    people = bare.jsonl("people.jsonl", person("fits"), person("too-old", birth_date="1930-01"))
    unrelated = trial("T-3", conditions=["Migraine"], criteria="Inclusion Criteria:\n\n* Migraine")
    trials = bare.jsonl("trials.jsonl", unrelated, ASTHMA, trial())
    run = bare.folder / "run.txt"
    ran = bare.run("rank", "--people", people, "--trials", trials, "--top", "3", "--out", run)
    assert ran.status == 0
    rows = [line.split() for line in run.read_text("utf-8").splitlines()]
    assert rows[0][:4] == ["fits", "Q0", "T-1", "1"]
    assert [row[2] for row in rows if row[0] == "too-old"][-1] == "T-1"
    scores = [float(row[4]) for row in rows if row[0] == "fits"]
    assert scores == sorted(scores, reverse=True)


def test_rank_says_when_there_is_no_trial_to_rank(bare: Shell) -> None:
    people = bare.jsonl("people.jsonl", person("fits"))
    page = bare.file("page.html", "<html></html>")
    run = bare.folder / "run.txt"
    ran = bare.run("rank", "--people", people, "--trials", page, "--out", run)
    assert ran.status == 2
    assert "page.html" in ran.err
    assert not run.exists()


def test_rank_keeps_to_the_top(bare: Shell) -> None:
    people = bare.jsonl("people.jsonl", person("fits", facts=[DIABETES]))
    trials = bare.jsonl("trials.jsonl", trial(), ASTHMA)
    run = bare.folder / "run.txt"
    assert (
        bare.run("rank", "--people", people, "--trials", trials, "--top", "1", "--out", run).status
        == 0
    )
    assert len(run.read_text("utf-8").splitlines()) == 1


def test_a_ranking_that_cannot_be_written_is_wrong_usage(bare: Shell) -> None:
    trials, people = bare.jsonl("t.jsonl", trial()), bare.jsonl("p.jsonl", *PEOPLE)
    ran = bare.run("rank", "--people", people, "--trials", trials, "--out", "/nonexistent/run")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "recruit: The folder of “run” cannot be written.\n"
