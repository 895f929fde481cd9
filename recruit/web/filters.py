"""Dates, numbers, distances and places as people write them in the language of the page."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from babel.units import format_unit
from flask import Flask

from recruit.core.dates import PartialDate
from recruit.core.i18n import N_
from recruit.web.language import language, say
from recruit.web.service import service

# "1 October 2026" is read alike on both sides of the ocean, "10/1/2026" is not.
LOCALES: Final = {"en": Locale("en", "GB"), "fr": Locale("fr", "FR")}


def init_app(app: Flask) -> None:
    """Let templates use them."""
    app.jinja_env.filters.update(
        day=day, moment=moment, known_date=known_date, number=number, km=km, country=country
    )


def locale() -> Locale:
    """The conventions of the page's language."""
    return LOCALES[language()]


def day(value: date) -> str:
    """1 October 2026, 1 octobre 2026."""
    return format_date(value, "d MMMM y", locale=locale())


def moment(value: datetime) -> str:
    """1 October 2026, 14:05, in the zone of the service."""
    zone = ZoneInfo(service().settings.timezone)
    return format_datetime(value, "d MMMM y, HH:mm", tzinfo=zone, locale=locale())


def known_date(value: PartialDate) -> str:
    """As much of a date as is known: 2015, April 1975, 1 October 2026, or a span of days."""
    first, last = value.earliest, value.latest
    if first == last:
        return day(first)
    if value == PartialDate.parse(f"{first:%Y}"):
        return format_date(first, "y", locale=locale())
    if value == PartialDate.parse(f"{first:%Y-%m}"):
        return format_date(first, "MMMM y", locale=locale())
    return say(N_("between {first} and {last}"), first=day(first), last=day(last))


def number(value: float) -> str:
    """1,234.5 or 1 234,5."""
    return format_decimal(value, locale=locale())


def km(value: float) -> str:
    """A distance in whole kilometres: nobody's home is known more closely than that."""
    return format_unit(max(1, round(value)), "kilometer", length="short", locale=locale())


def country(code: str) -> str:
    """The name of an ISO 3166-1 country; what is no such code stays as it is."""
    return str(locale().territories.get(code, code))
