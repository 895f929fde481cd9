"""From the pieces of a statement to its rule: lists, exceptions, conditions, several sentences."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from recruit.criteria.eligibility import leaves as leaves_of
from recruit.criteria.nodes import (
    AllOf,
    AnyOf,
    Clinical,
    Not,
    Rule,
    Unparsed,
)
from recruit.trials.parser import leaves
from recruit.trials.parser.attachment import piece
from recruit.trials.parser.cues import Cue
from recruit.trials.parser.entries import Carried
from recruit.trials.parser.items import Item
from recruit.trials.parser.leaves import both, either
from recruit.trials.parser.lists import JOINS, both_sexes, is_population, reset, stretches, within
from recruit.trials.parser.pieces import Piece, Sheet, measured

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
        for place, item in enumerate(row):
            if item.cue is Cue.UNLESS and depth < _DEEPEST:
                return self._unless(row[:place], item, row[place + 1 :], depth)
            if item.cue is Cue.EXCEPT and depth < _DEEPEST:
                return self._except(row[:place], item, row[place + 1 :], depth)
            if item.cue in {Cue.EXAMPLES, Cue.DEFINED} and depth < _DEEPEST and place:
                return self._spelt_out(row[:place], item, row[place + 1 :], depth)
        must = next((place for place, item in enumerate(row) if item.cue is Cue.MUST), 0)
        if must and depth < _DEEPEST and self.sheet.kind == "inclusion":
            return self._conditional(row[:must], row[must + 1 :], depth, carried)
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
        if isinstance(rule, Not):
            return Not(self._spared(rule.of, other, mark))
        return self._spared(rule, other, mark)

    def _spared(self, rule: Rule, other: Rule, mark: Item) -> Rule:
        excepted = [leaf for leaf in leaves_of(other) if isinstance(leaf, Clinical)]
        plain = len(excepted) == len(list(leaves_of(other)))
        known = all(leaf.concepts for leaf in excepted) and bool(excepted)
        if isinstance(rule, Clinical) and known and {leaf.kind for leaf in excepted} == {rule.kind}:
            besides = tuple(dict.fromkeys(code for leaf in excepted for code in leaf.concepts))
            if not plain:
                return AnyOf((replace(rule, besides=besides), other))
            spans = [leaf.span for leaf in (rule, *excepted) if leaf.span]
            reach = (min(span[0] for span in spans), max(span[1] for span in spans))
            return replace(rule, besides=besides, span=reach)
        # It may not only be that one: having the exception leaves the rest unknown.
        return both([rule, AnyOf((Not(other), self.sheet.unread(mark.start, mark.end)))])

    def _spelt_out(
        self, left: list[Item], mark: Item, right: list[Item], depth: int
    ) -> Rule | None:
        rule, other = self.read(left, depth + 1), self.read(right, depth + 1)
        if rule is None or other is None:
            return rule or other
        if mark.cue is Cue.DEFINED:
            return self._narrowed(rule, other)
        if self.sheet.kind == "inclusion" and not isinstance(rule, Not):
            # "Signs of influenza, including fever": one of these alone may not be enough.
            return AnyOf((rule, both([other, self.sheet.unread(mark.start, mark.end)])))
        listed = other.of if isinstance(other, AnyOf | AllOf) else (other,)
        if isinstance(rule, Not):
            return Not(AnyOf((rule.of, *listed)))
        return AnyOf((rule, *listed))

    def _narrowed(self, rule: Rule, by: Rule) -> Rule:
        if isinstance(rule, Not):
            return Not(both([rule.of, by]))
        return both([rule, by])

    def _conditional(
        self, left: list[Item], right: list[Item], depth: int, carried: Carried | None
    ) -> Rule | None:
        """As in "women must use contraception", which asks nothing of men."""
        subject = self._list(left, depth, carried)
        rule = self.read(right, depth + 1)
        if subject is None or rule is None:
            return subject or rule
        if isinstance(subject, Unparsed) or (
            isinstance(rule, Unparsed) and not is_population(subject)
        ):
            return both([subject, rule])
        if is_population(subject):
            return AnyOf((Not(subject), rule))
        return both([subject, rule])

    # ------------------------------------------------------------------ lists
    def _list(self, row: Sequence[Item], depth: int, carried: Carried | None) -> Rule | None:
        pieces, joins = self._pieces(row, depth, carried or Carried())
        if not pieces:
            return None
        conditions = [p.condition for p in pieces if p.condition is not None]
        rule = self._combined(pieces, joins)
        if rule is None:
            return both(list(conditions)) if conditions else None
        if conditions and self.sheet.kind == "inclusion":
            return AnyOf((*(Not(condition) for condition in conditions), rule))
        return both([rule, *conditions])

    def _pieces(
        self, row: Sequence[Item], depth: int, carried: Carried
    ) -> tuple[list[Piece], list[Item]]:
        """The pieces between the joining words, and the joining item before each but the first."""
        pieces: list[Piece] = []
        joins: list[Item] = []
        waiting: Item | None = None
        for stretch, join in stretches(row):
            waiting = join if waiting is None or (join and join.cue in JOINS) else waiting
            if not stretch:
                continue
            carried = reset(carried, stretch, waiting)
            found, carried = piece(stretch, carried, self.sheet, lambda r: self._aside(r, depth))
            if (
                found.rule is None
                and not found.open
                and found.condition is None
                and not found.windows
            ):
                continue
            if pieces and found.rule is None and not found.open and found.windows:
                pieces[-1].windows.extend(found.windows)
                continue
            if pieces:
                joins.append(waiting or stretch[0])
            pieces.append(found)
            waiting = None
        self._share_values(pieces)
        self._share_windows(pieces)
        kept = [
            place
            for place, found in enumerate(pieces)
            if found.rule is not None or found.condition is not None
        ]
        return [pieces[place] for place in kept], [joins[place - 1] for place in kept[1:]]

    def _aside(self, row: list[Item], depth: int) -> Rule | None:
        return self.read(row, depth + 1) if depth < _DEEPEST else self._whole(row)

    def _share_values(self, pieces: list[Piece]) -> None:
        """Such as "AST or ALT ≤ 2.5 x ULN": a variable without a value has the next one's."""
        bound = None
        for found in reversed(pieces):
            if found.bound is not None:
                bound = found.bound
            for entry in found.open:
                rule = (
                    measured(entry, bound, self.sheet)
                    if bound and len(entry.reading.keys if entry.reading else ()) == 1
                    else None
                )
                leaf = rule or self.sheet.unread(entry.start, entry.end)
                found.rule = leaf if found.rule is None else both([found.rule, leaf])
                found.valued = found.valued or rule is not None
                found.unread = found.unread or rule is None
            if found.valued is False and not found.open:
                bound = None

    def _share_windows(self, pieces: list[Piece]) -> None:
        """The last window is that of the whole list ("stroke, MI or TIA within 6 months")."""
        last = pieces[-1].windows if pieces else []
        window = next((leaves.window(b) for b in last if not b.since), None)
        if window is None:
            return
        for found in pieces:
            if found.rule is not None and (found is pieces[-1] or not found.windows):
                found.rule = within(found.rule, window)

    # ------------------------------------------------------------------ and, or
    def _combined(self, pieces: list[Piece], joins: list[Item]) -> Rule | None:
        groups, seams = self._denials(pieces, joins)
        narrow = [*pieces[0].head, *pieces[-1].tail]
        for found in pieces:
            local = ([] if found is pieces[0] else found.head) + (
                [] if found is pieces[-1] else found.tail
            )
            if local and found.rule is not None:
                found.rule = both([found.rule, *local])
        groups, seams = self._denials(pieces, joins)
        if len(pieces) > 1 and pieces[-1].unread and joins[-1].cue not in JOINS and len(groups) > 1:
            # "asthma, requiring steroids": an afterthought, not one more of the list.
            narrow.append(groups.pop()[0])  # type: ignore[arg-type]
            seams = seams[:-1]
        rules = [rule for rule, _ in groups]
        rule = self._joined(
            rules, [valued for _, valued in groups], seams, together=any(p.together for p in pieces)
        )
        if not narrow:
            return rule
        if isinstance(rule, Not):
            return Not(both([rule.of, *narrow]))
        return both([rule, *narrow])

    def _denials(
        self, pieces: list[Piece], joins: list[Item]
    ) -> tuple[list[tuple[Rule, bool]], list[Item]]:
        """Pieces under one denial become one: "no A, B or C" is none of the three."""
        groups: list[tuple[Rule, bool]] = []
        seams: list[Item] = []
        place = 0
        while place < len(pieces):
            found, first = pieces[place], place
            members = [found.rule] if found.rule is not None else []
            while (
                place + 1 < len(pieces)
                and found.denied is not None
                and pieces[place + 1].denied == found.denied
            ):
                place += 1
                following = pieces[place].rule
                if following is not None:
                    members.append(following)
            if members:
                rule = either(list(members))
                if groups and first:
                    seams.append(joins[first - 1])
                groups.append((Not(rule) if found.denied is not None else rule, found.valued))
            place += 1
        return groups, seams

    def _joined(
        self, rules: list[Rule], valued: list[bool], seams: list[Item], *, together: bool
    ) -> Rule:
        if len(rules) == 1:
            return rules[0]
        if self.sheet.kind == "inclusion":
            return self._required(rules, seams, values=all(valued))
        return self._excluded(rules, seams, valued, together=together)

    def _required(self, rules: list[Rule], seams: list[Item], *, values: bool) -> Rule:
        cues = {seam.cue for seam in seams if seam.cue in JOINS}
        if Cue.AND in cues and both_sexes(rules):
            # "Men and women who are not pregnant": nobody is both, who is what is not read.
            seam = next(s for s in seams if s.cue is Cue.AND)
            return both([either(rules), self.sheet.unread(seam.start, seam.end)])
        if Cue.AND in cues and cues - {Cue.AND}:
            return self._mixed(rules, seams)
        # "AST/ALT ≤ 2.5 x ULN", "AST and/or ALT": both have to be.
        slash = all(seam.norm == "/" for seam in seams) or Cue.AND_OR in cues
        if cues & {Cue.OR, Cue.AND_OR} and not (values and slash):
            return either(rules)
        return both(rules)

    def _excluded(
        self, rules: list[Rule], seams: list[Item], valued: list[bool], *, together: bool
    ) -> Rule:
        """Exclusions list what keeps people out: "A, B, and C" names three reasons, each enough."""
        cues = {seam.cue for seam in seams if seam.cue in JOINS}
        if cues == {Cue.AND} and together:
            return both(rules)
        if Cue.AND in cues and any(valued) and not all(valued):
            # "Cirrhosis and ALT > 3 x ULN" may be one reason or two: nobody can tell.
            seam = next(s for s in seams if s.cue is Cue.AND)
            return both([either(rules), self.sheet.unread(seam.start, seam.end)])
        return either(rules)

    def _mixed(self, rules: list[Rule], seams: list[Item]) -> Rule:
        """Alternatives of a requirement stand close, "and" adds the next: "A or B and C"."""
        parts: list[list[Rule]] = [[rules[0]]]
        for rule, seam in zip(rules[1:], seams, strict=True):
            if seam.cue is Cue.AND:
                parts.append([rule])
            else:
                parts[-1].append(rule)
        return both([either(part) for part in parts])

    def _whole(self, row: Sequence[Item]) -> Rule | None:
        if not row:
            return None
        return self.sheet.unread(row[0].start, row[-1].end)
