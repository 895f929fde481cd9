"""What every answer carries, and what forged, oversized and broken requests come to."""

import html
import re
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient

from recruit.core.clock import now
from recruit.core.config import Settings
from recruit.core.db import connect
from tests.functional.web.conftest import SignIn
from tests.web_world import (
    COORDINATOR,
    PASSWORD,
    World,
    csrf,
    pages,
)

PAGES = ["/", "/studies", "/studies/WEB-1", "/privacy", "/login", "/nothing-here", "/healthz"]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_inline_and_nothing_foreign_may_run(visitor: FlaskClient, path: str) -> None:
    policy = visitor.get(path).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_no_inline_style_or_handler(visitor: FlaskClient, path: str) -> None:
    page = visitor.get(path).text
    assert not re.search(r"<[^>]+\s(style|on\w+)\s*=", page)
    assert "<style" not in page


def test_each_answer_has_a_nonce_of_its_own(visitor: FlaskClient) -> None:
    nonces = {visitor.get("/").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(nonces) == 3


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ],
)
def test_every_page_carries(visitor: FlaskClient, header: str, value: str) -> None:
    for path in PAGES:
        assert visitor.get(path).headers[header] == value


def test_a_static_file_is_kept_by_its_digest_only(visitor: FlaskClient) -> None:
    found = re.search(r'href="(/static/app\.css\?v=\w+)"', visitor.get("/").text)
    assert found
    with visitor.get(found[1]) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    with visitor.get("/static/app.css") as answer:
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/x.css"])
def test_static_files_end_at_their_folder(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_a_form_without_its_token_is_refused(visitor: FlaskClient, path: str) -> None:
    answer = visitor.post(path, data={"email": COORDINATOR, "password": PASSWORD})
    assert answer.status_code == 400
    assert "Nothing was changed." in answer.text


def test_what_caches_may_keep_for_everybody_brings_no_session(signed_in: SignIn) -> None:
    browser = signed_in(COORDINATOR)
    page = browser.get("/")
    assert page.headers.getlist("Set-Cookie")
    for file in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        with browser.get(html.unescape(file)) as answer:
            assert answer.headers["Cache-Control"].startswith("public")
            assert answer.headers.getlist("Set-Cookie") == []


def test_a_token_of_another_session_is_refused(filled: World) -> None:
    one, other = filled.app.test_client(), filled.app.test_client()
    csrf(other)
    sent = {"email": COORDINATOR, "password": PASSWORD, "csrf_token": csrf(one)}
    assert other.post("/login", data=sent).status_code == 400


def test_an_oversized_form_is_refused(visitor: FlaskClient) -> None:
    sent = {"email": "x" * 100_000, "password": "y", "csrf_token": csrf(visitor)}
    assert visitor.post("/login", data=sent).status_code == 413


def test_a_missing_thing_and_a_missing_page_are_the_same_page(signed_in: SignIn) -> None:
    client = signed_in(COORDINATOR)
    with time_machine.travel(now(), tick=False):  # a form's token holds the second
        pages = {client.get(path).text for path in ("/studies/NOPE", "/nope")}
    assert len(pages) == 1


def test_an_error_page_repeats_nothing_of_the_request(visitor: FlaskClient) -> None:
    assert "canary-4711" not in visitor.get("/studies/canary-4711?other=1").text


def test_a_wrong_method_says_which_are_right(visitor: FlaskClient) -> None:
    answer = visitor.get("/logout")
    assert answer.status_code == 405
    assert set(answer.allow) == {"POST", "OPTIONS"}


def test_error_pages_speak_french(visitor: FlaskClient) -> None:
    assert "Nous ne trouvons pas cette page." in visitor.get("/nope?lang=fr").text


def test_cookies_are_for_this_site_only(fresh: World) -> None:
    answer = fresh.app.test_client().get("/login?lang=fr")
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_over_tls_cookies_and_pages_stay_there(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'recruit.db'}")
    settings = Settings(data_folder=tmp_path, base_url="https://recruit.example")
    client = pages(settings, engine).test_client()
    answer = client.get("/login?lang=fr", base_url="https://recruit.example")
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("Secure" in cookie for cookie in cookies)
    engine.dispose()


def test_a_database_without_tables_is_not_ready(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'recruit.db'}")
    client = pages(Settings(data_folder=tmp_path), engine).test_client()
    answer = client.get("/studies")
    assert answer.status_code == 503
    assert "Nothing is lost." in answer.text
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    engine.dispose()


def test_an_unforeseen_failure_says_nothing_of_itself(
    fresh: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        message = "Jane Canary, born in 1961"
        raise RuntimeError(message)

    monkeypatch.setattr("recruit.web.public.find_study", fail)
    answer = fresh.app.test_client().get("/studies/WEB-1")
    assert answer.status_code == 500
    assert "Canary" not in answer.text
    said = capsys.readouterr()
    assert "RuntimeError" in said.out + said.err
    assert "Canary" not in said.out + said.err


def test_the_signing_key_is_made_once_and_is_its_owners_alone(fresh: World, tmp_path: Path) -> None:
    key = tmp_path / "session.key"
    assert key.stat().st_mode & 0o777 == 0o600
    again = pages(Settings(data_folder=tmp_path), fresh.engine)
    assert again.config["SECRET_KEY"] == fresh.app.config["SECRET_KEY"]


def test_a_rotated_key_still_reads_sessions(fresh: World, tmp_path: Path) -> None:
    old = pages(Settings(data_folder=tmp_path, secret_keys=("old" * 16,)), fresh.engine)
    new = pages(Settings(data_folder=tmp_path, secret_keys=("new" * 16, "old" * 16)), fresh.engine)
    before, after = old.test_client(), new.test_client()
    sent = {"email": COORDINATOR, "password": PASSWORD, "csrf_token": csrf(before)}
    before.post("/login", data=sent)
    cookie = before.get_cookie("session")
    assert cookie
    after.set_cookie("session", cookie.value)
    assert after.get("/review").status_code == 200
