"""From the pieces of a list to one rule: and, or, denials and whom a piece is about."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from recruit.core.dates import TimeUnit
from recruit.criteria.eligibility import leaves as leaves_of
from recruit.criteria.nodes import Age, AllOf, AnyOf, AtLeast, Not, Rule, Sex, State
from recruit.trials.parser.cues import Cue
from recruit.trials.parser.items import Item
from recruit.trials.parser.leaves import both, either
from recruit.trials.parser.lists import JOINS, OF_WOMEN, both_sexes
from recruit.trials.parser.pieces import Piece, Sheet
from recruit.trials.parser.subjects import POPULATION

ALL: Final = 0
# Where laws let people decide for themselves, in years.
_OF_AGE: Final[frozenset[float | None]] = frozenset({16, 18, 20, 21})
_OF_ONE_SEX: Final = OF_WOMEN | POPULATION | {"contraception"}


def combined(
    pieces: list[Piece], joins: list[Item], sheet: Sheet, count: int | None = None
) -> Rule | None:
    """The rule of a list; `count` is how many of it are needed where its introduction says so."""
    pieces, joins = _limited(*_alike(pieces, joins), sheet)
    if not pieces:
        return None
    narrow = [*pieces[0].head, *pieces[-1].tail] if count is None else []
    for found in pieces:
        outer = found is pieces[0], found is pieces[-1]
        local = [] if outer[0] and count is None else found.head
        local = local + ([] if outer[1] and count is None else found.tail)
        if local and found.rule is not None:
            found.rule = both([found.rule, *local])
    groups, seams = _denials(pieces, joins)
    last = pieces[-1]
    if count is not None:
        return counted([rule for rule, _ in groups], count)
    if len(groups) > 1 and last.unread and joins[-1].cue not in JOINS:
        # "asthma, requiring steroids": an afterthought, not one more of the list.
        narrow.append(groups.pop()[0])  # type: ignore[arg-type]
        seams = seams[:-1]
    together = any(found.together for found in pieces)
    rule = _joined(groups, seams, sheet, together=together)
    if not narrow:
        return rule
    if isinstance(rule, Not):
        return Not(both([rule.of, *narrow]))
    return both([rule, *narrow])


def counted(rules: list[Rule], count: int) -> Rule:
    """`count` of the rules, ALL of them, or the only one there is."""
    if count == ALL:
        return both(rules)
    if count == 1 or len(rules) == 1:
        return either(rules)
    return AtLeast(min(count, len(rules)), tuple(rules))


def _alike(pieces: list[Piece], joins: list[Item]) -> tuple[list[Piece], list[Item]]:
    """Such as "smokers or former smokers ≥ 10 pack-years": one state, which the value narrows."""
    while len(pieces) > 1 and isinstance(pieces[-1].rule, AllOf):
        first, (last, *more) = pieces[-2].rule, pieces[-1].rule.of
        plain = not pieces[-2].tail and pieces[-2].denied == pieces[-1].denied
        if not plain or not isinstance(first, State):
            break
        if first.state == "smoker" and _denies(last, "never_smoker"):
            # Who smokes and who gave it up: whoever ever did.
            kept = [each for each in more if not _denies(each, first.state)]
            pieces[-1].rule = both([last, *kept])
        elif first.state != getattr(last, "state", ""):
            break
        pieces[-1].head = [*pieces[-2].head, *pieces[-1].head]
        pieces, joins = [*pieces[:-2], pieces[-1]], joins[:-1]
    return pieces, joins


def _denies(rule: Rule, state: str) -> bool:
    return isinstance(rule, Not) and getattr(rule.of, "state", "") == state


# ---------------------------------------------------------------------- whom a piece is about
def _limited(
    pieces: list[Piece], joins: list[Item], sheet: Sheet
) -> tuple[list[Piece], list[Item]]:
    """Each piece with whom it is about ("≥ 12 g/dL for women") as a part of its rule."""
    if all(found.condition is None for found in pieces):
        return pieces, joins
    kept, seams = _gathered(pieces, joins)
    _spread(kept)
    groups = {_placeless(found.condition) for found in kept if found.condition is not None}
    sexes = len(groups) > 1 and any(seam.cue in {Cue.OR, Cue.AND_OR} for seam in seams)
    for place, found in enumerate(kept):
        if found.condition is None or found.rule is None:
            continue
        rule = Not(found.rule) if found.denied is not None else found.rule
        if place and found.denied is not None and kept[place - 1].denied is not None:
            # "no asthma or pregnancy for women": neither, so that both have to hold.
            seams[place - 1] = replace(seams[place - 1], cue=Cue.AND)
        if sheet.kind == "exclusion" or sexes:
            found.rule = both([rule, found.condition])
        else:
            found.rule = AnyOf((Not(found.condition), rule))
        found.denied = found.condition = None
    return kept, seams


def _gathered(pieces: list[Piece], joins: list[Item]) -> tuple[list[Piece], list[Item]]:
    """The pieces where one that only says whom it is about joins the one before it."""
    kept: list[Piece] = []
    seams: list[Item] = []
    for place, found in enumerate(pieces):
        if found.rule is None and found.condition is not None:
            if kept and kept[-1].condition is None:
                kept[-1].condition = found.condition
                continue
            found.rule, found.condition = found.condition, None
        if kept:
            seams.append(joins[place - 1])
        kept.append(found)
    return kept, seams


def _spread(pieces: list[Piece]) -> None:
    """Such as "contraception and negative pregnancy test for women": both are asked of women."""
    for place in range(len(pieces) - 1, 0, -1):
        before = pieces[place - 1]
        if before.condition is None and before.rule is not None and _of_one_sex(before.rule):
            condition = pieces[place].condition
            before.condition = None if condition is None else _placeless(condition)


def _placeless(rule: Rule) -> Rule:
    """Whom a piece is about once more: one place cannot be that of two leaves."""
    match rule:
        case AllOf(of):
            return AllOf(tuple(map(_placeless, of)))
        case AnyOf(of):
            return AnyOf(tuple(map(_placeless, of)))
        case Not(of):
            return Not(_placeless(of))
        case Sex() | State():
            return replace(rule, span=None)
        case _:
            return rule


def _of_one_sex(rule: Rule) -> bool:
    return all(
        isinstance(leaf, Sex) or (isinstance(leaf, State) and leaf.state in _OF_ONE_SEX)
        for leaf in leaves_of(rule)
    )


# ---------------------------------------------------------------------- no, and, or
def _denials(pieces: list[Piece], joins: list[Item]) -> tuple[list[tuple[Rule, bool]], list[Item]]:
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
    groups: list[tuple[Rule, bool]], seams: list[Item], sheet: Sheet, *, together: bool
) -> Rule:
    rules = [rule for rule, _ in groups]
    valued = [value for _, value in groups]
    if len(rules) == 1:
        return rules[0]
    if sheet.kind == "inclusion":
        return _required(rules, seams, sheet, values=all(valued))
    return _excluded(rules, seams, sheet, valued, together=together)


def _required(rules: list[Rule], seams: list[Item], sheet: Sheet, *, values: bool) -> Rule:
    cues = {seam.cue for seam in seams if seam.cue in JOINS}
    if Cue.AND in cues and both_sexes(rules):
        if all(_of_one_sex(rule) for rule in rules):
            # "Men and non-pregnant women": nobody is both.
            return either(rules)
        # "Men and postmenopausal women with asthma": who has to have what is not read.
        seam = next(s for s in seams if s.cue is Cue.AND)
        return both([either(rules), sheet.unread(seam.start, seam.end)])
    if Cue.AND in cues and cues - {Cue.AND}:
        return _mixed(rules, seams)
    # "AST/ALT ≤ 2.5 x ULN", "AST and/or ALT": both have to be.
    slash = all(seam.norm == "/" for seam in seams) or Cue.AND_OR in cues
    if cues & {Cue.OR, Cue.AND_OR} and not (values and slash):
        return either(rules)
    return both(rules)


def _excluded(
    rules: list[Rule], seams: list[Item], sheet: Sheet, valued: Sequence[bool], *, together: bool
) -> Rule:
    """Exclusions list what keeps people out: "A, B, and C" names three reasons, each enough."""
    cues = {seam.cue for seam in seams if seam.cue in JOINS}
    if cues == {Cue.AND} and together:
        return both(rules)
    if _adults(rules[0]) and seams[0].cue not in JOINS:
        # "Patient over 18 years old, under guardianship": nobody is kept out for being an adult.
        return both([rules[0], either(rules[1:])])
    if Cue.AND in cues and any(valued) and not all(valued):
        # "Cirrhosis and ALT > 3 x ULN" may be one reason or two: nobody can tell.
        seam = next(s for s in seams if s.cue is Cue.AND)
        return both([either(rules), sheet.unread(seam.start, seam.end)])
    return either(rules)


def _adults(rule: Rule) -> bool:
    """Whether the rule only says that somebody is of age."""
    if not isinstance(rule, Age) or rule.max is not None or rule.unit is not TimeUnit.YEAR:
        return False
    return rule.min in _OF_AGE


def _mixed(rules: list[Rule], seams: list[Item]) -> Rule:
    """Alternatives of a requirement stand close, "and" adds the next: "A or B and C"."""
    parts: list[list[Rule]] = [[rules[0]]]
    for rule, seam in zip(rules[1:], seams, strict=True):
        if seam.cue is Cue.AND:
            parts.append([rule])
        else:
            parts[-1].append(rule)
    return both([either(part) for part in parts])
