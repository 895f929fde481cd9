"""Questions and reports of anybody about a study, and what a coordinator makes of them."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from recruit.actions.public_words.tables import PUBLIC_WORD
from recruit.core.db import reading
from tests.web_world import COORDINATOR, World, csrf

ASKED = "How many visits are there, and is the journey paid?"
TEXTS = {
    "question_en": "How many visits are there?",
    "question_fr": "Combien de visites y a-t-il ?",
    "answer_en": "There are seven visits in six months.",
    "answer_fr": "Il y a sept visites en six mois.",
}


def ask(client: FlaskClient, words: str, way: str = "about") -> int:
    sent = {"words": words, "csrf_token": csrf(client)}
    return client.post(f"/ask/{way}/WEB-1", data=sent).status_code


def waiting(client: FlaskClient) -> list[str]:
    return re.findall(r'href="/inbox/public/(\d+)"', client.get("/inbox/public").text)


def test_a_question_is_answered_for_everybody_in_both_languages(fresh: World) -> None:
    visitor, staff = fresh.app.test_client(), fresh.enter(COORDINATOR)
    assert ask(visitor, ASKED) == 302
    [number] = waiting(staff)
    assert ASKED in staff.get(f"/inbox/public/{number}").text
    sent = {**TEXTS, "csrf_token": csrf(staff, "/inbox/public")}
    assert staff.post(f"/inbox/public/{number}/answer", data=sent).status_code == 302
    for language in ("en", "fr"):
        page = visitor.get(f"/studies/WEB-1?lang={language}").text
        assert TEXTS[f"answer_{language}"] in page.replace("\u00a0", " ")
    assert waiting(staff) == []


def test_the_words_are_sealed_and_gone_once_they_are_dealt_with(fresh: World) -> None:
    visitor, staff = fresh.app.test_client(), fresh.enter(COORDINATOR)
    ask(visitor, "The town of the second site is wrong.", "report")
    with reading(fresh.engine) as session:
        [sealed] = session.execute(select(PUBLIC_WORD.c.sealed)).scalars()
    assert "town" not in str(sealed)
    [number] = waiting(staff)
    sent = {"outcome": "mended", "csrf_token": csrf(staff, "/inbox/public")}
    assert staff.post(f"/inbox/public/{number}/close", data=sent).status_code == 302
    with reading(fresh.engine) as session:
        row = session.execute(select(PUBLIC_WORD)).one()
    assert (row.sealed, row.outcome) == (None, "mended")
    assert waiting(staff) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Please write your question"),
        ("x" * 1_001, "at most 1,000 letters"),
        ("My patient John Smith wants to come.", "seems to say who somebody is"),
    ],
)
def test_what_cannot_be_kept_is_shown_again_with_the_reason(
    fresh: World, words: str, said: str
) -> None:
    client = fresh.app.test_client()
    sent = {"words": words, "csrf_token": csrf(client)}
    answer = client.post("/ask/about/WEB-1?lang=en", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert words[:40] in answer.text


def test_an_answer_that_promises_too_much_is_refused(fresh: World) -> None:
    visitor, staff = fresh.app.test_client(), fresh.enter(COORDINATOR)
    ask(visitor, ASKED)
    [number] = waiting(staff)
    sent = {
        **TEXTS,
        "answer_en": "This drug is safe and cures you.",
        "csrf_token": csrf(staff, "/inbox/public"),
    }
    assert staff.post(f"/inbox/public/{number}/answer", data=sent).status_code == 422
    assert waiting(staff) == [number]


def test_two_coordinators_do_not_answer_the_same_question_twice(fresh: World) -> None:
    visitor, staff = fresh.app.test_client(), fresh.enter(COORDINATOR)
    ask(visitor, ASKED)
    [number] = waiting(staff)
    sent = {**TEXTS, "csrf_token": csrf(staff, "/inbox/public")}
    staff.post(f"/inbox/public/{number}/answer", data=sent)
    assert staff.post(f"/inbox/public/{number}/answer", data=sent).status_code == 409
    page = visitor.get("/studies/WEB-1?lang=en").text
    assert page.count(TEXTS["answer_en"]) == 1


def test_an_answer_can_be_taken_off_the_page(fresh: World) -> None:
    visitor, staff = fresh.app.test_client(), fresh.enter(COORDINATOR)
    ask(visitor, ASKED)
    [number] = waiting(staff)
    staff.post(
        f"/inbox/public/{number}/answer", data={**TEXTS, "csrf_token": csrf(staff, "/inbox/public")}
    )
    gone = staff.post(
        "/inbox/public/answers/1/withdraw", data={"csrf_token": csrf(staff, "/inbox/public")}
    )
    assert gone.status_code == 302
    assert TEXTS["answer_en"] not in visitor.get("/studies/WEB-1?lang=en").text


def test_nobody_can_ask_about_a_study_that_does_not_exist(fresh: World) -> None:
    client = fresh.app.test_client()
    assert client.get("/ask/about/NOTHING").status_code == 404
