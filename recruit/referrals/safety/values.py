"""Measured values that a message tells, beyond the bounds of tables/values.txt."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from recruit.referrals.safety.stream import ENDS, TABLES

_REACH: Final = 7  # words from the name to its figure
_AFTERWARDS: Final = frozenset({"fievre", "fever", "febrile", "temperature", "bpm"})
_FARTHEST_BACK: Final = 3
_FEVER: Final = re.compile(r"(?:3[89]|4[01])[.,]\d")  # "38,7" needs no name


@dataclass(frozen=True, slots=True)
class Bounds:
    """From `least` to `most` is no sign; the unit allows figures from `low` to `high`."""

    least: float
    most: float
    low: float
    high: float

    def beyond(self, value: float) -> bool:
        """Whether `value` may be in this unit and is a sign."""
        return self.low <= value <= self.high and not self.least <= value <= self.most


@cache
def _table() -> Mapping[str, tuple[Bounds, ...]]:
    bounds: dict[str, tuple[Bounds, ...]] = {}
    for line in (TABLES / "values.txt").read_text("utf-8").splitlines():
        names, equals, figures = line.partition("=")
        if equals and not line.startswith("#"):
            inside, _, unit = figures.partition("within")
            least, most = map(float, inside.split())
            low, high = map(float, unit.split())
            for name in names.split():
                bounds[name] = (*bounds.get(name, ()), Bounds(least, most, low, high))
    return bounds


def found(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where in `words` a value beyond its bounds is told, as [first, end)."""
    for first, end, beyond in _told(words):
        if beyond:
            yield first, end
    for place, word in enumerate(words):
        if _FEVER.fullmatch(word):
            yield place, place + 1


def ordinary(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where in `words` a value within its bounds is told, as [first, end)."""
    return ((first, end) for first, end, beyond in _told(words) if not beyond)


def _told(words: Sequence[str]) -> Iterator[tuple[int, int, bool]]:
    table = _table()
    for place, word in enumerate(words):
        bounds = table.get(word)
        if bounds is None:
            continue
        figure = _figure(words, place, after=True)
        if figure is None and word in _AFTERWARDS:
            figure = _figure(words, place, after=False)
        if figure is not None:
            beyond = any(each.beyond(_value(words[figure])) for each in bounds)
            yield min(place, figure), max(place, figure) + 1, beyond


def _figure(words: Sequence[str], place: int, *, after: bool) -> int | None:
    """The nearest figure in the same sentence."""
    places = (
        range(place + 1, min(place + _REACH + 1, len(words)))
        if after
        else range(place - 1, max(place - _FARTHEST_BACK, -1), -1)
    )
    for each in places:
        if words[each] in ENDS:
            return None
        if words[each][0].isdigit():
            return each
    return None


def _value(figure: str) -> float:
    """The first number of "39,2", "18/10" or "120:80"."""
    first = figure.replace("h", "/").replace(":", "/").split("/")[0].replace(",", ".")
    whole, _, rest = first.partition(".")
    return float(f"{whole}.{rest.replace('.', '') or 0}")
