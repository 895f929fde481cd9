"""From a mention and what was said of it to a leaf of the rule; nothing where it cannot be sure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from recruit.core.dates import TimeUnit
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    Clinical,
    Detail,
    Event,
    Measure,
    Ordinal,
    Rule,
    Span,
    Status,
    Window,
)
from recruit.terminology.concepts import Kind, Mention, Reading
from recruit.terminology.variables import Variable, convert, variable
from recruit.trials.parser.bounds import Bound

Place = Callable[[int, int], Span]
# Nobody lives longer (J. L. Calment died at 122); an age beyond is another number.
_OLDEST: Final = {
    TimeUnit.YEAR: 122,
    TimeUnit.MONTH: 1464,
    TimeUnit.WEEK: 6400,
    TimeUnit.DAY: 44_600,
}


@dataclass(slots=True)
class Said:
    """What the words around say of a clinical mention."""

    status: Status | None = None
    window: Window | None = None
    severity: str | None = None
    line: str | None = None
    value: str | None = None
    allergy: bool = False


def clinical(
    mention: Mention, reading: Reading, kind: Kind, said: Said, span: Span | None
) -> Clinical:
    """The leaf for a condition, drug, procedure …; an event is asked for at any time."""
    narrowed = said.severity or said.line or said.value
    detail = Detail(None, said.severity, said.line, said.value) if narrowed else None
    looks_back = said.window is not None and said.window.max is not None
    status = said.status or _usual(mention, kind)
    if looks_back and status == "current":
        # "Use of X within 4 weeks" asks for any use in these weeks.
        status = "ever"
    return Clinical(
        kind=Kind.ALLERGY if said.allergy else kind,
        text=mention.text,
        concepts=reading.keys,
        status=status,
        within=said.window if said.window is None or lasts(kind) else course(said.window),
        detail=detail,
        span=span,
    )


# All but these lasts: operations and tests are of one day, which is no onset.
_LASTING: Final = frozenset(Kind) - {Kind.PROCEDURE, Kind.BIOMARKER}
# What somebody is for a time; "able to consent" is asked of the day itself.
_PASSING: Final = frozenset(
    {"pregnant", "breastfeeding", "menopausal", "smoker", "never_smoker", "vaping"}
    | {"drinks_alcohol", "hospitalised", "institutionalised", "incarcerated", "bedridden"}
    | {"life_support", "shift_worker", "sedentary", "sexually_active", "homeless"}
)


def lasts(kind: Kind) -> bool:
    """Whether a thing of this kind has an onset."""
    return kind in _LASTING


def course(window: Window) -> Window:
    """The window of what happened, whose first and last day are the same."""
    return replace(window, event="course")


def passes(state: str) -> bool:
    """Whether a time can be said of the state."""
    return state in _PASSING


# "On dialysis" is one name of the procedure.
_NOW: Final = ("on ", "under ", "receiving ", "sous ")


def _usual(mention: Mention, kind: Kind) -> Status:
    now = kind is not Kind.PROCEDURE or mention.text.lower().startswith(_NOW)
    return "current" if now else "ever"


def window(bound: Bound) -> Window | None:
    """The time of a relation as a window that looks back from its anchor."""
    if bound.time is None or bound.split:
        return None
    anchor = bound.anchor or "enrolment"
    if bound.since:
        return None
    # "6 months prior to enrolment", "2 weeks ago": up to then.
    low = None if bound.bare else bound.low
    event: Event = "onset" if bound.onset and bound.high is not None else "course"
    return Window(bound.high, low, bound.time, anchor, event)


def passed(bound: Bound) -> Window | None:
    """The time of a relation whose subject was not read, "since" or not."""
    found = window(bound._replace(since=False))
    # The past of what nobody read: whether it lasted, began or ended then is not known.
    return None if found is None else course(found)


def free(window: Window) -> Window:
    """The window of what is denied: "no chemotherapy for at least 4 weeks" is none within 4."""
    if window.max is not None or window.min is None:
        return window
    return replace(window, max=window.min, min=None)


def ages(bound: Bound, start: int, end: int, place: Place) -> Rule | None:
    """The leaf for an age at `[start, end)`, or two where each end has its own unit."""
    if bound.split is None:
        return age(bound, place(start, end))
    split = bound.split
    low = bound._replace(high=None, high_inclusive=True, time=split.unit)
    lower = age(low, place(start, split.low_end))
    upper = age(bound._replace(low=None), place(split.high_start, end))
    return AllOf((lower, upper)) if lower and upper else None


def age(bound: Bound, span: Span) -> Age | None:
    """The leaf for an age; None for what no person's age can be."""
    unit = bound.time or TimeUnit.YEAR
    if bound.outside:
        return None
    if any(end is not None and not 0 <= end <= _OLDEST[unit] for end in (bound.low, bound.high)):
        return None
    if bound.low is None and bound.high is None:
        return None
    return Age(bound.low, bound.high, bound.low_inclusive, bound.high_inclusive, unit, span)


