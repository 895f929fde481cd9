"""A rule as JSON values; what holds its default is left out. The way back is in decoding.py."""

from typing import Final

from recruit.core.dates import TimeUnit
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Detail,
    Language,
    Leaf,
    Location,
    Measure,
    Not,
    Number,
    Ordinal,
    Rule,
    Sex,
    Span,
    State,
    Unparsed,
    Window,
)
from recruit.criteria.record import JsonValue

JsonObject = dict[str, JsonValue]
_EXACT: Final = 2**53
"""Up to here every whole number has a float of its own."""


def encode_rule(rule: Rule) -> JsonObject:
    """The object that stands for `rule` in the contract's "Rule JSON"."""
    match rule:
        case AllOf(of):
            return {"type": "all", "of": [encode_rule(part) for part in of]}
        case AnyOf(of):
            return {"type": "any", "of": [encode_rule(part) for part in of]}
        case AtLeast(n, of):
            return {"type": "at_least", "n": n, "of": [encode_rule(part) for part in of]}
        case Not(of):
            return {"type": "not", "of": encode_rule(of)}
        case _:
            return kept({**_leaf(rule), "span": positions(rule.span)})


def kept(fields: JsonObject) -> JsonObject:
    """`fields` without those that are None."""
    return {name: value for name, value in fields.items() if value is not None}


def plain(number: Number | None) -> JsonValue:
    """A number as people write it: whole ones without a fraction."""
    if number is None or number != int(number) or abs(number) > _EXACT:
        return number
    return int(number)


def positions(span: Span | None) -> JsonValue:
    """A span as a list of its start and its end."""
    return None if span is None else list(span)


def _leaf(leaf: Leaf) -> JsonObject:  # noqa: PLR0911 - one return for each type of leaf
    match leaf:
        case Clinical():
            return _clinical(leaf)
        case Measure():
            return _measure(leaf)
        case Age():
            return {"type": "age", **_bounds(leaf), "unit": _unless(leaf.unit, TimeUnit.YEAR)}
        case Ordinal():
            return {
                "type": "ordinal",
                "variable": leaf.variable,
                "values": list(leaf.values) or None,
                "min": plain(leaf.min),
                "max": plain(leaf.max),
            }
        case Sex(value):
            return {"type": "sex", "value": value}
        case State(state, within=within):
            return {"type": "state", "state": state, "within": _window(within)}
        case Language(value):
            return {"type": "language", "value": value}
        case Location(country, km):
            return {"type": "location", "country": country, "km": plain(km)}
        case Unparsed(text, about=about, within=within):
            # A measure without a variable: nothing answers it.
            return {"type": about or "unparsed", "text": text, "within": _window(within)}


def _clinical(leaf: Clinical) -> JsonObject:
    return {
        "type": leaf.kind.value,
        "text": leaf.text,
        "concepts": list(leaf.concepts) or None,
        "besides": list(leaf.besides) or None,
        "status": _unless(leaf.status, "current"),
        "within": _window(leaf.within),
        "detail": _detail(leaf.detail),
    }


def _measure(leaf: Measure) -> JsonObject:
    return {
        "type": "measure",
        "variable": leaf.variable,
        **_bounds(leaf),
        "unit": leaf.unit,
        "times": leaf.times,
        "within": _window(leaf.within),
    }


def _bounds(leaf: Age | Measure) -> JsonObject:
    """The bounds there are, each with whether it is included."""
    bounds: JsonObject = {}
    if leaf.min is not None:
        bounds |= {"min": plain(leaf.min), "min_inclusive": leaf.min_inclusive}
    if leaf.max is not None:
        bounds |= {"max": plain(leaf.max), "max_inclusive": leaf.max_inclusive}
    return bounds


def _window(window: Window | None) -> JsonValue:
    """None as well for a window without bounds: it says nothing."""
    if window is None or (window.max is None and window.min is None):
        return None
    return kept(
        {
            "max": plain(window.max),
            "min": plain(window.min),
            "unit": _unless(window.unit, TimeUnit.DAY),
            "anchor": _unless(window.anchor, "enrolment"),
            "event": _unless(window.event, "course"),
        }
    )


def _detail(detail: Detail | None) -> JsonValue:
    """None as well for a detail of which nothing is filled in."""
    if detail is None:
        return None
    return (
        kept(
            {
                "stage": detail.stage,
                "severity": detail.severity,
                "line": detail.line,
                "value": detail.value,
            }
        )
        or None
    )


def _unless(value: str, default: str) -> JsonValue:
    return None if value == default else str(value)
