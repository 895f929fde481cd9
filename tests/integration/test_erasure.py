"""Erasing a person: what goes with them, what stays, and what others do at the same moment."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from recruit.actions.erased import LEAVES
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.consent.tables import CONSENT
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound
from recruit.notify import post
from recruit.notify.messages import Message
from recruit.notify.tables import MESSAGE
from recruit.people import accounts, codes, representatives, store
from recruit.people.code_tables import CODE
from recruit.people.codes import Purpose
from recruit.people.communities import hooks
from recruit.people.communities.tables import CONTACT
from recruit.people.facts import Profile
from recruit.people.vault import Item, Vault, rotate
from tests.erasing import SECRETS, erase

VAULT = Vault(SECRETS.vault)
NEWER = Keyring.of(["n" * 32, "v" * 32])
RELATIVE = "R-AAAAAAAA"
ANNE, BEN = "anne@example.org", "ben@example.org"
CODE_MESSAGE = Message("sign-in-code", "en", {"link": "https://example.org/x", "code": "123456"})


@pytest.fixture
def anne(engine: Engine) -> str:
    """A person with a profile and an address, by pseudonym."""
    with unit_of_work(engine) as session:
        return come(session, "anne", ANNE)


def come(session: Session, name: str, email: str) -> str:
    store.know_community(session, "c")
    (person,) = store.enrol(session, "c", [name]).values()
    store.save(session, [Profile(person)])
    VAULT.keep(session, {person: {Item.NAME: name, Item.EMAIL: email}})
    return person


def represent(session: Session, person: str) -> None:
    """Let the relative act for the person."""
    kind, powers = representatives.Kind.RELATIVE, representatives.Powers.ACT
    link = representatives.make(session, person, kind=kind, powers=powers)
    VAULT.keep(session, {RELATIVE: {Item.NAME: "Mum"}, link.id: {Item.NAME: "My mum"}})
    accounts.of_holder(session, RELATIVE, accounts.Role.REPRESENTATIVE)
    representatives.accept(session, link, RELATIVE, confirmed=True)


def left(engine: Engine, holder: str) -> list[str]:
    """Where the holder still stands although nothing should."""
    with reading(engine) as session:
        return [
            str(column)
            for column in LEAVES
            if session.execute(select(func.count()).where(column == holder)).scalar_one()
        ]


def erasures(engine: Engine) -> tuple[int, int]:
    """How many stand in the ledger, and in the trail."""
    with reading(engine) as session:
        events = select(func.count()).where(CONSENT.c.type == "erased")
        rows = select(func.count()).where(AUDIT.c.tag == Tag.PERSON_ERASED.value)
        return session.execute(events).scalar_one(), session.execute(rows).scalar_one()


# ---------------------------------------------------------------- what goes, what stays
def test_nothing_is_left_under_the_pseudonym(engine: Engine, anne: str) -> None:
    with unit_of_work(engine) as session:
        accounts.of_holder(session, anne, accounts.Role.PARTICIPANT)
        session.execute(CONTACT.insert(), {"person": anne, "item": "email", "digest": "0" * 64})
        represent(session, anne)
    erase(engine, anne)
    assert left(engine, anne) == []


def test_a_relative_of_nobody_else_is_forgotten_too(engine: Engine, anne: str) -> None:
    with unit_of_work(engine) as session:
        represent(session, anne)
    erase(engine, anne)
    assert left(engine, RELATIVE) == []


def test_a_relative_of_somebody_else_stays(engine: Engine, anne: str) -> None:
    with unit_of_work(engine) as session:
        represent(session, anne)
        represent(session, come(session, "ben", BEN))
    erase(engine, anne)
    with reading(engine) as session:
        assert VAULT.read(session, RELATIVE) == {Item.NAME: "Mum"}


def test_links_and_messages_of_others_stay(engine: Engine, anne: str) -> None:
    at = now()
    with unit_of_work(engine) as session:
        for email in (ANNE, f"more.{ANNE}"):
            codes.issue(session, SECRETS.vault, Purpose.JOIN, {"email": email}, at)
            to = post.Address(Channel.EMAIL, email)
            post.post(session, SECRETS.vault, CODE_MESSAGE, to, at, at + timedelta(hours=1))
    erase(engine, anne)
    with reading(engine) as session:
        assert len(session.execute(select(CODE)).all()) == 1
        assert len(session.execute(select(MESSAGE)).all()) == 1


def test_somebody_whose_vault_does_not_open_any_more_is_erased_all_the_same(
    engine: Engine, anne: str
) -> None:
    with unit_of_work(engine) as session:
        VAULT.forget(session, anne)
        Vault(Keyring.of(["lost" * 8])).keep(session, {anne: {Item.EMAIL: ANNE}})
    erase(engine, anne)
    assert left(engine, anne) == []


# ---------------------------------------------------------------- again, and nobody
def test_erased_twice_is_erased_once(engine: Engine, anne: str) -> None:
    erase(engine, anne)
    erase(engine, anne)
    assert erasures(engine) == (1, 1)


def test_erased_from_two_tabs_at_once_is_erased_once(engine: Engine, anne: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: erase(engine, anne), range(2)))
    assert erasures(engine) == (1, 1)


def test_nobody_is_erased_who_is_not_there(engine: Engine) -> None:
    with pytest.raises(NotFound):
        erase(engine, "P-00000000")
    assert erasures(engine) == (0, 0)


# ---------------------------------------------------------------- at the same moment
def test_an_erasure_waits_for_an_import_that_writes_about_the_person(
    engine: Engine, anne: str
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(engine) as session:
            chain.hold(session)
            store.save(session, [Profile(anne, sex="female")])
            VAULT.keep(session, {anne: {Item.PHONE: "+33639980001"}})
            erasing = pool.submit(erase, engine, anne)
            time.sleep(0.5)
            assert not erasing.done()
        erasing.result()
    assert left(engine, anne) == []


def keep_profile(session: Session, person: str) -> None:
    store.save(session, [Profile(person)])


def keep_address(session: Session, person: str) -> None:
    VAULT.keep(session, {person: {Item.EMAIL: ANNE}})


@pytest.mark.parametrize("keep", [keep_profile, keep_address])
def test_what_comes_after_an_erasure_is_not_kept(
    engine: Engine, anne: str, keep: Callable[[Session, str], None]
) -> None:
    erase(engine, anne)
    with pytest.raises(NotFound), unit_of_work(engine) as session:
        keep(session, anne)
    assert left(engine, anne) == []


def test_what_is_written_during_an_erasure_waits_and_is_refused(
    engine: Engine, anne: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write() -> None:
        with unit_of_work(engine) as session:
            keep_profile(session, anne)

    with ThreadPoolExecutor(1) as pool:
        writing = []

        def in_the_middle(*_: object) -> None:
            writing.append(pool.submit(write))
            time.sleep(0.5)
            assert not writing[0].done()

        monkeypatch.setattr(hooks, "tell", in_the_middle)
        erase(engine, anne)
        with pytest.raises(NotFound):
            writing[0].result()
    assert left(engine, anne) == []


def test_a_rotation_brings_nobody_back(
    engine: Engine, anne: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew = Vault.renew
    with ThreadPoolExecutor(1) as pool:
        erasing = []

        def slowly(vault: Vault, session: Session, holders: list[str]) -> object:
            erasing.append(pool.submit(erase, engine, anne))
            time.sleep(0.5)
            assert not erasing[0].done()
            return renew(vault, session, holders)

        monkeypatch.setattr(Vault, "renew", slowly)
        assert rotate(engine, NEWER, lambda *_: None) == 1
        erasing[0].result()
    assert left(engine, anne) == []
