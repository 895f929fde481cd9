"""What people type into forms, as it came and as it may be shown to them again."""

import unicodedata
from datetime import date
from typing import Final

from flask import request

from recruit.core.columns import LARGEST
from recruit.core.errors import Refusal
from recruit.core.i18n import N_

PARTS: Final = ("day", "month", "year")
LONGEST: Final = 2000  # letters of one field that are shown again
YEAR_DIGITS: Final = 4

UNFINISHED: Final = N_("Please write the day, the month and the year in numbers.")
SHORT_YEAR: Final = N_("Please write the year with four digits, for example 1975.")
NO_DAY: Final = N_("There is no such day. Please check the day, the month and the year.")


def typed(name: str) -> str:
    """What was typed into the field `name`, as it came; "" for none."""
    return request.form.get(name, "")


def again(text: str) -> str:
    """`text` for showing it once more: its line breaks stay, other control characters go."""
    lines = text[:LONGEST].splitlines()
    return "\n".join("".join(sign for sign in line if sign.isprintable()) for line in lines)


def typed_number(name: str) -> int | None:
    """The number in a field, as far as a database counts rows (32 bits); None where it is none."""
    text = typed(name)
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST))
    return int(text) if is_number and int(text) <= LARGEST else None


def typed_day(name: str) -> tuple[str, str, str]:
    """What was typed into the three fields of a date: day, month, year."""
    day, month, year = (again(typed(f"{name}_{part}")).strip() for part in PARTS)
    return day, month, year


def read_day(parts: tuple[str, str, str]) -> date:
    """The day of the calendar that the three fields name.

    Raises:
        Refusal: they name none.
    """
    day, month, year = (unicodedata.normalize("NFKC", part) for part in parts)
    if not all(
        part.isdecimal() and part.isascii() and len(part) <= YEAR_DIGITS
        for part in (day, month, year)
    ):
        raise Refusal(record="", field="day", problem=UNFINISHED)
    if len(year) < YEAR_DIGITS:
        raise Refusal(record="", field="day", problem=SHORT_YEAR)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Refusal(record="", field="day", problem=NO_DAY) from None
