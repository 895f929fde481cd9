"""Values and dates as people type them into a form, and what is wrong with them."""

from datetime import date
from typing import Final

from recruit.core import clock
from recruit.core.dates import PartialDate
from recruit.core.i18n import N_
from recruit.core.written import known_date
from recruit.criteria.phrase.numbers import unit_after
from recruit.people.facts import MeasureFact
from recruit.people.intake.born import is_too_old
from recruit.people.intake.measures import IMPOSSIBLE, UNKNOWN_UNIT, measure
from recruit.people.intake.reading import Notes
from recruit.terminology.dates import find_dates
from recruit.terminology.variables import Variable, variables
from recruit.web.language import language, say

LONGEST: Final = 40
NO_NUMBER: Final = N_("Please write a number alone, such as 7.8.")
NOT_POSSIBLE: Final = N_("Nobody can have this value in this unit. Please check both.")
NO_DATE: Final = N_("Please write a date such as 2024, March 2024 or 15/03/2024.")
IN_FUTURE: Final = N_("This date lies in the future. Please check it.")


def read_day(typed: str) -> PartialDate | str | None:
    """The date, None where nothing is written, or a message that says what is wrong."""
    text = typed.strip()
    if not text:
        return None
    found = find_dates(text) if len(text) <= LONGEST else []
    on = clock.today()
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(text)):
        return NO_DATE
    day = found[0].date
    if day.earliest > on:
        return IN_FUTURE
    return NO_DATE if is_too_old(day, on) else _until(day, on)


def written(day: PartialDate | None) -> str:
    """A date as read_day() reads it; of a span only the year in which it ends."""
    if day is None:
        return ""
    return f"{day.latest.year:04}" if "/" in str(day) else known_date(day, language())


def amount(value: float) -> str:
    """A number as people of the page's language write it, and as read_value() reads it."""
    return f"{value:.10g}".replace(".", "," if language() == "fr" else ".")


def read_value(key: str, typed: str, unit: str, taken: PartialDate | None) -> MeasureFact | str:
    """The measure, or a message that says what is wrong."""
    notes = Notes("")
    known = variables()[key]
    number = "".join(typed.split()) if len(typed) <= LONGEST else ""
    chosen = unit if unit in units(known) else known.unit
    fact = measure(notes, "", key, number, chosen, taken=taken)
    if isinstance(fact, MeasureFact):
        return fact
    problems = {str(note.fields["problem"]) for note in notes.refused}
    return NOT_POSSIBLE if problems & {IMPOSSIBLE, UNKNOWN_UNIT} else NO_NUMBER


def units(variable: Variable) -> tuple[str, ...]:
    """The units (UCUM) that a person may choose from, the canonical one first."""
    others = (each.unit for each in variable.equivalents if not each.power)
    return tuple(dict.fromkeys((variable.unit, *variable.bare, *others)))


def unit_options(variable: Variable) -> list[tuple[str, str]]:
    """(code, how it is written) for each unit; empty for a score or a count."""
    named = [(code, unit_after(code, language()).strip()) for code in units(variable)]
    return [(code, name) for code, name in named if name]


def problem(message: str) -> str:
    """A message of this module in the visitor's language."""
    return say(message)


def _until(day: PartialDate, on: date) -> PartialDate:
    """No later than today: "2026" said in May is before June."""
    return PartialDate(day.earliest, min(day.latest, on))
