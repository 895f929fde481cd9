"""The region of France that a postcode lies in; of other countries, the country.

Regions as since 2016 (loi n° 2015-29), under their codes of ISO 3166-2:FR; a postcode begins with
the number of its département. Corsica's two have kept the old number 20 in postcodes.
"""

from typing import Final

from recruit.people.facts import Home
from recruit.people.places.postcodes import FRANCE, FRENCH, plain_postcode

NAMES: Final = {
    "FR-ARA": "Auvergne-Rhône-Alpes",
    "FR-BFC": "Bourgogne-Franche-Comté",
    "FR-BRE": "Bretagne",
    "FR-CVL": "Centre-Val de Loire",
    "FR-20R": "Corse",
    "FR-GES": "Grand Est",
    "FR-HDF": "Hauts-de-France",
    "FR-IDF": "Île-de-France",
    "FR-NOR": "Normandie",
    "FR-NAQ": "Nouvelle-Aquitaine",
    "FR-OCC": "Occitanie",
    "FR-PDL": "Pays de la Loire",
    "FR-PAC": "Provence-Alpes-Côte d’Azur",
    "FR-971": "Guadeloupe",
    "FR-972": "Martinique",
    "FR-973": "Guyane",
    "FR-974": "La Réunion",
    "FR-976": "Mayotte",
}
_DEPARTMENTS: Final = {
    "FR-ARA": "01 03 07 15 26 38 42 43 63 69 73 74",
    "FR-BFC": "21 25 39 58 70 71 89 90",
    "FR-BRE": "22 29 35 56",
    "FR-CVL": "18 28 36 37 41 45",
    "FR-20R": "20",
    "FR-GES": "08 10 51 52 54 55 57 67 68 88",
    "FR-HDF": "02 59 60 62 80",
    "FR-IDF": "75 77 78 91 92 93 94 95",
    "FR-NOR": "14 27 50 61 76",
    "FR-NAQ": "16 17 19 23 24 33 40 47 64 79 86 87",
    "FR-OCC": "09 11 12 30 31 32 34 46 48 65 66 81 82",
    "FR-PDL": "44 49 53 72 85",
    "FR-PAC": "04 05 06 13 83 84",
    "FR-971": "971",
    "FR-972": "972",
    "FR-973": "973",
    "FR-974": "974",
    "FR-976": "976",
}
_REGION: Final = {
    department: region for region, listed in _DEPARTMENTS.items() for department in listed.split()
}
_OVERSEAS: Final = 3  # digits of a département overseas


def area(home: Home) -> str:
    """A code of `NAMES`, else the country's (ISO 3166-1), or "" where that is not known."""
    if home.country not in FRENCH:
        return home.country or ""
    postcode = plain_postcode(home.postcode or "", FRANCE)
    region = _REGION.get(postcode[:_OVERSEAS]) or _REGION.get(postcode[:2])
    return region or home.country
