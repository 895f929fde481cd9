"""What one has, for everybody at a time: clinical.py's law on the rows of an index.

What is asked of one concept differs in status, window and detail, which mostly say the same of all
facts of one status. So the people of a concept are kept as one set for each status, and facts are
looked at one by one only where a day or a detail decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from typing import Final

from recruit.criteria.nodes import Clinical
from recruit.matching import sets
from recruit.matching.clinical import asked_status
from recruit.matching.embedded_episodes import of_all, of_each
from recruit.matching.holders import Facts, Group, Holders, Parted
from recruit.matching.index import (
    ABSENT,
    DOUBTED,
    ENDING,
    LASTING,
    NO,
    PAST,
    UNKNOWN,
    YES,
    Index,
    Rows,
    listed,
)
from recruit.matching.keeping import Kept
from recruit.matching.outcome import Hierarchy
from recruit.matching.sets import NOBODY, Answer, Few, Many, People
from recruit.matching.shelves import Shelves
from recruit.terminology.concepts import Kind

# Of each status the rows that say neither a day nor a detail, and those that do.
SPEAKING: Final = tuple((s, told) for s in (LASTING, ENDING, PAST) for told in (False, True))


class Clinicals:
    """Answers clinical leaves for the people of an index on one day."""

    def __init__(self, index: Index, hierarchy: Hierarchy, on: date, kept: Kept) -> None:
        self._index = index
        self._hierarchy = hierarchy
        self._on = on
        self._kept = kept
        self._shelves = Shelves(index, kept)

    def answer(self, leaf: Clinical) -> Answer:
        """Who surely has what `leaf` asks for, and who surely has not."""
        holders = self._holders(leaf)
        size, whose = self._index.size, self._shelves.whose
        yes: list[People] = []
        disputed: list[Facts] = []
        maybe: list[People] = []
        failing: list[Facts] = []
        for group in holders.groups:
            truth = of_all(leaf, group)
            if truth is not None:
                (maybe if truth == UNKNOWN else yes if truth == YES else []).append(group.people)
                if truth == YES:
                    disputed.append(group.contradicted)
                continue
            parted = self._parted(leaf, group)
            yes.append(whose(parted.yes))
            maybe.append(whose(parted.unknown))
            if not sets.is_nobody(group.contradicted):
                disputed.append(sets.intersection([parted.yes, group.contradicted]))
            if group.status == LASTING:
                failing.append(parted.no)
        having = sets.union(yes, size)
        speaking = sets.union([having, *maybe], size)
        no = self._not(leaf, holders, sets.union(failing, self._shelves.size), speaking)
        disputing = [whose(facts) for facts in disputed if not sets.is_nobody(facts)]
        return Answer(sets.without(having, sets.union(disputing, size)), no)

    def people(self, kind: Kind, concept: str, status: int, *, told: bool) -> People:
        """Who has or had `concept` or a descendant of it, as facts of one sort say."""
        return self._shelves.whose(self._supporting(kind, (concept,), status, told=told))

    def _parted(self, leaf: Clinical, group: Group) -> Parted:
        """The facts of a group by how far they support.

        What leaves something out is parted as what does not: that is asked for again and again.
        """
        if not leaf.besides or group.perhaps:
            rows = self._rows(leaf, group)
            truths = of_each(leaf, group, rows, self._index.things, self._on)
            return Parted(*(Few(rows.compress(truths == each)) for each in (YES, UNKNOWN, NO)))
        whole = replace(leaf, besides=())
        all_facts = next(
            g
            for g in self._holders(whole).groups
            if (g.status, g.told) == (group.status, group.told)
        )
        key = ("parted", whole, group.status, group.told)
        parted = self._kept.get(key, partial(self._parted_to_keep, whole, all_facts))
        return Parted(
            *(
                sets.without(facts, group.left_out)
                for facts in (parted.yes, parted.unknown, parted.no)
            )
        )

    def _parted_to_keep(self, leaf: Clinical, group: Group) -> Parted:
        """The same as bits where they are many, for what is taken out of them time after time."""
        parted = self._parted(leaf, group)
        return Parted(*map(self._shelves.handy, (parted.yes, parted.unknown, parted.no)))

    def _rows(self, leaf: Clinical, group: Group) -> Rows:
        """The facts of a group one by one: of one whole concept, as the index lists them."""
        if leaf.besides or len(leaf.concepts) > 1:
            return sets.rows_in(group.facts)
        name = listed(leaf.kind, group.status, leaf.concepts[0], told=group.told)
        return self._index.things.supporting[name]

    def _not(self, leaf: Clinical, holders: Holders, failing: Facts, speaking: People) -> People:
        """Who surely has not: denied, or not in a list that is complete, and nothing speaks."""
        denied = self._denied(leaf, failing)
        if leaf.kind not in self._index.complete:
            return sets.without(denied, speaking)
        key = ("complete", leaf.kind)
        words = sets.words_in(
            self._kept.get(key, partial(self._complete, leaf.kind)).yes, self._index.size
        ).copy()
        sets.remove(words, holders.open)
        sets.add(words, denied)
        sets.remove(words, speaking)
        return Many(words)

    def _complete(self, kind: Kind) -> Answer:
        return Answer(sets.of_flags(self._index.complete[kind]), NOBODY)

    def _holders(self, leaf: Clinical) -> Holders:
        """Kept where nothing is left out: what is left of "cancer" is large and asked for once."""
        if leaf.besides:
            return Holders(self._narrowed(leaf), self._open(leaf))
        make = partial(self._all_holders, leaf)
        return self._kept.get(("holders", leaf.kind, leaf.concepts), make)

    def _all_holders(self, leaf: Clinical) -> Holders:
        return Holders(self._groups(leaf), self._open(leaf))

    def _groups(self, leaf: Clinical) -> tuple[Group, ...]:
        groups = []
        for status, told in SPEAKING:
            facts = self._supporting(leaf.kind, leaf.concepts, status, told=told)
            if not sets.is_nobody(facts):
                ruled_out = NOBODY if status == PAST else self._among([facts, self._ruled])
                people = self._shelves.whose(facts)
                groups.append(Group(status, told, facts, people, ruled_out))
        return tuple(groups)

    def _narrowed(self, leaf: Clinical) -> tuple[Group, ...]:
        """The groups of a leaf that leaves something out, from those of one that does not."""
        above = self._between(leaf)
        groups = []
        for group in self._holders(replace(leaf, besides=())).groups:
            status, told = group.status, group.told
            named = self._supporting(leaf.kind, leaf.besides, status, told=told)
            naming = self._own(leaf.kind, above, status, told=told)
            left_out = sets.union([named, naming], self._shelves.size)
            if sets.is_nobody(left_out):
                groups.append(group)
                continue
            people = self._shelves.left(group.people, group.facts, left_out)
            ruled_out = sets.without(group.contradicted, left_out)
            groups.append(Group(status, told, group.facts, people, ruled_out, left_out))
            broad = sets.without(naming, named)
            if not sets.is_nobody(broad):
                whose = self._shelves.whose(broad)
                groups.append(Group(status, told, broad, whose, perhaps=True))
        return tuple(groups)

    def _between(self, leaf: Clinical) -> set[str]:
        """What is broader than something left out, and still within what is asked for."""
        asked = frozenset(leaf.concepts)
        ancestors = self._hierarchy.ancestors
        broader = {each for other in leaf.besides for each in ancestors(other)}
        return {each for each in broader if not asked.isdisjoint(ancestors(each))}

    def _supporting(self, kind: Kind, concepts: Iterable[str], status: int, *, told: bool) -> Facts:
        """The facts that name one of the concepts or a descendant."""
        names = [listed(kind, status, each, told=told) for each in concepts]
        return self._shelves.supporting(names)

    def _own(self, kind: Kind, concepts: Iterable[str], status: int, *, told: bool) -> Facts:
        """The facts that name one of the concepts itself."""
        names = [listed(kind, status, each, told=told) for each in concepts]
        return self._shelves.own(names)

    def _among(self, facts: Sequence[Facts]) -> Facts:
        """The few facts that are in each of some large sets."""
        return sets.lean(sets.intersection(facts), self._shelves.size)

    @cached_property
    def _ruled(self) -> Facts:
        """The facts that the same person's record rules out."""
        return sets.of_flags(self._index.things.contradicted)

    def _denied(self, leaf: Clinical, failing: Facts) -> People:
        """Whose record rules out every concept of the leaf (see `_denies` in clinical.py)."""
        current = asked_status(leaf) == "current"
        parts = []
        for concept in leaf.concepts:
            key = ("denied", leaf.kind, concept, current)
            ruled_out = self._kept.get(
                key, partial(self._ruled_out, leaf.kind, concept, current=current)
            )
            if not sets.is_nobody(failing):
                above = self._hierarchy.ancestors(concept)
                naming = self._own(leaf.kind, above, LASTING, told=True)
                own = self._shelves.whose(sets.intersection([failing, naming]))
                ruled_out = Answer(sets.union([ruled_out.yes, own], self._index.size), NOBODY)
            parts.append(ruled_out.yes)
        return sets.intersection(parts) if parts else NOBODY

    def _ruled_out(self, kind: Kind, concept: str, *, current: bool) -> Answer:
        """Who is said not to have `concept` or something broader, or, asked now, to have had it."""
        names = [listed(kind, ABSENT, each) for each in self._hierarchy.ancestors(concept)]
        if current:
            names += [listed(kind, PAST, concept, told=told) for told in (False, True)]
        return Answer(self._shelves.owners(names), NOBODY)

    def _open(self, leaf: Clinical) -> People:
        """For whom a complete list says nothing."""
        if leaf.kind not in self._index.complete:
            return NOBODY
        above = {each for concept in leaf.concepts for each in self._hierarchy.ancestors(concept)}
        if not leaf.besides:
            above.difference_update(leaf.concepts)  # whoever has those has what is asked for
        doubted = self._supporting(leaf.kind, leaf.concepts, DOUBTED, told=False)
        if leaf.besides:
            left_out = self._supporting(leaf.kind, leaf.besides, DOUBTED, told=False)
            doubted = sets.without(doubted, left_out)
        parts = [doubted]
        for status, told in (*SPEAKING, (DOUBTED, False)):
            broader = self._own(leaf.kind, above, status, told=told)
            if sets.is_nobody(broader):
                continue
            speaking = self._supporting(leaf.kind, leaf.concepts, status, told=told)
            if leaf.besides:
                left_out = self._supporting(leaf.kind, leaf.besides, status, told=told)
                speaking = sets.without(speaking, left_out)
            parts.append(sets.without(broader, speaking))
        return self._shelves.whose(sets.union(parts, self._shelves.size))
