"""Nobody guesses their way to a code that was sent to nobody."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, select

from recruit.actions import contact, joining, leaving
from recruit.actions.joining import Joined
from recruit.actions.leaving import Asker
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people import store
from recruit.people.code_tables import CODE
from recruit.people.contact_points import ContactPoint
from recruit.people.vault import Item, Vault
from tests.integration.test_joining import KEYRING, LINKS, asked, wish
from tests.joining import code_in, post_of

CONTACT = contact.Links(LINKS.code, LINKS.sign_in, "http://here/help")
NEW = ContactPoint(Item.EMAIL, "new@example.org")


@pytest.fixture
def camille(engine: Engine) -> str:
    """A participant with an address."""
    with unit_of_work(engine) as session:
        store.know_community(session, "testers")
        person = store.enrol(session, "testers", ["camille"])["camille"]
        Vault(KEYRING).keep(session, {person: {Item.EMAIL: "camille@example.org"}})
    return person


def decoys(engine: Engine) -> list[bool]:
    with reading(engine) as session:
        return list(session.execute(select(CODE.c.decoy).order_by(CODE.c.code_made_at)).scalars())


def test_for_an_address_that_is_known_no_code_can_be_guessed(engine: Engine) -> None:
    token, code = asked(engine, "matching")
    joining.confirm(engine, KEYRING, token, code, LINKS)
    joining.ask(engine, KEYRING, wish("matching"), LINKS)
    assert decoys(engine) == [False, True]


def test_nor_for_one_that_has_had_its_codes_of_the_hour(engine: Engine) -> None:
    for _ in range(7):
        joining.ask(engine, KEYRING, wish("matching"), LINKS)
    assert decoys(engine) == [False] * 5 + [True] * 2


def test_a_link_from_before_somebody_joined_lets_nobody_in_afterwards(engine: Engine) -> None:
    """Who asked for another's address in time would have 25 guesses at each of many links."""
    early = joining.ask(engine, KEYRING, wish("matching"), LINKS)
    post_of(engine, KEYRING)
    token, code = asked(engine, "matching")
    joining.confirm(engine, KEYRING, token, code, LINKS)
    joining.ask_again(engine, KEYRING, early, LINKS)
    assert decoys(engine) == [False, True]  # the early link's code is the newer one now


def test_a_new_code_that_is_not_sent_is_a_decoy_until_one_is(engine: Engine) -> None:
    for _ in range(5):
        token = joining.ask(engine, KEYRING, wish("matching"), LINKS)
    joining.ask_again(engine, KEYRING, token, LINKS)
    assert decoys(engine) == [False] * 4 + [True]
    post_of(engine, KEYRING)
    with time_machine.travel(now() + timedelta(hours=1)):
        joining.ask_again(engine, KEYRING, token, LINKS)
        [letter] = post_of(engine, KEYRING)
        code = code_in(letter)
        assert isinstance(joining.confirm(engine, KEYRING, token, code, LINKS), Joined)


def test_nobody_guesses_their_way_to_an_address_that_is_anothers(
    engine: Engine, camille: str
) -> None:
    with unit_of_work(engine) as session:
        charlie = store.enrol(session, "testers", ["charlie"])["charlie"]
        Vault(KEYRING).keep(session, {charlie: {NEW.item: NEW.where}})
    change(engine, camille)
    assert decoys(engine) == [True]


def test_nor_to_one_that_is_taken_by_another_meanwhile(engine: Engine, camille: str) -> None:
    token = change(engine, camille)
    with unit_of_work(engine) as session:
        charlie = store.enrol(session, "testers", ["charlie"])["charlie"]
        Vault(KEYRING).keep(session, {charlie: {NEW.item: NEW.where}})
    contact.ask_again(engine, KEYRING, person=camille, token=token, links=CONTACT)
    assert decoys(engine) == [True]


def test_nor_to_one_that_has_had_its_codes(engine: Engine, camille: str) -> None:
    token = change(engine, camille)
    for _ in range(3):
        contact.ask_again(engine, KEYRING, person=camille, token=token, links=CONTACT)
    change(engine, camille)
    assert decoys(engine) == [False, False]
    change(engine, camille)
    assert decoys(engine) == [False, False, True]


def test_who_found_an_open_session_does_not_guess_their_way_to_an_erasure(
    engine: Engine, camille: str
) -> None:
    """Links can be asked for without end: were each good for guesses, one would hit."""
    asker = Asker(camille, camille, "account 1", "fr")
    for _ in range(6):
        token = leaving.ask_to_erase(engine, KEYRING, asker, LINKS.code)
    assert decoys(engine) == [False] * 5 + [True]
    assert leaving.ask_again(engine, KEYRING, asker, token, LINKS.code) is None
    assert decoys(engine) == [False] * 5 + [True]


def change(engine: Engine, person: str) -> str:
    return contact.ask_change(
        engine, KEYRING, person=person, contact=NEW, language="en", links=CONTACT
    )
