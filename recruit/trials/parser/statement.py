"""Several sentences as one statement, and a statement with those nested under it."""

from collections.abc import Sequence
from typing import Final

from recruit.criteria.eligibility import CriterionKind
from recruit.criteria.nodes import AllOf, AnyOf, AtLeast, Not, Rule, Unparsed
from recruit.trials.parser.cues import Cue
from recruit.trials.parser.items import Item
from recruit.trials.parser.leaves import both, either
from recruit.trials.parser.pieces import Sheet
from recruit.trials.parser.subjects import elsewhere
from recruit.trials.parser.tree import Clause

Rows = Sequence[Sequence[Item]]

ALL: Final = 0
_SILENT: Final = frozenset(
    {
        Cue.NEUTRAL,
        Cue.MUST,
        Cue.WITH,
        Cue.EXCLUDED,
        Cue.DEFINED,
        Cue.AND,
        Cue.OR,
        Cue.LINK,
        Cue.CURRENT,
        Cue.EXAMPLES,
    }
)
_LIST: Final = frozenset(
    [
        "if",
        "when",
        "si",
        "following",
        "below",
        "follows",
        "suivant",
        "suivante",
        "suivants",
        "suivantes",
        "listed",
        "met",
        "apply",
        "meet",
        "ci",
        "dessous",
        ":",
        "above",
        "also",
        "least",
        "more",
        "other",
        "etre",
        "two",
        "three",
        "four",
        "deux",
        "trois",
        "quatre",
        "2",
        "3",
        "4",
        "1",
    ]
)
_NUMBERS: Final = {
    "two": 2,
    "three": 3,
    "four": 4,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "2": 2,
    "3": 3,
    "4": 4,
}
_ONE: Final = frozenset({"one", "any", "either", "1", "un", "une", "quelconque", "or", "ou"})
_EVERY: Final = frozenset({"all", "each", "both", "every", "tous", "toutes", "chacun", "chacune"})
_SHOWN: Final = frozenset({Cue.EXAMPLES})


def how_many(rows: Rows) -> int | None:
    """How many of a list its introduction asks for: a number, ALL, None when it does not say."""
    norms = [norm for row in rows for item in row for norm in item.norm.split()]
    text = " ".join(word for row in rows for item in row for word in _words(item))
    words = text.split()
    for number, word in enumerate(words):
        if word in {"following", "suivants", "suivantes", "criteria", "these", "criteres"}:
            before = words[max(0, number - 6) : number]
            for earlier in reversed(before):
                if earlier in _NUMBERS:
                    return _NUMBERS[earlier]
                if earlier in _ONE:
                    return 1
                if earlier in _EVERY:
                    return ALL
    if words and words[-1] in {"either", "or"}:
        return 1
    return ALL if any(norm in _EVERY for norm in norms) else None


def _words(item: Item) -> list[str]:
    return item.phrase.split() if item.phrase else [item.norm]


def says_nothing(rows: Rows) -> bool:
    """Whether an introduction only introduces ("Patients must meet the following criteria:")."""
    return all(_silent(item) for row in rows for item in row)


def _silent(item: Item) -> bool:
    if item.mention or item.inside is not None:
        return _general(item)
    if item.bound:
        return item.bound.unit is None and item.bound.time is None
    return item.cue in _SILENT or item.norm in _LIST


def side_of(kind: CriterionKind, rows: Rows) -> tuple[CriterionKind, list[list[Item]]]:
    """The side a statement is on: "… are excluded" among the inclusions is an exclusion."""
    if kind == "inclusion" and len(rows) == 1 and any(item.cue is Cue.EXCLUDED for item in rows[0]):
        kind = "exclusion"
    return kind, [[item for item in row if item.cue is not Cue.EXCLUDED] for row in rows]


def statement(rows: Rows, sheet: Sheet) -> Rule | None:
    """The rule of one or several sentences; None when they say nothing.

    Sentences after the first add to a requirement. Those of an exclusion are further reasons where
    they are read, and remarks that may narrow it where they are not.
    """
    rules: list[Rule] = []
    remarks: list[Rule] = []
    spared = False
    for row in rows:
        if any(item.cue is Cue.ALLOWED for item in row):
            # "Prior chemotherapy is allowed" takes something back from what was said.
            remarks.append(sheet.unread(row[0].start, row[-1].end))
            spared = True
            continue
        if elsewhere(row):
            rule: Rule | None = sheet.unread(row[0].start, row[-1].end)
        else:
            rule = Clause(sheet).read(row)
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
    denied, lead = _lead(rows, sheet)
    if denied and lead is None:
        return Not(either(rules))
    if count > 1:
        body: Rule = AtLeast(min(count, len(rules)), tuple(rules)) if len(rules) > 1 else rules[0]
    else:
        body = both(rules) if count == ALL else either(rules)
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
    rest = [[item for item in row if not _introducing(item)] for row in rows]
    denied = any(item.cue is Cue.NOT for row in rest for item in row)
    rule = statement([row for row in rest if row], sheet)
    if denied and not any(item.mention for row in rest for item in row):
        return True, None
    return False, rule


def _introducing(item: Item) -> bool:
    if item.bound:
        # "at least two of the following"
        return item.bound.unit is None and item.bound.time is None
    return (
        _general(item)
        or item.norm in _LIST
        or item.cue in {Cue.NEUTRAL, Cue.DEFINED, Cue.MUST, Cue.EXCLUDED}
    )


def _general(item: Item) -> bool:
    """Whether the item is a noun that only says what the list is of ("the following diseases")."""
    return item.mention is not None and not any(r.keys for r in item.mention.readings)


def _elaborated(rule: Rule | None, rules: list[Rule], sheet: Sheet) -> Rule:
    """Statements nested under a whole one: they narrow it or explain it."""
    if rule is None:
        return both(rules) if sheet.kind == "inclusion" else either(rules)
    if sheet.kind == "inclusion":
        return both([rule, *rules])
    return AllOf((rule, AnyOf((*rules, Unparsed("…", None)))))
