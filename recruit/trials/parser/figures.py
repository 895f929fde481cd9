"""The numbers of a text that stand for themselves, with their units."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from recruit.core.dates import TimeUnit
from recruit.criteria.nodes import Times
from recruit.terminology.concepts import Mention, Vocabulary
from recruit.terminology.numerals import lowered
from recruit.terminology.quantities import Quantity, find_durations, find_quantities
from recruit.terminology.quantity_patterns import MULTIPLE
from recruit.terminology.variables import variable
from recruit.trials.parser.bounds import Figure

_TIMES: Final[dict[str | None, Times]] = {"ULN": "uln", "LLN": "lln", "baseline": "baseline"}


# UCUM units of time; hours and minutes are parts of days, as everywhere.
_LENGTHS: Final[dict[str | None, tuple[float, TimeUnit]]] = {
    "a": (1.0, TimeUnit.YEAR),
    "mo": (1.0, TimeUnit.MONTH),
    "wk": (1.0, TimeUnit.WEEK),
    "d": (1.0, TimeUnit.DAY),
    "h": (1 / 24, TimeUnit.DAY),
    "min": (1 / 1440, TimeUnit.DAY),
    "(24.h)": (1.0, TimeUnit.DAY),
}
# Of the small letters alone: without regard to case, the search takes six times as long.
_LONE: Final = re.compile(
    r"(?:last|past|previous|prior|preceding|derni[eè]re?|an?|the|l['’]|l[ea])\s?"
    r"(?:year|month|week|day|ann[ée]e|mois|semaine)\b"
)


_TWICE: Final = frozenset({"twice", "double"})
_DOUBLE: Final = re.compile(r"\b(?:le )?(twice|double|thrice|triple)\b(?! blind)")
# "8th grade", "the 95th percentile" are no values of anything in the table.
_ORDINAL: Final = re.compile(r"(?:st|nd|rd|th|er|[eè]re|[eè]me|e)\b")
_ONE: Final = re.compile(
    r"\b([Oo]ne|[Uu]ne?)\s(?:(?:or|to|ou|à)\s(?:two|deux|three|trois|[23])\s)?$"
)
_NEAR: Final = 16
_COUNT: Final = "{count}"
_VARIABLE: Final = Vocabulary.VARIABLE


def figures(text: str, mentions: Iterable[Mention]) -> list[Figure]:
    """The figures of `text` from left to right; those inside a mention ("type 2") are its own."""
    known_names = sorted(mentions, key=lambda mention: mention.start)
    taken = _Taken(known_names)
    quantities = (each for each in find_quantities(text) if not taken.at(each.start))
    named = [*_twice(text), *_single(text, known_names)]
    plain = [
        each
        for each in map(_figure, quantities)
        if not any(first.start < each.end and each.start < first.end for first in named)
        and not (each.unit is None and _ORDINAL.match(text, each.end))
    ]
    whole = sorted([*plain, *named], key=lambda figure: figure.start) if named else plain
    found = _named_by_unit(whole, known_names, text)
    if not _LONE.search(lowered(text)):
        return found
    # "the past year": a length of time without a number.
    known = {figure.start for figure in found}
    lone = (each for each in find_durations(text) if each.start not in known)
    more = [
        Figure(each.start, each.end, each.amount, None, each.unit)
        for each in lone
        if not text[each.start].isdigit()
    ]
    return sorted([*found, *more], key=lambda figure: figure.start)


def _twice(text: str) -> Iterator[Figure]:
    """Such as "twice the ULN", "au double de la normale"."""
    for found in _DOUBLE.finditer(lowered(text)):
        limit = MULTIPLE.match(text, found.end())
        if limit is None:
            continue
        times: Times = "lln" if limit["lln"] else "baseline" if limit["baseline"] else "uln"
        value = 2.0 if found[1] in _TWICE else 3.0
        yield Figure(found.start(), limit.end(), value, times=times)


def _single(text: str, names: Iterable[Mention]) -> Iterator[Figure]:
    """The one of "one or two prior lines of therapy"; elsewhere "one" and "une" only point."""
    for name in names:
        known = (variable(key) for r in name.readings if r.what is _VARIABLE for key in r.keys)
        if not any(each is not None and each.unit == _COUNT for each in known):
            continue
        found = _ONE.search(text, max(0, name.start - _NEAR), name.start)
        if found:
            yield Figure(found.start(1), found.end(1), 1.0)


def _named_by_unit(found: list[Figure], mentions: Sequence[Mention], text: str) -> list[Figure]:
    """The figures without the units that begin a variable's name: "24 | weeks of gestation"."""
    names = [m for m in mentions if any(r.what is Vocabulary.VARIABLE for r in m.readings)]
    starts = [mention.start for mention in names]
    for place, figure in enumerate(found):
        next_ = bisect_right(starts, figure.start)
        name = names[next_] if next_ < len(names) else None
        if name is not None and name.start < figure.end <= name.end:
            end = figure.start + len(text[figure.start : name.start].rstrip(" -"))
            found[place] = replace(figure, end=end)
    return found


def _figure(quantity: Quantity) -> Figure:
    times = _TIMES.get(quantity.unit)
    share, time = _LENGTHS.get(quantity.unit, (1.0, None))
    unit = None if times else quantity.unit
    value = quantity.value * share
    return Figure(quantity.start, quantity.end, value, unit, time, times, quantity.over)


class _Taken:
    """Whether a position lies within a mention; asked from left to right."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self._spans = iter(sorted((m.start, m.end) for m in mentions))
        self._now = next(self._spans, None)

    def at(self, position: int) -> bool:
        while self._now is not None and self._now[1] <= position:
            self._now = next(self._spans, None)
        return self._now is not None and self._now[0] <= position
