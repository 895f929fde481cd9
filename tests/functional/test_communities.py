"""`recruit community`, and tables: a mapping is previewed, kept and used."""

import re
import tomllib
from pathlib import Path

import pytest

from recruit.bootstrap import start
from recruit.core.db import unit_of_work
from recruit.people import store
from recruit.people.communities.register import DIRECT
from recruit.people.intake.mapping_file import parse_mapping
from tests.functional.samples import person
from tests.functional.shell import Shell

MAPPING = """
[person]
id = "membre"
birth_date = { column = "né le", format = "DD/MM/YYYY" }

[[lists]]
kind = "condition"
column = "maladies"
separator = "/"

[contact]
email = "courriel"

[consent]
notice = { constant = "abababababababababababababababababababababababababababababababab" }
notice_version = { constant = "3" }
language = { constant = "fr" }
at = { column = "accord", format = "DD/MM/YYYY hh:mm", zone = "Europe/Paris" }
method = { constant = "cases non cochées" }

[[choices]]
purpose = "matching"
column = "études"
yes = ["oui"]
"""
TABLE = (
    "membre;né le;maladies;courriel;accord;études;autre\r\n"
    'a;12/04/1975;"diabète de type 2/asthme";a@example.org;01/10/2026 10:00;oui;=1+1\r\n'
    "b;12/04/2015;;;01/10/2026 10:00;oui;\r\n"
    "c;12/04/1980;;;01/10/2026 10:00;non;\r\n"
)


@pytest.fixture
def files(shell: Shell) -> tuple[Path, Path]:
    mapping, table = shell.folder / "mapping.toml", shell.folder / "people.csv"
    mapping.write_text(MAPPING, "utf-8")
    table.write_bytes(TABLE.encode("cp1252"))
    return mapping, table


def test_a_preview_says_what_would_come_in_and_keeps_nothing(
    shell: Shell, files: tuple[Path, Path]
) -> None:
    mapping, table = files
    again: list[str | Path] = [
        "people",
        "import",
        table,
        "--community",
        "car",
        "--mapping",
        mapping,
        "--preview",
    ]
    for _ in range(2):
        ran = shell.run(*again)
        assert ran.status == 1
        assert ran.out.splitlines()[-1] == "3 read: 1 new, 0 changed, 0 unchanged, 2 refused"
        assert 'Columns that are not read: "autre"' in ran.out
        assert '"birth_date": "1975-04-12"' in ran.out
        assert "b: birth_date: only people who are surely 18 or older can take part" in ran.err
    assert shell.run("community", "list").out == ""


def test_a_preview_is_there_for_machines(shell: Shell, files: tuple[Path, Path]) -> None:
    mapping, table = files
    ran = shell.run(
        "people", "import", table, "--community", "car", "--mapping", mapping, "--preview", "--json"
    )
    first, *_, unused, figures = ran.lines
    assert (first["where"], first["before"]["membre"]) == ("people.csv:2", "a")
    assert first["after"]["contact"] == {"email": "a@example.org"}
    assert (unused, figures["new"]) == ({"unused": ["autre"]}, 1)


def test_the_mapping_that_is_kept_reads_the_tables(shell: Shell, files: tuple[Path, Path]) -> None:
    mapping, table = files
    shell.run("community", "add", "car")
    assert shell.run("community", "map", "car", mapping).status == 0
    for said in ("1 new, 0 changed, 0 unchanged", "0 new, 0 changed, 1 unchanged"):
        ran = shell.run("people", "import", table, "--community", "car")
        assert ran.out == f"3 read: {said}, 2 refused\n"
    assert (
        tomllib.loads(MAPPING) == shell.run("community", "map", "car", "--json").lines[0]["mapping"]
    )


def test_a_table_without_a_mapping_is_wrong_usage(shell: Shell, files: tuple[Path, Path]) -> None:
    ran = shell.run("people", "import", files[1], "--community", "car")
    assert (ran.status, ran.out) == (2, "")
    assert "A table needs a mapping" in ran.err


def test_a_table_without_a_column_of_the_mapping_brings_nobody(
    shell: Shell, files: tuple[Path, Path]
) -> None:
    mapping, table = files
    mapping.write_text(MAPPING.replace('"accord"', '"acord"'), "utf-8")
    ran = shell.run("people", "import", table, "--community", "car", "--mapping", mapping)
    assert (ran.status, ran.out) == (1, "1 read: 0 new, 0 changed, 0 unchanged, 1 refused\n")
    assert "no column “acord”, which the mapping names; “accord” is the nearest" in ran.err


def test_a_mapping_that_names_no_such_field_is_not_kept(
    shell: Shell, files: tuple[Path, Path]
) -> None:
    mapping, _ = files
    mapping.write_text(MAPPING.replace("birth_date", "birthdat"), "utf-8")
    shell.run("community", "add", "car")
    ran = shell.run("community", "map", "car", mapping)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        "recruit: mapping: person.birthdat: there is no such field; “birth_date” is the nearest\n"
    )
    assert shell.run("community", "map", "car").status == 2


