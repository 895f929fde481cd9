"""Looking for a study as anybody does: words, a place, a map; without a cookie, from us alone."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.functional.web.test_public_pages import titles

LIGHT = 200_000  # bytes of a page with everything that it loads
# Properties of schema.org/MedicalTrial that we use, with the type each must have: its own, those of
# MedicalStudy and of Thing (https://schema.org/MedicalTrial, release 29).
PROPERTIES: dict[str, tuple[type, str | None]] = {
    "name": (str, None),
    "description": (str, None),
    "identifier": (str, None),
    "url": (str, None),
    "sameAs": (str, None),
    "status": (str, None),
    "healthCondition": (list, "MedicalCondition"),
    "studyLocation": (list, "AdministrativeArea"),
    "sponsor": (dict, "Organization"),
}
STATUSES = {
    "ActiveNotRecruiting",
    "Completed",
    "EnrollingByInvitation",
    "NotYetRecruiting",
    "Recruiting",
    "ResultsAvailable",
    "ResultsNotAvailable",
    "Suspended",
    "Terminated",
    "Withdrawn",
}


def test_a_place_brings_its_studies_and_their_distance(visitor: FlaskClient) -> None:
    page = visitor.get("/studies?q=diabetes&place=Paris&km=25&lang=en").text
    assert titles(page) == ["WEB-1"]
    assert re.search(r"1 km from\s+Paris", page.replace("\u202f", " ").replace("\u00a0", " "))


def test_a_study_too_far_away_is_left_out(visitor: FlaskClient) -> None:
    assert titles(visitor.get("/studies?q=diabetes&place=33000&km=50").text) == []


def test_a_place_that_nobody_knows_says_so_and_keeps_what_was_typed(visitor: FlaskClient) -> None:
    page = visitor.get("/studies?place=Xyzzy&lang=en").text
    assert "We do not know this place" in page
    assert 'value="Xyzzy"' in page
    assert titles(page)


def test_misspelt_words_are_read_aloud_again(visitor: FlaskClient) -> None:
    page = visitor.get("/studies?q=diabetis&lang=en").text
    assert "WEB-1" in titles(page)
    assert "We read this as" in page


@pytest.mark.parametrize("query", ["km=7", "group=martians", "country=%00", "healthy=maybe"])
def test_odd_choices_are_no_error(visitor: FlaskClient, query: str) -> None:
    assert visitor.get(f"/studies?{query}").status_code == 200


def test_the_map_is_a_picture_of_ours_without_a_script(visitor: FlaskClient) -> None:
    page = visitor.get("/studies?q=diabetes&place=Paris").text
    [address] = re.findall(r'<img src="([^"]+)"', page)
    answer = visitor.get(address.replace("&amp;", "&"))
    assert answer.mimetype == "image/svg+xml"
    assert "<title>" in answer.text
    assert "script" not in answer.text
    assert "http" not in answer.text.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_reading_sets_no_cookie(visitor: FlaskClient) -> None:
    for path in ("/studies", "/studies?q=diabetes&place=Paris", "/studies/WEB-1", "/studies.svg"):
        assert "Set-Cookie" not in visitor.get(path).headers


@pytest.mark.parametrize("path", ["/studies?q=diabetes&place=Paris", "/studies/WEB-1"])
def test_a_page_with_all_that_it_loads_is_light(visitor: FlaskClient, path: str) -> None:
    page = visitor.get(path)
    loaded = re.findall(
        r'<(?:link rel="(?:stylesheet|icon)"[^>]*href|img src|script src)="([^"]+)"', page.text
    )
    whole = len(page.data)
    for address in set(loaded):
        with visitor.get(address.replace("&amp;", "&")) as part:
            whole += len(part.data)
    assert whole <= LIGHT


def test_linked_data_keeps_to_the_type(visitor: FlaskClient) -> None:
    for slug in ("WEB-1", "WEB-2", "WEB-3"):
        page = visitor.get(f"/studies/{slug}").text
        [text] = re.findall(
            r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL
        )
        data: dict[str, Any] = json.loads(text)
        assert (data.pop("@context"), data.pop("@type")) == ("https://schema.org", "MedicalTrial")
        assert set(data) <= set(PROPERTIES)
        for name, value in data.items():
            kind, of = PROPERTIES[name]
            assert isinstance(value, kind), name
            parts: list[Any] = value if isinstance(value, list) else [value]
            assert not of or {part["@type"] for part in parts} == {of}
        assert data["status"].removeprefix("https://schema.org/") in STATUSES


def test_a_study_introduces_itself_when_it_is_shared(visitor: FlaskClient) -> None:
    page = visitor.get("/studies/WEB-1?lang=fr").text
    assert re.search(r'property="og:title"\s+content="Un comprimé par semaine', page)
    assert re.search(r'property="og:url" content="http[^"]+/studies/WEB-1"', page)


def test_the_sitemap_names_every_study_and_robots_the_sitemap(visitor: FlaskClient) -> None:
    sitemap = visitor.get("/sitemap.xml")
    assert sitemap.mimetype == "application/xml"
    assert set(re.findall(r"/studies/(WEB-\d)</loc><lastmod>", sitemap.text)) == {
        "WEB-1",
        "WEB-2",
        "WEB-3",
        "WEB-4",
    }
    assert "/sitemap.xml" in visitor.get("/robots.txt").text


def test_every_part_of_a_study_names_its_source_and_what_is_unknown(visitor: FlaskClient) -> None:
    page = visitor.get("/studies/WEB-1?lang=en").text
    assert page.count("Source: clinicaltrials.gov, our copy of") >= 4
    assert "What is not known" in page
    assert "The decision of an ethics committee: we have not seen it" in page
