"""Dates, numbers, distances and places as people write them in the language of the page."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.units import format_unit
from flask import Flask

from recruit.core import written
from recruit.core.written import LOCALES
from recruit.web.language import language
from recruit.web.service import service


def init_app(app: Flask) -> None:
    """Let templates use them."""
    app.jinja_env.filters.update(day=day, moment=moment, time_of_day=time_of_day)
    app.jinja_env.filters.update(km=km, country=country, number=number)


def day(value: date) -> str:
    """1 October 2026, 1er octobre 2026; of a moment, the day in the zone of the service."""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(service().settings.timezone)).date()
    return written.day(value, language())


def moment(value: datetime) -> str:
    """1 October 2026, 14:05, in the zone of the service."""
    local = value.astimezone(ZoneInfo(service().settings.timezone))
    shape = written.pattern("d MMMM y, HH:mm", local, language())
    return format_datetime(local, shape, tzinfo=local.tzinfo, locale=LOCALES[language()])


def time_of_day(value: datetime) -> str:
    """14:05, in the zone of the service."""
    zone = ZoneInfo(service().settings.timezone)
    return format_datetime(value, "HH:mm", tzinfo=zone, locale=LOCALES[language()])


def km(value: float) -> str:
    """A distance in whole kilometres: nobody's home is known more closely than that."""
    return _kilometres(max(1, round(value)), language())


@lru_cache(maxsize=4096)  # a list says the same few distances again and again
def _kilometres(whole: int, language: str) -> str:
    return format_unit(whole, "kilometer", length="short", locale=LOCALES[language])


def number(value: float) -> str:
    """1,240 or 1 240."""
    return written.number(value, language())


def country(code: str) -> str:
    """The name of an ISO 3166-1 country; what is no such code stays as it is."""
    return written.country(code, language())
