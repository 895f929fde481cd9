"""From what the sources know to concepts: one thing, one concept, all names and codes on it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from recruit.terminology.concepts import Kind
from recruit.terminology.inn import root
from recruit.terminology.sources.atc import above
from recruit.terminology.sources.entry import Entry, Name
from recruit.terminology.words import key

# Whose code becomes the identifier: a drug goes by its ATC code, the rest by MeSH.
ORDER: Final = ("MESH", "ICD10", "ATC", "DRUGBANK", "RECRUIT")
DRUG_ORDER: Final = ("ATC", "MESH", "DRUGBANK", "RECRUIT")
# Two things that one of these tells apart are never one, however alike their names.
TELLS_APART: Final = frozenset({"MESH", "DRUGBANK", "RECRUIT"})


@dataclass(slots=True, eq=False)
class Thing:
    """A concept in the making."""

    kind: Kind
    codes: dict[str, None] = field(default_factory=dict)
    names: list[Name] = field(default_factory=list)
    parents: dict[str, None] = field(default_factory=dict)
    told_apart: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        """The code that it is known by."""
        order = DRUG_ORDER if self.kind is Kind.DRUG else ORDER
        return min(self.codes, key=lambda code: _rank(code, order))


def _rank(code: str, order: tuple[str, ...]) -> tuple[int, int, str]:
    system, _, rest = code.partition(":")
    place = order.index(system) if system in order else len(order)
    tree = system == "MESH" and "." in rest
    return (place, int(tree) + (rest.count("-") if system == "ICD10" else 0), code)


class Unifier:
    """Takes entries one after another, those of the surest source first."""

    def __init__(self) -> None:
        self.things: list[Thing] = []
        self._by_code: dict[str, Thing] = {}
        self._by_name: dict[tuple[Kind, str], Thing] = {}

    def add(self, entry: Entry) -> None:
        """Join `entry` with the things that have one of its codes or names, or begin a thing."""
        system = entry.code.partition(":")[0]
        thing = self._known(entry)
        named = self._named(entry, thing.told_apart if thing else {system} & TELLS_APART)
        if thing is None:
            thing = named or Thing(entry.kind)
        elif named is not None and named is not thing:
            thing = self._join(thing, named)
        parents = () if entry.rest and thing.codes else entry.parents
        if not thing.codes:
            self.things.append(thing)
        if system in TELLS_APART:
            thing.told_apart.add(system)
        self._take(thing, (entry.code, *entry.same), entry.names, parents)

    def _take(
        self, thing: Thing, codes: Iterable[str], names: Iterable[Name], parents: Iterable[str]
    ) -> None:
        for code in codes:
            thing.codes.setdefault(code)
            self._by_code[code] = thing
        thing.parents.update(dict.fromkeys(parents))
        for name in names:
            thing.names.append(name)
            if name.identifies:
                for spelling in _spellings(name.text, thing.kind):
                    self._by_name.setdefault((thing.kind, spelling), thing)

    def _join(self, one: Thing, other: Thing) -> Thing:
        """Make one of two things: the one that was there first takes over the later one."""
        first, later = sorted((one, other), key=self.things.index)
        for name in later.names:
            for spelling in _spellings(name.text, later.kind):
                if self._by_name.get((later.kind, spelling)) is later:
                    self._by_name[later.kind, spelling] = first
        first.told_apart |= later.told_apart
        self._take(first, later.codes, later.names, later.parents)
        self.things.remove(later)
        return first

    def _known(self, entry: Entry) -> Thing | None:
        for code in (entry.code, *entry.same):
            thing = self._by_code.get(code)
            if thing is not None and thing.kind is entry.kind:
                return thing
        return None

    def _named(self, entry: Entry, apart: set[str]) -> Thing | None:
        for name in entry.names:
            if name.identifies:
                for spelling in _spellings(name.text, entry.kind):
                    thing = self._by_name.get((entry.kind, spelling))
                    if thing is not None and not thing.told_apart & apart:
                        return thing
        return None

    def forget(self) -> None:
        """Give back the memory that only taking entries needs."""
        _spellings.cache_clear()

    def find(self, means: str, kind: Kind) -> Thing | None:
        """The thing of `kind` that a code or a name means, if any."""
        thing = self._by_code.get(means)
        if thing is not None:
            return thing
        for spelling in _spellings(means, kind):
            if named := self._by_name.get((kind, spelling)):
                return named
        return None

    def owner(self, code: str, kind: Kind) -> Thing | None:
        """The thing with `code` or this name, or with the nearest wider place in its tree."""
        if ":" not in code:
            return self.find(code, kind)
        while code not in self._by_code:
            wider = _wider(code)
            if wider is None:
                return None
            code = wider
        return self._by_code[code]


def _wider(code: str) -> str | None:
    """The place above `code` in the tree of MeSH or of ATC, whether anybody names it or not."""
    system, _, rest = code.partition(":")
    wider = above(rest) if system == "ATC" else rest.rpartition(".")[0]
    return f"{system}:{wider}" if wider and system in {"ATC", "MESH"} else None


@lru_cache(maxsize=1_000_000)
def _spellings(name: str, kind: Kind) -> tuple[str, ...]:
    normal = key(name)
    if not normal:
        return ()
    return (normal, f"inn {root(name)}") if kind is Kind.DRUG else (normal,)


def narrower_terms(things: Iterable[Thing], unifier: Unifier) -> None:
    """Where a narrower term of a thing names another thing, that one lies within the first."""
    for thing in things:
        narrower = [n for n in thing.names if not (n.identifies or n.own) and n.language == "en"]
        for name in narrower:
            other = unifier.find(name.text, thing.kind)
            if other is not None and other is not thing and thing.kind is not Kind.DRUG:
                other.parents.setdefault(next(iter(thing.codes)))
                thing.names.remove(name)
