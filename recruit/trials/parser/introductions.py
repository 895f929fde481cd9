"""Words that introduce a list and how many of it they ask for: "at least two of the following:"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from recruit.criteria.nodes import AllOf, AnyOf, Clinical, Not, Rule, Window
from recruit.trials.parser import leaves
from recruit.trials.parser.bounds import Bound
from recruit.trials.parser.cues import Cue, word_set
from recruit.trials.parser.items import Item
from recruit.trials.parser.lists import within

Rows = Sequence[Sequence[Item]]

ALL: Final = 0
# "No more than one of the following" asks for nothing that a list can say.
TOO_MANY: Final = -1
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
_NUMBERS: Final = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    **{str(number): number for number in range(2, 10)},
}
_ONE: Final = frozenset({"one", "any", "either", "1", "un", "une", "quelconque"})
_EVERY: Final = frozenset({"all", "each", "both", "every", "tous", "toutes", "chacun", "chacune"})
_OF_LIST: Final = frozenset(
    {"following", "suivants", "suivantes", "suivant", "suivante", "criteria", "these", "criteres",
     "below", "dessous", "elements"}
)  # fmt: skip
_BOUNDED: Final = (
    *(("no", "more", "than"), ("not", "more", "than"), ("at", "most"), ("less", "than")),
    *(("fewer", "than"), ("up", "to"), ("au", "plus"), ("pas", "plus", "de"), ("moins", "de")),
    *(("au", "maximum"), ("maximum", "of"), ("only", "one"), ("exactly",)),
)
_ANY_DRUG: Final = ("RECRUIT:drug",)
_NEAR: Final = 6
_MOST_ITEMS: Final = 12


def how_many(rows: Rows) -> int | None:
    """How many of a list its introduction asks for: a number, ALL, None when it does not say."""
    words = [word for row in rows for item in row for word in _words(item)]
    for place, word in enumerate(words):
        if word not in _OF_LIST:
            continue
        before = words[max(0, place - _NEAR) : place]
        count = next(
            (count for each in reversed(before) if (count := _count(each)) is not None), None
        )
        if count is None:
            continue
        return TOO_MANY if count != ALL and _bounded(before) else count
    if words and words[-1] in {"either", "or", "soit"}:
        return 1
    return ALL if any(word in _EVERY for word in words) else None


def _count(word: str) -> int | None:
    if word in _NUMBERS:
        return _NUMBERS[word]
    if word in _ONE:
        return 1
    return ALL if word in _EVERY else None


def _bounded(words: Sequence[str]) -> bool:
    """Whether the number is the highest one allowed; "au moins de" is none of these."""
    return any(
        tuple(words[place : place + len(phrase)]) == phrase
        and words[max(0, place - 1) : place] != ["au"]
        for phrase in _BOUNDED
        for place in range(len(words))
    )


def _words(item: Item) -> list[str]:
    return item.phrase.split() if item.phrase else [item.norm]


def says_nothing(rows: Rows) -> bool:
    """Whether an introduction only introduces ("Patients must meet the following criteria:")."""
    return all(_silent(item) for row in rows for item in row)


def _silent(item: Item) -> bool:
    if item.mention or item.inside is not None:
        return _general(item)
    if item.bound:
        return _counts(item.bound)
    return item.cue in _SILENT or item.norm in word_set("introduces")


def _counts(bound: Bound) -> bool:
    """Whether it may be a number of list items ("at least two of the following"), no "age > 18"."""
    plain = bound.unit is None and bound.time is None and not bound.older
    return plain and max(bound.low or 0, bound.high or 0) <= _MOST_ITEMS


def introducing(item: Item) -> bool:
    """Whether the item only introduces a list, beside others that say something."""
    if item.bound:
        return _counts(item.bound)
    return (
        _general(item)
        or item.norm in word_set("introduces")
        or item.cue in {Cue.NEUTRAL, Cue.DEFINED, Cue.MUST, Cue.EXCLUDED}
    )


def _general(item: Item) -> bool:
    """Whether the item is a noun that only says what the list is of ("the following diseases")."""
    return item.mention is not None and all(
        not r.keys or r.keys == _ANY_DRUG for r in item.mention.readings
    )


def _timed(item: Item) -> bool:
    return item.bound is not None and item.bound.time is not None and item.bound.second is None


@dataclass(frozen=True, slots=True)
class Shared:
    """What an introduction says of all that it introduces: when it was, and that it was ever."""

    window: Window | None = None
    ever: bool = False

    def said_of(self, rule: Rule) -> Rule:
        """The rule with what the introduction says of it."""
        rule = _ever(rule) if self.ever else rule
        return within(rule, self.window) if self.window else rule


def shared(row: Sequence[Item]) -> Shared | None:
    """What an introduction says of its whole list; None when it says anything besides.

    "History of any of the following within 6 months:", "Within 4 weeks before the first dose:".
    """
    times = [item.bound for item in row if item.bound and _timed(item)]
    rest = [item for item in row if not _timed(item) and not introducing(item)]
    if len(times) > 1 or not all(_silent(item) or item.cue is Cue.HISTORY for item in rest):
        return None
    window = leaves.window(times[0]) if times else None
    if times and (window is None or not (times[0].within or times[0].anchor or times[0].ago)):
        return None
    return Shared(window, any(item.cue is Cue.HISTORY for item in rest))


def _ever(rule: Rule) -> Rule:
    """The rule with every clinical leaf asked of any time."""
    match rule:
        case AllOf(of):
            return AllOf(tuple(map(_ever, of)))
        case AnyOf(of):
            return AnyOf(tuple(map(_ever, of)))
        case Not(of):
            return Not(_ever(of))
        case Clinical(status="current"):
            return replace(rule, status="ever")
        case _:
            return rule


def introduced(row: Sequence[Item]) -> int | None:
    """The place of the colon after which a sentence lists what it counts, None without one."""
    for place, item in enumerate(row):
        if item.unread and item.norm == ":" and place + 1 < len(row):
            return place if _opens(row[:place]) else None
    return None


def _opens(left: Sequence[Item]) -> bool:
    # A time may stand between the words and the colon: "any of these within the last 6 months:".
    words = [word for item in left if not _timed(item) for word in _words(item)]
    return (
        bool(left)
        and any(word in _OF_LIST for word in words[-_NEAR:])
        and (how_many([left]) is not None or says_nothing([left]))
    )
