"""A rule as lines that a person can review: what joins stands above what it joins."""

from collections.abc import Iterator

from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Language,
    Leaf,
    Location,
    Measure,
    Not,
    Ordinal,
    Rule,
    Sex,
    State,
    Unparsed,
    Window,
)
from recruit.terminology.lexicon import Lexicon

STEP = "  "


def tree(rule: Rule, lexicon: Lexicon, indent: str = "") -> Iterator[str]:
    """The lines of a rule, below one another."""
    match rule:
        case AllOf(of):
            yield from _branch("all of", of, lexicon, indent)
        case AnyOf(of):
            yield from _branch("any of", of, lexicon, indent)
        case AtLeast(n, of):
            yield from _branch(f"at least {n} of", of, lexicon, indent)
        case Not(of):
            first, *rest = tree(of, lexicon, indent)
            yield f"{indent}not {first.removeprefix(indent)}"
            yield from rest
        case _:
            yield indent + _leaf(rule, lexicon)


def _branch(head: str, of: tuple[Rule, ...], lexicon: Lexicon, indent: str) -> Iterator[str]:
    yield indent + head
    for part in of:
        yield from tree(part, lexicon, indent + STEP)


def _leaf(leaf: Leaf, lexicon: Lexicon) -> str:  # noqa: PLR0911 - one a kind of leaf
    match leaf:
        case Age():
            return f"age {_range(leaf)} {leaf.unit.value}"
        case Sex():
            return leaf.value
        case Clinical():
            return _clinical(leaf, lexicon)
        case Measure():
            unit = f" x {leaf.times}" if leaf.times else f" {leaf.unit or ''}".rstrip()
            return f"{leaf.variable} {_range(leaf)}{unit}{_window(leaf.within)}"
        case Ordinal():
            return f"{leaf.variable} {', '.join(leaf.values)}"
        case State():
            return f"state {leaf.state}{_window(leaf.within)}"
        case Language():
            return f"language {leaf.value}"
        case Location():
            return f"lives {leaf.country or f'within {leaf.km} km'}"
        case Unparsed():
            about = "measurement " if leaf.about else ""
            return f"{about}unread “{leaf.text}”{_window(leaf.within)}"


def _clinical(leaf: Clinical, lexicon: Lexicon) -> str:
    names = _names(leaf.concepts, lexicon) or f"unknown “{leaf.text}”"
    detail = leaf.detail
    more = [f"besides {_names(leaf.besides, lexicon)}"] if leaf.besides else []
    for name in ("stage", "severity", "line", "value"):
        value = getattr(detail, name) if detail else None
        more += [f"{name} {value}"] if value else []
    said = "".join(f", {each}" for each in more)
    return f"{leaf.kind.value} {names}, {leaf.status}{said}{_window(leaf.within)}"


def _names(codes: tuple[str, ...], lexicon: Lexicon) -> str:
    known = (lexicon.concept(code) for code in codes)
    return " | ".join(concept.name_en for concept in known if concept)


def _range(leaf: Age | Measure) -> str:
    low = f"{'≥' if leaf.min_inclusive else '>'} {leaf.min:g}" if leaf.min is not None else ""
    high = f"{'≤' if leaf.max_inclusive else '<'} {leaf.max:g}" if leaf.max is not None else ""
    return " and ".join(end for end in (low, high) if end)


def _window(window: Window | None) -> str:
    if window is None:
        return ""
    least = f", for at least {window.min:g}" if window.min is not None else ""
    most = f", within {window.max:g}" if window.max is not None else ""
    begun = ", begun" if window.event == "onset" else ""
    return f"{begun}{least}{most} {window.unit.value} before {window.anchor}"
