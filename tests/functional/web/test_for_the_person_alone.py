"""What nobody does in a person's place, and what nobody does with a session that was left open."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from recruit.consent import ledger
from recruit.core.db import reading
from recruit.people.vault import Item, Vault
from tests.joining import Joiner, Place, place
from tests.oneself import Own, own, relative

CHOICES = "/me/consents"


@pytest.fixture
def here(tmp_path: Path, empty_engine: Engine) -> Place:
    return place(tmp_path, empty_engine)


@pytest.fixture
def camille(here: Place) -> Own:
    return own(here)


def shown(browser: Joiner, path: str) -> str:
    answer = browser.client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.text


def events(who: Own) -> int:
    with reading(who.place.engine) as session:
        return len(ledger.history(session, who.person))


def vault_of(who: Own) -> dict[Item, str]:
    with reading(who.place.engine) as session:
        return Vault(who.place.keyring).read(session, who.person)


def test_a_relative_says_yes_to_nothing_and_gives_no_address(camille: Own) -> None:
    notice = camille.browser.hidden(CHOICES, "notice")
    browser = relative(camille)
    before = events(camille)
    address = "1 rue d’Autrui\n75012 Paris"
    answer = browser.send(
        f"{CHOICES}/give", CHOICES, notice=notice, choice="contact/letter", address=address
    )
    assert answer.status_code == 403
    assert events(camille) == before
    assert Item.ADDRESS not in vault_of(camille)


def test_a_relative_is_not_asked_to_say_yes(camille: Own) -> None:
    assert "Say yes to something more" in camille.page(CHOICES)
    assert "Say yes to something more" not in shown(relative(camille), CHOICES)


def test_a_relative_takes_a_yes_back(camille: Own) -> None:
    browser = relative(camille)
    before = events(camille)
    browser.send(f"{CHOICES}/take-back", CHOICES, choice="matching")
    assert events(camille) == before + 1


def test_a_relative_does_not_end_the_persons_pause(camille: Own) -> None:
    browser = relative(camille)
    camille.send(f"{CHOICES}/pause", CHOICES, months="open")
    assert "End the pause" not in shown(browser, CHOICES)
    assert browser.send(f"{CHOICES}/resume", CHOICES).status_code == 403
    assert "You are on a pause" in camille.page(CHOICES)
