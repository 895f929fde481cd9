"""What an older copy would bring back is taken back once more."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.paper.tables import PAPER_FORM
from recruit.bootstrap import Recruit
from recruit.consent import ledger
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify import post
from recruit.notify.messages import Message
from recruit.notify.tables import MESSAGE
from recruit.people import accounts, codes, representatives, store
from recruit.people.account_tables import Account, Passkey
from recruit.people.codes import Problem, Purpose
from recruit.people.communities import hooks
from recruit.people.communities.tables import EVENT
from recruit.people.vault import Item
from tests.copies import NAMES, RELATIVE, SELF, consenting, leave, opened, service_vault, take
from tests.functional.samples import trial
from tests.functional.shell import Shell

CODE = Message("sign-in-code", "en", {"link": "https://example.org/me/x", "code": "123456"})
ANNE = post.Address(Channel.EMAIL, NAMES[Item.EMAIL])


@pytest.fixture
def copy(either: Shell, tmp_path: Path) -> Path:
    """A copy with four people and a trial, from before anybody left."""
    assert either.run("trials", "import", either.jsonl("trials.jsonl", trial())).status == 0
    take("stays", "erased", "withdrawn", "partly")
    assert either.run("match").status == 0
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    return tmp_path / "copy"


# ---------------------------------------------------------------- what the copy would bring back
def test_the_vault_forgets_again_whom_it_forgot(either: Shell, tmp_path: Path) -> None:
    take("erased")
    with opened() as service, unit_of_work(service.engine) as session:
        gone = store.pseudonym_of(session, "erased")
        link = represented(session, service, gone)
        service_vault(service).keep(session, {gone: NAMES})
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    leave("erased", erased=True)
    assert either.run("db", "restore", tmp_path / "copy", "--replace").status == 0
    with opened() as service, reading(service.engine) as session:
        for holder in (gone, RELATIVE, link):
            assert service_vault(service).read(session, holder) == {}
        assert session.scalars(account_of(gone)).all() == []
        assert representatives.of_person(session, gone) == []


def test_a_representation_that_ended_stays_ended(either: Shell, tmp_path: Path) -> None:
    take("p1")
    with opened() as service, unit_of_work(service.engine) as session:
        link = represented(session, service, store.pseudonym_of(session, "p1"))
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    with opened() as service, unit_of_work(service.engine) as session:
        representatives.end(session, representatives.get(session, link))
    assert either.run("db", "restore", tmp_path / "copy", "--replace").status == 0
    with opened() as service, reading(service.engine) as session:
        assert representatives.get(session, link).ended_at is not None


def test_a_pause_goes_on(either: Shell, copy: Path) -> None:
    with opened() as service, unit_of_work(service.engine) as session:
        ledger.pause(session, store.pseudonym_of(session, "stays"), None, SELF)
    assert either.run("db", "restore", copy, "--replace").status == 0
    assert "stays" not in consenting()


def test_nothing_that_waited_in_the_copy_is_sent(either: Shell, tmp_path: Path) -> None:
    with opened() as service, unit_of_work(service.engine) as session:
        at, keyring = now(), service.secrets.vault
        post.post(session, keyring, CODE, ANNE, at, at + timedelta(days=1))
        token = codes.issue(session, keyring, Purpose.SIGN_IN, {"holder": "P-1"}, at).token
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    ran = either.run("db", "restore", tmp_path / "copy", "--replace")
    assert (ran.status, ran.out.splitlines()[1]) == (
        0,
        "Messages that waited in the copy and are not sent: 1",
    )
    with opened() as service, unit_of_work(service.engine) as session:
        assert session.execute(select(MESSAGE)).all() == []
        assert codes.look(session, keyring, Purpose.SIGN_IN, token, at) is Problem.UNKNOWN


def test_a_community_is_told_what_it_was_not_told_yet_and_nothing_twice(
    either: Shell, tmp_path: Path
) -> None:
    take("told", "untold", "later")
    with opened() as service, unit_of_work(service.engine) as session:
        hooks.set_hook(session, service.secrets.vault, "carers", "https://carers.example.org")
        for name in ("told", "untold"):
            hooks.tell(session, store.pseudonym_of(session, name), hooks.Event.WITHDRAWN)
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    with opened() as service, unit_of_work(service.engine) as session:
        told = EVENT.c.person == store.pseudonym_of(session, "told")
        session.execute(update(EVENT).where(told).values(sealed=None, due_at=None))
        hooks.tell(session, store.pseudonym_of(session, "later"), hooks.Event.WITHDRAWN)
    assert either.run("db", "restore", tmp_path / "copy", "--replace").status == 0
    with opened() as service, reading(service.engine) as session:
        due = session.scalars(select(EVENT.c.person).where(EVENT.c.due_at.is_not(None))).all()
        waiting = {store.participant(session, each)["external_id"] for each in due}
    assert waiting == {"untold", "later"}


def test_access_that_was_taken_away_stays_so(either: Shell, tmp_path: Path) -> None:
    add = ("user", "add", "ada@example.org", "--role", "coordinator", "--password-stdin")
    assert either.run(*add, given="correct horse battery").status == 0
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    assert either.run("user", "disable", "ada@example.org").status == 0
    assert either.run("db", "restore", tmp_path / "copy", "--replace").status == 0
    with opened() as service, reading(service.engine) as session:
        assert accounts.find(session, "ada@example.org").disabled


def test_keys_of_the_staff_end_with_a_restore(either: Shell, tmp_path: Path) -> None:
    """One of them may have been revoked since the copy was made."""
    add = ("user", "add", "ada@example.org", "--role", "coordinator", "--password-stdin")
    assert either.run(*add, given="correct horse battery").status == 0
    key = ("user", "key", "ada@example.org")
    assert either.run(*key, "--for", "report", "--scope", "matches:read").status == 0
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    assert either.run("db", "restore", tmp_path / "copy", "--replace").status == 0
    assert "revoked" in either.run(*key, "--list").out


def test_a_form_on_paper_that_waited_in_the_copy_is_typed_in_anew(
    either: Shell, tmp_path: Path
) -> None:
    """Whoever stands on it may have joined and left since."""
    with opened() as service, unit_of_work(service.engine) as session:
        session.execute(
            insert(PAPER_FORM).values(
                reference="scan 1",
                way="paper",
                language="fr",
                community="direct",
                sealed="sealed",
                times=1,
                typed_by="account 1",
                at=now(),
            )
        )
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    assert either.run("db", "restore", tmp_path / "copy", "--replace").status == 0
    with opened() as service, reading(service.engine) as session:
        assert session.execute(select(PAPER_FORM.c.id)).all() == []


def test_staff_come_in_as_what_they_are_now(either: Shell, tmp_path: Path) -> None:
    """A copy knows the role, password and passkey that were taken away because of a thief."""
    add = ("user", "add", "ada@example.org", "--role", "administrator", "--password-stdin")
    assert either.run(*add, given="correct horse battery").status == 0
    with opened() as service, unit_of_work(service.engine) as session:
        ada = accounts.find(session, "ada@example.org")
        accounts.link(session, ada, "psc-1")
        store.know_community(session, "carers")
        hooks.set_hook(session, service.secrets.vault, "carers", "https://carers.example.org")
        made = now()
        lost, kept = (
            Passkey(
                account=ada.id or 0,
                credential_id=name.encode(),
                public_key=b"k",
                sign_count=0,
                name=name,
                created_at=made,
            )
            for name in ("lost", "kept")
        )
        session.add_all([lost, kept])
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    with opened() as service, unit_of_work(service.engine) as session:
        ada = accounts.find(session, "ada@example.org")
        ada.role = accounts.Role.COORDINATOR
        accounts.change_password(session, ada, "a new hash")
        accounts.link(session, ada, "")
        session.execute(delete(Passkey).where(col(Passkey.name) == "lost"))
        hooks.forget_hook(session, "carers")
    assert either.run("db", "restore", tmp_path / "copy", "--replace").status == 0
    with opened() as service, reading(service.engine) as session:
        ada = accounts.find(session, "ada@example.org")
        assert (ada.role, ada.password_hash, ada.subject) == ("coordinator", "a new hash", None)
        assert session.scalars(select(col(Passkey.name))).all() == ["kept"]
        assert hooks.url_of(session, "carers") is None


def test_nobody_stays_signed_in(either: Shell, copy: Path) -> None:
    with opened() as service, unit_of_work(service.engine) as session:
        person_ = store.pseudonym_of(session, "stays")
        before = accounts.of_holder(session, person_, accounts.Role.PARTICIPANT).stamp
    assert either.run("db", "backup", copy.with_name("later")).status == 0
    assert either.run("db", "restore", copy.with_name("later"), "--replace").status == 0
    with opened() as service, reading(service.engine) as session:
        assert session.scalars(account_of(person_)).one().stamp != before


def represented(session: Session, service: Recruit, person: str) -> str:
    """Let a relative with an account and a name act for the person; the link between them."""
    kind, powers = representatives.Kind.RELATIVE, representatives.Powers.ACT
    link = representatives.make(session, person, kind=kind, powers=powers)
    service_vault(service).keep(session, {RELATIVE: NAMES, link.id: {Item.NAME: "Mum"}})
    accounts.of_holder(session, RELATIVE, accounts.Role.REPRESENTATIVE)
    accounts.of_holder(session, person, accounts.Role.PARTICIPANT)
    representatives.accept(session, link, RELATIVE, confirmed=True)
    return link.id


def account_of(holder: str) -> Select[Any]:
    return select(Account).where(col(Account.pseudonym) == holder)
