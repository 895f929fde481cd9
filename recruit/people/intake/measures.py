"""A number and a unit as someone wrote them, and the value of a variable that it is."""

import math
from typing import Final

from recruit.core.dates import PartialDate
from recruit.core.i18n import N_
from recruit.people.facts import Fact, MeasureFact, OrdinalFact, Source
from recruit.people.intake.reading import Notes
from recruit.terminology.scales import read_grade, scales
from recruit.terminology.units import parse_unit
from recruit.terminology.variables import Variable, convert, variables

UNKNOWN_UNIT: Final = N_("this unit is not known for this measure")
NO_VALUE: Final = N_("a number is needed")
IMPOSSIBLE: Final = N_("no person can have this value in this unit")
NO_GRADE: Final = N_("the scale has no such grade")


def measure(  # noqa: PLR0913 - what a measure is made of, each by name
    notes: Notes,
    field: str,
    key: str,
    value: object,
    unit: str | None,
    *,
    taken: PartialDate | None = None,
    normal: tuple[object, object] = (None, None),
    text: str = "",
    source: Source = Source.OWN,
) -> Fact | None:
    """The fact of variable `key`; None, with a note that names `field`, when it cannot be one.

    `normal` holds the laboratory's lower and upper limit in the same unit; a limit that cannot be
    read is left out.
    """
    number = _number(value)
    if number is None:
        notes.refuse(f"{field}.value", NO_VALUE)
        return None
    if unit and parse_unit(unit) is None:
        notes.refuse(f"{field}.unit", UNKNOWN_UNIT)
        return None
    known = variables()[key]
    canonical = convert(number, unit, known)
    if canonical is None:
        notes.refuse(f"{field}.value", IMPOSSIBLE)
        return None
    lln, uln = (_limit(limit, unit, known) for limit in normal)
    return MeasureFact(key, canonical, taken=taken, uln=uln, lln=lln, text=text, source=source)


def grade(  # noqa: PLR0913 - the same for a scale
    notes: Notes,
    field: str,
    key: str,
    value: object,
    *,
    taken: PartialDate | None = None,
    text: str = "",
    source: Source = Source.OWN,
) -> Fact | None:
    """The fact of scale `key`; None, with a note that names `field`, without such a grade."""
    label = read_grade(scales()[key], _written(value))
    if label is None:
        notes.refuse(f"{field}.value", NO_GRADE)
        return None
    return OrdinalFact(key, label, taken=taken, text=text, source=source)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value.replace(",", ".")) if isinstance(value, str) else float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _limit(value: object, unit: str | None, known: Variable) -> float | None:
    number = _number(value)
    return None if number is None else convert(number, unit, known)


def _written(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
