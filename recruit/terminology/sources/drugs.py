"""Drugs: English names from drug-named-entity-recognition, French names and ATC codes from edsnlp.

The English package holds laboratory chemicals, enzymes and proteins beside medicines, and brand
names that are plain English words. A medicine is what DrugBank, MedlinePlus or the NHS lists or
what MeSH files as a preparation or by its action; whether a name may stand for it in running text
is decided in noise.py. The package's MeSH identifiers are not those of the drug but of its last
pharmacological action: they are left out, tree numbers and DrugBank tell drugs apart.
"""

import bz2
import json
import pickle
from collections.abc import Iterator
from typing import Any, Final

from recruit.terminology.concepts import Kind
from recruit.terminology.sources.atc import above
from recruit.terminology.sources.entry import Entry, Name
from recruit.terminology.sources.packages import installed, package_file

PACKAGE: Final = "drug-named-entity-recognition"
FILE: Final = "drug_named_entity_recognition/drug_ner_dictionary.pkl.bz2"
FRENCH: Final = "edsnlp/resources/drugs.json"
LISTED: Final = ("drugbank_id", "medline_plus_id", "nhs_url")
MEDICINES: Final = ("D26", "D27.505.954", "D27.505.519", "D27.505.696")
SUBSTANCE: Final = 7
# Under the antirheumatic agents MeSH files what eases pain as well; to who writes a trial these
# are what changes the course of the disease.
NOT_ANTIRHEUMATIC: Final = "D27.505.954.329.030"


def digest() -> str:
    """What these sources' content depends on."""
    return f"{PACKAGE}={installed(PACKAGE)}"


def english() -> Iterator[Entry]:
    """Medicines and classes of them with their English (and a few foreign) names."""
    with bz2.open(package_file(FILE)) as stored:
        data = pickle.load(stored)  # noqa: S301 - a file of an installed, pinned package
    names: dict[str, list[str]] = {}
    for variant, heads in data["drug_variant_to_canonical"].items():
        if len(heads) == 1:
            names.setdefault(heads[0], []).append(variant)
    for head, record in data["drug_canonical_to_data"].items():
        if is_medicine(record):
            yield _entry(head, record, names.get(head, []))


def is_medicine(record: dict[str, Any]) -> bool:
    """Whether anybody lists the substance as one that people are given."""
    if any(record.get(field) for field in LISTED):
        return True
    return any(tree.startswith(MEDICINES) for tree in record.get("mesh_tree", ()))


def _entry(head: str, record: dict[str, Any], names: list[str]) -> Entry:
    trees = [tree for tree in record.get("mesh_tree", ()) if tree[:1] == "D"]
    codes = [f"MESH:{tree}" for tree in trees]
    if record.get("drugbank_id"):
        codes.insert(0, f"DRUGBANK:{record['drugbank_id']}")
    code = codes[0] if codes else f"RECRUIT:drug-{head.replace(' ', '-')}"
    said = [Name(record.get("name", head), preferred=True)]
    said += [Name(name) for name in names if name != head]
    parents = tuple(
        f"MESH:{tree.rpartition('.')[0]}"
        for tree in trees
        if "." in tree and tree != NOT_ANTIRHEUMATIC
    )
    return Entry(code, Kind.DRUG, tuple(said), parents, tuple(codes[1:]))


def french() -> Iterator[Entry]:
    """ATC codes with French names: brands in capitals, the substance or group in small letters."""
    if installed("edsnlp") is None:
        return
    listed = json.loads(package_file(FRENCH).read_text(encoding="utf-8"))
    for code, names in listed.items():
        parents = (f"ATC:{wider}",) if (wider := above(code)) else ()
        yield Entry(f"ATC:{code}", Kind.DRUG, tuple(_names(code, names)), parents)


def _names(code: str, names: list[str]) -> Iterator[Name]:
    substances = [n for n in names if not n.isupper()] or [n for n in names if len(names) == 1]
    for place, name in enumerate(names):
        group = len(code) < SUBSTANCE and name.isupper()
        brand = name.isupper() and name not in substances
        yield Name(
            name.capitalize() if brand else name.lower(),
            "fr",
            preferred=name in substances[:1],
            spoken=not group and not (brand and place and len(name) < 4),  # noqa: PLR2004
            identifies=not brand,
        )


def entries() -> Iterator[Entry]:
    """French names first: they carry the ATC codes that drugs are known by."""
    yield from french()
    yield from english()
