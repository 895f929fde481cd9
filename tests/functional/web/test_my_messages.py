"""`/me/messages`: what somebody wrote, what we answered, and a way to write."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from recruit.actions.inbox.answering import Answering, Means, answer
from recruit.actions.words_table import CONVERSATION
from recruit.core.clock import now
from recruit.core.db import reading
from tests.joining import place
from tests.oneself import Own, own, relative
from tests.web_world import BASE_URL, lexicon

PAGE = "/me/messages"


@pytest.fixture
def camille(sqlite_engine: Engine, tmp_path: Path) -> Own:
    """Somebody in their own space."""
    return own(place(tmp_path, sqlite_engine))


def answered(who: Own, text: str) -> None:
    """Somebody of the staff answers the only conversation there is."""
    engine = who.place.engine
    with reading(engine) as session:
        number = session.scalars(select(CONVERSATION.c.id)).one()
    said = Answering(number, 1, "account 1", text, 0, 99, "en", True, None, text)  # noqa: FBT003
    answer(engine, Means(who.place.keyring, BASE_URL, lexicon), said, now())


def test_an_empty_page_says_what_will_stand_there(camille: Own) -> None:
    page = camille.page(PAGE)
    assert "Nothing yet." in page
    assert "call 15 or 112" in page


def test_a_message_is_taken_and_the_emergency_numbers_are_said_at_once(camille: Own) -> None:
    sent = camille.send(PAGE, words="Is <b>Lyon</b> far?\nAnd Paris?")
    assert sent.headers["Location"] == PAGE
    page = camille.page(PAGE)
    assert "answers here within three working days" in page
    assert "Is &lt;b&gt;Lyon&lt;/b&gt; far?\nAnd Paris?" in page
    assert page.count("Our automatic answer") == 1
    camille.send(PAGE, words="And by train?")
    assert camille.page(PAGE).count("Our automatic answer") == 1  # once a day


def test_our_answer_stands_there(camille: Own) -> None:
    camille.send(PAGE, words="Is it far?")
    answered(camille, "No, it is near.")
    page = camille.page(PAGE)
    assert page.index("No, it is near.") < page.index("Is it far?")


@pytest.mark.parametrize("words", ["", " \n ", "a" * 2001])
def test_what_cannot_be_taken_is_said_and_kept(camille: Own, words: str) -> None:
    refused = camille.send(PAGE, words=words)
    assert refused.status_code == 422
    assert 'href="#words"' in refused.text
    assert words[:2000].strip() in refused.text


def test_a_megabyte_is_refused(camille: Own) -> None:
    assert camille.send(PAGE, words="a" * 1_000_000).status_code == 413


def test_a_study_of_somebody_elses_is_none_of_theirs(camille: Own) -> None:
    assert camille.send(PAGE, words="bonjour", study="WEB-1").status_code == 422
    assert "Nothing yet." in camille.page(PAGE)


def test_who_may_only_look_does_not_write(camille: Own) -> None:
    camille.send(PAGE, words="Is it far?")
    looker = relative(camille, "look")
    page = looker.client.get(PAGE).text
    assert ("Is it far?" in page, "Send my message" in page) == (True, False)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = looker.client.post(PAGE, data={"csrf_token": token[1], "words": "me too"})
    assert sent.status_code == 403


def test_the_first_page_says_that_we_answered_until_more_is_written(camille: Own) -> None:
    camille.send(PAGE, words="Is it far?")
    assert "We answered your message" not in camille.page("/me")
    answered(camille, "No, it is near.")
    assert "We answered your message" in camille.page("/me")
    camille.send(PAGE, words="Thank you. And by train?")
    assert "We answered your message" not in camille.page("/me")
