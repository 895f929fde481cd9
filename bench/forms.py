"""The notation of the Leaf logical forms, and the bounds that a form states.

A form is a chain of calls, whose arguments are chains, strings or bare words:
`age().num_filter(eq().op(GTEQ).val('18').temporal_unit(YEAR))`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from recruit.terminology.numerals import WORDS

Sort = Literal["number", "time"]
End = Literal["low", "high", "either"]

_TOKEN: Final = re.compile(r"\s*(?:'([^']*)'|([\w-]+)|(.))")
_ROMAN: Final = {
    "I": 1,
    "II": 2,
    "III": 3,
    "IV": 4,
    "V": 5,
    "VI": 6,
    "Ⅰ": 1,
    "Ⅱ": 2,
    "Ⅲ": 3,
    "Ⅳ": 4,
}
_TIMED: Final = frozenset({"temporal_filter", "duration", "during"})
_LOW: Final = frozenset({"GT", "GTEQ"})
_HIGH: Final = frozenset({"LT", "LTEQ"})


@dataclass(frozen=True, slots=True)
class Call:
    """`name(args)`; a string or a bare word is a call without arguments, `text` its words."""

    name: str
    args: "tuple[Chain, ...]" = ()
    text: str | None = None


Chain = tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """One end of a filter of a form.

    `of` is the entity it belongs to ("age", "lab", "proc"); `written` the value as the form has it
    and `value` its number, None where it is none ("B"). `unit` is a unit of time ("year" …
    "minute"), "limit" for a multiple of normal, "some" where the form only says that there is one,
    "" for none.
    A `bare` one stands beside an entity without being called a filter; `future`: it looks ahead.
    """

    sort: Sort
    end: End
    of: str
    written: str
    value: float | None
    inclusive: bool
    unit: str
    bare: bool = False
    future: bool = False


def read(form: str) -> Chain:
    """The chain of calls that `form` is.

    Raises:
        ValueError: where the form breaks off or holds what is no call.
    """
    tokens = [(quoted, word or sign) for quoted, word, sign in _TOKEN.findall(form)]
    chain, place = _chain(tokens, 0)
    if place != len(tokens):
        raise ValueError(place)
    return chain


def _chain(tokens: Sequence[tuple[str, str]], place: int) -> tuple[Chain, int]:
    calls: list[Call] = []
    while True:
        call, place = _call(tokens, place)
        calls.append(call)
        if place >= len(tokens) or tokens[place][1] != ".":
            return tuple(calls), place
        place += 1


def _call(tokens: Sequence[tuple[str, str]], place: int) -> tuple[Call, int]:
    if place >= len(tokens):
        raise ValueError(place)
    quoted, word = tokens[place]
    if not word or word == "[":
        return _text(tokens, place, quoted)
    if not word[0].isalpha():
        raise ValueError(place)
    if place + 1 >= len(tokens) or tokens[place + 1][1] != "(":
        return Call("", text=word), place + 1
    args: list[Chain] = []
    place += 2
    while tokens[place][1] != ")":
        chain, place = _chain(tokens, place)
        args.append(chain)
        place += tokens[place][1] == ","
    return Call(word, tuple(args)), place + 1


def _text(tokens: Sequence[tuple[str, str]], place: int, quoted: str) -> tuple[Call, int]:
    """A string; a list of the objects that the corpus failed to write out is an empty one."""
    if tokens[place][1] == "[":
        while tokens[place][1] != "]":
            place += 1
    return Call("", text=quoted), place + 1


def expected(chain: Chain) -> Iterator[Expected]:
    """Each end of each filter that the form states, in its order."""
    of = chain[0].name
    for place, call in enumerate(chain):
        if call.name == "eq":
            yield from _ends("number", of, chain[place + 1 :], bare=True)
        elif call.name == "num_filter":
            for filter_ in call.args:
                yield from _ends("number", of, filter_[1:])
        elif call.name in _TIMED and any(arg[0].name == "eq" for arg in call.args):
            for filter_ in call.args:
                yield from _ends("time", of, filter_[1:], lasts=call.name == "duration")
        else:
            for arg in call.args:
                yield from expected(arg)


def _ends(
    sort: Sort, of: str, calls: Chain, *, bare: bool = False, lasts: bool = False
) -> Iterator[Expected]:
    """The ends of one `eq()…`, read up to the next one or the end of what it says."""
    said: dict[str, list[str]] = {}
    for call in calls:
        if call.name not in {"op", "val", "unit", "temporal_unit", "temporal_per", "before"}:
            break
        words = [arg[0].text or "" for arg in call.args] or [""]
        said.setdefault(call.name, []).extend(words)
    values = list(dict.fromkeys(said.get("val", ())))
    operator = next(iter(said.get("op", ())), "")
    passed = "PAST" in said.get("temporal_per", ()) or "before" in said
    if sort == "time" and not values and "temporal_unit" in said and (operator or passed):
        values = ["1"]
    if not values:
        return
    unit = _unit(sort, said)
    future = "FUTURE" in said.get("temporal_per", ())
    if sort == "time" and unit not in _TIMES:
        return
    if sort == "time" and len(values) == 1 and not operator:
        # "in the past 6 months" and "for 3 months" have none.
        operator = "GTEQ" if lasts else "LTEQ"
    for end, written, inclusive in _sides(operator, values):
        yield Expected(sort, end, of, written, number(written), inclusive, unit, bare, future)


_TIMES: Final = frozenset({"year", "month", "week", "day", "hour", "minute"})


def _unit(sort: Sort, said: dict[str, list[str]]) -> str:
    """A unit of time beside another one is what it is counted by ("ml per minute")."""
    if any(name.startswith("REF-RANGE") for name in said.get("unit", ())):
        return "limit"
    if "unit" in said and sort == "number":
        return "some"
    return next(iter(said.get("temporal_unit", ())), "").lower()


def _sides(operator: str, values: list[str]) -> Iterator[tuple[End, str, bool]]:
    first = values[0]
    if operator in _LOW:
        yield "low", first, operator == "GTEQ"
    elif operator in _HIGH:
        yield "high", first, operator != "LT"
    elif not operator and len(values) == 1:
        # Without an operator a single value says no side: a floor, a ceiling or just this.
        yield "either", first, True
    else:
        # BETWEEN, or a list of values, which come in any order.
        ordered = sorted(values, key=lambda each: (number(each) or 0.0, each))
        yield "low", ordered[0], True
        yield "high", ordered[-1], True


def number(written: str) -> float | None:
    """The number that a value of a form is; None for a letter or a weekday."""
    plain = re.sub(r"\s*([,.])\s*", r"\1", written.strip())
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?", plain):
        return float(plain.replace(",", ""))
    if ratio := re.fullmatch(r"(\d+)\s*/\s*(\d+)", plain):
        return float(ratio[1]) / float(ratio[2]) if float(ratio[2]) else None
    roman = _ROMAN.get(plain)
    return float(roman) if roman else _word(plain.lower())


def _word(word: str) -> float | None:
    found = WORDS.get({"twice": "two", "single": "one", "none": "zero"}.get(word, word))
    return None if found is None else float(found)
