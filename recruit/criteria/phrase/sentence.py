"""How the parts of a rule become one sentence; each language has its words in en.py or fr.py."""

from typing import Final, Protocol

from recruit.criteria.nodes import AllOf, AnyOf, AtLeast, Clinical, Leaf, Not, Rule
from recruit.criteria.phrase.en import English
from recruit.criteria.phrase.fr import French
from recruit.criteria.phrase.names import Lexicon, Names
from recruit.criteria.phrase.numbers import NO_BREAK

PAIR: Final = 2
ENDED: Final = (".”", f".{NO_BREAK}»")
"""A quoted sentence brings its own period."""


class Wording(Protocol):
    """What a language must be able to say. `holds` is False for the opposite of a statement."""

    def leaf(self, leaf: Leaf, *, holds: bool) -> str:
        """What the leaf says, or its opposite, as a noun phrase without a capital or a period."""

    def thing(self, leaf: Clinical) -> str:
        """What a clinical leaf speaks of, with what narrows it; no kind, no status, no time."""

    def all_head(self, *, holds: bool) -> str:
        """What introduces a list of which all hold, or not all."""

    def any_head(self, *, holds: bool) -> str:
        """What introduces a list of which one at least holds, or none."""

    def at_least_head(self, n: int, *, holds: bool) -> str:
        """What introduces a list of which at least n hold, or fewer."""

    def both(self, one: str, other: str) -> str | None:
        """The two joined by "and"; None when that would not be clear."""

    def either(self, one: str, other: str) -> str | None:
        """The two joined by "or"; None when that would not be clear."""

    def listing(self, head: str, parts: list[str], *, inner: bool) -> str:
        """A list after its head, in brackets when it stands within another."""


def phrase(rule: Rule, language: str, lexicon: Lexicon | None = None) -> str:
    """The rule as one sentence in `language` ("en" or "fr").

    Concepts are called by their preferred name where a `lexicon` is given, else as the leaf does.
    """
    wording = _wording(language, lexicon)
    return _sentence(_clause(rule, wording, holds=True, inner=False))


def thing(leaf: Clinical, language: str, lexicon: Lexicon | None = None) -> str:
    """What `leaf` speaks of, to be put into a sentence of one's own: "asthma (severe)"."""
    return _wording(language, lexicon).thing(leaf)


def capitalised(clause: str) -> str:
    """`clause` as a sentence begins; "eGFR" and "pH" keep their small letter."""
    first = clause.split(maxsplit=1)[0]
    return clause[0].upper() + clause[1:] if first == first.lower() else clause


def _wording(language: str, lexicon: Lexicon | None) -> Wording:
    names = Names(language, lexicon)
    return French(names) if language == "fr" else English(names)


def _clause(rule: Rule, wording: Wording, *, holds: bool, inner: bool) -> str:
    match rule:
        case Not(of):
            return _clause(of, wording, holds=not holds, inner=inner)
        case AllOf() | AnyOf() | AtLeast():
            return _branch(rule, wording, holds=holds, inner=inner)
        case _:
            return wording.leaf(rule, holds=holds)


def _branch(rule: AllOf | AnyOf | AtLeast, wording: Wording, *, holds: bool, inner: bool) -> str:
    rule = _plainest(rule)
    if len(rule.of) == 1:
        return _clause(rule.of[0], wording, holds=holds, inner=inner)
    joined = _joined(rule, wording, holds=holds)
    if joined is not None:
        return joined
    match rule:
        case AllOf():
            head = wording.all_head(holds=holds)
        case AnyOf():
            head = wording.any_head(holds=holds)
        case AtLeast(n):
            head = wording.at_least_head(n, holds=holds)
    parts = [_clause(part, wording, holds=True, inner=True) for part in rule.of]
    return wording.listing(head, parts, inner=inner)


def _plainest(rule: AllOf | AnyOf | AtLeast) -> AllOf | AnyOf | AtLeast:
    """The same said more simply: "1 of" is any, "3 of 3" is all, an all within an all is one."""
    match rule:
        case AtLeast(1, of):
            return _plainest(AnyOf(of))
        case AtLeast(n, of) if n == len(of):
            return _plainest(AllOf(of))
        case AtLeast():
            return rule
        case AllOf(of):
            return AllOf(tuple(_flat(of, AllOf)))
        case AnyOf(of):
            return AnyOf(tuple(_flat(of, AnyOf)))


def _flat(parts: tuple[Rule, ...], kind: type[AllOf | AnyOf]) -> list[Rule]:
    flat: list[Rule] = []
    for part in parts:
        flat.extend(_flat(part.of, kind) if isinstance(part, kind) else (part,))
    return flat


def _joined(rule: AllOf | AnyOf | AtLeast, wording: Wording, *, holds: bool) -> str | None:
    """Two plain statements joined by a word; None where a list is clearer."""
    if len(rule.of) != PAIR or not all(map(_is_plain, rule.of)):
        return None
    one, other = (_clause(part, wording, holds=holds, inner=True) for part in rule.of)
    if isinstance(rule, AllOf):
        return wording.both(one, other) if holds else None
    return wording.either(one, other) if holds else wording.both(one, other)


def _is_plain(rule: Rule) -> bool:
    """Whether the rule is a leaf or the opposite of one."""
    return not isinstance(rule.of if isinstance(rule, Not) else rule, AllOf | AnyOf | AtLeast | Not)


def _sentence(clause: str) -> str:
    capital = capitalised(clause)
    return capital if capital.endswith(ENDED) else f"{capital}."
