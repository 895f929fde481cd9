"""Who has a concept, by the facts that say so."""

from dataclasses import dataclass

from recruit.matching.sets import NOBODY, People

Facts = People
"""Sets of rows of `Things`: what holds of sets of people holds of them."""


@dataclass(frozen=True, slots=True)
class Group:
    """The facts of one status that support a concept, and whose they are.

    They are `facts` that are not `left_out`: what is left of "cancer" is large and seldom needed as
    facts. Either all are `told` something of days or details, or none.
    `contradicted` are those that the rest of the record rules out. What is `perhaps` is so broad
    that it may be what the leaf leaves out.
    """

    status: int
    told: bool
    facts: Facts
    people: People
    contradicted: Facts = NOBODY
    left_out: Facts = NOBODY
    perhaps: bool = False

    @property
    def nbytes(self) -> int:
        """How much memory it takes: facts are a list of the index, or kept by themselves."""
        return self.people.nbytes + self.contradicted.nbytes


@dataclass(frozen=True, slots=True)
class Holders:
    """All facts that support a concept.

    `open` is who says not to know, or has something so broad that it may be what is asked for;
    nobody where no list of the kind is complete.
    """

    groups: tuple[Group, ...]
    open: People

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return sum(group.nbytes for group in self.groups) + self.open.nbytes


@dataclass(frozen=True, slots=True)
class Parted:
    """Facts that support a leaf, those that may, and those that do not."""

    yes: Facts
    unknown: Facts
    no: Facts

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return self.yes.nbytes + self.unknown.nbytes + self.no.nbytes
