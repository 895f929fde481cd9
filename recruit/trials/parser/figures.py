"""The numbers of a text that stand for themselves, with their units."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from recruit.core.dates import TimeUnit
from recruit.criteria.nodes import Times
from recruit.terminology.concepts import Mention, Vocabulary
from recruit.terminology.numerals import lowered
from recruit.terminology.quantities import Quantity, find_durations, find_quantities
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


def figures(text: str, mentions: Iterable[Mention]) -> list[Figure]:
    """The figures of `text` from left to right; those inside a mention ("type 2") are its own."""
    known_names = sorted(mentions, key=lambda mention: mention.start)
    taken = _Taken(known_names)
    quantities = (each for each in find_quantities(text) if not taken.at(each.start))
    whole = [_in_a_row(_figure(each), text) for each in quantities]
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


_IN_A_ROW: Final = re.compile(
    r"[ -](?:consecutive|continuous|full|complete|whole|calendar|successive)[ -]"
    r"(year|month|week|day)s?\b"
)


def _in_a_row(figure: Figure, text: str) -> Figure:
    """Such as "3 consecutive months": a length of time with a word between figure and unit."""
    if figure.unit is not None or figure.time is not None or figure.times is not None:
        return figure
    found = _IN_A_ROW.match(text, figure.end)
    return replace(figure, end=found.end(), time=TimeUnit(found[1])) if found else figure


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
