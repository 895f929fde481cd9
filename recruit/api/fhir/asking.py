"""What a search asks for, as FHIR R4 writes it in an address (3.1.1, search).

A parameter that is not known is passed over, unless `Prefer: handling=strict` asks for more care; a
modifier or a prefix that is not known is always refused, since passing it over would find other
things than were asked for.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Final

from flask import request

from recruit.actions.finding.where import Point
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_

SIZE: Final = 20
MOST: Final = 100  # entries of one page
FARTHEST_PAGE: Final = 10_000
MOST_CHOICES: Final = 20  # values of one parameter, and times that it is given
LONGEST: Final = 200  # letters of a value
# What every search knows; `_pretty` and the like change nothing that is said.
COMMON: Final = frozenset({"_count", "page", "_format", "_pretty", "_total"})
PASSING: Final = frozenset({"page", "after", "_format", "_pretty", "_total"})
KM: Final = {"km": 1.0, "m": 0.001, "[mi_us]": 1.609344, "mi": 1.609344, "": 1.0}
NORTHMOST: Final = 90
EASTMOST: Final = 180
UNKNOWN: Final = N_("There is no search parameter “{name}” here.")
MODIFIED: Final = N_("The search parameter “{name}” takes no modifier here.")
ODD: Final = N_("The value of “{name}” cannot be read.")
TOO_MANY: Final = N_("“{name}” is given too often, or with too many values.")
_COMMA: Final = re.compile(r"(?<!\\),")
_BAR: Final = re.compile(r"(?<!\\)\|")
_ESCAPED: Final = re.compile(r"\\([\\,|$])")


@dataclass(frozen=True, slots=True)
class Token:
    """A coded value: `system` None is any, "" is none."""

    system: str | None
    code: str


class Asked:
    """The parameters of one search, of which `known` are understood."""

    def __init__(self, known: Collection[str]) -> None:
        strict = "handling=strict" in request.headers.get("Prefer", "").replace(" ", "")
        self._values: dict[str, list[str]] = {}
        for name, value in request.args.items(multi=True):
            base = name.partition(":")[0]
            if name in known or name in COMMON:
                self._values.setdefault(name, []).append(value)
            elif base in known or base in COMMON:
                raise WrongUsage(MODIFIED, name=base)
            elif strict:
                raise WrongUsage(UNKNOWN, name=name[:LONGEST] if name.isprintable() else "?")
        for name, values in self._values.items():
            if len(values) > MOST_CHOICES or any(len(each) > LONGEST * 5 for each in values):
                raise WrongUsage(TOO_MANY, name=name)

    def used(self) -> Iterator[tuple[str, str]]:
        """What was understood, for the address of the search itself; the page aside."""
        for name in sorted(self._values):
            if name not in PASSING:
                yield from ((name, value) for value in self._values[name])

    def choices(self, name: str) -> list[list[str]]:
        """Of each time that a parameter is given its values, of which one is meant."""
        found = []
        for value in self._values.get(name, []):
            parts = [part.strip() for part in _COMMA.split(value) if part.strip()]
            if not parts or len(parts) > MOST_CHOICES or not all(map(_is_plain, parts)):
                raise WrongUsage(ODD, name=name)
            found.append(parts)
        return found

    def one_of(self, name: str) -> list[str] | None:
        """The values of a parameter that is given once, without their escapes; None without it."""
        times = self.choices(name)
        if len(times) > 1:
            raise WrongUsage(TOO_MANY, name=name)
        return [plain(each) for each in times[0]] if times else None

    def tokens(self, name: str) -> list[list[Token]]:
        """The same as codes with their systems: of each time those of which one is meant."""
        return [[_token(each, name) for each in times] for times in self.choices(name)]

    def has(self, name: str) -> bool:
        """Whether a parameter is given."""
        return name in self._values

    def last(self, name: str) -> str | None:
        """The value of a parameter that we wrote into a link ourselves; None without it."""
        value = self._values.get(name, [None])[-1]
        if value is not None and not _is_plain(value):
            raise WrongUsage(ODD, name=name)
        return value

    @property
    def size(self) -> int:
        """How many entries a page has; `_count=0` asks how many there are in all."""
        return min(self._number("_count", SIZE, 0), MOST)

    @property
    def page(self) -> int:
        """Which page, from 1 on."""
        return min(self._number("page", 1, 1), FARTHEST_PAGE)

    def near(self, *names: str) -> tuple[Point, float | None] | None:
        """A place and how far from it, in kilometres: "48.85|2.35|50|km" (FHIR R4, Location.near).

        Without a distance it only says what comes first.
        """
        given = [name for name in names if name in self._values]
        if not given:
            return None
        name = given[0]
        if len(given) > 1 or len(self._values[name]) > 1:
            raise WrongUsage(TOO_MANY, name=name)
        lat, lon, km, unit, *more = [*self._values[name][0].split("|"), "", "", "", ""][:5]
        if unit not in KM or any(more):
            raise WrongUsage(ODD, name=name)
        north, east = _decimal(lat, name), _decimal(lon, name)
        far = _decimal(km, name) * KM[unit] if km else None
        if abs(north) > NORTHMOST or abs(east) > EASTMOST or (far is not None and far < 0):
            raise WrongUsage(ODD, name=name)
        return Point("", north, east), far

    def _number(self, name: str, otherwise: int, least: int) -> int:
        values = self._values.get(name)
        if values is None:
            return otherwise
        text = values[-1]
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) >= least):  # noqa: PLR2004 - no number that is meant
            raise WrongUsage(ODD, name=name)
        return int(text)


def plain(value: str) -> str:
    """A value without its escapes (FHIR R4, 3.1.1.4.1)."""
    return _ESCAPED.sub(r"\1", value)


def _is_plain(value: str) -> bool:
    return value.isprintable() and len(value) <= LONGEST


def _token(text: str, name: str) -> Token:
    system, bar, code = _split(text)
    if not code:
        raise WrongUsage(ODD, name=name)
    return Token(plain(system) if bar else None, plain(code))


def _split(text: str) -> tuple[str, bool, str]:
    found = _BAR.search(text)
    if found is None:
        return "", False, text
    return text[: found.start()], True, text[found.end() :]


def _decimal(text: str, name: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise WrongUsage(ODD, name=name) from error
    if not isfinite(value) or not text.isascii():
        raise WrongUsage(ODD, name=name)
    return value
