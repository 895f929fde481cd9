"""What one has, for everybody at a time: clinical.py's law on the rows of an index."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from recruit.core.dates import before
from recruit.criteria.nodes import Clinical, Detail, Window
from recruit.matching.clinical import asked_detail, asked_status, in_detail
from recruit.matching.index import (
    ABSENT,
    DOUBTED,
    KINDS,
    NO,
    PAST,
    UNKNOWN,
    YES,
    Flags,
    Index,
    Rows,
    Truths,
    rows_of,
)
from recruit.matching.outcome import Hierarchy

# By asked status: the truth of a row that is present, past, absent.
STATUS_TRUTHS: Final = {
    "current": np.array([YES, NO, NO], np.int8),
    "past": np.array([UNKNOWN, YES, NO], np.int8),
    "ever": np.array([YES, YES, NO], np.int8),
}


def clinical(leaf: Clinical, index: Index, hierarchy: Hierarchy, on: date) -> Truths:
    """The truth of `leaf` for each person of `index` on the day `on`."""
    truth = np.full(index.size, UNKNOWN, np.int8)
    if not leaf.concepts:
        return truth
    things = index.things
    kind = KINDS[leaf.kind]
    supporting = rows_of(things.supporting, leaf.concepts)
    supporting = supporting[
        (things.kind[supporting] == kind) & (things.status[supporting] != ABSENT)
    ]
    if leaf.besides:
        supporting = np.setdiff1d(supporting, rows_of(things.supporting, leaf.besides))
    doubted = things.status[supporting] == DOUBTED
    doubting, supporting = things.person[supporting[doubted]], supporting[~doubted]
    support = _support(leaf, index, supporting, on)
    for left_out in leaf.besides:
        perhaps = np.isin(supporting, rows_of(things.own, list(hierarchy.ancestors(left_out))))
        support[perhaps & (support == YES)] = UNKNOWN

    denied, open_ = _covered(leaf, index, hierarchy, supporting, support)
    open_[doubting] = True
    complete = index.complete.get(leaf.kind)
    if complete is not None:
        truth[complete & ~open_] = NO
    truth[denied] = NO

    best = np.full(len(truth), NO, np.int8)
    np.maximum.at(best, things.person[supporting], support)
    truth = np.where(best == NO, truth, best).astype(np.int8)
    speaks = support == best[things.person[supporting]]
    unsure = supporting[speaks & things.contradicted[supporting]]
    unsure = things.person[unsure]
    truth[unsure[best[unsure] != NO]] = UNKNOWN
    return truth


def _support(leaf: Clinical, index: Index, rows: Rows, on: date) -> Truths:
    """How far each supporting row supports in status, window and detail."""
    things = index.things
    support: Truths = STATUS_TRUTHS[asked_status(leaf)][things.status[rows]]
    if leaf.within is not None:
        support = np.minimum(support, _in_window(leaf.within, index, rows, on))
    detail = asked_detail(leaf)
    if detail != Detail():
        table = np.array([in_detail(detail, known) for known in things.details], np.int8)
        support = np.minimum(support, table[things.detail[rows]])
    return support


def _in_window(window: Window, index: Index, rows: Rows, on: date) -> Truths:
    things = index.things
    truth = np.full(len(rows), YES, np.int8)
    if window.min is not None:
        limit = before(on, window.min, window.unit).toordinal()
        truth = (things.began.latest[rows] <= limit).astype(np.int8)
        truth += things.began.earliest[rows] <= limit
    if window.max is not None:
        limit = before(on, window.max, window.unit).toordinal()
        recent = (things.ended.latest[rows] >= limit).astype(np.int8)
        recent += things.ended.earliest[rows] >= limit
        recent[things.lasts[rows]] = YES
        truth = np.minimum(truth, recent)
    return truth


def _covered(
    leaf: Clinical, index: Index, hierarchy: Hierarchy, supporting: Rows, support: Truths
) -> tuple[Flags, Flags]:
    """Who has every concept of the leaf ruled out, and who has, or may have, something broader."""
    things = index.things
    kind = KINDS[leaf.kind]
    against = _against(leaf, index, supporting, support)
    is_supporting = np.zeros(len(things.person), np.bool_)
    is_supporting[supporting] = True
    denied = np.ones(index.size, np.bool_)
    broader = np.zeros(index.size, np.bool_)
    for concept in leaf.concepts:
        rows = _naming(index, list(hierarchy.ancestors(concept)))
        rows = rows[things.kind[rows] == kind]
        ruled_out = np.zeros(index.size, np.bool_)
        ruled_out[things.person[rows[against[rows] & (things.status[rows] != PAST)]]] = True
        own = _naming(index, [concept])
        ruled_out[things.person[own[against[own] & (things.kind[own] == kind)]]] = True
        denied &= ruled_out
        rest = rows[(things.status[rows] != ABSENT) & ~is_supporting[rows]]
        broader[things.person[rest]] = True
    return denied, broader


def _naming(index: Index, concepts: Sequence[str]) -> Rows:
    return rows_of(index.things.own, concepts)


def _against(leaf: Clinical, index: Index, supporting: Rows, support: Truths) -> Flags:
    """Which rows speak against what they cover (see clinical.py)."""
    things = index.things
    against: Flags = things.status == ABSENT
    if asked_status(leaf) == "current":
        against |= things.status == PAST
    failing = supporting[support == NO]
    against[failing[things.lasts[failing]]] = True
    return against
