"""A rule from JSON values that nobody has checked. The way there is in encoding.py."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, get_args

from recruit.core.dates import TimeUnit
from recruit.core.i18n import N_
from recruit.criteria.nodes import (
    Age,
    AllOf,
    Anchor,
    AnyOf,
    AtLeast,
    Clinical,
    Detail,
    Event,
    Language,
    Leaf,
    Location,
    Measure,
    Not,
    Number,
    Ordinal,
    Rule,
    Sex,
    SexValue,
    State,
    Status,
    Times,
    Unparsed,
    Window,
)
from recruit.criteria.record import Record
from recruit.terminology.concepts import Kind

DEEPEST: Final = 64
"""Levels of nesting that a rule may have: protocols need five, hostile input takes thousands."""

_UNITS: Final = {unit.value: unit for unit in TimeUnit}
_KINDS: Final = {kind.value: kind for kind in Kind}
_SEXES: Final[dict[str, SexValue]] = {value: value for value in get_args(SexValue)}
_STATUSES: Final[dict[str, Status]] = {value: value for value in get_args(Status)}
_TIMES: Final[dict[str, Times]] = {value: value for value in get_args(Times)}
_ANCHORS: Final[dict[str, Anchor]] = {value: value for value in get_args(Anchor)}
_EVENTS: Final[dict[str, Event]] = {value: value for value in get_args(Event)}

_BOUNDS: Final = frozenset({"type", "span", "min", "max", "min_inclusive", "max_inclusive", "unit"})
_AGE: Final = _BOUNDS
_MEASURE: Final = _BOUNDS | {"variable", "times", "within"}
_CLINICAL: Final = frozenset(
    {"type", "span", "text", "concepts", "besides", "status", "within", "detail"}
)
_ORDINAL: Final = frozenset({"type", "span", "variable", "values", "min", "max"})
_VALUE: Final = frozenset({"type", "span", "value"})
_STATE: Final = frozenset({"type", "span", "state", "within"})
_LOCATION: Final = frozenset({"type", "span", "country", "km"})
_TEXT: Final = frozenset({"type", "span", "text", "within"})
_OF: Final = frozenset({"type", "of"})
_N_OF: Final = frozenset({"type", "n", "of"})
# A value is of the day it was taken: it has no onset.
_TAKEN: Final = frozenset({"max", "min", "unit", "anchor"})
_WINDOW: Final = _TAKEN | {"event"}
_DETAIL: Final = frozenset({"stage", "severity", "line", "value"})


def decode_rule(data: object, where: str, path: str, depth: int = 1) -> Rule:
    """The rule that the JSON value `data` at `path` of the record `where` stands for.

    Raises:
        Refusal: naming the record and the first field that is odd.
    """
    record = Record(data, where, path)
    kind = record.data.get("type")
    if not isinstance(kind, str):
        record.refuse("type", N_("the type of the rule is missing"))
    leaf = _LEAVES.get(kind)
    if leaf is not None:
        return leaf(record)
    if kind == "not":
        record.only(_OF)
        return Not(_nested(record, record.data.get("of"), "of", depth))
    if kind == "at_least":
        return _at_least(record, depth)
    if kind not in {"all", "any"}:
        record.refuse("type", N_("there is no such type of rule"))
    record.only(_OF)
    parts = _parts(record, depth)
    return AllOf(parts) if kind == "all" else AnyOf(parts)


def _at_least(record: Record, depth: int) -> AtLeast:
    record.only(_N_OF)
    parts = _parts(record, depth)
    n = record.data.get("n")
    if type(n) is not int or not 1 <= n <= len(parts):
        record.refuse("n", N_("this must be a whole number from 1 to {most}"), most=len(parts))
    return AtLeast(n, parts)


def _parts(record: Record, depth: int) -> tuple[Rule, ...]:
    of = record.data.get("of")
    if not isinstance(of, list) or not of:
        record.refuse("of", N_("this must be a list of at least one rule"))
    return tuple(_nested(record, part, f"of[{index}]", depth) for index, part in enumerate(of))


def _nested(record: Record, data: object, name: str, depth: int) -> Rule:
    if depth == DEEPEST:
        record.refuse("of", N_("rules are nested more than {most} levels deep"), most=DEEPEST)
    return decode_rule(data, record.where, record.at(name), depth + 1)


def _interval(record: Record, lowest: Number) -> tuple[Number | None, Number | None, bool, bool]:
    """Minimum, maximum and whether each is included; something must lie between them."""
    low, high = record.number("min", lowest), record.number("max", lowest)
    with_low = record.flag("min_inclusive", default=True)
    with_high = record.flag("max_inclusive", default=True)
    if low is not None and high is not None:
        if low > high:
            record.refuse("max", N_("the maximum is below the minimum"))
        if low == high and not (with_low and with_high):
            record.refuse("max", N_("no value lies between these bounds"))
    return low, high, with_low or low is None, with_high or high is None


def _age(record: Record) -> Age:
    record.only(_AGE)
    low, high, with_low, with_high = _interval(record, 0)
    unit = record.choice("unit", _UNITS, TimeUnit.YEAR)
    return Age(low, high, with_low, with_high, unit, record.span())


def _measure(record: Record) -> Measure | Unparsed:
    if "variable" not in record.data and "text" in record.data:
        return replace(_unparsed(record), about="measure")
    record.only(_MEASURE)
    low, high, with_low, with_high = _interval(record, float("-inf"))
    unit, times = record.optional_text("unit"), record.optional_choice("times", _TIMES)
    if times and unit:
        record.refuse("unit", N_("a multiple has no unit"))
    return Measure(
        variable=record.text("variable"),
        min=low,
        max=high,
        min_inclusive=with_low,
        max_inclusive=with_high,
        unit=unit,
        times=times,
        within=_window(record, _TAKEN),
        span=record.span(),
    )


def _clinical(record: Record, kind: Kind) -> Clinical:
    record.only(_CLINICAL)
    return Clinical(
        kind,
        record.text("text"),
        record.texts("concepts"),
        record.choice("status", _STATUSES, "current"),
        _window(record),
        _detail(record),
        record.span(),
        record.texts("besides"),
    )


def _window(record: Record, names: frozenset[str] = _WINDOW) -> Window | None:
    within = record.nested("within", names)
    if within is None:
        return None
    low, high = within.number("min", 0), within.number("max", 0)
    if low is None and high is None:
        record.refuse("within", N_("a time window needs a bound"))
    if low is not None and high is not None and low > high:
        within.refuse("max", N_("the maximum is below the minimum"))
    return Window(
        high,
        low,
        within.choice("unit", _UNITS, TimeUnit.DAY),
        within.choice("anchor", _ANCHORS, "enrolment"),
        within.choice("event", _EVENTS, "course"),
    )


def _detail(record: Record) -> Detail | None:
    detail = record.nested("detail", _DETAIL)
    if detail is None:
        return None
    found = Detail(
        detail.optional_text("stage"),
        detail.optional_text("severity"),
        detail.optional_text("line"),
        detail.optional_text("value"),
    )
    if found == Detail():
        record.refuse("detail", N_("this says nothing"))
    return found


def _ordinal(record: Record) -> Ordinal:
    record.only(_ORDINAL)
    values = record.texts("values")
    low, high, _, _ = _interval(record, float("-inf"))
    if values and (low is not None or high is not None):
        record.refuse("values", N_("give either values or bounds, not both"))
    return Ordinal(record.text("variable"), values, low, high, record.span())


def _sex(record: Record) -> Sex:
    record.only(_VALUE)
    return Sex(record.choice("value", _SEXES, None), record.span())


def _state(record: Record) -> State:
    record.only(_STATE)
    return State(record.text("state"), record.span(), _window(record))


def _language(record: Record) -> Language:
    record.only(_VALUE)
    return Language(record.language(), record.span())


def _location(record: Record) -> Location:
    record.only(_LOCATION)
    country, km = record.country(), record.number("km", 0)
    if country is not None and km is not None:
        record.refuse("km", N_("give either a country or a distance, not both"))
    return Location(country, km, record.span())


def _unparsed(record: Record) -> Unparsed:
    record.only(_TEXT)
    return Unparsed(record.text("text"), record.span(), within=_window(record))


def _of_kind(kind: Kind) -> Callable[[Record], Leaf]:
    return lambda record: _clinical(record, kind)


_LEAVES: Final[dict[str, Callable[[Record], Leaf]]] = {
    "age": _age,
    "sex": _sex,
    "measure": _measure,
    "ordinal": _ordinal,
    "state": _state,
    "language": _language,
    "location": _location,
    "unparsed": _unparsed,
    **{kind.value: _of_kind(kind) for kind in Kind},
}
