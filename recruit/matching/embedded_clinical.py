"""What one has, for everybody at a time: clinical.py's law on the rows of an index.

What is asked of one concept differs in status, window and detail, which mostly say the same of all
rows of one status. So the people of a concept are kept as one set for each status, and rows are
looked at one by one only where a day or a detail decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from typing import Final

import numpy as np

from recruit.criteria.nodes import Clinical
from recruit.matching import sets
from recruit.matching.clinical import asked_status
from recruit.matching.embedded_episodes import of_all, of_each
from recruit.matching.holders import Group, Holders
from recruit.matching.index import (
    ABSENT,
    DOUBTED,
    ENDING,
    LASTING,
    NO,
    NO_ROWS,
    PAST,
    UNKNOWN,
    YES,
    Index,
    Rows,
    ascending,
    listed,
)
from recruit.matching.keeping import Kept
from recruit.matching.outcome import Hierarchy
from recruit.matching.sets import NOBODY, Answer, Many, People
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

    def answer(self, leaf: Clinical) -> Answer:
        """Who surely has what `leaf` asks for, and who surely has not."""
        holders = self._kept.get(_key(leaf), partial(self._holders, leaf))
        size = self._index.size
        yes: list[People] = []
        disputed: list[People] = []
        maybe: list[People] = []
        failing = [NO_ROWS]
        for group in holders.groups:
            truth = of_all(leaf, group)
            if truth is not None:
                (maybe if truth == UNKNOWN else yes if truth == YES else []).append(group.people)
                if truth == YES and len(group.contradicted):
                    disputed.append(self._whose(group.contradicted))
                continue
            rows = group.rows
            truths = of_each(leaf, group, rows, self._index.things, self._on)
            sure = rows[truths == YES]
            yes.append(self._whose(sure))
            disputed.append(self._whose(self._contradicted(sure)))
            maybe.append(self._whose(rows[truths == UNKNOWN]))
            if group.status == LASTING:
                failing.append(rows[truths == NO])
        having = sets.union(yes, size)
        speaking = sets.union([having, *maybe], size)
        no = self._not(leaf, holders, np.concatenate(failing), speaking)
        return Answer(sets.without(having, sets.union(disputed, size)), no)

    def _not(self, leaf: Clinical, holders: Holders, failing: Rows, speaking: People) -> People:
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
        groups = self._narrowed(leaf) if leaf.besides else self._groups(leaf)
        return Holders(groups, self._open(leaf))

    def _groups(self, leaf: Clinical) -> tuple[Group, ...]:
        some = [
            (status, told, self._supporting(leaf.kind, leaf.concepts, status, told=told))
            for status, told in SPEAKING
        ]
        return tuple(
            Group(
                status,
                told,
                rows,
                self._whose(rows),
                NO_ROWS if status == PAST else self._contradicted(rows),
            )
            for status, told, rows in some
            if len(rows)
        )

    def _narrowed(self, leaf: Clinical) -> tuple[Group, ...]:
        """The groups of a leaf that leaves something out, from those of one that does not.

        "Cancer other than of the skin" is as large as "cancer": its rows are not kept, but who has
        them, and which rows of "cancer" are gone.
        """
        whole = replace(leaf, besides=())
        holders = self._kept.get(_key(whole), partial(self._holders, whole))
        above = {each for other in leaf.besides for each in self._hierarchy.ancestors(other)}
        groups = []
        for group in holders.groups:
            left_out = self._of_group(self._index.things.supporting, leaf, group, leaf.besides)
            broad = self._of_group(self._index.things.own, leaf, group, above)
            broad = broad[~sets.is_among(broad, left_out)]
            if not len(left_out) and not len(broad):
                groups.append(group)
                continue
            gone = np.sort(np.concatenate([left_out, broad]), kind="stable")
            disputed = group.contradicted[~sets.is_among(group.contradicted, gone)]
            rest = replace(group, contradicted=disputed, gone=gone)
            groups.append(replace(rest, people=self._whose(rest.rows)))
            if len(broad):
                own = self._whose(broad)
                groups.append(Group(group.status, group.told, broad, own, NO_ROWS, perhaps=True))
        return tuple(groups)

    def _of_group(
        self, lists: Mapping[str, Rows], leaf: Clinical, group: Group, concepts: Iterable[str]
    ) -> Rows:
        """The rows of the lists of some concepts that are in a group of the whole leaf."""
        within: dict[bool, list[str]] = {True: [], False: []}
        for concept in concepts:
            beneath = not self._hierarchy.ancestors(concept).isdisjoint(leaf.concepts)
            within[beneath].append(listed(leaf.kind, group.status, concept, told=group.told))
        surely, perhaps = (ascending(lists, within[beneath]) for beneath in (True, False))
        perhaps = perhaps[sets.is_among(perhaps, group.all_rows)]
        if not len(perhaps):
            return surely
        return sets.once(np.sort(np.concatenate([surely, perhaps]), kind="stable"))

    def _supporting(self, kind: Kind, concepts: Iterable[str], status: int, *, told: bool) -> Rows:
        """The rows that name one of the concepts or a descendant, ascending."""
        names = [listed(kind, status, each, told=told) for each in concepts]
        return ascending(self._index.things.supporting, names)

    def _own(self, kind: Kind, concepts: Iterable[str], status: int, *, told: bool) -> Rows:
        """The rows that name one of the concepts itself, ascending."""
        names = [listed(kind, status, each, told=told) for each in concepts]
        return ascending(self._index.things.own, names)

    def _whose(self, rows: Rows) -> People:
        return sets.of_rows(self._index.things.person[rows], self._index.size)

    @cached_property
    def _ruled(self) -> Rows:
        """The rows that the same person's record rules out."""
        return np.flatnonzero(self._index.things.contradicted).astype(np.int32)

    def _contradicted(self, rows: Rows) -> Rows:
        if len(rows) < len(self._ruled):
            return rows[self._index.things.contradicted[rows]]
        return self._ruled[sets.is_among(self._ruled, rows)]

    def _denied(self, leaf: Clinical, failing: Rows) -> People:
        """Whose record rules out every concept of the leaf (see `_denies` in clinical.py)."""
        current = asked_status(leaf) == "current"
        parts = []
        for concept in leaf.concepts:
            key = ("denied", leaf.kind, concept, current)
            ruled_out = self._kept.get(
                key, partial(self._ruled_out, leaf.kind, concept, current=current)
            )
            if len(failing):
                above = self._hierarchy.ancestors(concept)
                naming = self._own(leaf.kind, above, LASTING, told=True)
                own = self._whose(np.sort(failing[sets.is_among(failing, naming)]))
                ruled_out = Answer(sets.union([ruled_out.yes, own], self._index.size), NOBODY)
            parts.append(ruled_out.yes)
        return sets.intersection(parts) if parts else NOBODY

    def _ruled_out(self, kind: Kind, concept: str, *, current: bool) -> Answer:
        """Who is said not to have `concept` or something broader, or, asked now, to have had it."""
        against = [self._own(kind, self._hierarchy.ancestors(concept), ABSENT, told=False)]
        if current:
            against += [self._own(kind, (concept,), PAST, told=told) for told in (False, True)]
        return Answer(self._whose(np.sort(np.concatenate(against), kind="stable")), NOBODY)

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
            doubted = doubted[~sets.is_among(doubted, left_out)]
        parts = [self._whose(doubted)]
        for status, told in (*SPEAKING, (DOUBTED, False)):
            broader = self._own(leaf.kind, above, status, told=told)
            if len(broader):
                rows = self._supporting(leaf.kind, leaf.concepts, status, told=told)
                speaking = sets.is_among(broader, rows)
                if leaf.besides:
                    left_out = self._supporting(leaf.kind, leaf.besides, status, told=told)
                    speaking &= ~sets.is_among(broader, left_out)
                parts.append(self._whose(broader[~speaking]))
        return sets.union(parts, self._index.size)


def _key(leaf: Clinical) -> tuple[object, ...]:
    return leaf.kind, leaf.concepts, leaf.besides
