"""Where a search is from: a French postcode, or a town in which some study has a site."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from recruit.actions.finding.entry import Entry
from recruit.criteria.eligibility import Place
from recruit.matching.geography import distance_km
from recruit.people.facts import Home
from recruit.people.places import centre
from recruit.people.places.postcodes import FRANCE
from recruit.terminology.words import plain


@dataclass(frozen=True, slots=True)
class Point:
    """A place and what it is called; degrees are WGS 84."""

    name: str
    lat: float
    lon: float


def km_between(point: Point, lat: float, lon: float) -> float:
    """Kilometres as the crow flies."""
    home = Home(lat=point.lat, lon=point.lon)
    return distance_km(home, (Place(None, lat, lon),)) or 0.0


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The towns that studies have sites in, by their plain name, each with its country."""

    towns: dict[str, tuple[tuple[str | None, Point], ...]]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        """The towns of these studies; of several positions in one the first counts."""
        found: dict[str, dict[str | None, Point]] = {}
        for entry in entries:
            for spot in entry.spots:
                if spot.town:
                    same = found.setdefault(_key(spot.town), {})
                    same.setdefault(spot.country, Point(spot.town, spot.lat, spot.lon))
        return cls({town: tuple(points.items()) for town, points in found.items()})

    def find(self, typed: str, country: str | None) -> Point | None:
        """The place that was typed; of several of one name that in `country`, else in France."""
        if position := centre(FRANCE, typed.strip()):
            return Point(typed.strip(), *position)
        here = dict(self.towns.get(_key(typed), ()))
        for wanted in (country, FRANCE):
            if wanted in here:
                return here[wanted]
        return next(iter(here.values()), None)


def _key(town: str) -> str:
    return " ".join(plain(town).replace("-", " ").split())
