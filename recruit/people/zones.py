"""In which zone somebody lives, as far as postcode and coordinates say so surely.

The zones of a country are those of zone.tab in the IANA time zone database (package tzdata). Where
it is not sure which of them is meant, it is all of them: what keeps certain hours keeps them in
each. A place is also where public holidays are kept, by country and subdivision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from recruit.people.facts import Home
from recruit.people.places import plain_postcode
from recruit.people.places.postcodes import FRANCE

MAINLAND: Final = "Europe/Paris"
# La Poste: the first three digits of postcodes overseas, and the ISO 3166-1 code of where that is.
OVERSEAS: Final[Mapping[str, str]] = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "977": "BL",
    "978": "MF", "984": "TF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
# Older postcodes, still written, of islands that were part of Guadeloupe.
ISLANDS: Final = {"97133": "BL", "97150": "MF"}
# The subdivisions of France (ISO 3166-2) that keep holidays of their own.
HOLIDAYS_OF: Final[Mapping[str, str]] = {
    "GP": "971", "MQ": "972", "GF": "973", "RE": "974", "YT": "976", "BL": "BL", "MF": "MF",
    "NC": "NC", "PF": "PF", "PM": "PM", "TF": "TF", "WF": "WF",
}  # fmt: skip
# Code du travail, article L3134-13: two more days in the departments of Moselle, Bas-Rhin and
# Haut-Rhin.
EASTERN: Final = {"57": "57", "67": "6AE", "68": "6AE"}
# Departments that are overseas: somebody in France whose postcode is not known may live there.
DEPARTMENTS: Final = ("GP", "MQ", "GF", "RE", "YT")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody lives, as the clock and the calendar go: whatever holds, holds in each zone.

    `country` is ISO 3166-1, None where it is not known. `parts` are the subdivisions that it may
    be, as the package holidays names them; None means any of the country.
    """

    country: str | None
    zones: tuple[ZoneInfo, ...]
    parts: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees WGS 84 within which a country has this one zone alone, with a margin for its borders.

    `code` is ISO 3166-1 of what lies there.
    """

    country: str
    code: str
    zone: str
    south: float
    west: float
    north: float
    east: float

    def holds(self, home: Home) -> bool:
        """Whether the home lies in it."""
        return (
            home.country == self.country
            and home.lat is not None
            and home.lon is not None
            and self.south <= home.lat <= self.north
            and self.west <= home.lon <= self.east
        )


# Continental, Canary Islands; continental, Madeira, Azores. In the United States only what keeps
# clear of the borders between zones (49 CFR 71), of Arizona and of the Navajo Nation.
BOXES: Final = (
    Box("FR", "FR", MAINLAND, 41.0, -5.6, 51.5, 9.8),
    Box("FR", "GP", "America/Guadeloupe", 15.8, -61.9, 16.6, -61.0),
    Box("FR", "MQ", "America/Martinique", 14.3, -61.3, 14.95, -60.75),
    Box("FR", "GF", "America/Cayenne", 2.0, -54.7, 5.9, -51.5),
    Box("FR", "RE", "Indian/Reunion", -21.5, 55.1, -20.8, 55.9),
    Box("FR", "YT", "Indian/Mayotte", -13.1, 44.9, -12.5, 45.4),
    Box("ES", "ES", "Europe/Madrid", 36.0, -9.5, 44.0, 4.5),
    Box("ES", "ES", "Atlantic/Canary", 27.5, -18.3, 29.6, -13.3),
    Box("PT", "PT", "Europe/Lisbon", 36.8, -9.7, 42.2, -6.1),
    Box("PT", "PT", "Atlantic/Madeira", 29.9, -17.4, 33.3, -15.8),
    Box("PT", "PT", "Atlantic/Azores", 36.8, -31.4, 39.9, -24.9),
    Box("US", "US", "America/New_York", 24.4, -81.3, 47.5, -66.9),
    Box("US", "US", "America/Chicago", 25.8, -98.0, 45.9, -88.2),
    Box("US", "US", "America/Chicago", 41.5, -88.2, 45.0, -87.4),
    Box("US", "US", "America/Denver", 32.1, -108.5, 41.0, -103.1),
    Box("US", "US", "America/Los_Angeles", 32.5, -124.9, 49.0, -118.3),
    Box("US", "US", "Pacific/Honolulu", 18.8, -160.7, 22.4, -154.6),
)


def place(home: Home, unknown: ZoneInfo) -> Place:
    """Where a home lies; `unknown` is the zone of whoever's country is not known."""
    box = next((each for each in BOXES if each.holds(home)), None)
    country = home.country or ""
    if country == FRANCE or country in HOLIDAYS_OF:
        return _french(home, box)
    if box:
        return Place(country, (ZoneInfo(box.zone),))
    named = _by_country().get(country)
    if named:
        return Place(country, tuple(map(ZoneInfo, named)))
    return Place(_country_of(unknown.key), (unknown,))


def _french(home: Home, box: Box | None) -> Place:
    postcode = plain_postcode(home.postcode or "", FRANCE)
    code = ISLANDS.get(postcode) or OVERSEAS.get(postcode[:3]) or _overseas(home, box)
    if code:
        zones = tuple(map(ZoneInfo, _by_country()[code]))
        return Place(FRANCE, zones, (HOLIDAYS_OF[code],))
    if postcode[:2].isdecimal() and postcode[:2] not in {"00", "97", "98", "99"}:
        east = EASTERN.get(postcode[:2])
        return Place(FRANCE, (ZoneInfo(MAINLAND),), (east,) if east else ())
    if box:
        return Place(FRANCE, (ZoneInfo(MAINLAND),), ("57", "6AE"))
    anywhere = [name for each in DEPARTMENTS for name in _by_country()[each]]
    return Place(FRANCE, tuple(map(ZoneInfo, (MAINLAND, *anywhere))))


def _overseas(home: Home, box: Box | None) -> str | None:
    """The code of a French territory that country or coordinates name."""
    code = home.country if home.country in HOLIDAYS_OF or not box else box.code
    return code if code in HOLIDAYS_OF else None


@cache
def _by_country() -> Mapping[str, tuple[str, ...]]:
    """The names of each country's zones, by ISO 3166-1 code."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {
        country: tuple(row[2] for row in rows if row[0] == country)
        for country in {row[0] for row in rows}
    }


@cache
def _country_of(zone: str) -> str | None:
    """The country that a zone is named for; none for one such as UTC."""
    found = (country for country, names in _by_country().items() if zone in names)
    return next(found, None)