def measures(
    keys: tuple[str, ...], bound: Bound, spans: tuple[Span, ...]
) -> tuple[Measure, ...] | None:
    """The leaf of each variable within the bound, in its own unit; None when it cannot be.

    A mention of both blood pressures takes the two sides of "140/90". Another name of several
    variables is the one that can have the value: "FEV1 < 40 %" is the share of the predicted one.
    """
    if bound.second is not None:
        if len(keys) == 1:
            leaf = measure(keys[0], _of_pair(keys[0], bound, bound.second), spans[0])
            return (leaf,) if leaf else None
        if len(keys) != len(spans):
            return None
        sides = (bound, bound.second)
        found = [measure(*each) for each in zip(keys, sides, spans, strict=True)]
        return tuple(leaf for leaf in found if leaf) if all(found) else None
    fitting = [leaf for key in keys if (leaf := measure(key, bound, spans[0]))]
    return (fitting[0],) if len(fitting) == 1 else None


def _of_pair(key: str, bound: Bound, second: Bound) -> Bound:
    """One value out of two: "20/50" is an acuity of 0.4, "24/30" a score of 24."""
    if key != "visual_acuity":
        return bound
    low, high = _ratio(bound.low, second.low), _ratio(bound.high, second.high)
    if low is not None and high is not None and low > high:
        # "from 20/40 to 20/320"
        low, high = high, low
    return bound._replace(low=low, high=high)


def _ratio(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None


def measure(key: str, bound: Bound, span: Span) -> Measure | None:
    """One variable within a bound; None for a unit or a value that the variable cannot have."""
    known = variable(key)
    if known is None or bound.split:
        return None
    if bound.times:
        return Measure(
            key,
            bound.low,
            bound.high,
            bound.low_inclusive,
            bound.high_inclusive,
            None,
            bound.times,
            None,
            span,
        )
    low = _converted(bound.low, bound, known)
    high = _converted(bound.high, bound, known)
    if low is _WRONG or high is _WRONG or (low is None and high is None):
        return None
    if _says_nothing(low, high, bound, known):
        return None
    return Measure(
        key, low, high, bound.low_inclusive, bound.high_inclusive, known.unit, None, None, span
    )


def _says_nothing(low: float | None, high: float | None, bound: Bound, known: Variable) -> bool:
    """Whether every value that anybody can have lies within, or none does.

    Such a figure is of something else: "in at least 1 eye", "on a scale of 0 to 10".
    """
    least, most = known.plausible
    low_idle = low is None or low < least or (low == least and bound.low_inclusive)
    high_idle = high is None or high > most or (high == most and bound.high_inclusive)
    if low_idle and high_idle:
        return True
    beyond = low is not None and (low > most or (low == most and not bound.low_inclusive))
    short = high is not None and (
        high < least or (high == least and (least > 0 or not bound.high_inclusive))
    )
    return beyond or short


_WRONG: Final = float("nan")


def _converted(value: float | None, bound: Bound, known: Variable) -> float | None:
    if value is None:
        return None
    found = convert(value, bound.unit, known)
    return _WRONG if found is None else found


def ordinal(grades: tuple[str, tuple[str, ...]], span: Span) -> Ordinal:
    """The leaf for grades of a scale."""
    return Ordinal(grades[0], values=grades[1], span=span)


def kind_of(reading: Reading) -> Kind | None:
    """The kind of a clinical reading, None for an entry of our own vocabularies."""
    return reading.what if isinstance(reading.what, Kind) else None


def allergen(mention: Mention, other: Reading) -> Reading:
    """The mention's reading as what people are allergic to, `other` where it has none."""
    return next((r for r in mention.readings if r.what is Kind.ALLERGY), other)


def both(parts: Sequence[Rule]) -> Rule:
    """All of the parts, or the only one."""
    if len(parts) == 1:
        return parts[0]
    return AllOf(
        tuple(x for part in parts for x in (part.of if isinstance(part, AllOf) else (part,)))
    )


def either(parts: Sequence[Rule]) -> Rule:
    """Any of the parts, or the only one."""
    if len(parts) == 1:
        return parts[0]
    return AnyOf(
        tuple(x for part in parts for x in (part.of if isinstance(part, AnyOf) else (part,)))
    )
