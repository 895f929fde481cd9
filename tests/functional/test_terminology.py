"""`recruit terminology`: what words mean, and why."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice

import pytest

from recruit.terminology.sources import drugs, icd10, mesh, tables
from recruit.terminology.sources.entry import Entry
from tests.functional.shell import Shell


@pytest.mark.parametrize(
    ("text", "concept", "how"),
    [
        ("infarctus du myocarde", "MESH:D009203", "exact"),
        ("T2DM", "MESH:D003924", "abbreviation"),
        ("myocardial infraction", "MESH:D009203", "fuzzy"),
        ("ICD10:E11", "MESH:D003924", "code"),
    ],
)
def test_what_a_text_means_comes_with_how_it_was_found(
    shell: Shell, text: str, concept: str, how: str
) -> None:
    best = shell.run("terminology", "lookup", text, "--json").lines[0]
    assert (best["concept"], best["how"]) == (concept, how)
    assert (best["score"] >= 0.9) == (how != "fuzzy")


def test_a_person_is_told_why(shell: Shell) -> None:
    ran = shell.run("terminology", "lookup", "infarctus du myocarde")
    assert ran.out.startswith("1.00  myocardial infarction  MESH:D009203\n")
    assert "this is one of its names: infarctus du myocarde" in ran.out
    assert "a kind of: " in ran.out


def test_what_is_only_near_is_said_to_be_unsure(shell: Shell) -> None:
    ran = shell.run("terminology", "lookup", "myocardial infraction", "--limit", "1")
    assert ran.out.endswith("None of these is sure enough to be taken without asking.\n")


def test_the_parents_are_the_nearest_ones(shell: Shell) -> None:
    found = shell.run("terminology", "lookup", "T2DM", "--json").lines[0]
    assert found["parents"] == ["MESH:D003920"]  # diabetes mellitus, not what it is a kind of


def test_a_kind_narrows_the_search(shell: Shell) -> None:
    kinds = {
        line["kind"]
        for line in shell.run("terminology", "lookup", "iron", "--kind", "drug", "--json").lines
    }
    assert kinds == {"drug"}


def test_our_own_tables_are_looked_into_too(shell: Shell) -> None:
    assert {"vocabulary": "scale", "key": "ecog"} in shell.run(
        "terminology", "lookup", "ECOG", "--json"
    ).lines


def test_a_text_that_means_nothing_is_said_to_mean_nothing(shell: Shell) -> None:
    ran = shell.run("terminology", "lookup", "qqzzxx wwvvkk")
    assert (ran.status, ran.out) == (0, "Nothing in the lexicon is called so, or nearly so.\n")


def test_a_lexicon_that_is_up_to_date_is_not_compiled_again(shell: Shell) -> None:
    before = next(shell.folder.glob("lexicon-*.bin")).stat()
    ran = shell.run("terminology", "build")
    assert ran.status == 0
    assert next(shell.folder.glob("lexicon-*.bin")).stat() == before


OBO = """format-version: 1.2

[Term]
id: DOID:4711
name: quokka fever
synonym: "fièvre du quokka" EXACT []
"""


@pytest.fixture
def _a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of every source, compiled in a moment: `make setup` compiles the whole of them."""
    for source in (mesh, icd10, drugs, tables):
        monkeypatch.setattr(source, "entries", partial(first, source.entries))
    monkeypatch.setattr(tables, "WORDS", ())  # more names for what the other parts hold


def first(entries: Callable[[], Iterable[Entry]]) -> Iterable[Entry]:
    return islice(entries(), 500)


@pytest.mark.usefixtures("_a_part")
def test_a_release_that_is_loaded_is_found(shell: Shell) -> None:
    ran = shell.run("terminology", "load", shell.file("quokka.obo", OBO))
    assert (ran.status, ran.out) == (0, "1 concepts of quokka.obo are in the lexicon now.\n")
    best = shell.run("terminology", "lookup", "Quokka fever", "--json").lines[0]
    assert (best["concept"], best["how"]) == ("DOID:4711", "exact")


def test_a_release_of_no_known_format_is_refused(shell: Shell) -> None:
    ran = shell.run("terminology", "load", shell.file("notes.obo", "milk, bread"))
    assert (ran.status, ran.out) == (1, "")
    assert "notes.obo: format: " in ran.err
