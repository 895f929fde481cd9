"""The share kit: approved words alone, addresses that count without knowing anybody."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from shutil import copy

import pypdfium2
import pytest
import time_machine
import zxingcpp
from sqlalchemy import Engine, select

from recruit.actions.funnel.scope import Scope, passed_on
from recruit.actions.kit.figures import figures, told
from recruit.actions.posting import approving_texts
from recruit.core.clock import now
from recruit.core.db import connect, reading, unit_of_work
from recruit.trials import store as trials
from recruit.trials.draft import TrialStatus
from recruit.trials.materials.content import Channel
from recruit.trials.materials.links import SHARE_COUNT, SHARE_LINK, Step
from tests.integration.test_materials import tamper
from tests.joining import Joiner, Place, code_in, place
from tests.kit import code_of, posted
from tests.materials import APPROVER, Desk
from tests.web_world import DIABETES, lexicon

SHEETS = [
    (channel, size, tongue)
    for channel in ("poster", "flyer")
    for size in ("a4", "a5")
    for tongue in ("en", "fr")
]
MILLIMETRES = {"a4": (210, 297), "a5": (148, 210)}


@pytest.fixture(scope="module")
def shelf(
    tmp_path_factory: pytest.TempPathFactory, blank_file: Path
) -> Iterator[tuple[Place, Desk]]:
    """A service with one study whose kit is approved; nothing of it is changed."""
    folder = tmp_path_factory.mktemp("kit")
    copy(blank_file, folder / "recruit.db")
    engine = connect(f"sqlite:///{folder / 'recruit.db'}")
    yield with_study(place(folder, engine))
    engine.dispose()


@pytest.fixture
def fresh(tmp_path: Path, sqlite_engine: Engine) -> Place:
    here = place(tmp_path, sqlite_engine)
    with unit_of_work(here.engine) as session:
        trials.save(session, DIABETES, lexicon())
    return here


def with_study(here: Place) -> tuple[Place, Desk]:
    with unit_of_work(here.engine) as session:
        trials.save(session, DIABETES, lexicon())
    return here, posted(here.engine, DIABETES)


def sheet(here: Place, tongue: str = "fr", channel: str = "poster", size: str = "a4") -> int:
    path = f"/share/{channel}/{size}/{tongue}/FR/WEB-1"
    return here.app.test_client().get(path).status_code


@pytest.mark.parametrize(("channel", "size", "tongue"), SHEETS)
def test_a_sheet_says_the_approved_words_and_its_code_leads_to_the_study(
    shelf: tuple[Place, Desk], channel: str, size: str, tongue: str
) -> None:
    here, desk = shelf
    client = here.app.test_client()
    answer = client.get(f"/share/{channel}/{size}/{tongue}/FR/WEB-1")
    assert answer.mimetype == "application/pdf"
    document = pypdfium2.PdfDocument(BytesIO(answer.data))
    assert (len(document), document.is_tagged()) == (1, True)
    wide, high = (each * 25.4 / 72 for each in document[0].get_size())
    assert (round(wide), round(high)) == MILLIMETRES[size]
    words = document[0].get_textpage().get_text_range()
    picture = document[0].render(scale=2).to_pil()
    document.close()
    assert "CPP Exemple I" in words
    [read] = zxingcpp.read_barcodes(picture)
    code = code_of(desk.on(Channel(channel), tongue))  # type: ignore[arg-type]  # a language
    assert read.text == f"http://127.0.0.1:8000/s/{code}"
    assert client.get(f"/s/{code}").location == f"/studies/WEB-1?via={code}"
    assert "A weekly tablet" in client.get(f"/studies/WEB-1?via={code}&lang=en").text


def test_every_text_stands_on_the_page_with_its_own_address(shelf: tuple[Place, Desk]) -> None:
    here, desk = shelf
    page = here.app.test_client().get("/share/WEB-1?lang=fr").text
    for channel in ("facebook", "x", "linkedin", "messenger", "forward", "forum", "press"):
        for tongue in ("en", "fr"):
            assert code_of(desk.on(Channel(channel), tongue)) in page
    assert "{{" not in page
    assert len(set(re.findall(r"/s/(\w{8})", page))) == 14


def test_the_kit_sets_no_cookie_and_asks_nobody_else(shelf: tuple[Place, Desk]) -> None:
    here, desk = shelf
    client = here.app.test_client()
    code = code_of(desk.on(Channel.X))
    for path in (
        "/share/WEB-1",
        f"/s/{code}",
        f"/studies/WEB-1?via={code}",
        "/share/code/" + code + ".svg",
    ):
        answer = client.get(path)
        assert answer.status_code < 400
        assert "Set-Cookie" not in answer.headers
        found = re.findall(r'(?:src|href)="(https?://[^"]+)"', answer.text)
        assert [
            each for each in found if "127.0.0.1" not in each and "clinicaltrials" not in each
        ] == []


def test_a_picture_of_the_code_leads_to_the_same_address(shelf: tuple[Place, Desk]) -> None:
    here, desk = shelf
    code = code_of(desk.on(Channel.FACEBOOK))
    svg = here.app.test_client().get(f"/share/code/{code}.svg")
    assert svg.mimetype == "image/svg+xml"
    assert here.app.test_client().get("/share/code/AAAAAAAA.svg").status_code == 404


@pytest.mark.parametrize(
    "path", ["/share/NOT-THERE", "/s/AAAAAAAA", "/s/%00", "/s/a", "/share/poster/a4/fr/US/WEB-1"]
)
def test_what_is_not_there_is_not_found(shelf: tuple[Place, Desk], path: str) -> None:
    assert shelf[0].app.test_client().get(path).status_code == 404


# ---------------------------------------------------------------- approved, or not handed out
def test_one_sign_changed_is_not_handed_out(fresh: Place) -> None:
    posted(fresh.engine, DIABETES, [Channel.POSTER])
    assert sheet(fresh) == 200
    statement = (
        "UPDATE material_approved SET text = replace(text, 'ici', 'Ici') WHERE language = 'fr'"
    )
    tamper(fresh.engine, statement)
    assert sheet(fresh) == 404
    assert "Affiche, en français" not in fresh.app.test_client().get("/share/WEB-1?lang=fr").text
    assert sheet(fresh, "en") == 200


def test_what_has_expired_is_not_handed_out(fresh: Place) -> None:
    posted(fresh.engine, DIABETES, [Channel.POSTER, Channel.MESSENGER])
    with time_machine.travel(now() + timedelta(days=363), tick=False):
        assert sheet(fresh) == 404
        assert "<textarea" not in fresh.app.test_client().get("/share/WEB-1").text


def test_what_is_suspended_is_not_handed_out(fresh: Place) -> None:
    here = posted(fresh.engine, DIABETES, [Channel.FLYER]).on(Channel.FLYER, "fr")
    approving_texts.suspend(fresh.engine, here.by(APPROVER), version=1, reason="A wrong number.")
    assert sheet(fresh, channel="flyer") == 404
    assert sheet(fresh, "en", channel="flyer") == 200


def test_nothing_is_handed_out_of_a_study_that_looks_for_nobody(fresh: Place) -> None:
    posted(fresh.engine, DIABETES, [Channel.POSTER])
    with unit_of_work(fresh.engine) as session:
        trials.save(session, replace(DIABETES, status=TrialStatus.COMPLETED), lexicon())
    assert sheet(fresh) == 404


def test_a_study_that_nobody_posted_has_its_address_alone(fresh: Place) -> None:
    page = fresh.app.test_client().get("/share/WEB-1?lang=en").text
    assert "http://127.0.0.1:8000/studies/WEB-1" in page
    assert "No text to pass on" in page


# ---------------------------------------------------------------- counted
def counted(here: Place) -> dict[str, int]:
    with reading(here.engine) as session:
        return {row.step: row.number for row in session.execute(select(SHARE_COUNT))}


def test_who_opens_an_address_is_counted_and_not_known(fresh: Place) -> None:
    code = code_of(posted(fresh.engine, DIABETES, [Channel.X]).on(Channel.X))
    client = fresh.app.test_client()
    client.get(f"/s/{code}")
    client.get(f"/s/{code}", headers={"User-Agent": "Mozilla/5.0"})
    assert counted(fresh) == {"opened": 2}
    assert set(SHARE_COUNT.c.keys()) == {"code", "day", "step", "number"}
    assert set(SHARE_LINK.c.keys()) == {"code", "posting", "channel", "language", "country"}


@pytest.mark.parametrize("agent", ["facebookexternalhit/1.1", "Twitterbot/1.0", "WhatsApp/2.23"])
def test_a_program_that_makes_a_preview_is_not_counted(fresh: Place, agent: str) -> None:
    code = code_of(posted(fresh.engine, DIABETES, [Channel.X]).on(Channel.X))
    fresh.app.test_client().get(f"/s/{code}", headers={"User-Agent": agent})
    fresh.app.test_client().head(f"/s/{code}")
    assert counted(fresh) == {}


def test_whoever_joins_counts_for_the_channel_that_led_here(fresh: Place) -> None:
    code = code_of(posted(fresh.engine, DIABETES, [Channel.POSTER]).on(Channel.POSTER, "fr"))
    browser = fresh.joiner()
    browser.client.get(f"/s/{code}")
    assert f"/join?via={code}" in browser.client.get(f"/studies/WEB-1?via={code}").text
    join(fresh, browser, code)
    assert counted(fresh) == {"opened": 1, "began": 1, "joined": 1}


def test_a_code_that_is_none_counts_nothing(fresh: Place) -> None:
    posted(fresh.engine, DIABETES, [Channel.POSTER])
    join(fresh, fresh.joiner(), "AAAAAAAA")
    assert counted(fresh) == {}


def join(here: Place, browser: Joiner, code: str) -> None:
    page = browser.ask(start=f"/join?via={code}")
    assert browser.show(page, code_in(here.post()[0])).status_code == 302


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0–10"), (10, "0–10"), (11, "10"), (21, "10"), (22, "20"), (55, "60"), (1000, "990")],
)
def test_small_numbers_are_not_told_and_others_move_by_eleven(number: int, words: str) -> None:
    assert told(number).words == words


def test_a_study_that_nobody_was_matched_with_can_be_chosen_once_it_is_passed_on(
    fresh: Place,
) -> None:
    with reading(fresh.engine) as session:
        assert passed_on(session, Scope(None), "en") == {}
    posted(fresh.engine, DIABETES, [Channel.X])
    with reading(fresh.engine) as session:
        assert list(passed_on(session, Scope(None), "en")) == ["WEB-1"]
        assert passed_on(session, Scope(("WEB-2",)), "en") == {}


def test_nobody_can_watch_one_person_come(fresh: Place) -> None:
    code = code_of(posted(fresh.engine, DIABETES, [Channel.X]).on(Channel.X))
    for _ in range(25):
        fresh.app.test_client().get(f"/s/{code}")
    with reading(fresh.engine) as session:
        assert figures(session, "WEB-1") == []
    with (
        time_machine.travel(now() + timedelta(days=1), tick=False),
        reading(fresh.engine) as session,
    ):
        [line] = figures(session, "WEB-1")
    assert {step: said.words for step, said in line.told.items()} == {
        Step.OPENED: "20",
        Step.BEGAN: "0–10",
        Step.JOINED: "0–10",
    }
