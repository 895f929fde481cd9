"""Mistakes of reading: which classes of annotated mentions are missed, which leaves are false.

A class is what our leaf at that place is instead, or what the annotators call it there.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final
from zipfile import ZipFile

MOST: Final = 20
# What each kind of annotation is called in our rules, as the scoring tool has it.
KINDS: Final = {
    "Condition": frozenset({"condition"}),
    "Drug": frozenset({"drug"}),
    "Procedure": frozenset({"procedure"}),
    "Measurement": frozenset({"measure", "ordinal"}),
    "Eq-Comparison": frozenset({"measure", "ordinal", "age"}),
    "Age": frozenset({"age"}),
}
_EVERYWHERE: Final = frozenset({"Condition", "Drug", "Procedure"})
_BRANCHES: Final = frozenset({"all", "any", "at_least", "not"})
_HEADS: Final = {"_inc": "Inclusion Criteria:\n", "_exc": "Exclusion Criteria:\n"}
Place = tuple[str, int, int]


def classes(corpus: Path, parsed: Path) -> list[tuple[int, str]]:
    """The most frequent classes of mistakes with their counts; `parsed` is from `recruit parse`."""
    read = _leaves(parsed)
    counts = Counter[str]()
    for document, noted in _annotated(corpus):
        ours = read.get(document, [])
        for kind, types in KINDS.items():
            theirs = [each for each in noted if each[0] == kind]
            own = [each for each in ours if each[0] in types]
            counts.update(
                f"missed  {kind}: {_said(each, ours, 'not read')}"
                for each in theirs
                if not _meets(each, own)
            )
            # Values are called otherwise in each corpus: only where the name is in use.
            if theirs or kind in _EVERYWHERE:
                counts.update(
                    f"false   {kind}: {_said(each, noted, 'not annotated')}"
                    for each in own
                    if not _meets(each, theirs)
                )
    return [(count, name) for name, count in counts.most_common(MOST)]


def _meets(one: Place, others: Iterable[Place]) -> bool:
    return any(one[1] < other[2] and other[1] < one[2] for other in others)


def _said(one: Place, others: Iterable[Place], nothing: str) -> str:
    return ", ".join(sorted({each[0] for each in others if _meets(one, [each])})) or nothing


def _leaves(parsed: Path) -> Mapping[str, list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for line in parsed.read_text(encoding="utf-8").splitlines():
        trial = json.loads(line)
        for criterion in trial["criteria"]:
            found[trial["trial"]].extend(_of(criterion["rule"]))
    return found


def _of(rule: Mapping[str, object]) -> Iterator[Place]:
    """The leaves of a rule in its JSON (docs: rule JSON) that were read and have a place."""
    of, span = rule.get("of"), rule.get("span")
    if rule["type"] in _BRANCHES:
        for part in of if isinstance(of, list) else [of]:
            if isinstance(part, dict):
                yield from _of(part)
    elif rule["type"] != "unparsed" and isinstance(span, list):
        yield str(rule["type"]), int(span[0]), int(span[1])


def _annotated(corpus: Path) -> Iterator[tuple[str, list[Place]]]:
    """Each document of a brat corpus with what is annotated in it."""
    with ZipFile(corpus) as files:
        for name in sorted(files.namelist()):
            stem, dot, kind = name.rpartition(".")
            if dot and kind == "ann":
                text = files.read(name).decode("utf-8", "replace")
                shift = next((len(head) for side, head in _HEADS.items() if side in stem), 0)
                yield stem, list(_brat(text, shift))


def _brat(text: str, shift: int) -> Iterator[Place]:
    for line in text.splitlines():
        if line.startswith("T"):
            kind, _, where = line.split("\t")[1].partition(" ")
            ends = [int(each) for part in where.split(";") for each in part.split()]
            yield kind, min(ends) + shift, max(ends) + shift
