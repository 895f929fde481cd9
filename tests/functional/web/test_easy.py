"""Pages that are easy to read: short sentences, approved words, and what holds for every study."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import Engine

from recruit.actions.posting import approving_texts
from recruit.core.db import unit_of_work
from recruit.core.readable import sentences
from recruit.trials import store as trials
from recruit.trials.materials.checks import EASY_WORDS, examine
from recruit.trials.materials.content import Channel, Part
from tests.joining import Place, place
from tests.kit import posted
from tests.materials import APPROVER, DRAFT
from tests.web_world import DIABETES, lexicon


class Words(HTMLParser):
    """The words of a page's main part, a line for each block; hidden ones left out."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.inside = self.inside or tag == "article"
        if tag in {"p", "h1", "h2", "li"}:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "article"

    def handle_data(self, data: str) -> None:
        if self.inside and self.lines:
            self.lines[-1] += data


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine) -> Place:
    with unit_of_work(sqlite_engine) as session:
        trials.save(session, DIABETES, lexicon())
    return place(tmp_path, sqlite_engine)


def page(here: Place, path: str, language: str) -> str:
    answer = here.app.test_client().get(f"{path}?lang={language}")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", ["/easy/joining", "/easy/study/WEB-1"])
def test_no_sentence_of_an_easy_page_is_long(here: Place, path: str, language: str) -> None:
    words = Words()
    words.feed(page(here, path, language))
    found = [each for line in words.lines for each in sentences(" ".join(line.split()), language)]
    assert len(found) > 15
    assert [each for each in found if each.words > EASY_WORDS] == []


@pytest.mark.parametrize(
    ("language", "said", "without"),
    [
        ("en", "First you talk with the study team.", "Nobody has written an easy text"),
        ("fr", "Vous parlez d’abord avec l’équipe.", "Personne n’a encore écrit de texte facile"),
    ],
)
def test_an_easy_text_is_shown_while_its_approval_holds(
    here: Place, language: str, said: str, without: str
) -> None:
    assert without in page(here, "/easy/study/WEB-1", language)
    desk = posted(here.engine, DIABETES, [Channel.EASY])
    shown = page(here, "/easy/study/WEB-1", language)
    assert said in shown
    assert "CPP Exemple I" in shown
    assert without not in shown
    for tongue in ("en", "fr"):
        held = desk.on(Channel.EASY, tongue).by(APPROVER)
        approving_texts.suspend(here.engine, held, version=1, reason="A wrong day.")
    assert without in page(here, "/easy/study/WEB-1", language)


def test_a_long_sentence_keeps_a_text_from_being_called_easy(here: Place) -> None:
    desk = posted(here.engine, DIABETES, []).on(Channel.EASY, "en")
    long = "You come to us on one day of each week and on one more day of each month too."
    texts = {**desk.texts, Part.VISITS: long}
    found = examine(desk.place, texts, DRAFT, (), lexicon())
    assert "A sentence here has 19 words." in " ".join(each.say("en") for each in found.problems)


@pytest.mark.parametrize(
    "path", ["/studies/WEB-1", "/easy/study/WEB-1", "/easy/joining", "/privacy/notice/1"]
)
def test_a_page_can_be_read_aloud_and_says_nothing_of_it_without_a_script(
    here: Place, path: str
) -> None:
    text = page(here, path, "en")
    assert "aloud.js" in text
    box = text[text.index('class="aloud"') :]
    assert "hidden" in box[: box.index(">")]


def test_a_study_that_is_not_there_has_no_easy_page(here: Place) -> None:
    assert here.app.test_client().get("/easy/study/NOT-THERE").status_code == 404
