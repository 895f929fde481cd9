"""A map of where studies take place, drawn here from our own table: no tiles, nobody else is asked.

France is drawn as the centres of its postcodes (people/places/fr.csv); elsewhere a grid of degrees
stands behind the places. The picture adds nothing to the list beside it, which has every place.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from math import ceil, cos, floor, radians
from typing import Final

from recruit.people.places import centre_each

SIDE: Final = 480  # pixels of the longer side
MARGIN: Final = 0.4  # degrees around the outermost place
FRANCE: Final = (41.3, -5.2, 51.2, 9.7)  # degrees south, west, north, east of the mainland, Corsica
STEP: Final = 0.15  # degrees in which one dot of the ground is enough
LARGE: Final = 40  # degrees from which a grid of ten is drawn


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the map and what is written on it; degrees are WGS 84."""

    label: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class _Frame:
    """A part of the globe on paper: degrees to pixels, true to shape in its middle."""

    south: float
    west: float
    north: float
    east: float

    @property
    def _shrink(self) -> float:
        return cos(radians((self.south + self.north) / 2))

    @property
    def scale(self) -> float:
        """Pixels to a degree of latitude."""
        width = (self.east - self.west) * self._shrink
        return SIDE / max(width, self.north - self.south)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width = (self.east - self.west) * self._shrink * self.scale
        return ceil(width), ceil((self.north - self.south) * self.scale)

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        """The point of the paper, right and down."""
        right = (lon - self.west) * self._shrink * self.scale
        return round(right, 1), round((self.north - lat) * self.scale, 1)


def drawn(marks: Sequence[Mark], title: str) -> str:
    """The SVG of a map that holds `marks`; without any, of France."""
    frame = _frame(marks)
    width, height = frame.size
    inside = "".join((*_ground(frame), *(_mark(frame, mark) for mark in marks)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#f4f6f8"/>{inside}</svg>'
    )


def _frame(marks: Iterable[Mark]) -> _Frame:
    places = [(mark.lat, mark.lon) for mark in marks]
    if all(_in_france(*place) for place in places):
        return _Frame(*FRANCE)
    lats, lons = [lat for lat, _ in places], [lon for _, lon in places]
    margin = max(MARGIN, 0.08 * max(max(lats) - min(lats), max(lons) - min(lons)))
    return _Frame(
        max(-85.0, min(lats) - margin),
        max(-180.0, min(lons) - margin),
        min(85.0, max(lats) + margin),
        min(180.0, max(lons) + margin),
    )


def _in_france(lat: float, lon: float) -> bool:
    south, west, north, east = FRANCE
    return south <= lat <= north and west <= lon <= east


def _ground(frame: _Frame) -> Iterator[str]:
    if frame == _Frame(*FRANCE):
        yield f'<path d="{_dots()}" stroke="#c3ccd5" stroke-width="4" stroke-linecap="round"/>'
        return
    width, height = frame.size
    step = 10 if max(frame.north - frame.south, frame.east - frame.west) > LARGE else 1
    lines = [
        f"M0 {frame.at(lat, 0)[1]}h{width}"
        for lat in range(floor(frame.south), ceil(frame.north), step)
    ]
    lines += [
        f"M{frame.at(0, lon)[0]} 0v{height}"
        for lon in range(floor(frame.west), ceil(frame.east), step)
    ]
    yield f'<path d="{"".join(lines)}" stroke="#d5dbe1" fill="none"/>'


@lru_cache(maxsize=1)
def _dots() -> str:
    frame = _Frame(*FRANCE)
    cells = {
        (round(lat / STEP), round(lon / STEP)) for lat, lon in centre_each() if _in_france(lat, lon)
    }
    points = (frame.at(lat * STEP, lon * STEP) for lat, lon in sorted(cells))
    return "".join(f"M{right:.0f} {down:.0f}h0" for right, down in points)


def _mark(frame: _Frame, mark: Mark) -> str:
    right, down = frame.at(mark.lat, mark.lon)
    return (
        f'<circle cx="{right}" cy="{down}" r="11" fill="#0b5a75" stroke="#fff" stroke-width="2"/>'
        f'<text x="{right}" y="{down + 4}" font-family="sans-serif" font-size="12" '
        f'font-weight="bold" fill="#fff" text-anchor="middle">{escape(mark.label)}</text>'
    )
