"""Who lies within whom: the parents of every thing, free of circles."""

import re
from collections.abc import Sequence
from typing import Final

from recruit.terminology.unify import Thing, Unifier

# Where two sources contradict each other, the edge of the later one here goes.
TRUST: Final = ("RECRUIT", "MESH", "ATC", "DRUGBANK", "ICD10", "ICD10CM")

# ICD-10 files how somebody speaks, sleeps or tires under the mind's diseases, where MeSH knows it
# as a sign that diseases of the brain have as well.
MIND_IN_ICD: Final = ("ICD10:F", "ICD10CM:F")
MIND: Final = ("MESH:F",)
PLACE: Final = re.compile(r"MESH:[A-Z]\d\d(?:\.|$)")


def parents(things: Sequence[Thing], unifier: Unifier) -> list[list[int]]:
    """For each thing the positions of its parents: MeSH ∪ ATC ∪ ICD-10 ∪ our own, acyclic."""
    place = {id(thing): position for position, thing in enumerate(things)}
    edges: list[tuple[int, int, int]] = []
    for child, thing in enumerate(things):
        for code in thing.parents:
            owner = unifier.owner(code, thing.kind)
            if owner is None or owner is thing or owner.kind is not thing.kind:
                continue
            if not (code.startswith(MIND_IN_ICD) and _is_bodily(thing)):
                edges.append((_trust(code), child, place[id(owner)]))
    above: list[list[int]] = [[] for _ in things]
    for _, child, parent in sorted(edges):
        if parent not in above[child] and not _reaches(parent, child, above):
            above[child].append(parent)
    return above


def _is_bodily(thing: Thing) -> bool:
    """Whether MeSH has places for the thing, none of them among what the mind does or suffers."""
    places = [code for code in thing.codes if PLACE.match(code)]
    return bool(places) and not any(place.startswith(MIND) for place in places)


def _trust(code: str) -> int:
    system = code.partition(":")[0]
    return TRUST.index(system) if system in TRUST else len(TRUST)


def _reaches(start: int, goal: int, above: list[list[int]]) -> bool:
    """Whether `goal` is `start` or lies above it."""
    seen = {start}
    open_ = [start]
    while open_:
        node = open_.pop()
        if node == goal:
            return True
        fresh = [parent for parent in above[node] if parent not in seen]
        seen.update(fresh)
        open_.extend(fresh)
    return False
