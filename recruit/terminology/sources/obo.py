"""Terms of an OBO file (Disease Ontology, Mondo, HPO, ChEBI …)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from recruit.terminology.concepts import Kind
from recruit.terminology.sources.entry import Entry, Name

SYNONYM: Final = re.compile(r'"((?:[^"\\]|\\.)*)" EXACT')
# Ontologies whose terms are substances; those of all others are conditions.
SUBSTANCES: Final = frozenset({"chebi", "dron"})
MEANS_THE_SAME: Final = frozenset({"MESH", "ICD10", "ICD10CM", "DRUGBANK", "ATC"})


def entries(file: Path) -> Iterator[Entry]:
    """The terms of `file` that are not obsolete, with their exact synonyms."""
    kind = Kind.CONDITION
    with file.open(encoding="utf-8") as lines:
        for stanza, tags in _stanzas(lines):
            if stanza == "" and tags.get("ontology", [""])[0] in SUBSTANCES:
                kind = Kind.DRUG
            if stanza == "Term" and "name" in tags and tags.get("is_obsolete") != ["true"]:
                yield _entry(tags, kind)


def _stanzas(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    stanza = ""
    tags: dict[str, list[str]] = {}
    for line in lines:
        text = line.strip()
        if text.startswith("[") and text.endswith("]"):
            yield stanza, tags
            stanza, tags = text[1:-1], {}
        elif ": " in text:
            tag, _, value = text.partition(": ")
            tags.setdefault(tag, []).append(value)
    yield stanza, tags


def _entry(tags: dict[str, list[str]], kind: Kind) -> Entry:
    names = [Name(tags["name"][0], preferred=True)]
    exact = [SYNONYM.match(synonym) for synonym in tags.get("synonym", ())]
    names += [Name(found[1].replace('\\"', '"')) for found in exact if found]
    parents = tuple(value.split(" ! ")[0].split(" {")[0] for value in tags.get("is_a", ()))
    return Entry(tags["id"][0], kind, tuple(names), parents, tuple(_same(tags.get("xref", []))))


def _same(references: list[str]) -> Iterator[str]:
    """Codes elsewhere; a term that refers to two of one system is as wide as neither."""
    codes = [reference.split(" ")[0] for reference in references]
    systems = [code.partition(":")[0] for code in codes]
    for code, system in zip(codes, systems, strict=True):
        if system in MEANS_THE_SAME and systems.count(system) == 1:
            yield code
