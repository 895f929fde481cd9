"""Distances on the globe."""

from math import asin, cos, radians, sin, sqrt
from typing import Final

from recruit.criteria.eligibility import Place
from recruit.people.facts import Home

EARTH_RADIUS_KM: Final = 6371.0  # mean radius, IUGG


def distance_km(home: Home, places: tuple[Place, ...]) -> float | None:
    """Kilometres as the crow flies to the nearest recruiting place; None when not known.

    The haversine formula (R. W. Sinnott, Sky and Telescope 68, 1984): good to 0.5 %.
    """
    if home.lat is None or home.lon is None:
        return None
    return min(
        (
            _haversine(home.lat, home.lon, place.lat, place.lon)
            for place in places
            if place.recruiting and place.lat is not None and place.lon is not None
        ),
        default=None,
    )


def _haversine(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    half_lat = sin(radians(lat2 - lat1) / 2) ** 2
    half_lon = sin(radians(lon2 - lon1) / 2) ** 2
    across = half_lat + cos(radians(lat1)) * cos(radians(lat2)) * half_lon
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, across)))
