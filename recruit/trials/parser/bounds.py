"""What a comparison says of a number, and how two of them become one range."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from recruit.core.dates import TimeUnit
from recruit.criteria.nodes import Anchor, Times


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at `[start, end)`, with its `unit` (UCUM), as a length of `time`, or a multiple.

    `over` is the second number of a pair ("140/90").
    """

    start: int
    end: int
    value: float
    unit: str | None = None
    time: TimeUnit | None = None
    times: Times | None = None
    over: float | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """Where a range parts whose ends have units of their own ("6 months | to 13 years").

    The lower end is in `unit` and ends at `low_end`; the upper one begins at `high_start`.
    """

    low_end: int
    high_start: int
    unit: TimeUnit


class Bound(NamedTuple):
    """What a relation says of a number at `[start, end)`.

    `bare` is a lone figure without any comparison, `equal` one after an equals sign; `older` was
    written with a word that only ages have ("or older"); `within` and `lasting` are openings that
    only windows have; `since` counts the time that has passed since something, `fresh` how long it
    has lasted at most ("depuis moins de 5 ans"); with `looked_at` its anchor only says when it is
    looked at ("at consent"); one that is `aged` may be an age too ("de plus de 65 ans"), and one
    with an `onset` bounds when something began. `split` parts a range with two units; `either` is
    a time beside which half-lives stand, of which the longer or shorter counts. What is `normal`
    is measured against the limits of normal without a figure; `outside` asks for values beyond.
    """

    # No dataclass: every relation is changed several times on its way, and with so many fields
    # dataclasses.replace takes five times as long as _replace.

    start: int
    end: int
    low: float | None = None
    high: float | None = None
    low_inclusive: bool = True
    high_inclusive: bool = True
    unit: str | None = None
    time: TimeUnit | None = None
    times: Times | None = None
    anchor: Anchor | None = None
    bare: bool = False
    equal: bool = False
    older: bool = False
    within: bool = False
    lasting: bool = False
    since: bool = False
    ago: bool = False
    looked_at: bool = False
    fresh: bool = False
    aged: bool = False
    onset: bool = False
    either: Literal["longer", "shorter"] | None = None
    second: "Bound | None" = None
    split: Split | None = None
    normal: bool = False
    outside: bool = False


def blank(start: int, end: int, figure: Figure) -> Bound:
    """A relation in the figure's unit that bounds nothing yet."""
    return Bound(start, end, unit=figure.unit, time=figure.time, times=figure.times)


def opened_side(bound: Bound, *, low: bool) -> Bound:
    """A lone figure with its other side open ("18 years of age or older")."""
    if low:
        return bound._replace(high=None, bare=False)
    return bound._replace(low=None, bare=False)


def opened(base: Bound, figure: Figure, *, low: bool) -> Bound:
    """The relation with the figure as its lower or upper end; the second of a pair has its own."""
    bound = base._replace(low=figure.value) if low else base._replace(high=figure.value)
    if figure.over is None:
        return bound
    side = bound._replace(low=figure.over) if low else bound._replace(high=figure.over)
    return bound._replace(second=side)


_LIMITS: Final = {
    **dict.fromkeys(("minimum", "minimal", "minimale", "minimaux", "minimales"), "low"),
    **dict.fromkeys(("maximum", "maximal", "maximale", "maximaux", "maximales"), "high"),
}


def side_named(before: Sequence[str]) -> str | None:
    """The side of "minimum age of 18", "durée minimale de 3 mois", by the words `before`."""
    for norm in reversed(before):
        if not norm.isalpha():
            return None
        if norm in _LIMITS:
            return _LIMITS[norm]
    return None


def compatible(first: Figure, second: Figure) -> bool:
    """Whether two figures may be the ends of one range: like units, or only one has one."""
    if first.time and not second.time:
        return False
    if first.over or second.over:
        return bool(first.over and second.over)
    if first.time and second.time:
        return first.value * _DAYS[first.time] <= second.value * _DAYS[second.time]
    units = first.unit is None or second.unit is None or first.unit == second.unit
    return units and first.value <= second.value


def counted_on(first: Figure, second: Figure) -> bool:
    """Whether the second is the next whole number: "one or two prior lines", "1 or 2"."""
    plain = not (first.unit or second.unit or first.time or second.time or first.times)
    return plain and first.value.is_integer() and second.value == first.value + 1


# To tell which of two lengths of time is longer.
_DAYS: Final = {TimeUnit.DAY: 1.0, TimeUnit.WEEK: 7.0, TimeUnit.MONTH: 30.4, TimeUnit.YEAR: 365.0}


def spanning(lasting: Bound, within: Bound) -> Bound | None:
    """How long something lasted, and how long ago that was, as the two ends of one window."""
    if not (lasting.lasting and within.within) or lasting.time is not within.time:
        return None
    if lasting.low is None or within.high is None or lasting.high or within.low:
        return None
    if lasting.low > within.high:
        return None
    return within._replace(low=lasting.low, low_inclusive=lasting.low_inclusive)


def merged(one: Bound, other: Bound) -> Bound | None:
    """Two relations in a row as the sides of one range; None when they are not."""
    if other.bare or one.within or other.within or one.lasting or other.lasting:
        return None
    if (one.low is None) == (other.low is None) or (one.high is None) == (other.high is None):
        return None
    if one.times != other.times or (one.time and other.time and one.time != other.time):
        return None
    if one.unit and other.unit and one.unit != other.unit:
        return None
    low, high = (one, other) if one.low is not None else (other, one)
    if low.low is None or high.high is None or low.low > high.high:
        return None
    return low._replace(
        start=one.start,
        end=other.end,
        high=high.high,
        high_inclusive=high.high_inclusive,
        unit=one.unit or other.unit,
        time=one.time or other.time,
        anchor=one.anchor or other.anchor,
        older=one.older or other.older,
    )
