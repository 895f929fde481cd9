"""Several sentences as one statement, and a statement with those nested under it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from recruit.criteria.eligibility import CriterionKind, leaves
from recruit.criteria.nodes import AllOf, AnyOf, Clinical, Leaf, Not, Rule, Unparsed
from recruit.trials.parser.combine import counted
from recruit.trials.parser.cues import Cue
from recruit.trials.parser.introductions import (
    ALL,
    TOO_MANY,
    Rows,
    how_many,
    introducing,
    shared,
)
from recruit.trials.parser.items import Item
from recruit.trials.parser.leaves import both, either
from recruit.trials.parser.pieces import Sheet, inert, shown
from recruit.trials.parser.subjects import IF, elsewhere
from recruit.trials.parser.tree import Clause

_MUST: Final = frozenset({"must", "doit", "doivent", "shall"})
_WILL: Final = frozenset({"will", "sera", "seront"})
_NEEDED: Final = frozenset({"required", "require", "needed", "requis", "requise", "necessaire"})
_WHO: Final = frozenset({"who", "that", "which", "qui", "whom"})
_ELSE: Final = frozenset({Cue.UNLESS, Cue.EXCLUDED, Cue.ALLOWED, Cue.EXCEPT})


def side_of(kind: CriterionKind, rows: Rows) -> tuple[CriterionKind, list[list[Item]]]:
    """The side a statement is on: "… are excluded" among the inclusions is an exclusion."""
    if kind == "inclusion" and len(rows) > 1:
        # Each sentence by itself says whether it asks or excludes.
        return kind, [list(row) for row in rows]
    if kind == "inclusion" and rows and any(map(_excludes, rows[0])):
        kind = "exclusion"
    elif kind == "exclusion" and len(rows) == 1 and _asks(rows[0]):
        return "inclusion", [list(rows[0])]
    return kind, [_without_side(row) for row in rows]


def _asks(row: Sequence[Item]) -> bool:
    """Such as "Patients must not have asthma": among the exclusions, too, that is asked for."""
    if any(item.cue in _ELSE or item.norm == ":" or item.norm in IF for item in row):
        return False
    place = next((place for place, item in enumerate(row) if item.cue is Cue.MUST), None)
    return place is not None and row[place].norm in _MUST and not _of_whom(row, place)


def _of_whom(row: Sequence[Item], place: int) -> bool:
    """Whether what stands at `place` only says of whom a sentence is ("patients who must …")."""
    before = row[place - 1] if place else None
    return before is not None and not _WHO.isdisjoint((before.phrase or before.norm).split())


def _tells(row: Sequence[Item]) -> bool:
    """Such as "Women will be given a test to ensure that …": what the study does, or asks on an if.

    Of a sentence that asks only where something is so, nobody can tell where that ends.
    """
    if any(item.cue in _ELSE or item.norm in _NEEDED for item in row):
        return False
    will = next((place for place, item in enumerate(row) if item.norm in _WILL), None)
    return will is not None and not _of_whom(row, will)


def _excludes(item: Item) -> bool:
    return item.cue is Cue.EXCLUDED


def _without_side(row: Sequence[Item]) -> list[Item]:
    return [item for item in row if item.cue is not Cue.EXCLUDED]


def statement(rows: Rows, sheet: Sheet) -> Rule | None:
    """The rule of one or several sentences; None when they say nothing.

    Sentences after the first add to a requirement. Those of an exclusion are further reasons where
    they are read, and remarks that may narrow it where they are not.
    """
    rules: list[Rule] = []
    remarks: list[Rule] = []
    spared = False
    for place, row in enumerate(rows):
        if place and _tells(row):
            remarks.append(shown(row, sheet))
            continue
        if any(item.cue is Cue.ALLOWED for item in row):
            # "Prior chemotherapy is allowed" takes something back from what was said.
            remarks.append(shown(row, sheet))
            spared = True
            continue
        asked = sheet.kind == "exclusion" and len(rows) > 1 and _asks(row)
        rule = _unmet(row, sheet) if asked else _sentence(row, sheet)
        if rule is None:
            continue
        if sheet.kind == "exclusion" and rules and isinstance(rule, Unparsed):
            remarks.append(rule)
        else:
            rules.append(rule)
    if not rules:
        return both(remarks) if remarks else None
    if sheet.kind == "inclusion":
        whole = both(rules)
        return AnyOf((whole, *remarks)) if spared else both([whole, *remarks])
    return both([either(rules), *remarks])


def _unmet(row: Sequence[Item], sheet: Sheet) -> Rule | None:
    """A requirement among several sentences that exclude: who does not meet it is kept out.

    "Sedatives. They must have been taken for a week": where not all was read, it is a remark.
    """
    rule = _sentence(row, replace(sheet, kind="inclusion"))
    if rule is None or not all(map(_answers, leaves(rule))):
        return sheet.unread(row[0].start, row[-1].end)
    return rule.of if isinstance(rule, Not) else Not(rule)


def _answers(leaf: Leaf) -> bool:
    return not isinstance(leaf, Unparsed) and not (isinstance(leaf, Clinical) and not leaf.concepts)


def _sentence(row: Sequence[Item], sheet: Sheet) -> Rule | None:
    """The rule of one sentence; among requirements "pregnant women are excluded" denies."""
    said = _without_side(row)
    if not said or elsewhere(said):
        return sheet.unread(row[0].start, row[-1].end) if said else None
    rule = Clause(sheet).read(said)
    denied = rule is not None and len(said) < len(row) and not isinstance(rule, Unparsed)
    return Not(rule) if rule is not None and denied else rule


def listed(rows: Rows, rules: list[Rule], sheet: Sheet, *, introduces: bool) -> Rule:
    """A statement together with those nested under it.

    "One of the following:" makes them alternatives; so does an exclusion's bare colon. What the
    introduction says besides holds as well ("heart failure with one of the following:"); a denial
    in it denies the list.
    """
    if not introduces:
        return _elaborated(statement(rows, sheet), rules, sheet)
    count = how_many(rows)
    if count is None:
        count = 1 if sheet.kind == "exclusion" else ALL
    defined = any(item.cue is Cue.DEFINED for row in rows for item in row)
    shown = any(
        item.cue is Cue.EXAMPLES for item in (row[-1] for row in rows if row)
    ) or _ends_shown(rows)
    if count == TOO_MANY:
        return both([sheet.unread(rows[0][0].start, rows[-1][-1].end), *map(inert, rules)])
    denied, lead = _lead(rows, sheet)
    said = shared([item for row in rows for item in row if item.cue is not Cue.NOT])
    if said is not None:
        rules, lead = [said.said_of(rule) for rule in rules], None
    if denied and lead is None:
        return Not(either(rules))
    body = counted(rules, count)
    if lead is None or (defined and isinstance(lead, Unparsed)):
        # "Adequate organ function defined as:" says nothing that the list does not say.
        return body
    if shown:
        return _joined(lead, rules)
    return Not(both([lead.of, body])) if isinstance(lead, Not) else both([lead, body])


def _ends_shown(rows: Rows) -> bool:
    last = [item for item in rows[-1] if item.norm != ":"] if rows else []
    return bool(last) and last[-1].cue is Cue.EXAMPLES


def _joined(lead: Rule, rules: list[Rule]) -> Rule:
    if isinstance(lead, Not):
        return Not(AnyOf((lead.of, *rules)))
    return AnyOf((lead, *rules))


def _lead(rows: Rows, sheet: Sheet) -> tuple[bool, Rule | None]:
    """Whether the introduction denies the list, and what it says besides."""
    rest = [[item for item in row if not introducing(item)] for row in rows]
    denied = any(item.cue is Cue.NOT for row in rest for item in row)
    rule = statement([row for row in rest if row], sheet)
    if denied and not any(item.mention for row in rest for item in row):
        return True, None
    return False, rule


def _elaborated(rule: Rule | None, rules: list[Rule], sheet: Sheet) -> Rule:
    """Statements nested under a whole one: they narrow it or explain it."""
    if rule is None:
        return both(rules) if sheet.kind == "inclusion" else either(rules)
    if sheet.kind == "inclusion":
        return both([rule, *rules])
    return AllOf((rule, AnyOf((*rules, Unparsed("…", None)))))
