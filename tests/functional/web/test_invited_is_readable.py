"""What people read by the links of a message: plain words, by the formula of each language."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from recruit.core.readable import read
from recruit.notify.links import Purpose
from recruit.terminology.lexicon import Lexicon
from tests.asking import invited
from tests.readable_pages import words_of

LONGEST = 26  # words in a sentence
GRADE = 6  # Flesch and Kincaid, English
EASE = 60  # Kandel and Moles, French


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_is_plain(
    tmp_path: Path, sqlite_engine: Engine, lexicon: Lexicon, language: str
) -> None:
    here = invited(tmp_path, sqlite_engine, lexicon)
    browser, link, stop = here.browser(language), here.link(), here.link(Purpose.STOP)

    def answered(said: str, words: str = "") -> str:
        browser.send(link, answer=said, words=words)
        return words_of(browser.client.get(link).text)

    pages = {
        "invitation": words_of(browser.client.get(link).text),
        "empty question": words_of(browser.send(link, answer="question").text),
        "question": answered("question", "Faut-il venir à jeun ?"),
        "not now": answered("not-now"),
        "never this": answered("never-this"),
        "never": answered("never"),
        "stop": words_of(browser.client.get(stop).text),
        "nothing chosen": words_of(browser.send(stop, what="").text),
        **{
            f"stopped: {what}": words_of(browser.send(stop, what=what).text)
            for what in ("study", "channel", "everything")
        },
        "over": words_of(browser.client.get("/i/nothing").text),
    }
    hard = {}
    for name, text in pages.items():
        found = read(text, language)
        plain = found.grade <= GRADE if language == "en" else found.ease >= EASE
        if not plain or found.longest > LONGEST:
            hard[name] = (round(found.grade, 1), round(found.ease, 1), found.longest)
    assert hard == {}
