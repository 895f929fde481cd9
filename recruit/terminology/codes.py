"""Codes as people and records write them, and as the lexicon files them."""

import re
from collections.abc import Iterator
from typing import Final

# Names of code systems in records, as they are filed here.
SYSTEMS: Final = {
    "MESH": "MESH",
    "MSH": "MESH",
    "ICD10": "ICD10",
    "ICD10WHO": "ICD10",
    "CIM10": "ICD10",
    "ICD10CM": "ICD10CM",
    "ICD10GM": "ICD10",
    "ATC": "ATC",
    "DRUGBANK": "DRUGBANK",
    "RECRUIT": "RECRUIT",
}
NO_LETTERS: Final = re.compile(r"[^A-Z0-9]")
CATEGORY: Final = 3


def spellings(code: str) -> Iterator[str]:
    """The forms under which `code` may be filed: "icd-10 : e119" → "ICD10:E11.9"."""
    system, colon, rest = code.strip().partition(":")
    if not colon:
        return
    rest = rest.strip()
    named = SYSTEMS.get(NO_LETTERS.sub("", system.upper()))
    if named is None:
        yield f"{system.strip().upper()}:{rest}"
    elif named == "RECRUIT":
        yield f"RECRUIT:{rest.lower()}"
    elif named.startswith("ICD10"):
        yield from _icd(named, rest.upper())
    else:
        yield f"{named}:{rest.upper()}"


def _icd(system: str, code: str) -> Iterator[str]:
    plain = code.replace(".", "").rstrip("-+*†")
    dotted = plain if len(plain) <= CATEGORY else f"{plain[:CATEGORY]}.{plain[CATEGORY:]}"
    forms = (dotted, code)  # blocks ("I20-I25") and chapters ("XIII") have no dot
    for form in forms:
        yield f"{system}:{form}"
    for form in forms:  # the two editions share most codes and people mix their names up
        yield f"{'ICD10CM' if system == 'ICD10' else 'ICD10'}:{form}"
