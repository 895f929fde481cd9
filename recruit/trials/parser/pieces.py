"""What one stretch says, on the sheet it is read on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from recruit.criteria.eligibility import CriterionKind
from recruit.criteria.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Measure,
    Not,
    Rule,
    Span,
    Unparsed,
)
from recruit.terminology.concepts import Kind, Mention
from recruit.terminology.variables import variable
from recruit.trials.parser import leaves
from recruit.trials.parser.bounds import Bound
from recruit.trials.parser.entries import Entry
from recruit.trials.parser.items import Item
from recruit.trials.parser.leaves import both, either


@dataclass(frozen=True, slots=True)
class Sheet:
    """The clean text of one criterion and the way back to the original."""

    text: str
    kind: CriterionKind
    place: Callable[[int, int], Span]
    language: str | None = None

    def unread(self, start: int, end: int) -> Unparsed:
        """The words at `[start, end)` as a leaf that nobody can answer."""
        return Unparsed(self.text[start:end], self.place(start, end))

    def timed(self, bound: Bound) -> Unparsed:
        """A time whose subject was not read."""
        return replace(self.unread(bound.start, bound.end), within=leaves.passed(bound))


@dataclass(slots=True)
class Piece:
    """What one stretch says.

    `rule` is without the denial `denied` that may go on to the next piece; `tail` are words after
    its last mention, which may speak of the whole list. `open` are variables that still wait for
    the value that a later piece gives them. `condition` limits whom the whole clause is about. A
    `formality` is about consent or compliance, and beside it what is `only_formal` says nothing.
    What lies `ahead` has no time that looks back; what is said `behind` its last
    drug is said of those before that stand `bare`, without any other word.
    """

    rule: Rule | None = None
    denied: int | None = None
    head: list[Unparsed | Clinical] = field(default_factory=list)
    tail: list[Unparsed | Clinical] = field(default_factory=list)
    windows: list[Bound] = field(default_factory=list)
    open: list[Entry] = field(default_factory=list)
    bound: Bound | None = None
    condition: Rule | None = None
    valued: bool = False
    unread: bool = False
    together: bool = False
    formality: bool = False
    only_formal: bool = False
    ahead: bool = False
    behind: Literal["", "allergy", "aversion"] = ""
    bare: bool = False


def inert(rule: Rule) -> Rule:
    """The rule with every leaf shown and none that answers."""
    match rule:
        case AllOf(of) | AnyOf(of) | AtLeast(of=of):
            return AllOf(tuple(map(inert, of)))
        case Not(of):
            return inert(of)
        case Clinical():
            return Clinical(rule.kind, rule.text, within=rule.within, span=rule.span)
        case Unparsed():
            return rule
        case _:
            return Unparsed("…", rule.span)


def shown(row: Sequence[Item], sheet: Sheet) -> Rule:
    """The words of a row that nobody answers, what they mention by its kind ("aspirin is allowed").

    `row` has at least one item.
    """
    found: list[Rule] = []
    start = row[0].start
    for item, mention in _mentions(row):
        kind = next((r.what for r in mention.readings if isinstance(r.what, Kind)), None)
        if kind is None:
            continue
        found += _words(start, item.start, sheet)
        words = sheet.text[item.start : item.end]
        found.append(Clinical(kind, words, span=sheet.place(item.start, item.end)))
        start = item.end
    found += _words(start, row[-1].end, sheet)
    return AllOf(tuple(found)) if len(found) > 1 else found[0]


def _mentions(row: Sequence[Item]) -> Iterator[tuple[Item, Mention]]:
    for item in row:
        if item.inside is not None:
            yield from _mentions(item.inside)
        elif item.mention is not None and item.cue is None:
            yield item, item.mention


def _words(start: int, end: int, sheet: Sheet) -> list[Unparsed]:
    """The words between two mentions, none for mere signs and blanks."""
    text = sheet.text
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return [sheet.unread(start, end)] if start < end else []


# One name that means both of two variables; other shared names leave open which is meant.
_TRANSAMINASES: Final = frozenset({"ast", "alt"})


def _each(keys: tuple[str, ...], name: Mention, bound: Bound, sheet: Sheet) -> Rule | None:
    """Such as "transaminases < 3 x ULN": both of them; "> 3 x ULN": one of the two is enough."""
    halves = (sheet.place(name.start, name.end), sheet.place(bound.start, bound.end))
    found = [leaves.measure(*each) for each in zip(keys, (bound, bound), halves, strict=True)]
    known = tuple(leaf for leaf in found if leaf is not None)
    if len(known) < len(keys):
        return None
    return AllOf(known) if bound.low is None else AnyOf(known)


def _open(bound: Bound, second: Bound, *, low: bool) -> Bound:
    """One side of a range of pairs."""
    if low:
        return bound._replace(high=None, second=second._replace(high=None))
    return bound._replace(low=None, second=second._replace(low=None))


def measured(entry: Entry, bound: Bound, sheet: Sheet) -> Rule | None:
    """The leaf or leaves of a variable within a bound."""
    if bound.normal and bound.low == bound.high:
        return _normal(entry, bound, sheet)
    if bound.outside:
        within = measured(entry, bound._replace(outside=False), sheet)
        return within and Not(within)
    return _within(entry, bound, sheet)


def _normal(entry: Entry, bound: Bound, sheet: Sheet) -> Rule | None:
    """Between both limits of normal, or beyond one of them; only the upper leaf has a place."""
    out = bound.outside
    plain = bound._replace(outside=False)
    if out:
        ends = (
            plain._replace(high=None, low_inclusive=False),
            plain._replace(low=None, high_inclusive=False, times="lln"),
        )
    else:
        ends = (plain._replace(low=None), plain._replace(high=None, times="lln"))
    upper, lower = (_within(entry, end, sheet) for end in ends)
    known = [variable(key) for key in entry.keys]
    if upper is None or not all(each is not None and each.uln for each in known):
        return None
    if lower is None or not all(each is not None and each.lln for each in known):
        # Nobody asks for a floor of transaminases.
        return upper
    return either([upper, _placeless(lower)]) if out else both([upper, _placeless(lower)])


def _placeless(rule: Rule) -> Rule:
    match rule:
        case AllOf(of):
            return AllOf(tuple(map(_placeless, of)))
        case AnyOf(of):
            return AnyOf(tuple(map(_placeless, of)))
        case Measure():
            return replace(rule, span=None)
        case _:
            return rule


def _within(entry: Entry, bound: Bound, sheet: Sheet) -> Rule | None:
    if entry.reading is None:
        return None
    keys = _paired(entry.reading.keys) if bound.second else entry.reading.keys
    if set(keys) == _TRANSAMINASES and entry.mention is not None:
        return _each(keys, entry.mention, bound, sheet)
    if bound.second is None or entry.mention is None or len(keys) == 1:
        found = leaves.measures(keys, bound, (sheet.place(entry.start, entry.end),))
        return found[0] if found else None
    return _pair(keys, entry.mention, bound, bound.second, sheet)


def _paired(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Of several variables with one name those that a pair can be of: they share a unit."""
    units = [known.unit for key in keys if (known := variable(key))]
    if len(keys) <= _PAIR or len(units) < len(keys):
        return keys
    alike = tuple(key for key, unit in zip(keys, units, strict=True) if units.count(unit) == _PAIR)
    return alike or keys


_PAIR: Final = 2


def _pair(
    keys: tuple[str, ...], mention: Mention, bound: Bound, second: Bound, sheet: Sheet
) -> Rule | None:
    """Both pressures in one mention: its name stands for the first, the figures for the second."""
    spans = (sheet.place(mention.start, mention.end), sheet.place(bound.start, bound.end))
    if bound.low is not None and bound.high is not None and len(keys) == len(spans):
        # "between 140/90 and 180/110": one of the two above, none beyond.
        lower, upper = (
            leaves.measures(keys, _open(bound, second, low=low), spans) for low in (True, False)
        )
        if not lower or not upper:
            return None
        return AllOf((AnyOf(lower), *(replace(leaf, span=None) for leaf in upper)))
    found = leaves.measures(keys, bound, spans)
    if found is None or len(found) == 1:
        return found and found[0]
    # "≥ 140/90": one of the two is enough; "< 140/90": both are needed.
    return AnyOf(found) if bound.low is not None else AllOf(found)
