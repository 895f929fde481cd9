"""The vault gives back what was put in, finds it by digest, and forgets for good."""

import pytest
from sqlalchemy import Engine, select, update

from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import SealBroken
from recruit.people.vault import Item, Vault, rotate
from recruit.people.vault_tables import ITEM, KEY

OLD, NEW = "o" * 32, "n" * 32
VAULT = Vault(Keyring.of([OLD]))
ANNE, BEN = "P-AAAAAAAA", "P-BBBBBBBB"
ANNES = {Item.NAME: "Anne Exemple", Item.EMAIL: "Anne@Example.org", Item.PHONE: "+33 6 12 34"}


@pytest.fixture(autouse=True)
def _kept(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        VAULT.keep(session, {ANNE: ANNES, BEN: {Item.EMAIL: "ben@example.org"}})


def test_what_was_put_in_comes_out(engine: Engine) -> None:
    with reading(engine) as session:
        assert VAULT.read(session, ANNE) == ANNES


def test_nothing_is_kept_in_the_clear(engine: Engine) -> None:
    with reading(engine) as session:
        rows = str(session.execute(select(ITEM)).all()) + str(session.execute(select(KEY)).all())
    assert "Anne" not in rows


@pytest.mark.parametrize("spelling", ["anne@example.org", " ANNE@EXAMPLE.ORG "])
def test_a_holder_is_found_by_any_spelling_of_the_address(engine: Engine, spelling: str) -> None:
    with reading(engine) as session:
        assert VAULT.holders(session, Item.EMAIL, spelling) == [ANNE]


def test_an_empty_text_takes_an_item_away(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        VAULT.keep(session, {ANNE: {Item.EMAIL: ""}})
        assert Item.EMAIL not in VAULT.read(session, ANNE)
        assert VAULT.holders(session, Item.EMAIL, "anne@example.org") == []


def test_the_forgotten_leave_nothing(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        VAULT.forget(session, ANNE)
        assert VAULT.read(session, ANNE) == {}
        assert VAULT.holders(session, Item.EMAIL, "anne@example.org") == []


def test_an_item_moved_to_another_holder_does_not_open(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        annes = (
            session.execute(select(ITEM.c.sealed).where(ITEM.c.holder == ANNE)).scalars().first()
        )
        session.execute(update(ITEM).where(ITEM.c.holder == BEN).values(sealed=annes))
        with pytest.raises(SealBroken):
            VAULT.read(session, BEN)


def test_another_key_opens_nothing(engine: Engine) -> None:
    with reading(engine) as session, pytest.raises(SealBroken):
        Vault(Keyring.of([NEW])).read(session, ANNE)


def test_rotation_makes_the_old_key_dispensable(engine: Engine) -> None:
    told = []
    assert rotate(engine, Keyring.of([NEW, OLD]), lambda *at: told.append(at)) == 2
    with reading(engine) as session:
        newest = Vault(Keyring.of([NEW]))
        assert newest.read(session, ANNE) == ANNES
        assert newest.holders(session, Item.EMAIL, "anne@example.org") == [ANNE]
    assert told == [(2, 2)]


def test_a_second_rotation_changes_nothing(engine: Engine) -> None:
    both = Keyring.of([NEW, OLD])
    rotate(engine, both, lambda *_: None)
    assert rotate(engine, both, lambda *_: None) == 0
