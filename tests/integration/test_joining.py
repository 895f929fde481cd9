"""Joining on both databases: several tabs at once, and the clock in between."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, func, select

from recruit.actions import joining
from recruit.actions.application import Application
from recruit.actions.joining import Joined, Links
from recruit.consent import ledger, notices
from recruit.consent.choices import Choice
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.people.account_tables import Account
from recruit.people.codes import Problem
from recruit.people.communities.register import DIRECT
from recruit.people.contact_points import ContactPoint
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item
from tests.joining import code_in, post_of

KEYRING = Keyring.of(["k" * 32])
LINKS = Links(lambda token: f"http://here/{token}", "http://here/in", "http://here/choices")
NOTICE = notices.current("en")


def wish(*choices: str, born: date = date(1975, 3, 27)) -> Application:
    return Application(
        born=born,
        contact=ContactPoint(Item.EMAIL, "ada@example.org"),
        address="",
        choices=tuple(map(Choice.parse, choices)),
        community=DIRECT,
        notice=NOTICE.digest,
        notice_version=NOTICE.version,
        language="en",
    )


def asked(engine: Engine, *choices: str) -> tuple[str, str]:
    """A link and its code."""
    token = joining.ask(engine, KEYRING, wish(*choices), LINKS)
    return token, code_in(post_of(engine, KEYRING)[0])


def count(engine: Engine, what: type[Account] | None = None) -> int:
    table = PARTICIPANT if what is None else what
    with reading(engine) as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_two_tabs_with_one_link_make_one_participant(engine: Engine) -> None:
    token, code = asked(engine, "matching")
    with ThreadPoolExecutor() as pool:
        tabs = [pool.submit(joining.confirm, engine, KEYRING, token, code, LINKS) for _ in range(4)]
        answers = [tab.result() for tab in tabs]
    assert sum(isinstance(answer, Joined) for answer in answers) == 1
    assert answers.count(Problem.USED) == 3
    assert (count(engine), count(engine, Account)) == (1, 1)


def test_two_links_to_one_address_at_once_make_one_participant(engine: Engine) -> None:
    links = [
        asked(engine, "matching", "contact/email"),
        asked(engine, "matching", "research-reuse"),
        asked(engine, "matching"),
    ]
    with ThreadPoolExecutor() as pool:
        tabs = [
            pool.submit(joining.confirm, engine, KEYRING, token, code, LINKS)
            for token, code in links
        ]
        answers = [tab.result() for tab in tabs]
    assert all(isinstance(answer, Joined) for answer in answers)
    assert (count(engine), count(engine, Account)) == (1, 1)
    with reading(engine) as session:
        person = session.execute(select(PARTICIPANT.c.pseudonym)).scalar_one()
        standings = ledger.standings(session, {person})[person]
        yes = {str(choice) for choice, each in standings.items() if each.holds(now())}
        assert {"matching", "contact/email", "research-reuse"} == yes
        assert ledger.verify(session) is None


def test_a_new_code_and_a_wrong_one_at_once_do_not_stop_each_other(engine: Engine) -> None:
    links = [asked(engine, "matching")[0] for _ in range(4)]

    def wrong(token: str) -> object:
        return joining.confirm(engine, KEYRING, token, "no code", LINKS)

    def new(token: str) -> object:
        return joining.ask_again(engine, KEYRING, token, LINKS)

    with ThreadPoolExecutor(max_workers=8) as pool:
        tabs = [pool.submit(deed, token) for token in links for deed in (wrong, new) * 4]
        answers = [tab.result() for tab in tabs]
    assert set(answers) <= {Problem.WRONG, Problem.TOO_MANY, None}


def test_a_minor_is_refused_whatever_page_asks(engine: Engine) -> None:
    with pytest.raises(Refusal, match="18 or older"):
        joining.ask(engine, KEYRING, wish("matching", born=now().date()), LINKS)
    assert post_of(engine, KEYRING) == []


@pytest.mark.parametrize("choices", [(), ("contact/email",), ("matching", "contact/sms")])
def test_choices_that_cannot_be_are_refused(engine: Engine, choices: tuple[str, ...]) -> None:
    with pytest.raises(Refusal):
        joining.ask(engine, KEYRING, wish(*choices), LINKS)


def test_one_address_gets_five_codes_an_hour(engine: Engine) -> None:
    with time_machine.travel("2026-11-21T10:01:00+00:00", tick=False):
        for _ in range(7):
            joining.ask(engine, KEYRING, wish("matching"), LINKS)
        assert len(post_of(engine, KEYRING)) == 5


def test_a_code_is_not_sent_when_its_time_is_over(engine: Engine) -> None:
    with time_machine.travel(now(), tick=False) as time:
        joining.ask(engine, KEYRING, wish("matching"), LINKS)
        time.shift(timedelta(minutes=11))
        assert post_of(engine, KEYRING) == []
