"""Our own tables, `tables/*.csv`: words that no standard has, in English and French."""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from recruit.terminology.concepts import Kind
from recruit.terminology.sources.atc import above
from recruit.terminology.sources.entry import Entry, Name

FOLDER: Final = Path(__file__).parent.parent / "tables"
# What each table of concepts speaks of; the columns are the same for all of them.
CONCEPTS: Final = {
    "conditions": Kind.CONDITION,
    "procedures": Kind.PROCEDURE,
    "devices": Kind.DEVICE,
    "drug_classes": Kind.DRUG,
    "drugs": Kind.DRUG,
    "biomarkers": Kind.BIOMARKER,
    "exposures": Kind.EXPOSURE,
    "allergens": Kind.ALLERGY,
}
# Tables that add names to concepts of other sources.
WORDS: Final = ("abbreviations", "everyday", "french")
EXACT_SIGN: Final = "="
ASKED_SIGN: Final = "~"
OWN_SIGN: Final = "!"
# A short form of so few characters is a word of its own in some text ("ALL", "RA", "IT").
AMBIGUOUS: Final = 3


def path(table: str) -> Path:
    """Where `table` lies."""
    return FOLDER / f"{table}.csv"


def rows(table: str) -> Iterator[dict[str, str]]:
    """The rows of `table` by column name."""
    with path(table).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def words(table: str) -> frozenset[str]:
    """The words of a list, one or more on a line, in a file without columns."""
    return frozenset((FOLDER / f"{table}.txt").read_text(encoding="utf-8").split())


def digest() -> str:
    """A digest of all that the tables say."""
    whole = hashlib.sha256()
    for file in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        whole.update(file.name.encode() + b"\0" + file.read_bytes())
    return f"tables={whole.hexdigest()[:16]}"


def split(cell: str) -> list[str]:
    """The parts of a cell that holds several, separated by semicolons."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def names(cell: str, language: str, *, abbreviation: bool = False) -> Iterator[Name]:
    """The names in a cell, the first one preferred.

    "=" before a name: it counts only as it is written, and so does the shortest of short forms.
    "!" before a name: no other concept has it, though a source may say so ("brain metastases" are
    no brain tumour of their own).
    "~" before a name: it answers when it is asked for, in running text it means too many things.
    """
    for place, part in enumerate(split(cell)):
        exact = part.startswith(EXACT_SIGN)
        text = part.lstrip(EXACT_SIGN + ASKED_SIGN + OWN_SIGN)
        yield Name(
            text,
            language,
            preferred=place == 0 and not abbreviation,
            spoken=not part.startswith(ASKED_SIGN),
            identifies=not part.startswith(OWN_SIGN),
            own=part.startswith(OWN_SIGN),
            abbreviation=abbreviation or exact,
            case_sensitive=exact or (abbreviation and len(text) <= AMBIGUOUS),
        )


def entries() -> Iterator[Entry]:
    """The concepts of our own tables: columns code, en, fr, parents (codes or English names)."""
    for table, kind in CONCEPTS.items():
        for row in rows(table):
            said = (*names(row["en"], "en"), *names(row["fr"], "fr"))
            parents = [*split(row["parents"]), *_group(row["code"])]
            yield Entry(row["code"], kind, said, tuple(parents))
    # Classes of ICD-10 that no name joins to MeSH: "malignant neoplasm of bronchus and lung".
    for row in rows("icd10_kinds"):
        yield Entry(row["code"], Kind.CONDITION, (), tuple(split(row["kind_of"])))


def _group(code: str) -> list[str]:
    system, _, rest = code.partition(":")
    wider = above(rest) if system == "ATC" else None
    return [f"ATC:{wider}"] if wider else []
