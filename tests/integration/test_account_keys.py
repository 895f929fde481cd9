"""Keys of the staff to the API, on a real database."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from recruit.actions import accounts
from recruit.actions.account_keys import issue_key, revoke_key
from recruit.actions.accounts import Place
from recruit.actions.callers import recognise
from recruit.audit.tables import AUDIT
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, WrongUsage
from recruit.people import account_keys
from recruit.people import accounts as people
from recruit.people.account_tables import ACCOUNT_KEY
from recruit.people.accounts import Role
from recruit.people.key_text import Issued
from recruit.people.scopes import Scope
from tests.web_world import CHEAP, PASSWORD

ADA = "ada@example.org"
BOB = "bob@example.org"
READING = frozenset({Scope.MATCHES_READ})


@pytest.fixture
def staff(engine: Engine) -> Engine:
    for email, role in ((ADA, Role.COORDINATOR), (BOB, Role.ADMINISTRATOR)):
        accounts.add_account(
            engine, email=email, role=role, password=PASSWORD, actor="test", cost=CHEAP
        )
    return engine


def issue(engine: Engine, *scopes: Scope, title: str = "report", email: str = ADA) -> Issued:
    return issue_key(engine, email=email, title=title, scopes=scopes or READING, actor="test")


def test_a_key_opens_what_it_was_made_for_and_no_more(staff: Engine) -> None:
    found = recognise(staff, issue(staff).text)
    assert found
    assert (found.role, found.organisation, found.scopes) == (Role.COORDINATOR, None, READING)
    assert found.community is None


def test_nobody_makes_a_key_for_more_than_their_role(staff: Engine) -> None:
    for scopes in ((Scope.TRIALS_WRITE,), (Scope.MATCHES_READ, Scope.PEOPLE_WRITE), ()):
        with pytest.raises(WrongUsage):
            issue_key(staff, email=ADA, title="report", scopes=scopes, actor="test")


@pytest.mark.parametrize("title", ["", " ", "x" * 65, "a\nb"])
def test_a_key_says_what_it_is_for(staff: Engine, title: str) -> None:
    with pytest.raises(WrongUsage):
        issue(staff, title=title)


ENDS: dict[str, Callable[[Engine], object]] = {
    "disabled": lambda engine: accounts.disable_account(engine, email=ADA, actor="test"),
    "another role": lambda engine: accounts.change_role(
        engine, email=ADA, place=Place(Role.SPONSOR), actor="test"
    ),
    "the same role anew": lambda engine: accounts.change_role(
        engine, email=ADA, place=Place(Role.COORDINATOR), actor="test"
    ),
    "another password": lambda engine: accounts.change_password(
        engine, email=ADA, password="four other words here", actor="test", cost=CHEAP
    ),
    "reset": lambda engine: accounts.reset_account(engine, email=ADA, actor="test", cost=CHEAP),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_key_ends_with_what_it_was_made_under(staff: Engine, end: str) -> None:
    text = issue(staff).text
    ENDS[end](staff)
    assert recognise(staff, text) is None


def test_an_account_that_is_let_in_again_has_no_key(staff: Engine) -> None:
    text = issue(staff).text
    accounts.disable_account(staff, email=ADA, actor="test")
    with pytest.raises(WrongUsage):
        issue(staff)
    accounts.enable_account(staff, email=ADA, actor="test")
    assert recognise(staff, text) is None


def test_a_disabled_account_opens_nothing_even_by_a_key_that_was_not_ended(staff: Engine) -> None:
    text = issue(staff).text
    accounts.disable_account(staff, email=ADA, actor="test")
    with unit_of_work(staff) as session:
        session.execute(update(ACCOUNT_KEY).values(revoked_at=None))
    assert recognise(staff, text) is None


def test_a_role_that_shrinks_takes_its_scopes_along(staff: Engine) -> None:
    text = issue(staff).text
    with unit_of_work(staff) as session:
        people.find(session, ADA).role = Role.SPONSOR
    found = recognise(staff, text)
    assert found is None or not found.scopes


def test_a_key_that_ran_out_opens_nothing(staff: Engine) -> None:
    text = issue(staff).text
    with unit_of_work(staff) as session:
        session.execute(update(ACCOUNT_KEY).values(expires_at=now() - timedelta(seconds=1)))
    assert recognise(staff, text) is None


def test_a_revoked_key_opens_nothing_and_another_still_does(staff: Engine) -> None:
    first, second = issue(staff), issue(staff)
    revoke_key(staff, email=ADA, name=first.name, actor="test")
    assert recognise(staff, first.text) is None
    assert recognise(staff, second.text) is not None


def test_nobody_revokes_anothers_key(staff: Engine) -> None:
    issued = issue(staff)
    with pytest.raises(NotFound):
        revoke_key(staff, email=BOB, name=issued.name, actor="test")
    assert recognise(staff, issued.text) is not None


def test_keys_in_use_are_counted(staff: Engine) -> None:
    issued = [issue(staff) for _ in range(account_keys.MOST)]
    with pytest.raises(WrongUsage):
        issue(staff)
    revoke_key(staff, email=ADA, name=issued[0].name, actor="test")
    issue(staff)


def test_what_is_kept_of_a_key_opens_nothing(staff: Engine) -> None:
    issued = issue(staff)
    revoke_key(staff, email=ADA, name=issued.name, actor="test")
    with reading(staff) as session:
        kept = str(session.execute(select(ACCOUNT_KEY)).all())
        written = select(AUDIT.c.tag, AUDIT.c.old, AUDIT.c.new).order_by(AUDIT.c.sequence)
        trail = session.execute(written).all()
    assert issued.text.split("_", 2)[2] not in kept + str(trail)
    assert [tuple(row) for row in trail[-2:]] == [
        ("accounts:key:issued", None, issued.name),
        ("accounts:key:revoked", issued.name, None),
    ]
