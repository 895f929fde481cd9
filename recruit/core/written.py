"""Dates, numbers and places as people write them in English or French."""

from datetime import date
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from recruit.core.dates import PartialDate
from recruit.core.i18n import LANGUAGES, N_, translate, translations

# "1 October 2026" is read alike on both sides of the ocean, "10/1/2026" is not.
LOCALES: Final = {"en": Locale("en", "GB"), "fr": Locale("fr", "FR")}


def read_ahead() -> None:
    """Read the words of every language now, which takes half a second.

    Whoever asks for the first page would wait for it, and whoever is first to withdraw would hold
    the chains meanwhile.
    """
    for language in LANGUAGES:
        translations(language)
        day(date.max, language)


def day(value: date, language: str) -> str:
    """1 October 2026, 1er octobre 2026."""
    return format_date(value, pattern("d MMMM y", value, language), locale=LOCALES[language])


def pattern(shape: str, value: date, language: str) -> str:
    """A pattern of dates for this day: French has an ordinal for the first of a month alone."""
    first = language == "fr" and value.day == 1
    return shape.replace("d MMM", "d'er' MMM") if first else shape


def known_date(value: PartialDate, language: str) -> str:
    """As much of a date as is known: 2015, April 1975, 1 October 2026, or a span of days."""
    first, last = value.earliest, value.latest
    if first == last:
        return day(first, language)
    if value == PartialDate.parse(f"{first.year:04}"):
        return format_date(first, "y", locale=LOCALES[language])
    if value == PartialDate.parse(f"{first.year:04}-{first.month:02}"):
        return format_date(first, "MMMM y", locale=LOCALES[language])
    span = N_("between {first} and {last}")
    return translate(span, language, first=day(first, language), last=day(last, language))


def number(value: float, language: str) -> str:
    """1,234.5 or 1 234,5."""
    return format_decimal(value, locale=LOCALES[language])


def country(code: str, language: str) -> str:
    """The name of an ISO 3166-1 country; what is no such code stays as it is."""
    return str(LOCALES[language].territories.get(code, code))


def tongue(code: str, language: str) -> str:
    """The name of an ISO 639-1 language; what is no such code stays as it is."""
    return str(LOCALES[language].languages.get(code, code))
