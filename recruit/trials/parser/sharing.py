"""What the pieces of a list share: the last value ("AST or ALT ≤ 2.5 x ULN"), the last time."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from recruit.criteria.eligibility import leaves as leaves_of
from recruit.criteria.nodes import Clinical, Unparsed, Window
from recruit.terminology.concepts import Kind
from recruit.trials.parser import leaves
from recruit.trials.parser.bounds import Bound
from recruit.trials.parser.leaves import both
from recruit.trials.parser.lists import of_states, shared_time, timed, within
from recruit.trials.parser.pieces import Piece, Sheet, measured


def share_values(pieces: Sequence[Piece], sheet: Sheet) -> None:
    """Such as "AST or ALT ≤ 2.5 x ULN": a variable without a value has the next one's."""
    bound = None
    for found in reversed(pieces):
        if found.bound is not None:
            bound = found.bound
        for entry in found.open:
            rule = (
                measured(entry, bound, sheet)
                if bound and len(entry.reading.keys if entry.reading else ()) == 1
                else None
            )
            leaf = rule or sheet.unread(entry.start, entry.end)
            found.rule = leaf if found.rule is None else both([found.rule, leaf])
            found.valued = found.valued or rule is not None
            found.unread = found.unread or rule is None
        if found.valued is False and not found.open:
            bound = None


def share_aversion(pieces: Sequence[Piece]) -> None:
    """Such as "fructose or lactose intolerance", "penicillin or aspirin allergy": of both drugs."""
    for before, after in pairwise(reversed(pieces)):
        drug = after.rule
        if not (before.behind and after.bare and isinstance(drug, Clinical)):
            return
        if drug.kind is not Kind.DRUG:
            return
        after.behind = before.behind
        if before.behind == "allergy":
            after.rule = replace(drug, kind=Kind.ALLERGY)
        else:
            after.rule = Clinical(drug.kind, drug.text, span=drug.span)


def share_windows(pieces: Sequence[Piece], sheet: Sheet) -> None:
    """The last window is that of the whole list ("stroke, MI or TIA within 6 months")."""
    for found in pieces[:-1]:
        _keep_windows(found, sheet)
    if not pieces or shared_time(pieces[-1].windows) is None:
        return
    window: Window | None = None
    states = False
    for found in reversed(pieces):
        if found.windows:
            # "A or B within 4 weeks, or C within 2 weeks": B's time is A's as well.
            window = shared_time(found.windows) or window
            states = found.rule is not None and of_states(found.rule)
        own = found.windows and (found is not pieces[-1] or any(b.either for b in found.windows))
        if found.rule is not None and window and not own:
            free = leaves.free(window) if found.denied is not None else window
            found.rule = within(found.rule, free, states=states)
    if not any(found.rule and timed(found.rule) for found in pieces):
        _keep_windows(pieces[-1], sheet)


def _keep_windows(found: Piece, sheet: Sheet) -> None:
    """A time that follows words nobody read: "4 times a week, last 2 weeks, at night"."""
    if found.rule is None or found.ahead or timed(found.rule):
        return
    words = [*found.head, *leaves_of(found.rule), *found.tail]
    if any(isinstance(leaf, Unparsed) for leaf in words):
        found.rule = both([found.rule, *map(sheet.timed, found.windows)])


def lead_windows(leading: Sequence[Bound], pieces: Sequence[Piece], sheet: Sheet) -> None:
    """A time before the list is that of whatever in it has none."""
    for place, bound in enumerate(leading):
        window = leaves.window(bound)
        for found in pieces:
            if found.rule is None:
                continue
            if window is None or place:
                found.head.append(sheet.unread(bound.start, bound.end))
                break
            free = leaves.free(window) if found.denied is not None else window
            found.rule = within(found.rule, free)
