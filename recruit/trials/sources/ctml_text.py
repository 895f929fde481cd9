"""The rules of a CTML trial as an eligibility text that people and the parser can read.

CTML has no text. The one that is written here has a line for each criterion, and each leaf of a
rule gets its place in it as its span.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Leaf,
    Not,
    Number,
    Rule,
    Sex,
    Span,
    Unparsed,
)

HEADING: Final = "Inclusion Criteria:\n\n"
BULLET: Final = "* "


Asked = tuple[tuple[str, Rule], ...]
"""What a criterion asks for: one rule, or any of several, each with its name."""


def written(asked: Iterable[Asked]) -> tuple[str, tuple[Criterion, ...]]:
    """The text and its criteria, a line for each."""
    text, criteria = "", []
    for each in asked:
        text = text or HEADING
        line = _Line(len(text) + len(BULLET))
        rule = line.alternatives(each)
        text += f"{BULLET}{line.text}\n"
        criteria.append(Criterion("inclusion", line.text, rule, line.span))
    return text.rstrip("\n"), tuple(criteria)


class _Line:
    """One criterion as it is written, word by word."""

    def __init__(self, start: int) -> None:
        self.text = ""
        self._start = start

    @property
    def span(self) -> Span:
        """Where the line stands in the text."""
        return (self._start, self._start + len(self.text))

    def alternatives(self, asked: Asked) -> Rule:
        """The one rule, or any of several, each after its name."""
        if len(asked) == 1:
            return self.place(asked[0][1])
        placed: list[Rule] = []
        for name, rule in asked:
            self.text += f"; or {name}: " if placed else f"One of {name}: "
            placed.append(self.place(rule))
        return AnyOf(tuple(placed))

    def place(self, rule: Rule, *, inner: bool = False) -> Rule:
        """The rule with the places where it now stands in the text."""
        match rule:
            case AllOf(of):
                return AllOf(self._joined(of, " and ", inner=inner))
            case AnyOf(of):
                return AnyOf(self._joined(of, " or ", inner=inner))
            case AtLeast(n, of):
                self.text += f"at least {n} of "
                return AtLeast(n, self._joined(of, ", ", inner=True))
            case Not(of):
                self.text += "not "
                return Not(self.place(of, inner=True))
            case _:
                return self._leaf(rule)

    def _joined(self, of: tuple[Rule, ...], joint: str, *, inner: bool) -> tuple[Rule, ...]:
        bracketed = inner and len(of) > 1
        self.text += "(" if bracketed else ""
        placed = []
        for number, part in enumerate(of):
            self.text += joint if number else ""
            placed.append(self.place(part, inner=True))
        self.text += ")" if bracketed else ""
        return tuple(placed)

    def _leaf(self, leaf: Leaf) -> Leaf:
        first = self._start + len(self.text)
        self.text += _words(leaf)
        return replace(leaf, span=(first, self._start + len(self.text)))


def _words(leaf: Leaf) -> str:
    match leaf:
        case Age():
            return _age(leaf)
        case Sex(value):
            return f"{value} sex"
        case Clinical():
            found = leaf.detail.value if leaf.detail else None
            return f"{leaf.text} {found}" if found else leaf.text
        case Unparsed(text):
            return text
        case _:
            return type(leaf).__name__.lower()


def _age(leaf: Age) -> str:
    if leaf.min == leaf.max and leaf.min is not None:
        return f"age {_number(leaf.min)} {leaf.unit}s"
    bounds = []
    if leaf.min is not None:
        bounds.append(f"{'≥' if leaf.min_inclusive else '>'} {_number(leaf.min)}")
    if leaf.max is not None:
        bounds.append(f"{'≤' if leaf.max_inclusive else '<'} {_number(leaf.max)}")
    return f"age {' and '.join(bounds)} {leaf.unit}s"


def _number(number: Number) -> str:
    return f"{number:g}"