def test_a_key_is_shown_once_and_ends_when_revoked(shell: Shell) -> None:
    shell.run("community", "add", "car")
    made = shell.run("community", "key", "car")
    name = re.search(r"recruit_(K-\w{8})_[\w-]{32}\n$", made.out)
    assert name
    listed = shell.run("community", "key", "car", "--list").out
    assert name[1] in listed
    assert name[0].strip() not in listed
    assert shell.run("community", "key", "car", "--revoke", name[1]).status == 0
    assert shell.run("community", "key", "car", "--revoke", name[1]).status == 2
    assert "revoked" in shell.run("community", "key", "car", "--list").out


def test_a_hook_is_set_and_forgotten(shell: Shell) -> None:
    shell.run("community", "add", "car")
    assert shell.run("community", "hook", "car", "http://community.example.org/").status == 2
    assert shell.run("community", "hook", "car", "https://community.example.org/").status == 0
    assert "https://community.example.org/" in shell.run("community", "list").out
    assert shell.run("community", "hook", "car", "--forget").status == 0
    assert shell.run("community", "hook", "car", "--forget").status == 2


@pytest.mark.parametrize("verb", [("map",), ("key",), ("hook", "https://a.example.org/")])
def test_nothing_is_set_up_for_an_unknown_community(shell: Shell, verb: tuple[str, ...]) -> None:
    ran = shell.run("community", verb[0], "nobody", *verb[1:])
    assert (ran.status, ran.out) == (2, "")
    assert "nobody" in ran.err


@pytest.mark.parametrize(
    ("known", "given"),
    [("carenity", "Carenity"), ("Les Exemples", "les  exemples"), ("car", " car"), ("Été", "été")],
)
def test_a_community_that_is_only_spelled_otherwise_is_no_new_one(
    either: Shell, known: str, given: str
) -> None:
    either.run("community", "add", known)
    file = either.jsonl("p.jsonl", person("p1"))
    for command in (("people", "import", file, "--community"), ("community", "add")):
        ran = either.run(*command, given)
        assert (ran.status, ran.out) == (2, "")
        assert f"the known community “{known}”" in ran.err
    [only] = either.run("community", "list", "--json").lines
    assert (only["community"], only["people"]) == (known, 0)


def test_a_new_community_beside_others_is_made_and_said(shell: Shell) -> None:
    file = shell.jsonl("p.jsonl", person("p1"))
    said = [
        shell.run("people", "import", file, "--community", name).err
        for name in ("carenity", "other", "other")
    ]
    assert said[0] == said[2] == ""
    assert said[1].startswith("“other” is a new community; ")
    listed = shell.run("community", "list", "--json").lines
    assert [(each["community"], each["people"]) for each in listed] == [
        ("carenity", 1),
        ("other", 1),
    ]


@pytest.mark.parametrize(
    "command",
    [
        ("people", "import", "p.jsonl", "--community", "direct"),
        ("people", "import", "p.jsonl", "--community", " Direct"),
        ("community", "add", "direct"),
        ("community", "key", "direct"),
        ("community", "hook", "direct", "https://community.example.org/"),
        ("community", "map", "direct", "mapping.toml"),
    ],
)
def test_nobody_brings_the_people_who_joined_by_themselves(
    shell: Shell, files: tuple[Path, Path], command: tuple[str, ...]
) -> None:
    del files
    shell.jsonl("p.jsonl", person("p1"))
    with unit_of_work(start().engine) as session:
        store.know_community(session, DIRECT)
    ran = shell.run(
        *(shell.folder / each if "." in each and "/" not in each else each for each in command)
    )
    assert (ran.status, ran.out) == (2, "")
    assert "“direct” stands for the people who joined by themselves" in ran.err
    [only] = shell.run("community", "list", "--json").lines
    assert (only["people"], only["keys"], only["mapping"], only["webhook"]) == (0, 0, False, None)


def test_the_documented_mapping_is_one() -> None:
    text = Path("docs/formats.md").read_text("utf-8")
    [example] = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert parse_mapping(example)["person"]["id"] == "member"


def test_a_community_is_set_up_by_its_example(shell: Shell) -> None:
    shell.run("community", "add", "car")
    example = Path("docs/communities/survey.toml")
    assert shell.run("community", "set", "car", example).out == (
        "What is agreed with car is kept.\n"
    )
    ran = shell.run("people", "import", example.with_suffix(".csv"), "--community", "car")
    assert (ran.status, " 0 changed, 0 unchanged, " in ran.out) == (1, True)
    pale = shell.file("pale.toml", example.read_text("utf-8").replace("#0b5c4b", "#dddddd"))
    ran = shell.run("community", "set", "car", pale)
    assert "this cannot be read on" in ran.err
    shell.run("organisation", "add", "Ensemble", "--kind", "community")
    assert shell.run("community", "staff", "car", "Ensemble").out == "Ensemble looks after car.\n"
    assert shell.run("community", "staff", "car").out == "The operator alone looks after car.\n"
    assert "shown once: " in shell.run("community", "hear", "car").out
    source = "https://community.example.org/people"
    ran = shell.run("community", "pull", "car", source, "--every", "30", "--key-stdin", given="k\n")
    assert ran.out == f"car is fetched from {source} every 30 minutes.\n"
    assert shell.run("community", "pull", "car", "--now").status == 0
    assert shell.run("community", "pull", "car", "http://127.0.0.1/").status == 2
    assert shell.run("community", "pull", "car", "--forget").out == "car is fetched no more.\n"
    assert shell.run("community", "pull", "car", "--forget").status == 2
    assert shell.run("community", "pull", "car").status == 2
