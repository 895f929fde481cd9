"""Whoever types something wrong, breaks off, or is refused a lot is told what to do."""

import errno
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.functional.samples import person, trial
from tests.functional.shell import PATIENCE, Shell

MENDING = (
    "“recruit parse --help” and docs/formats.md say what is taken. Mend the records and give the "
    "same command again."
)
WRONG = {
    "a verb that is none": (["macth"], "No such command: “macth”."),
    "a verb of a group that is none": (["db", "chekc"], "there is “check”."),
    "an option that is none": (["parse", "--xyz", "x"], "No such option: “--xyz”."),
    "an option before the verb": (["--xyz"], "No such option: “--xyz”."),
    "an argument that is missing": (["explain", "T-1"], "PERSON is missing."),
    "an option that is missing": (["outreach", "plan"], "--trial is missing."),
    "an option without its value": (["match", "--on"], "--on lacks its value"),
    "a word that is none of a few": (
        ["match", "--engine", "x"],
        "embedded, reference, distributed.",
    ),
    "a number out of its range": (["serve", "--port", "99999"], "from 1 to 65535."),
    "a number below the least": (["outreach", "plan", "--most", "0"], "1 or more."),
    "a day in other figures": (["match", "--on", "1/2/2026"], "written like 2026-09-30."),
    "a word too many": (["explain", "T-1", "p1", "p2"], "There are more words"),
    "a file that is not there": (["parse", "nothing.jsonl"], "There is no “nothing.jsonl”."),
    "a folder for a file": (["parse", "/"], "“/” is a folder; a file is wanted here."),
    "a signed head that is not there": (["audit", "verify", "--head", "no"], "There is no “no”."),
    "a file for a folder": (["letters", "batch", __file__], "is a file; a folder is wanted here."),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_usage_is_one_line_that_says_what_to_do(bare: Shell, case: str) -> None:
    command, said = WRONG[case]
    ran = bare.run(*command)
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith("recruit: ")
    assert said in ran.err


@pytest.mark.parametrize("case", WRONG)
def test_wrong_usage_is_said_in_french_to_whoever_speaks_it(
    bare: Shell, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    command, said = WRONG[case]
    ran = bare.run(*command)
    assert ran.status == 2
    assert said not in ran.err.replace("embedded, reference, distributed.", "")
    assert "Error" not in ran.err


def test_a_file_that_may_not_be_read_is_said_to_be_so(
    bare: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = bare.jsonl("trials.jsonl", trial())
    able = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode, **more: mode != os.R_OK and able(path, mode, **more)
    )
    ran = bare.run("parse", file)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"recruit: You do not have the right to use “{file}”.\n"


def test_a_data_folder_of_somebody_else_is_no_mistake_of_ours(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = shell.folder / "erasure.key"
    opened = Path.open

    def locked(file: Path, *how: Any, **more: Any) -> Any:  # noqa: ANN401 - as it is
        if file == key:
            raise PermissionError(errno.EACCES, "Permission denied", str(file))
        return opened(file, *how, **more)

    monkeypatch.setattr(Path, "open", locked)
    ran = shell.run("db", "check")
    said = f"recruit: “{key}” may not be used by this account; look at its owner and its rights.\n"
    assert (ran.status, ran.err) == (2, said)


def test_a_full_disk_is_no_mistake_of_ours(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("recruit.cli.reading.read_trials", full)
    ran = bare.run("parse", bare.jsonl("trials.jsonl", trial()))
    assert ran.status == 3
    assert ran.err.startswith("recruit: There is no room left on the disk.")


def test_a_command_that_is_broken_off_does_not_look_like_one_that_refused_something(
    bare: Shell,
) -> None:
    process = bare.start("parse", bare.jsonl("t.jsonl", *(trial(f"T-{n}") for n in range(20_000))))
    assert process.stdout
    assert process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (
        130,
        "recruit: Interrupted before it was done.\n",
    )


def test_many_refusals_are_named_and_then_summed_up_by_their_reasons(bare: Shell) -> None:
    values = [{"nct_id": f"NCT{number:08}", "criteria": "Adults"} for number in range(15)]
    strange = [{"odd": number} for number in range(10)]
    ran = bare.run("parse", bare.jsonl("trials.jsonl", *values, *strange))
    assert (ran.status, ran.out) == (1, "")
    lines = ran.err.splitlines()
    assert lines[0] == "trials.jsonl:1: id: this must not be empty"
    assert lines[24].startswith("trials.jsonl:25: *: ")
    assert lines[25:] == [
        "Refused 25 times, most often:",
        "15 × id: this must not be empty (first: trials.jsonl:1)",
        "10 × *: this is no trial in a format known here (first: trials.jsonl:16)",
        MENDING,
        "0 trials, 0 criteria: 0 became rules, 0 in part, 0 were not read",
    ]


def test_reasons_are_the_same_wherever_in_a_list_they_stand(shell: Shell) -> None:
    odd = [{"kind": "measure", "text": "HbA1c", "value": 7, "unit": "bananas"}]
    many = [person(f"p{n}", facts=odd * 3) for n in range(7)]
    ran = shell.run("people", "import", shell.jsonl("p.jsonl", *many), "--community", "carers")
    assert "Refused 21 times, most often:\n21 × facts[…].unit: " in ran.err


def test_a_screenful_of_refusals_is_not_summed_up(bare: Shell) -> None:
    ran = bare.run("parse", bare.jsonl("trials.jsonl", *({"odd": n} for n in range(20))))
    assert ran.err.count("\n") == 20 + 1


def test_refusals_for_machines_are_nothing_but_json(shell: Shell) -> None:
    file = shell.jsonl("trials.jsonl", *({"odd": n} for n in range(30)))
    ran = shell.run("trials", "import", file, "--json")
    assert len([json.loads(line) for line in ran.err.splitlines()]) == 30


def test_what_was_read_is_counted_in_french_to_whoever_speaks_it(
    bare: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    ran = bare.run("parse", bare.jsonl("trials.jsonl", trial()))
    assert ran.err.startswith("études : 1, critères : 3, ")


def test_a_ranking_for_nobody_leaves_the_last_one_alone(bare: Shell) -> None:
    run = bare.file("run.txt", "p1 Q0 T-1 1 0.500000 recruit\n")
    people, trials = bare.jsonl("p.jsonl", {"odd": 1}), bare.jsonl("t.jsonl", trial())
    ran = bare.run("rank", "--people", people, "--trials", trials, "--out", run)
    assert ran.status == 2
    assert ran.err.endswith("recruit: There is nobody in p.jsonl to rank trials for.\n")
    assert run.read_text("utf-8").startswith("p1 ")


@pytest.mark.parametrize(("answer", "asked"), [("oui\n", 0), ("o\n", 0), ("non\n", 1), ("\n", 1)])
def test_a_question_in_french_takes_a_yes_in_french(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, answer: str, asked: int
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    ran = shell.run("vault", "accept", given=answer)
    assert ran.status == asked
    assert "[o/N]" in ran.err


def test_a_question_that_nobody_can_answer_is_a_no(shell: Shell) -> None:
    ran = shell.run("vault", "accept", given="")
    assert ran.status == 1
    assert ran.err.endswith("recruit: The question was not answered; nothing was changed.\n")
