"""Which fields each part of a rule has in a form, and how their words become JSON and back.

The JSON in between is the contract's "Rule JSON": what a field means, and which values are
refused, stands in criteria/decoding.py alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from recruit.actions.posting.known import (
    UNKNOWN_LANGUAGE,
    UNKNOWN_SCALE,
    UNKNOWN_STATE,
    UNKNOWN_VARIABLE,
)
from recruit.core.i18n import N_
from recruit.criteria.record import JsonValue
from recruit.terminology.concepts import Kind

JsonObject = dict[str, JsonValue]
GROUPS: Final = ("all", "any", "at_least")
BRANCHES: Final = (*GROUPS, "not")
KINDS: Final = tuple(kind.value for kind in Kind)
TIMES: Final = "times:"
"""What the field `unit` begins with where the bounds are multiples: "times:uln"."""
NO_NUMBER: Final = N_("Please write a number alone, such as 7.5.")
NO_WHOLE_NUMBER: Final = N_("Please write a whole number, such as 2.")
NO_WORDS: Final = N_("Please write what it is about, in a few words.")
NO_SEX: Final = N_("Please choose a sex.")
YES: Final = "yes"
NO: Final = "no"

_NUMBER: Final = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?(?:e[+-]?\d{1,3})?", re.ASCII)
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+", re.ASCII)
_WHOLE: Final = re.compile(r"\d{1,4}", re.ASCII)
_SPAN: Final = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


class Sort(Enum):
    """What a field holds."""

    WORDS = auto()
    NUMBER = auto()
    WHOLE = auto()
    FLAG = auto()
    """`YES` or `NO`."""
    SEVERAL = auto()
    """Any number of words: boxes of one name."""
    SPAN = auto()
    """The place in the text, "12-30"."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a part of a rule.

    `path` is where its value stands in the part's JSON object. `left_out` is what it means there
    that nothing stands; `fresh` is what the field of a new part begins with. `needed` is what to
    say, as a message of the catalogue, where it must not be empty and is.
    """

    name: str
    sort: Sort = Sort.WORDS
    path: tuple[str, ...] = ()
    left_out: str = ""
    fresh: str = ""
    needed: str = ""

    @property
    def at(self) -> tuple[str, ...]:
        """Where its value stands."""
        return self.path or (self.name,)


def _usual(name: str, value: str, sort: Sort = Sort.WORDS) -> Field:
    return Field(name, sort, left_out=value, fresh=value)


_PLACE: Final = (Field("span", Sort.SPAN),)
_BOUNDS: Final = (
    Field("min", Sort.NUMBER),
    Field("max", Sort.NUMBER),
    _usual("min_inclusive", YES, Sort.FLAG),
    _usual("max_inclusive", YES, Sort.FLAG),
)
_WITHIN: Final = (
    Field("within_min", Sort.NUMBER, ("within", "min")),
    Field("within_max", Sort.NUMBER, ("within", "max")),
    Field("within_unit", Sort.WORDS, ("within", "unit"), "day", "month"),
    Field("within_anchor", Sort.WORDS, ("within", "anchor"), "enrolment", "enrolment"),
)
_LASTING: Final = (
    *_WITHIN,
    Field("within_event", Sort.WORDS, ("within", "event"), "course", "course"),
)
_DETAIL: Final = tuple(
    Field(f"detail_{name}", Sort.WORDS, ("detail", name))
    for name in ("stage", "severity", "line", "value")
)
_TEXT: Final = (Field("text", needed=NO_WORDS),)
_CLINICAL: Final = (
    *_TEXT,
    Field("concepts", Sort.SEVERAL),
    Field("besides", Sort.SEVERAL),
    _usual("status", "current"),
    *_LASTING,
    *_DETAIL,
    *_PLACE,
)
FIELDS: Final[Mapping[str, tuple[Field, ...]]] = {
    "all": (),
    "any": (),
    "at_least": (Field("n", Sort.WHOLE, fresh="2", needed=NO_WHOLE_NUMBER),),
    "not": (),
    **dict.fromkeys(KINDS, _CLINICAL),
    "measure": (
        Field("variable", needed=UNKNOWN_VARIABLE),
        *_BOUNDS,
        Field("unit"),
        *_WITHIN,
        *_PLACE,
    ),
    "ordinal": (
        Field("variable", needed=UNKNOWN_SCALE),
        Field("values", Sort.SEVERAL),
        Field("min", Sort.NUMBER),
        Field("max", Sort.NUMBER),
        *_PLACE,
    ),
    "age": (*_BOUNDS, _usual("unit", "year"), *_PLACE),
    "sex": (Field("value", needed=NO_SEX), *_PLACE),
    "state": (Field("state", needed=UNKNOWN_STATE), *_LASTING, *_PLACE),
    "language": (Field("value", needed=UNKNOWN_LANGUAGE), *_PLACE),
    "location": (Field("country"), Field("km", Sort.NUMBER), *_PLACE),
    "unparsed": (*_TEXT, *_LASTING, *_PLACE),
}
"""The fields of each type of rule, by the `type` of its JSON; what it is made of aside."""


def written(value: JsonValue, field: Field, language: str) -> str:
    """A value of the JSON as it stands in its field; numbers as `language` writes them."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return "-".join(map(str, value))
    text = str(value)
    return text.replace(".", ",") if field.sort is Sort.NUMBER and language == "fr" else text


def value_of(text: str, field: Field, language: str) -> JsonValue:
    """What the words in a field stand for; None for an empty one.

    Raises:
        ValueError: with a message of the catalogue, for what is no number.
    """
    match field.sort:
        case Sort.NUMBER:
            return _number(text, language)
        case Sort.WHOLE:
            return _whole(text)
        case Sort.FLAG:
            return text != NO
        case Sort.SPAN:
            found = _SPAN.fullmatch(text)
            return [int(found[1]), int(found[2])] if found else None
        case _:
            return text if text.strip() else None


def _number(text: str, language: str) -> float | None:
    """A number as people write it: "1 000", "7,5" and, in English, "1,000"."""
    tight = "".join(text.split()).replace("\N{MINUS SIGN}", "-")
    if not tight:
        return None
    if language == "en" and _THOUSANDS.fullmatch(tight):
        tight = tight.replace(",", "")
    plain = tight.replace(",", ".").lower()
    if not _NUMBER.fullmatch(plain):
        raise ValueError(NO_NUMBER)
    return float(plain)


def _whole(text: str) -> int | None:
    tight = text.strip()
    if tight and not _WHOLE.fullmatch(tight):
        raise ValueError(NO_WHOLE_NUMBER)
    return int(tight) if tight else None
