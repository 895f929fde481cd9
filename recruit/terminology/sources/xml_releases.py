"""Releases in XML: MeSH descriptors and classifications in ClaML (ICD-10-GM, CIM-10, ATC …)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

from recruit.terminology.concepts import Kind
from recruit.terminology.sources import mesh
from recruit.terminology.sources.entry import Entry, Name
from recruit.terminology.sources.icd10 import label_names

LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
FRENCH: Final = frozenset({"fr", "fre", "fra"})
DRUG_TREE: Final = ("D26", "D27")


def mesh_entries(file: Path) -> Iterator[Entry]:
    """Descriptors that are conditions, treatments or medicines; one record in memory at a time."""
    language = "en"
    for event, element in iterparse(file, events=("start", "end")):
        if event == "start" and element.tag == "DescriptorRecordSet":
            language = _language(element.get("LanguageCode", "eng"))
        if event == "end" and element.tag == "DescriptorRecord":
            entry = _descriptor(element, language)
            if entry is not None:
                yield entry
            element.clear()


def _descriptor(record: Element, language: str) -> Entry | None:
    trees = [tree.text or "" for tree in record.iterfind("TreeNumberList/TreeNumber")]
    kind = mesh.kind(trees)
    if kind is None and any(tree.startswith(DRUG_TREE) for tree in trees):
        kind = Kind.DRUG
    if kind is None:
        return None
    head = record.findtext("DescriptorName/String", "").strip()
    terms = [
        term.text or "" for term in record.iterfind("ConceptList/Concept/TermList/Term/String")
    ]
    names = [Name(head, language, preferred=True)]
    names += [Name(term.strip(), language) for term in terms if term.strip() != head]
    parents = tuple(f"MESH:{tree.rpartition('.')[0]}" for tree in trees if "." in tree)
    same = tuple(f"MESH:{tree}" for tree in trees)
    return Entry(f"MESH:{record.findtext('DescriptorUI', '')}", kind, tuple(names), parents, same)


def claml_entries(file: Path) -> Iterator[Entry]:
    """The classes of a classification, under the system that its title names."""
    system, kind = "ICD10", Kind.CONDITION
    for event, element in iterparse(file, events=("start", "end")):
        if event == "start" and element.tag == "Title":
            system, kind = _system(element.get("name", ""))
        if event == "end" and element.tag == "Class":
            yield _class(element, system, kind)
            element.clear()


def _class(element: Element, system: str, kind: Kind) -> Entry:
    names: list[Name] = []
    for rubric in element.iterfind("Rubric"):
        if rubric.get("kind") in {"preferred", "inclusion"}:
            preferred = rubric.get("kind") == "preferred"
            for label in rubric.iterfind("Label"):
                text = " ".join("".join(label.itertext()).split())
                names += label_names(
                    text, _language(label.get(LANGUAGE, "en")), preferred=preferred
                )
    parents = tuple(f"{system}:{wider.get('code')}" for wider in element.iterfind("SuperClass"))
    return Entry(f"{system}:{element.get('code')}", kind, tuple(names), parents)


def _system(title: str) -> tuple[str, Kind]:
    """The code system of a title: "ICD-10-GM 2026" and "CIM-10" share the codes of ICD-10."""
    name = title.upper().replace("-", "").replace(" ", "")
    if name.startswith("ATC"):
        return "ATC", Kind.DRUG
    if name.startswith(("ICD10CM",)):
        return "ICD10CM", Kind.CONDITION
    if name.startswith(("ICD10", "CIM10")) or not name:
        return "ICD10", Kind.CONDITION
    return title.partition(" ")[0].upper(), Kind.CONDITION


def _language(code: str) -> str:
    return "fr" if code.lower()[:3] in FRENCH or code.lower()[:2] == "fr" else "en"
