"""Staff accounts on a real database."""

from traceback import format_exception

import pytest
from sqlalchemy import Engine, QueuePool, text

from recruit.actions.accounts import (
    add_account,
    change_password,
    disable_account,
)
from recruit.actions.sign_in import prove_password, sign_out
from recruit.audit import trail
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, WrongUsage
from recruit.people import accounts
from recruit.people.accounts import Account, Role
from recruit.people.passwords import Cost
from tests.web_world import CHEAP

PASSWORD = "correct horse battery"


def add(engine: Engine, email: str = "anna@example.org") -> None:
    add_account(
        engine, email=email, role=Role.COORDINATOR, password=PASSWORD, actor="cli", cost=CHEAP
    )


def sign_in(engine: Engine, *, email: str, password: str) -> Account | None:
    return prove_password(engine, email=email, password=password, cost=CHEAP)


def stamp(engine: Engine) -> str:
    with reading(engine) as session:
        return accounts.find(session, "anna@example.org").stamp


def test_the_right_password_lets_in_with_the_role(engine: Engine) -> None:
    add(engine)
    account = sign_in(engine, email=" Anna@Example.org", password=PASSWORD)
    assert account is not None
    assert account.role is Role.COORDINATOR


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", "x" * 10_000])
def test_another_password_does_not(engine: Engine, password: str) -> None:
    add(engine)
    assert sign_in(engine, email="anna@example.org", password=password) is None


def test_a_disabled_account_stays_out(engine: Engine) -> None:
    add(engine)
    disable_account(engine, email="anna@example.org", actor="cli")
    assert sign_in(engine, email="anna@example.org", password=PASSWORD) is None


def test_sessions_end_with_password_state_and_sign_out(engine: Engine) -> None:
    add(engine)
    stamps = [stamp(engine)]
    change_password(engine, email="anna@example.org", password="a new long one", actor="cli")
    stamps.append(stamp(engine))
    with reading(engine) as session:
        number = accounts.find(session, "anna@example.org").id
    assert number is not None
    sign_out(engine, account=number)
    stamps.append(stamp(engine))
    disable_account(engine, email="anna@example.org", actor="cli")
    stamps.append(stamp(engine))
    assert len(set(stamps)) == 4


@pytest.mark.parametrize(
    "email",
    ["", "anna", "anna@", "a@b", "a b@c.org", "a@c.org\r\nBcc: x@y.org", "a" * 250 + "@c.org"],
)
def test_what_is_no_address_is_refused(engine: Engine, email: str) -> None:
    with pytest.raises(WrongUsage):
        add(engine, email)


def test_an_address_has_one_account(engine: Engine) -> None:
    add(engine)
    with pytest.raises(WrongUsage):
        add(engine, "ANNA@example.org")


def test_an_address_added_twice_at_once_has_one_account(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(engine)
    # The other's account is not there yet when one looks, and is when one writes.
    monkeypatch.setattr(accounts, "_by_email", lambda *_: None)
    with pytest.raises(WrongUsage) as refused:
        add(engine)
    assert str(refused.value) == "There is an account with this e-mail address already."
    assert "anna" not in "".join(format_exception(refused.value))


class Clerk:
    """Hashes nothing, and notes whether others could write and connect meanwhile."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.free: list[bool] = []

    def hash(self, _password: str) -> str:
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)
        self.free.append(pool.checkedout() == 0)
        return "hash"

    def verify(self, _hash: str, _password: str) -> bool:
        return bool(self.hash(""))


@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org"])
def test_no_transaction_waits_for_the_hash_of_a_sign_in(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    add(engine)
    clerk = Clerk(engine)
    monkeypatch.setattr(Cost, "hasher", lambda _: clerk)
    own = Cost(passes=1, memory=16, lanes=1)  # what is kept for a cost is not for other tests
    prove_password(engine, email=email, password=PASSWORD, cost=own)
    assert set(clerk.free) == {True}


def test_no_transaction_waits_for_the_hash_of_a_new_password(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = Clerk(engine)
    monkeypatch.setattr(Cost, "hasher", lambda _: clerk)
    add(engine)
    change_password(engine, email="anna@example.org", password=PASSWORD, actor="cli")
    assert clerk.free == [True, True]


@pytest.mark.parametrize("password", ["short", "x" * 257])
def test_a_password_too_short_or_long_is_refused(engine: Engine, password: str) -> None:
    with pytest.raises(WrongUsage):
        add_account(
            engine, email="b@example.org", role=Role.SPONSOR, password=password, actor="cli"
        )


def test_an_unknown_account_cannot_be_disabled(engine: Engine) -> None:
    with pytest.raises(NotFound):
        disable_account(engine, email="nobody@example.org", actor="cli")


def test_the_database_holds_no_password(sqlite_engine: Engine) -> None:
    add(sqlite_engine)
    with sqlite_engine.connect() as connection:
        row = connection.execute(text("SELECT password_hash, role FROM account")).one()
    assert row.password_hash.startswith("$argon2id$")
    assert row.role == "coordinator"


def test_every_deed_is_on_the_trail_without_addresses(engine: Engine) -> None:
    add(engine)
    sign_in(engine, email="anna@example.org", password="wrong")
    sign_in(engine, email="anna@example.org", password=PASSWORD)
    disable_account(engine, email="anna@example.org", actor="cli")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM audit_event ORDER BY sequence")).all()
    assert [row.tag for row in rows] == [
        "accounts:account:added",
        "accounts:account:sign-in-refused",
        "accounts:account:password-proved",
        "accounts:account:disabled",
    ]
    assert "anna" not in str(rows)
    with reading(engine) as session:
        assert trail.verify(session) is None


def test_the_number_of_an_account_that_is_gone_never_comes_back(engine: Engine) -> None:
    numbers = []
    for pseudonym in ("P-AAAAAAAA", "P-BBBBBBBB"):
        with unit_of_work(engine) as session:
            account = accounts.of_holder(session, pseudonym, Role.PARTICIPANT)
            session.flush()
            numbers.append(account.id)
        with unit_of_work(engine) as session:
            accounts.forget(session, pseudonym)
    assert numbers[0] != numbers[1]
