"""What one has, for everybody at a time: clinical.py's law on the rows of an index.

What is asked of one concept differs in status, window and detail, which mostly say the same of all
rows of one status. So the people of a concept are kept as one set for each status, and rows are
looked at one by one only where a day or a detail decides.
"""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recruit.core.dates import before
from recruit.criteria.nodes import Clinical, Detail, Window
from recruit.matching import sets
from recruit.matching.clinical import asked_detail, asked_status, in_detail
from recruit.matching.holders import Group, Holders
from recruit.matching.index import (
    ALWAYS,
    DOUBTED,
    ENDING,
    KINDS,
    LASTING,
    NO,
    NO_ROWS,
    PAST,
    UNKNOWN,
    YES,
    Flags,
    Index,
    Rows,
    Truths,
    ascending,
    rows_of,
)
from recruit.matching.keeping import Kept
from recruit.matching.outcome import Hierarchy
from recruit.matching.sets import NOBODY, Answer, Many, People

SPEAKING: Final = (LASTING, ENDING, PAST)
# By asked status: the truth of a row that is lasting, ending, past.
STATUS_TRUTHS: Final = {
    "current": (YES, YES, NO),
    "past": (UNKNOWN, UNKNOWN, YES),
    "ever": (YES, YES, YES),
}


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
            truth = _of_all(leaf, group)
            if truth is not None:
                (maybe if truth == UNKNOWN else yes if truth == YES else []).append(group.people)
                if truth == YES:
                    disputed.append(self._whose(group.contradicted))
                continue
            rows = group.rows
            truths = self._of_each(leaf, group, rows)
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
        complete = self._index.complete.get(leaf.kind)
        if complete is None:
            return sets.without(denied, speaking)
        words = sets.words_of_flags(complete)
        sets.remove(words, holders.open)
        sets.add(words, denied)
        sets.remove(words, speaking)
        return Many(words)

    def _holders(self, leaf: Clinical) -> Holders:
        groups = self._narrowed(leaf) if leaf.besides else self._groups(leaf)
        return Holders(groups, self._open(leaf))

    def _groups(self, leaf: Clinical) -> tuple[Group, ...]:
        rows = self._supporting(leaf)
        status = self._index.things.status[rows]
        some = [(each, rows[status == each]) for each in SPEAKING]
        return tuple(
            Group(each, own, self._whose(own), self._contradicted(own))
            for each, own in some
            if len(own)
        )

    def _narrowed(self, leaf: Clinical) -> tuple[Group, ...]:
        """The groups of a leaf that leaves something out, from those of one that does not.

        "Cancer other than of the skin" is as large as "cancer": only those with the rest are looked
        at. They are out where they have no other row.
        """
        things = self._index.things
        whole = replace(leaf, besides=())
        holders = self._kept.get(_key(whole), partial(self._holders, whole))
        marks = self._kept.get(("marks", _key(whole)), partial(self._marks, whole))
        left_out = ascending(things.supporting, leaf.besides)
        left_out = left_out[marks[left_out]]
        above = {each for other in leaf.besides for each in self._hierarchy.ancestors(other)}
        broad = ascending(things.own, above)
        broad = broad[marks[broad]]
        broad = broad[~sets.is_among(broad, left_out)]
        taken = np.sort(np.concatenate([left_out, broad]), kind="stable")
        groups = []
        for group in holders.groups:
            gone = taken[things.status[taken] == group.status]
            key = ("counts", _key(whole), group.status)
            counts = self._kept.get(key, partial(self._counts, group))
            people = things.person[gone]
            last = np.flatnonzero(np.diff(people, append=-1))  # of each of them, who ascend
            rows = np.diff(last, prepend=-1)
            people = people[last]
            lost = sets.of_rows(people[rows >= counts[people]], self._index.size)
            rest = group.contradicted[~sets.is_among(group.contradicted, gone)]
            left = sets.without(group.people, lost)
            groups.append(Group(group.status, group.all_rows, left, rest, gone))
            perhaps = broad[things.status[broad] == group.status]
            if len(perhaps):
                own = self._whose(perhaps)
                groups.append(Group(group.status, perhaps, own, NO_ROWS, perhaps=True))
        return tuple(groups)

    def _marks(self, leaf: Clinical) -> Flags:
        return self._marked(self._supporting(leaf))

    def _counts(self, group: Group) -> NDArray[np.uint16]:
        """How many rows of the group each person has."""
        counts = np.bincount(self._index.things.person[group.all_rows], minlength=self._index.size)
        return counts.astype(np.uint16)

    def _supporting(self, leaf: Clinical) -> Rows:
        """The rows of the leaf's kind that name one of its concepts or a descendant, ascending."""
        return self._of_kind(leaf, ascending(self._index.things.supporting, leaf.concepts))

    def _marked(self, rows: Rows) -> Flags:
        marked = np.zeros(len(self._index.things.person), np.bool_)
        marked[rows] = True
        return marked

    def _whose(self, rows: Rows) -> People:
        return sets.of_rows(self._index.things.person[rows], self._index.size)

    def _contradicted(self, rows: Rows) -> Rows:
        return rows[self._index.things.contradicted[rows]]

    def _of_each(self, leaf: Clinical, group: Group, rows: Rows) -> Truths:
        """How far each row of a group supports in status, window and detail."""
        things = self._index.things
        truths = np.full(len(rows), _most(leaf, group), np.int8)
        if leaf.within is not None:
            truths = np.minimum(truths, self._in_window(leaf.within, group.status, rows))
        detail = asked_detail(leaf)
        if detail != Detail():
            table = np.array([in_detail(detail, known) for known in things.details], np.int8)
            truths = np.minimum(truths, table[things.detail[rows]])
        return truths

    def _in_window(self, window: Window, status: int, rows: Rows) -> Truths:
        things = self._index.things
        truth = np.full(len(rows), YES, np.int8)
        if window.min is not None:
            limit = before(self._on, window.min, window.unit).toordinal()
            truth = (things.began.latest[rows] <= limit).astype(np.int8)
            truth += things.began.earliest[rows] <= limit
        onset = window.event == "onset"
        if window.max is not None and (onset or status != LASTING):
            limit = before(self._on, window.max, window.unit).toordinal()
            days = things.began if onset else things.ended
            latest = days.latest[rows]
            if onset:
                # Where nobody recorded the first day, it is not after the last one.
                latest = np.where(latest == ALWAYS, things.ended.latest[rows], latest)
            recent = (latest >= limit).astype(np.int8)
            recent += days.earliest[rows] >= limit
            truth = np.minimum(truth, recent)
        return truth

    def _denied(self, leaf: Clinical, failing: Rows) -> People:
        """Whose record rules out every concept of the leaf (see `_denies` in clinical.py)."""
        things = self._index.things
        current = asked_status(leaf) == "current"
        parts = []
        for concept in leaf.concepts:
            key = ("denied", leaf.kind, concept, current)
            ruled_out = self._kept.get(
                key, partial(self._ruled_out, leaf, concept, current=current)
            )
            if len(failing):
                naming = self._marked(rows_of(things.own, self._hierarchy.ancestors(concept)))
                own = self._whose(failing[naming[failing]])
                ruled_out = Answer(sets.union([ruled_out.yes, own], self._index.size), NOBODY)
            parts.append(ruled_out.yes)
        return sets.intersection(parts) if parts else NOBODY

    def _ruled_out(self, leaf: Clinical, concept: str, *, current: bool) -> Answer:
        """Who is said not to have `concept` or something broader, or, asked now, to have had it."""
        things = self._index.things
        against = [self._of_kind(leaf, rows_of(things.absent, self._hierarchy.ancestors(concept)))]
        if current:
            own = self._of_kind(leaf, rows_of(things.own, (concept,)))
            against.append(own[things.status[own] == PAST])
        return Answer(self._whose(np.sort(np.concatenate(against), kind="stable")), NOBODY)

    def _open(self, leaf: Clinical) -> People:
        """For whom a complete list says nothing."""
        if leaf.kind not in self._index.complete:
            return NOBODY
        things = self._index.things
        rows = self._supporting(leaf)
        if leaf.besides:
            rows = rows[~self._marked(rows_of(things.supporting, leaf.besides))[rows]]
        above = {each for concept in leaf.concepts for each in self._hierarchy.ancestors(concept)}
        if not leaf.besides:
            above.difference_update(leaf.concepts)  # whoever has those has what is asked for
        broader = self._of_kind(leaf, ascending(things.own, above))
        broader = broader[~sets.is_among(broader, rows)]
        doubted = rows[things.status[rows] == DOUBTED]
        return sets.union([self._whose(doubted), self._whose(broader)], self._index.size)

    def _of_kind(self, leaf: Clinical, rows: Rows) -> Rows:
        found: Rows = rows[self._index.things.kind[rows] == KINDS[leaf.kind]]
        return found


def _key(leaf: Clinical) -> tuple[object, ...]:
    return leaf.kind, leaf.concepts, leaf.besides


def _most(leaf: Clinical, group: Group) -> int:
    """How far a row of the group supports if its days and details are as asked."""
    truth = STATUS_TRUTHS[asked_status(leaf)][group.status]
    return min(truth, UNKNOWN) if group.perhaps else truth


def _of_all(leaf: Clinical, group: Group) -> int | None:
    """How far every row of a group supports; None where they differ."""
    truth = _most(leaf, group)
    if truth == NO:
        return NO
    window = leaf.within
    dated = window is not None and (
        window.min is not None or window.event == "onset" or group.status != LASTING
    )
    return None if dated or asked_detail(leaf) != Detail() else truth
