"""What everybody can read: studies, in both languages, and what becomes of odd requests."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from recruit.core.config import Settings
from tests.web_world import (
    BASE_URL,
    World,
    pages,
)


def titles(page: str) -> list[str]:
    return re.findall(r'<h2>\s*<a href="/studies/([^"]+)"', page)


def test_first_page_says_how_many_studies_look_for_people(visitor: FlaskClient) -> None:
    assert "2 studies look for people now." in visitor.get("/").text


def test_list_holds_the_studies_that_look_for_people(visitor: FlaskClient) -> None:
    assert set(titles(visitor.get("/studies").text)) == {"WEB-1", "WEB-2"}


def test_list_holds_all_studies_when_asked(visitor: FlaskClient) -> None:
    assert set(titles(visitor.get("/studies?state=all").text)) == {
        "WEB-1",
        "WEB-2",
        "WEB-3",
        "WEB-4",
    }


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("diabetes", ["WEB-1"]),
        ("diabète", ["WEB-1"]),
        ("migrain", ["WEB-2"]),
        ("front appareil", ["WEB-2"]),
        ("placebo", ["WEB-1"]),
        ("WEB-2", ["WEB-2"]),
        ("nothing like it", []),
        ("%", ["WEB-1", "WEB-2"]),
    ],
)
def test_words_find_studies(visitor: FlaskClient, words: str, found: list[str]) -> None:
    page = visitor.get("/studies", query_string={"q": words}).text
    assert sorted(titles(page)) == found


def test_a_disease_finds_studies_that_call_it_otherwise(visitor: FlaskClient) -> None:
    # The migraine study never says "headache"; migraine is a kind of headache.
    page = visitor.get("/studies", query_string={"q": "headache disorders"}).text
    assert titles(page) == ["WEB-2"]


def test_a_country_narrows_the_list(visitor: FlaskClient) -> None:
    assert titles(visitor.get("/studies?country=us").text) == ["WEB-1"]


def test_a_search_that_finds_nothing_offers_a_way_on(visitor: FlaskClient) -> None:
    page = visitor.get("/studies?q=zzz").text
    assert "No study fits this search" in page
    assert 'href="/studies?state=all"' in page


@pytest.mark.parametrize("page", ["0", "-3", "999", "1.5", "ten", "", "1" * 5000, "²"])
def test_an_odd_page_number_shows_a_page_that_is_there(visitor: FlaskClient, page: str) -> None:
    answer = visitor.get("/studies", query_string={"page": page})
    assert titles(answer.text)


def test_study_page_asks_in_sentences_of_the_visitors_language(visitor: FlaskClient) -> None:
    page = visitor.get("/studies/WEB-1?lang=fr").text
    assert "Âge entre 18 et 75 ans" in page
    assert "HbA1c entre 7,0 et 10,5" in page


def test_what_was_not_read_stays_in_the_studys_own_words(visitor: FlaskClient) -> None:
    page = visitor.get("/studies/WEB-1?lang=fr").text
    assert '<li lang="en">Keeps a diary of every single breakfast</li>' in page


def test_study_page_uses_the_title_in_the_visitors_language(visitor: FlaskClient) -> None:
    page = visitor.get("/studies/WEB-1?lang=fr").text
    assert "<h1 >Un comprimé par semaine" in page


def test_study_page_uses_the_summary_in_the_visitors_language(visitor: FlaskClient) -> None:
    page = visitor.get("/studies/WEB-1?lang=fr").text
    assert "<p>Elle dure six mois.</p>" in page
    assert "dans la langue des personnes qui mènent" not in page


def test_a_summary_in_another_language_says_so(visitor: FlaskClient) -> None:
    page = visitor.get("/studies/WEB-2?lang=en").text
    assert "in the language of the people who run the study" in page
    assert re.search(r'<div lang="fr">\s*<p>Cette étude essaie', page)


def test_a_title_in_another_language_says_so(visitor: FlaskClient) -> None:
    page = visitor.get("/studies/WEB-2?lang=en").text
    assert '<h1 lang="fr">Un appareil' in page


def test_study_page_links_to_the_registry_and_loads_nothing_from_it(visitor: FlaskClient) -> None:
    page = visitor.get("/studies/WEB-1").text
    links = re.findall(r'<(\w+)[^>]*(?:src|href)="((?:https?:)?//[^"]*)"', page)
    assert [tag for tag, address in links if not address.startswith(BASE_URL)] == ["a"]


def test_only_web_addresses_become_links(visitor: FlaskClient) -> None:
    assert "javascript:" not in visitor.get("/studies/WEB-3").text


def test_a_records_text_is_never_markup_or_a_template(visitor: FlaskClient) -> None:
    page = visitor.get("/studies/WEB-4").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<b>" not in page
    assert "{{ 7 * 7 }}" in page


def test_linked_data_cannot_end_its_script(visitor: FlaskClient) -> None:
    page = visitor.get("/studies/WEB-4").text
    data = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert len(data) == 1
    assert "</" not in data[0]


def test_nobody_is_told_that_they_are_eligible(visitor: FlaskClient) -> None:
    for path in ("/", "/studies", "/studies/WEB-1", "/privacy"):
        for language in ("en", "fr"):
            page = visitor.get(f"{path}?lang={language}").text.lower()
            assert "eligib" not in page
            assert "éligib" not in page


def test_an_empty_service_says_that_there_are_no_studies_yet(
    tmp_path: Path, sqlite_engine: Engine
) -> None:
    app = pages(Settings(data_folder=tmp_path), sqlite_engine)
    page = app.test_client().get("/studies?state=all").text
    assert "There are no studies here yet" in page


def test_an_amended_study_is_shown_as_it_stands_now(fresh: World) -> None:
    client = fresh.app.test_client()
    assert "WEB-5" not in client.get("/studies").text
    fresh.add_study("WEB-5", "Gout and cherries")
    assert "Gout and cherries" in client.get("/studies?q=gout").text
    fresh.add_study("WEB-5", "Gout and berries")
    assert "Gout and berries" in client.get("/studies?q=gout").text


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/", True),
        ("/studies", True),
        ("/studies/WEB-1", True),
        ("/privacy", True),
        ("/join", True),
        ("/login", False),
        ("/me/sign-in", False),
        ("/nothing", False),
    ],
)
def test_search_engines_find_what_is_meant_for_everybody(
    visitor: FlaskClient, address: str, *, found: bool
) -> None:
    assert ('content="noindex"' not in visitor.get(address).text) is found
