"""Codes and recovery codes on a real database: taken once, sealed under keys that rotate."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from passlib.totp import TOTP
from sqlalchemy import Engine

from recruit.actions.accounts import Place, add_account, change_role, disable_account
from recruit.actions.own_account import set_authenticator
from recruit.actions.sign_in import prove_code, prove_recovery_code
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import RecruitError, SealBroken, WrongUsage
from recruit.core.resealing import reseal
from recruit.people import accounts, second_factors
from recruit.people.accounts import Role
from recruit.people.authenticator import Authenticator
from tests.web_world import CHEAP

OLD, NEW = "old" * 16, "new" * 16
RING = Keyring.of([OLD])
EMAIL = "anna@example.org"


def enrol(engine: Engine) -> tuple[int, str, list[str]]:
    """(account, its app's secret, its recovery codes)."""
    account = add_account(
        engine,
        email=EMAIL,
        role=Role.COORDINATOR,
        password="a long enough password",
        actor="test",
        cost=CHEAP,
    )
    made = Authenticator(RING)
    secret = made.generate_totp_secret()
    shown = made.get_totp_pretty_key(secret)
    number = account.id or 0
    now = str(TOTP(key=shown).generate().token)
    taken = set_authenticator(engine, RING, account=number, secret=secret, code=now)
    assert taken
    return number, shown, taken[1]


def forget_last(engine: Engine) -> None:
    """As if the last code had been taken long ago."""
    with unit_of_work(engine) as session:
        accounts.find(session, EMAIL).totp_counter = 1


def test_a_code_tried_many_times_at_once_is_taken_once(engine: Engine) -> None:
    number, secret, _ = enrol(engine)
    forget_last(engine)
    code = str(TOTP(key=secret).generate().token)
    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(prove_code, engine, RING, account=number, code=code) for _ in range(8)]
    assert [each.result() for each in tries].count(True) == 1


def test_a_recovery_code_tried_many_times_at_once_is_taken_once(engine: Engine) -> None:
    number, _, codes = enrol(engine)
    with ThreadPoolExecutor(8) as pool:
        tries = [
            pool.submit(prove_recovery_code, engine, RING, account=number, code=codes[0])
            for _ in range(8)
        ]
    assert [each.result() for each in tries].count(True) == 1
    with reading(engine) as session:
        assert len(accounts.find(session, EMAIL).recovery_codes) == len(codes) - 1


def test_after_a_rotation_the_new_key_alone_is_enough(engine: Engine) -> None:
    number, secret, codes = enrol(engine)
    forget_last(engine)
    both = Keyring.of([NEW, OLD])
    with unit_of_work(engine) as session:
        assert second_factors.reseal(session, both) == 1
        assert second_factors.reseal(session, both) == 0
    assert [reseal(engine, both, second_factors.SEALED) for _ in range(2)] == [1, 0]
    ring = Keyring.of([NEW])
    code = str(TOTP(key=secret).generate().token)
    assert prove_code(engine, ring, account=number, code=code)
    assert prove_recovery_code(engine, ring, account=number, code=codes[0])


def test_recovery_codes_of_one_account_do_not_open_in_another(engine: Engine) -> None:
    _, _, codes = enrol(engine)
    other = add_account(
        engine,
        email="berta@example.org",
        role=Role.SPONSOR,
        password="a long enough password",
        actor="test",
        cost=CHEAP,
    )
    with unit_of_work(engine) as session:
        moved = accounts.find(session, EMAIL).recovery_codes
        accounts.find(session, "berta@example.org").recovery_codes = moved
    with pytest.raises(SealBroken):
        prove_recovery_code(engine, RING, account=other.id or 0, code=codes[0])


def test_two_administrators_who_disable_each_other_do_not_both_go(engine: Engine) -> None:
    emails = ["one@example.org", "two@example.org"]
    for email in emails:
        add_account(
            engine,
            email=email,
            role=Role.ADMINISTRATOR,
            password="a long enough password",
            actor="test",
            cost=CHEAP,
        )

    def go(email: str) -> bool:
        try:
            disable_account(engine, email=email, actor="test")
        except RecruitError:
            return False
        return True

    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(engine) as session:
            accounts.disable(session, accounts.find(session, emails[0]))
            session.flush()
            other = pool.submit(go, emails[1])
            time.sleep(0.5)  # the other has to look while this is not yet decided
        assert not other.result()


def test_the_last_administrator_keeps_the_role(engine: Engine) -> None:
    add_account(
        engine,
        email=EMAIL,
        role=Role.ADMINISTRATOR,
        password="a long enough password",
        actor="test",
        cost=CHEAP,
    )
    with pytest.raises(WrongUsage):
        change_role(engine, email=EMAIL, place=Place(Role.SPONSOR), actor="test")


def test_a_participants_account_is_made_once_and_can_be_forgotten(engine: Engine) -> None:
    def made() -> int | None:
        with unit_of_work(engine) as session:
            return accounts.of_holder(session, "P-12345678", Role.PARTICIPANT).id

    assert made() == made()
    with unit_of_work(engine) as session:
        accounts.forget(session, "P-12345678")
        accounts.forget(session, "P-87654321")
    with reading(engine) as session:
        assert accounts.staff(session) == []


def test_staff_have_no_account_as_somebodys_holder(engine: Engine) -> None:
    with unit_of_work(engine) as session, pytest.raises(ValueError, match="coordinator"):
        accounts.of_holder(session, "P-12345678", Role.COORDINATOR)
