"""`recruit person`: what is kept is handed out, and a guardian is recorded."""

import json
import re
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle

from tests.functional.samples import person
from tests.functional.shell import Shell

GUARDIAN = ("--contact", "dominique@example.org", "--label", "Camille", "--reference", "TJ 26/1")


@pytest.fixture
def camille(shell: Shell) -> str:
    """Somebody of a community."""
    file = shell.jsonl("p.jsonl", person("camille"))
    assert shell.run("people", "import", file, "--community", "testers").status == 0
    return "camille"


def test_an_export_as_fhir_is_valid_and_can_be_imported(
    shell: Shell, camille: str, tmp_path: Path
) -> None:
    file = tmp_path / "camille.json"
    done = shell.run("person", "export", camille, "--format", "fhir", "--out", str(file))
    assert done.status == 0
    Bundle.model_validate(json.loads(file.read_text()))
    taken = shell.run("people", "import", str(file), "--community", "elsewhere")
    assert (taken.status, "is a new community" in taken.err) == (0, True)
    assert taken.out.startswith("1 read: 1 new")


def test_a_guardian_is_recorded_and_stands_in_the_export(shell: Shell, camille: str) -> None:
    done = shell.run("person", "guardian", camille, *GUARDIAN, "--until", "2099-12-31")
    assert (done.status, done.err) == (0, "")
    assert re.search(r"The guardian of P-\w+ is recorded as L-\w+", done.out)
    [link] = json.loads(shell.run("person", "export", camille).out)["representatives"]
    assert (link["kind"], link["reference"], link["valid_until"]) == (
        "guardian",
        "TJ 26/1",
        "2099-12-31",
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--contact", "nobody"), "neither an e-mail address nor a mobile number"),
        (("--label", "x" * 61), "a name of 1 to 60 letters"),
        (("--reference", "x" * 201), "A reference has 1 to 200 letters"),
        (("--until", "2020-01-01"), "must not lie in the past"),
    ],
)
def test_a_guardian_who_will_not_do_is_refused_in_one_sentence(
    shell: Shell, camille: str, options: tuple[str, str], said: str
) -> None:
    done = shell.run("person", "guardian", camille, *GUARDIAN, *options)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1


def test_nobody_gets_a_guardian_who_is_not_there(shell: Shell) -> None:
    assert shell.run("person", "guardian", "P-00000000", *GUARDIAN).status == 2
