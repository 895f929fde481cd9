"""The notice of a sheet or a call, and the empty form."""

import re
import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import Engine, select

from recruit.consent.notices import texts
from recruit.consent.tables import CONSENT
from recruit.core.db import reading, unit_of_work
from recruit.people import store
from tests.joining import Place, place
from tests.paper import NURSE, SAID, begun, enter, send, service


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine) -> Place:
    return service(tmp_path, sqlite_engine)


# ---------------------------------------------------------------- the notice
@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Publishes a second version of the notice."""
    folder = tmp_path / "notices"

    def publish() -> None:
        shutil.copytree(texts.FOLDER, folder, ignore=shutil.ignore_patterns("*.py*"))
        for language in ("en", "fr"):
            (folder / f"2.{language}.md").write_text("# 2", "utf-8")
        monkeypatch.setattr(texts, "FOLDER", folder)
        monkeypatch.setattr(texts, "_newest", lambda: "2")  # it keeps what it found

    yield publish
    texts.notice.cache_clear()


def shown_notices(here: Place) -> set[tuple[str, str]]:
    with reading(here.engine) as session:
        rows = session.execute(select(CONSENT).where(CONSENT.c.type == "granted")).all()
    return {(row.shown["notice_version"], row.shown["notice"]) for row in rows}


def test_the_notice_that_the_sheet_names_is_recorded_and_not_a_newer_one(
    here: Place, newer: Callable[[], None]
) -> None:
    first = texts.notice("1", "fr").digest
    newer()
    client = enter(here)
    assert re.search(r'id="notice"[^>]*value="2"', client.get("/paper/new/paper").text)
    form = begun(client, notice="1")
    assert send(client, form, **{**SAID, "notice": "2"}).status_code == 422
    assert send(client, form, **{**SAID, "notice": "1"}).location == "/paper"
    assert shown_notices(here) == {("1", first)}


def test_a_call_keeps_the_notice_that_was_current_when_it_began(
    here: Place, newer: Callable[[], None]
) -> None:
    first = texts.notice("1", "fr").digest
    client = enter(here)
    said = {**SAID, "reference": "call 9", "place": "", "notice": ""}
    form = begun(client, "phone", **said)
    newer()
    assert 'id="notice"' not in client.get(form).text
    assert send(client, form, **said).location == "/paper"
    assert shown_notices(here) == {("1", first)}


def test_the_staff_read_of_a_helper_as_of_somebody_elses(here: Place) -> None:
    page = enter(here).get("/paper/new/paper?lang=fr").text
    assert "Un soignant ou un aidant" in page
    assert "qui me soigne" not in page


@pytest.mark.parametrize("path", ["/paper", "/paper/new/paper", "/paper/1"])
def test_a_centres_staff_find_no_forms(here: Place, path: str) -> None:
    begun(enter(here))
    assert enter(here, NURSE).get(path).status_code == 404


# ---------------------------------------------------------------- the empty form
@pytest.mark.parametrize("tongue", ["en", "fr"])
@pytest.mark.parametrize(("size", "points"), [("normal", 11), ("large", 18)])
def test_the_form_is_tagged_and_has_the_whole_notice(
    here: Place, size: str, points: int, tongue: str
) -> None:
    answer = here.app.test_client().get(f"/join/form/{size}-{tongue}.pdf")
    document = pypdfium2.PdfDocument(BytesIO(answer.data))
    assert document.is_tagged()
    words = " ".join(page.get_textpage().get_text_range() for page in document)
    heights = [
        round(found.get_bounds()[3] - found.get_bounds()[1])
        for found in document[0].get_objects(max_depth=3)
        if found.type == 1
    ]
    document.close()
    assert "1 rue des Essais" in words
    assert "CNIL" in words
    assert max(heights) >= points


def test_a_form_says_whose_community_it_is_of_and_a_strange_one_is_not_found(here: Place) -> None:
    with unit_of_work(here.engine) as session:
        store.know_community(session, "testers")
    client = here.app.test_client()
    assert client.get("/join/testers/form/normal-fr.pdf").status_code == 200
    assert client.get("/join/strangers/form/normal-fr.pdf").status_code == 404
    assert "/join/testers/form/large-fr.pdf" in client.get("/join/testers?lang=fr").text


def test_without_an_operator_there_is_no_form(tmp_path: Path, sqlite_engine: Engine) -> None:
    bare = place(tmp_path, sqlite_engine)
    assert bare.app.test_client().get("/join/form/normal-fr.pdf").status_code == 404
