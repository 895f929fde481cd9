"""Who lies within whom: the parents of every thing, free of circles."""

from collections.abc import Sequence
from typing import Final

from recruit.terminology.unify import Thing, Unifier

# Where two sources contradict each other, the edge of the later one here goes.
TRUST: Final = ("RECRUIT", "MESH", "ATC", "DRUGBANK", "ICD10", "ICD10CM")


def parents(things: Sequence[Thing], unifier: Unifier) -> list[list[int]]:
    """For each thing the positions of its parents: MeSH ∪ ATC ∪ ICD-10 ∪ our own, acyclic."""
    place = {id(thing): position for position, thing in enumerate(things)}
    edges: list[tuple[int, int, int]] = []
    for child, thing in enumerate(things):
        for code in thing.parents:
            owner = unifier.owner(code, thing.kind)
            if owner is not None and owner is not thing and owner.kind is thing.kind:
                edges.append((_trust(code), child, place[id(owner)]))
    above: list[list[int]] = [[] for _ in things]
    for _, child, parent in sorted(edges):
        if parent not in above[child] and not _reaches(parent, child, above):
            above[child].append(parent)
    return above


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
