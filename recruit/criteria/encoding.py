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
            return _placed(_leaf(rule), rule.span)


def _placed(fields: JsonObject, span: Span | None) -> JsonObject:
    if span is not None:
        fields["span"] = list(span)
    return fields


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
    # Fields are added one by one, as most hold their default: it takes half as long as leaving out.
    match leaf:
        case Clinical():
            return _clinical(leaf)
        case Unparsed(text, about=about, within=within):
            # A measure without a variable: nothing answers it.
            return _timed({"type": about or "unparsed", "text": text}, within)
        case Measure():
            return _measure(leaf)
        case Age():
            fields = _bounded({"type": "age"}, leaf)
            return fields if leaf.unit is TimeUnit.YEAR else {**fields, "unit": str(leaf.unit)}
        case Ordinal():
            return kept(
                {
                    "type": "ordinal",
                    "variable": leaf.variable,
                    "values": list(leaf.values) or None,
                    "min": plain(leaf.min),
                    "max": plain(leaf.max),
                }
            )
        case Sex(value):
            return {"type": "sex", "value": value}
        case State(state, within=within):
            return _timed({"type": "state", "state": state}, within)
        case Language(value):
            return {"type": "language", "value": value}
        case Location(country, km):
            return kept({"type": "location", "country": country, "km": plain(km)})


def _clinical(leaf: Clinical) -> JsonObject:
    fields: JsonObject = {"type": leaf.kind.value, "text": leaf.text}
    if leaf.concepts:
        fields["concepts"] = list(leaf.concepts)
    if leaf.besides:
        fields["besides"] = list(leaf.besides)
    if leaf.status != "current":
        fields["status"] = leaf.status
    _timed(fields, leaf.within)
    detail = leaf.detail and _detail(leaf.detail)
    if detail:
        fields["detail"] = detail
    return fields


def _measure(leaf: Measure) -> JsonObject:
    fields = _bounded({"type": "measure", "variable": leaf.variable}, leaf)
    if leaf.unit is not None:
        fields["unit"] = leaf.unit
    if leaf.times is not None:
        fields["times"] = leaf.times
    return _timed(fields, leaf.within)


def _bounded(fields: JsonObject, leaf: Age | Measure) -> JsonObject:
    """The fields with the bounds there are, each with whether it is included."""
    if leaf.min is not None:
        fields["min"], fields["min_inclusive"] = plain(leaf.min), leaf.min_inclusive
    if leaf.max is not None:
        fields["max"], fields["max_inclusive"] = plain(leaf.max), leaf.max_inclusive
    return fields


def _timed(fields: JsonObject, window: Window | None) -> JsonObject:
    """The fields with the window, unless it is without bounds: it says nothing."""
    if window is None or (window.max is None and window.min is None):
        return fields
    fields["within"] = kept(
        {
            "max": plain(window.max),
            "min": plain(window.min),
            "unit": _unless(window.unit, TimeUnit.DAY),
            "anchor": _unless(window.anchor, "enrolment"),
            "event": _unless(window.event, "course"),
        }
    )
    return fields


def _detail(detail: Detail) -> JsonObject:
    return kept(
        {
            "stage": detail.stage,
            "severity": detail.severity,
            "line": detail.line,
            "value": detail.value,
        }
    )


def _unless(value: str, default: str) -> JsonValue:
    return None if value == default else str(value)
