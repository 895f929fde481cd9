"""A process has the keys that the database was written with, or does not start."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, delete, insert

from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import SealBroken
from recruit.core.keys import Secrets
from recruit.people.key_proofs import PROOF, accept, is_proven, prove
from recruit.people.vault_tables import KEY

OLD, NEW = "o" * 32, "n" * 32
FIRST = Secrets((OLD,), Keyring.of([OLD]), OLD)
BOTH = replace(FIRST, sessions=(NEW, OLD), vault=Keyring.of([NEW, OLD]))
LAST = replace(FIRST, sessions=(NEW,), vault=Keyring.of([NEW]))


def test_who_comes_first_leaves_proof_and_the_next_shows_the_same(engine: Engine) -> None:
    assert not is_proven(engine, FIRST)
    prove(engine, FIRST)
    prove(engine, FIRST)
    assert is_proven(engine, FIRST)


@pytest.mark.parametrize(
    "others",
    [
        replace(FIRST, sessions=(NEW,)),
        replace(FIRST, vault=Keyring.of([NEW])),
        replace(FIRST, erasures=NEW),
    ],
    ids=["sessions", "vault", "erasures"],
)
def test_one_with_another_key_does_not_start(engine: Engine, others: Secrets) -> None:
    prove(engine, FIRST)
    assert not is_proven(engine, others)
    with pytest.raises(SealBroken):
        prove(engine, others)
    assert is_proven(engine, FIRST)


def test_a_key_is_changed_in_two_steps(engine: Engine) -> None:
    prove(engine, FIRST)
    prove(engine, BOTH)
    prove(engine, LAST)
    assert is_proven(engine, LAST)
    assert not is_proven(engine, FIRST)


def test_a_vault_that_is_older_than_the_proofs_is_looked_into(engine: Engine) -> None:
    row = {"holder": "P-00000001", "wrapped": FIRST.vault.seal(b"key", "anywhere")}
    with unit_of_work(engine) as session:
        session.execute(insert(KEY), row)
    with pytest.raises(SealBroken):
        prove(engine, LAST)
    prove(engine, FIRST)


def test_after_a_loss_the_present_keys_can_be_accepted(engine: Engine) -> None:
    prove(engine, FIRST)
    with unit_of_work(engine) as session:
        accept(session, LAST)
    prove(engine, LAST)
    with pytest.raises(SealBroken):
        prove(engine, FIRST)


def test_a_proof_in_another_place_is_none(engine: Engine) -> None:
    prove(engine, FIRST)
    with unit_of_work(engine) as session:
        session.execute(delete(PROOF).where(PROOF.c.kind == "sessions"))
        sealed = FIRST.vault.seal(b"these are the keys", "key_proof/vault")
        session.execute(insert(PROOF), {"kind": "sessions", "sealed": sealed})
    assert not is_proven(engine, FIRST)
