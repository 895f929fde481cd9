"""Postcodes and where they lie."""

import csv
from datetime import date

import pytest

from recruit.people.facts import Home
from recruit.people.intake.exchange import read_exchange
from recruit.people.places import centre, located, plain_postcode
from recruit.people.places.postcodes import TABLE
from recruit.terminology.lexicon import Lexicon


@pytest.mark.parametrize(
    "written",
    ["75012", " 75012 ", "75 012", "75.012", "F-75012", "FR-75012", "75012 Paris", "f75012"],
)
def test_a_french_postcode_is_read_however_it_is_written(written: str) -> None:
    assert plain_postcode(written, "FR") == "75012"


def test_a_zero_that_a_spreadsheet_ate_comes_back() -> None:
    assert plain_postcode("1000", "FR") == "01000"


def test_a_postcode_of_another_country_stays_as_typed() -> None:
    assert plain_postcode(" ec1a  1bb ", "GB") == "EC1A 1BB"


@pytest.mark.parametrize(
    ("postcode", "lat", "lon"),
    [
        ("75012", 48.84, 2.39),
        ("13001", 43.30, 5.38),
        ("69003", 45.76, 4.85),
        ("20000", 41.92, 8.74),
        ("97400", -20.88, 55.45),
        ("97133", 17.90, -62.85),
    ],
)
def test_where_a_postcode_lies(postcode: str, lat: float, lon: float) -> None:
    assert centre("FR", postcode) == (lat, lon)


@pytest.mark.parametrize(
    ("country", "postcode"),
    [("FR", "00000"), ("FR", "Paris"), ("FR", ""), ("FR", None), ("DE", "75012"), (None, "75012")],
)
def test_nothing_is_made_up(country: str | None, postcode: str | None) -> None:
    assert centre(country, postcode) is None


def test_a_part_of_france_with_a_code_of_its_own_is_found() -> None:
    assert centre("RE", "97400") == centre("FR", "97400")


def test_a_position_that_came_along_is_kept() -> None:
    home = Home("FR", "75012", 48.9, 2.3)
    assert located(home) == home


def test_a_community_that_knows_only_the_postcode_gets_its_centre(lexicon: Lexicon) -> None:
    record = {"id": "p1", "location": {"postcode": "69003", "country": "FR"}}
    home = read_exchange(record, "line 1", lexicon, date(2026, 11, 21)).profile.home
    assert (home.lat, home.lon) == (45.76, 4.85)


def test_the_table_covers_france_and_lies_in_its_territories() -> None:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len({row["postcode"] for row in rows}) == len(rows) == 6207
    mainland = [row for row in rows if row["postcode"] < "97"]
    assert all(41.3 < float(r["lat"]) < 51.1 and -5.2 < float(r["lon"]) < 9.6 for r in mainland)
