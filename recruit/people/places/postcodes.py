"""The centre of a French postcode; of other countries' none is known here.

The table and how it was made: tools/postcodes.py; whose data it is: NOTICE.md. It knows 6,207 of
6,310 postcodes. Beside IGN's outlines of the communes, half lie within 1.1 km, 95 % within 7 km
and 99 % within 19 km of the centre, the rest where communes are as large as Guiana's.
"""

import csv
import re
from collections.abc import Collection
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from recruit.people.facts import Home

TABLE: Final = Path(__file__).with_name("fr.csv")
FRANCE: Final = "FR"
# Parts of France that ISO 3166-1 also gives a code of their own; their postcodes are French.
FRENCH: Final = frozenset(
    {FRANCE, "BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "WF", "YT"}
)
LONGEST: Final = 12
_FIVE: Final = re.compile(r"(?:F(?:R)?-?)?(\d{5})(?!\d)")
_FOUR: Final = re.compile(r"\d{4}")  # a zero that a spreadsheet ate


def plain_postcode(written: str, country: str | None) -> str:
    """A postcode without the freedoms that people take: " f-75 012 Paris" is "75012".

    Of another country it is what was typed, in capitals, single-spaced, at most 12 signs.
    """
    text = " ".join(written.upper().split())
    if country in FRENCH:
        close = re.sub(r"(?<=\d)[ .](?=\d)", "", text)
        if found := _FIVE.match(close):
            return found[1]
        if _FOUR.fullmatch(close):
            return f"0{close}"
    return text[:LONGEST]


def centre(country: str | None, postcode: str | None) -> tuple[float, float] | None:
    """Degrees north and east (WGS 84), to a hundredth; None for an unknown postcode."""
    if country not in FRENCH or not postcode:
        return None
    return _table().get(plain_postcode(postcode, country))


def located(home: Home) -> Home:
    """The home with the centre of its postcode, where it came without a position."""
    if home.lat is not None or home.lon is not None:
        return home
    found = centre(home.country, home.postcode)
    return replace(home, lat=found[0], lon=found[1]) if found else home


@cache
def _table() -> dict[str, tuple[float, float]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        return {postcode: (float(lat), float(lon)) for postcode, lat, lon in rows}


def centre_each() -> Collection[tuple[float, float]]:
    """Where every French postcode lies, as `centre` says it."""
    return _table().values()
