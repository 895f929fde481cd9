"""From the pieces of a statement to its rule: lists, exceptions, conditions, several sentences."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from recruit.criteria.nodes import (
    AllOf,
    AnyOf,
    Clinical,
    Not,
    Rule,
)
from recruit.trials.parser import leaves, subjects
from recruit.trials.parser.attachment import piece
from recruit.trials.parser.bounds import Bound
from recruit.trials.parser.combine import combined
from recruit.trials.parser.cues import Cue
from recruit.trials.parser.definitions import defined, judged
from recruit.trials.parser.entries import Carried
from recruit.trials.parser.exceptions import spared
from recruit.trials.parser.introductions import (
    TOO_MANY,
    how_many,
    introduced,
    introducing,
    says_nothing,
    shared,
)
from recruit.trials.parser.items import Item
from recruit.trials.parser.leaves import both, either
from recruit.trials.parser.lists import (
    JOINS,
    reset,
    same_time,
    stretches,
)
from recruit.trials.parser.pieces import Piece, Sheet
from recruit.trials.parser.sharing import (
    lead_windows,
    share_aversion,
    share_values,
    share_windows,
)

_DEEPEST: Final = 3


class Clause:
    """Reads the statements of one criterion."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def read(
        self, row: Sequence[Item], depth: int = 0, carried: Carried | None = None
    ) -> Rule | None:
        """The rule of one sentence, or of one bracket; None when it says nothing."""
        row = list(row)
        if depth >= _DEEPEST:
            return self._list(row, depth, carried)
        colon = introduced(row)
        if colon is not None:
            return self._counted(row[:colon], row[colon + 1 :], depth)
        for place, item in enumerate(row):
            if item.cue is Cue.UNLESS:
                return self._unless(row[:place], item, row[place + 1 :], depth)
            if item.cue is Cue.EXCEPT:
                return self._except(row[:place], item, row[place + 1 :], depth)
            if item.cue in {Cue.EXAMPLES, Cue.DEFINED} and place:
                return self._spelt_out(row[:place], item, row[place + 1 :], depth)
        return self._about(row, depth, carried)

    def _counted(self, left: list[Item], right: list[Item], depth: int) -> Rule | None:
        """Such as "asthma with at least two of the following: A, B, C"."""
        count = how_many([left])
        if count is None and says_nothing([left]):  # "use of the following medications: A, B"
            return self._list(right, depth, None)
        if count == 1 and any(item.cue is Cue.NOT for item in left):
            # "No history of any of the following: …" denies each of them.
            return self._list([*left, *right], depth, None)
        denied = any(item.cue is Cue.NOT for item in left)
        pieces, joins = self._pieces(right, depth, Carried())
        if count is None or count == TOO_MANY or not pieces or denied:
            return self._whole([*left, *right])
        body = combined(pieces, joins, self.sheet, count)
        said = shared(left)
        if body is None or said is not None:
            return said.said_of(body) if body and said else body
        lead = self.read([item for item in left if not introducing(item)], depth + 1)
        return body if lead is None else both([lead, body])

    def _about(self, row: list[Item], depth: int, carried: Carried | None) -> Rule | None:
        """The sentence by its subject: everybody, or only a part of the people."""
        inclusion = self.sheet.kind == "inclusion"
        two = subjects.second(row) if inclusion else None
        if two:
            rules = [self.read(part, depth + 1, carried) for part in two]
            return both([rule for rule in rules if rule is not None]) if any(rules) else None
        asked = subjects.asked_of(row)
        if asked:
            return self._of_some(*asked, depth)
        must = subjects.modal(row) if inclusion else None
        if must:
            return self._conditional(*must, depth, carried)
        if row and row[0].norm in subjects.IF and row[0].cue is Cue.UNCERTAIN and len(row) > 1:
            # "If on statins stable for 3 months": where the condition ends is not read.
            return self._whole(row)
        return self._list(row, depth, carried)

    # ------------------------------------------------------------------ joined clauses
    def _unless(self, left: list[Item], mark: Item, right: list[Item], depth: int) -> Rule | None:
        """As in "X unless Y": an exclusion holds when X and not Y, a requirement when X or Y."""
        rule, other = self.read(left, depth + 1), self.read(right, depth + 1)
        if rule is None or other is None:
            return self._whole([*left, mark, *right])
        if self.sheet.kind == "exclusion":
            return both([rule, Not(other)])
        return AnyOf((rule, other))

    def _except(self, left: list[Item], mark: Item, right: list[Item], depth: int) -> Rule | None:
        """As in "cancer except skin cancer": has one that is none of these.

        Where the exception is itself narrowed ("treated skin cancer"), having it may still count.
        """
        rule, other = self.read(left, depth + 1), self.read(right, depth + 1)
        if rule is None or other is None:
            return self._whole([*left, mark, *right])
        return spared(rule, other, self.sheet.unread(mark.start, mark.end))

    def _spelt_out(
        self, left: list[Item], mark: Item, right: list[Item], depth: int
    ) -> Rule | None:
        rule, other = self.read(left, depth + 1), self.read(right, depth + 1)
        if rule is None or other is None:
            return rule or other
        if mark.cue is Cue.DEFINED:
            return self._narrowed(defined(rule, other), other)
        rule, other = same_time(rule, other)
        if self.sheet.kind == "inclusion" and not isinstance(rule, Not):
            # "Signs of influenza, including fever": one of these alone may not be enough.
            return AnyOf((rule, both([other, self.sheet.unread(mark.start, mark.end)])))
        listed = other.of if isinstance(other, AnyOf | AllOf) else (other,)
        if judged(rule):
            # "Disease that in the opinion of the investigator …, including asthma"
            return AnyOf((rule, both([other, self.sheet.unread(mark.start, mark.end)])))
        if isinstance(rule, Not):
            return Not(AnyOf((rule.of, *listed)))
        return AnyOf((rule, *listed))

    def _narrowed(self, rule: Rule, by: Rule) -> Rule:
        if isinstance(rule, Not):
            return Not(both([rule.of, by]))
        return both([rule, by])

    def _of_some(self, left: list[Item], right: list[Item], depth: int) -> Rule | None:
        """Such as "if female, not pregnant", which asks nothing of men."""
        subject = self._subject(left, depth)
        rule = self.read(right, depth + 1) or self._whole(right)
        if subject is None or rule is None:
            return rule
        if self.sheet.kind == "exclusion":
            return both([subject, rule])
        return AnyOf((Not(subject), rule))

    def _conditional(
        self, left: list[Item], right: list[Item], depth: int, carried: Carried | None
    ) -> Rule | None:
        """As in "women must use contraception"; "patients with asthma must …" asks for both."""
        if subjects.only_population(left, ages=True):
            return self._of_some(left, right, depth)
        subject = self._list(left, depth, carried)
        rule = self.read(right, depth + 1)
        if subject is None or rule is None:
            return subject or rule
        return both([subject, rule])

    def _subject(self, row: list[Item], depth: int) -> Rule | None:
        """Whom a sentence is about: "men and women of childbearing potential" is either of them."""
        if not subjects.only_population(row):
            return self._list(row, depth, None)
        pieces, _ = self._pieces(row, depth, Carried())
        rules = [Not(p.rule) if p.denied is not None else p.rule for p in pieces if p.rule]
        return either(rules) if rules else None

    # ------------------------------------------------------------------ lists
    def _list(self, row: Sequence[Item], depth: int, carried: Carried | None) -> Rule | None:
        pieces, joins = self._pieces(row, depth, carried or Carried())
        if not pieces:
            return None
        return combined(pieces, joins, self.sheet)

    def _pieces(
        self, row: Sequence[Item], depth: int, carried: Carried
    ) -> tuple[list[Piece], list[Item]]:
        """The pieces between the joining words, and the joining item before each but the first."""
        pieces: list[Piece] = []
        joins: list[Item] = []
        waiting: Item | None = None
        leading: list[Bound] = []
        for stretch, join in stretches(row):
            waiting = join if waiting is None or (join and join.cue in JOINS) else waiting
            if not stretch:
                continue
            carried = reset(carried, stretch, waiting)
            found, carried = piece(stretch, carried, self.sheet, lambda r: self._aside(r, depth))
            if found.rule is None and found.windows and pieces and _points_back(stretch, waiting):
                found = self._again(pieces[-1].rule, stretch, found.windows[0])
            if (
                found.rule is None
                and not found.open
                and found.condition is None
                and not found.windows
            ):
                continue
            if not pieces and found.rule is None and not found.open and found.condition is None:
                # "Within 4 weeks before the first dose, surgery or chemotherapy"
                leading.extend(found.windows)
                continue
            if pieces and found.rule is None and not found.open and found.windows:
                pieces[-1].windows.extend(found.windows)
                continue
            if pieces:
                joins.append(waiting or stretch[0])
            pieces.append(found)
            waiting = None
        share_values(pieces, self.sheet)
        share_windows(pieces, self.sheet)
        share_aversion(pieces)
        lead_windows(leading, pieces, self.sheet)
        formal = any(found.formality for found in pieces)
        kept = [
            place
            for place, found in enumerate(pieces)
            if (found.rule is not None or found.condition is not None)
            and not (formal and found.only_formal)
        ]
        return [pieces[place] for place in kept], [joins[place - 1] for place in kept[1:]]

    def _again(self, rule: Rule | None, stretch: Sequence[Item], bound: Bound) -> Piece:
        """Such as "… or have received such therapy within 4 weeks": the same, at another time."""
        words = self.sheet.unread(stretch[0].start, stretch[-1].end)
        window = leaves.window(bound)
        if not isinstance(rule, Clinical) or window is None:
            return Piece(words, unread=True)
        return Piece(replace(rule, status="ever", within=window, span=words.span))

    def _aside(self, row: list[Item], depth: int) -> Rule | None:
        return self.read(row, depth + 1) if depth < _DEEPEST else self._whole(row)

    def _whole(self, row: Sequence[Item]) -> Rule | None:
        if not row:
            return None
        return self.sheet.unread(row[0].start, row[-1].end)


def _points_back(stretch: Sequence[Item], join: Item | None) -> bool:
    """Whether an alternative says when it was and not what, which the one before it said."""
    said = join is not None and join.cue in {Cue.OR, Cue.AND_OR}
    return said and any(item.cue in {Cue.HISTORY, Cue.CURRENT} for item in stretch)
