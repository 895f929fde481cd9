"""Which language a page comes in, and the way to the other one."""

import re

import pytest
from flask.testing import FlaskClient

from tests.web_world import World, csrf

PAGES = ["/", "/studies", "/studies/WEB-1", "/privacy", "/login", "/nothing-here"]


def language_of(client: FlaskClient, path: str = "/", **headers: str) -> str:
    page = client.get(path, headers=headers).text
    found = re.search(r'<html lang="(\w+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("fr-CA,fr;q=0.9,en;q=0.5", "fr"), ("en-US", "en"), ("de", "en"), ("", "en"), ("*", "en")],
)
def test_the_browsers_wish_counts_first(filled: World, accepted: str, language: str) -> None:
    client = filled.app.test_client()
    assert language_of(client, **{"Accept-Language": accepted}) == language


def test_a_choice_is_kept(filled: World) -> None:
    client = filled.app.test_client()
    client.get("/?lang=fr")
    assert language_of(client, "/studies", **{"Accept-Language": "en"}) == "fr"


def test_an_unknown_language_is_no_choice(filled: World) -> None:
    answer = filled.app.test_client().get("/?lang=xx")
    assert "language=" not in str(answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("path", PAGES)
def test_both_languages_lead_to_each_other(filled: World, path: str) -> None:
    client = filled.app.test_client()
    for here, there in (("en", "fr"), ("fr", "en")):
        page = client.get(path, query_string={"lang": here, "page": "1"}).text
        assert f'<a href="?page=1&amp;lang={there}"' in page


def test_the_way_to_the_other_language_never_leaves_the_site(filled: World) -> None:
    page = filled.app.test_client().get("//evil.example/studies").text
    assert "evil.example" not in page


def test_pages_that_only_read_set_no_cookie(filled: World) -> None:
    client = filled.app.test_client()
    for path in ("/", "/studies", "/studies/WEB-1", "/privacy"):
        assert client.get(path).headers.getlist("Set-Cookie") == []


def test_caches_keep_languages_apart(filled: World) -> None:
    answer = filled.app.test_client().get("/?lang=fr")
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)
    assert answer.headers["Content-Language"] == "fr"


def test_a_form_that_was_refused_leads_to_its_page_in_the_other_language(filled: World) -> None:
    client = filled.app.test_client()
    sent = {
        "email": "nobody@example.org",
        "password": "wrong",
        "csrf_token": csrf(client, "/login"),
    }
    page = client.post("/login?lang=en", data=sent).text
    assert '<a href="?lang=fr"' in page
