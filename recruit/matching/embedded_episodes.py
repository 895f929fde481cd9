"""How far rows of what one has are as a leaf asks: status, window and detail (see clinical.py)."""

from datetime import date
from typing import Final

import numpy as np

from recruit.core.dates import before
from recruit.criteria.nodes import Clinical, Detail, Window
from recruit.matching.clinical import asked_detail, asked_status, in_detail
from recruit.matching.holders import Group
from recruit.matching.index import ALWAYS, LASTING, NO, UNKNOWN, YES, Rows, Things, Truths

# By asked status: the truth of a row that is lasting, ending, past.
STATUS_TRUTHS: Final = {
    "current": (YES, YES, NO),
    "past": (UNKNOWN, UNKNOWN, YES),
    "ever": (YES, YES, YES),
}


def of_all(leaf: Clinical, group: Group) -> int | None:
    """How far every row of a group supports the leaf; None where they may differ."""
    truth = _most(leaf, group)
    if truth == NO:
        return NO
    dated = leaf.within is not None and is_dated(leaf.within, group.status)
    detail = asked_detail(leaf)
    if group.told:
        return None if dated or detail != Detail() else truth
    # Nothing is said of days and details: what asks for them stays open.
    return min(truth, UNKNOWN if dated else YES, int(in_detail(detail, Detail())))


def of_each(leaf: Clinical, group: Group, rows: Rows, things: Things, on: date) -> Truths:
    """How far each of some facts of a group supports in status, window and detail on a day."""
    truths = np.full(len(rows), _most(leaf, group), np.int8)
    if leaf.within is not None:
        truths = np.minimum(truths, _in_window(leaf.within, group.status, rows, things, on))
    detail = asked_detail(leaf)
    if detail != Detail():
        table = np.array([in_detail(detail, known) for known in things.details], np.int8)
        truths = np.minimum(truths, table.take(things.detail.take(rows)))
    return truths


def is_dated(window: Window, status: int) -> bool:
    """Whether days decide what is within a window: what lasts is recent without any."""
    bounded = window.max is not None and (window.event == "onset" or status != LASTING)
    return window.min is not None or bounded


def _most(leaf: Clinical, group: Group) -> int:
    """How far a row of the group supports if its days and details are as asked."""
    truth = STATUS_TRUTHS[asked_status(leaf)][group.status]
    return min(truth, UNKNOWN) if group.perhaps else truth


def _in_window(window: Window, status: int, rows: Rows, things: Things, on: date) -> Truths:
    truth = np.full(len(rows), YES, np.int8)
    if window.min is not None:
        limit = before(on, window.min, window.unit).toordinal()
        truth = (things.began.latest.take(rows) <= limit).astype(np.int8)
        truth += things.began.earliest.take(rows) <= limit
    onset = window.event == "onset"
    if window.max is not None and (onset or status != LASTING):
        limit = before(on, window.max, window.unit).toordinal()
        days = things.began if onset else things.ended
        latest = days.latest.take(rows)
        if onset:
            # Where nobody recorded the first day, it is not after the last one.
            latest = np.where(latest == ALWAYS, things.ended.latest.take(rows), latest)
        recent = (latest >= limit).astype(np.int8)
        recent += days.earliest.take(rows) >= limit
        truth = np.minimum(truth, recent)
    return truth
