"""What people read on their way in: plain words, by the formula of each language."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from recruit.core.readable import read
from tests.joining import BORN, EMAIL, code_in, place
from tests.readable_pages import words_of

LONGEST = 26  # words in a sentence
GRADE = 6  # Flesch and Kincaid, English
EASE = 60  # Kandel and Moles, French


@pytest.fixture(params=["en", "fr"])
def pages(request: pytest.FixtureRequest, tmp_path: Path, sqlite_engine: Engine) -> dict[str, str]:
    """What each page says, by its path, in one language; `lang` is the language."""
    here = place(tmp_path, sqlite_engine)
    joiner = here.joiner(request.param)

    def seen(path: str) -> str:
        return words_of(joiner.client.get(path).text)

    said = {path: seen(path) for path in ("/", "/privacy", "/join", "/join/step/not-yet")}
    joiner.begin()
    said["birth date"] = seen("/join/step/birth-date")
    said["no such day"] = words_of(joiner.say_born("30", "2", "1975").text)
    joiner.say_born(*BORN)
    said["contact"] = seen("/join/step/contact")
    said["no contact"] = words_of(joiner.say_contact("nothing").text)
    joiner.say_contact(EMAIL)
    said["choices"] = seen("/join/step/choices")
    said["no choice"] = words_of(joiner.choose().text)
    page = str(joiner.choose("matching", "contact/email").headers["Location"])
    said["code"] = seen(page)
    said["wrong code"] = words_of(joiner.show(page, "no code").text)
    said["lost"] = seen("/join/step/again")
    joiner.show(page, code_in(here.post()[0]))
    said["used"] = seen(page)
    said["done"] = seen("/join/step/done")
    for part in ("", "/stop", "/history", "/receipts"):
        said[f"consents{part}"] = seen(f"/me/consents{part}")
    return {**said, "lang": request.param}


def test_every_page_is_plain(pages: dict[str, str]) -> None:
    language = pages.pop("lang")
    hard = {}
    for name, text in pages.items():
        found = read(text, language)
        plain = found.grade <= GRADE if language == "en" else found.ease >= EASE
        if not plain or found.longest > LONGEST:
            hard[name] = (round(found.grade, 1), round(found.ease, 1), found.longest)
    assert hard == {}
