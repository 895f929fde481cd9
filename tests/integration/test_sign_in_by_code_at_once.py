"""Signing in from several tabs at once: one comes in, and all that was done is written down."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select

from recruit.actions import sign_in_by_code as by_code
from recruit.actions.sign_in_by_code import Links
from recruit.audit import trail
from recruit.audit.tables import AUDIT
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.notify.letter import Letter
from recruit.people.account_tables import Account
from recruit.people.codes import Problem
from recruit.people.contact_points import ContactPoint
from recruit.people.vault import Item, Vault
from tests.joining import code_in, post_of

KEYRING = Keyring.of(["k" * 32])
LINKS = Links(lambda token: f"http://here/{token}", "http://here/join")
ANNE = ContactPoint(Item.EMAIL, "anne@example.org")
HOLDER = "P-AAAAAAAA"


@pytest.fixture(autouse=True)
def _known(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        Vault(KEYRING).keep(session, {HOLDER: {Item.EMAIL: ANNE.where}})


def ask(engine: Engine) -> None:
    by_code.ask(engine, KEYRING, ANNE, "en", LINKS)


def token_in(letter: Letter) -> str:
    return letter.text.partition("http://here/")[2].split()[0]


def test_of_four_tabs_with_one_code_one_comes_in(engine: Engine) -> None:
    ask(engine)
    (letter,) = post_of(engine, KEYRING)
    token, code = token_in(letter), code_in(letter)
    with ThreadPoolExecutor(4) as tabs:
        answers = list(tabs.map(lambda _: by_code.prove(engine, KEYRING, token, code), range(4)))
    assert answers.count([HOLDER]) == 1
    assert answers.count(Problem.USED) == 3


def test_two_first_visits_at_once_make_one_account(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as tabs:
        found = list(tabs.map(lambda _: by_code.enter(engine, HOLDER), range(4)))
    assert len({account.id for account in found if account}) == 1


def test_who_was_erased_after_the_code_was_shown_gets_no_account_again(engine: Engine) -> None:
    """Between the two they may be choosing as whom to come in; an account would never go."""
    by_code.ask(engine, KEYRING, ANNE, "en", LINKS)
    (letter,) = post_of(engine, KEYRING)
    assert by_code.prove(engine, KEYRING, token_in(letter), code_in(letter)) == [HOLDER]
    with unit_of_work(engine) as session:
        Vault(KEYRING).forget(session, HOLDER)
    assert by_code.enter(engine, HOLDER) is None
    with reading(engine) as session:
        assert session.execute(select(Account)).first() is None


def test_asking_asking_again_and_answering_at_once_leave_a_whole_trail(engine: Engine) -> None:
    ask(engine)
    token = token_in(post_of(engine, KEYRING)[0])
    deeds = (
        lambda: ask(engine),
        lambda: by_code.ask_again(engine, KEYRING, token, LINKS),
        lambda: by_code.prove(engine, KEYRING, token, "no code"),
    )
    with ThreadPoolExecutor(8) as tabs:
        running = [tabs.submit(deed) for deed in deeds * 5]
        answers = [tab.result() for tab in running]
    assert set(answers) <= {None, Problem.WRONG, Problem.TOO_MANY}
    with reading(engine) as session:
        assert trail.verify(session) is None
        tags = list(session.execute(select(AUDIT.c.tag)).scalars())
    assert tags.count("accounts:visitor:code-asked") == 1 + 5 + 4  # a link is renewed four times
    assert tags.count("accounts:account:sign-in-refused") == 5
    assert len(post_of(engine, KEYRING)) == 4  # five an hour, the first among them
