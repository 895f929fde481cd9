"""`recruit db restore` brings nobody back who left after the copy was made."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Select, delete, insert, select, text, update
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions import taken_back
from recruit.actions.paper.tables import PAPER_FORM
from recruit.actions.people import Import, import_people
from recruit.actions.person import withdraw
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.bootstrap import Recruit, start
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice
from recruit.consent.choices import Purpose as For
from recruit.consent.ledger import Actor, Role
from recruit.consent.permit import people_with
from recruit.core.backup import back_up
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import DatabaseUnreachable, NotFound
from recruit.core.files import Record
from recruit.notify import post, reputation
from recruit.notify.messages import Message
from recruit.notify.tables import MESSAGE
from recruit.people import accounts, codes, representatives, store
from recruit.people.account_tables import Account, Passkey
from recruit.people.codes import Problem, Purpose
from recruit.people.communities import hooks
from recruit.people.communities.tables import EVENT
from recruit.people.vault import Item, Vault
from tests.erasing import SECRETS, erase
from tests.functional.samples import person, trial
from tests.functional.shell import Shell
from tests.outreach import VOICE

RELATIVE = "R-AAAAAAAA"
NAMES = {Item.NAME: "Anne Exemple", Item.EMAIL: "anne@example.org"}
CODE = Message("sign-in-code", "en", {"link": "https://example.org/me/x", "code": "123456"})
ANNE = post.Address(Channel.EMAIL, NAMES[Item.EMAIL])
SELF = Actor("self", Role.SELF)
MATCHING = Choice(For.MATCHING)


@contextmanager
def opened() -> Iterator[Recruit]:
    service = start()
    try:
        yield service
    finally:
        service.close()


def take(*names: str, **fields: object) -> list[str]:
    """Import these people; what was refused."""
    records = [Record(name, person(name, **fields)) for name in names]
    with opened() as service:
        report = import_people(
            service.engine,
            service.lexicon,
            records,
            of=Import("carers", "test"),
            secrets=SECRETS,
        )
    return [refusal.problem for refusal in report.refusals]


def leave(name: str, *, erased: bool, choice: Choice | None = None) -> None:
    with opened() as service:
        with reading(service.engine) as session:
            pseudonym = store.pseudonym_of(session, name)
        if erased:
            erase(service.engine, pseudonym)
        else:
            withdraw(
                service.engine, VOICE, person=pseudonym, actor=SELF, choice=choice, method="link"
            )


def consenting() -> set[str]:
    """The identifiers of those who may be matched."""
    with opened() as service, reading(service.engine) as session:
        people = people_with(session, For.MATCHING, at=now())
        return {store.participant(session, each)["external_id"] for each in people}


@pytest.fixture
def copy(either: Shell, tmp_path: Path) -> Path:
    """A copy with four people and a trial, from before anybody left."""
    assert either.run("trials", "import", either.jsonl("trials.jsonl", trial())).status == 0
    take("stays", "erased", "withdrawn", "partly")
    assert either.run("match").status == 0
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    return tmp_path / "copy"


def test_who_left_after_the_copy_is_not_brought_back(either: Shell, copy: Path) -> None:
    leave("erased", erased=True)
    leave("withdrawn", erased=False)
    leave("partly", erased=False, choice=MATCHING)
    ran = either.run("db", "restore", copy, "--replace")
    assert (ran.status, ran.out.splitlines()[0]) == (
        0,
        "Done again: 1 erasures and 2 consents taken back since the copy.",
    )
    assert consenting() == {"stays"}
    with pytest.raises(NotFound):
        leave("erased", erased=True)
    assert either.run("db", "check").status == 0


def test_an_old_list_does_not_bring_them_back_either(either: Shell, copy: Path) -> None:
    take("came-late", "came-later")
    leave("erased", erased=True)
    leave("came-late", erased=True)
    leave("came-later", erased=False)
    assert either.run("db", "restore", copy, "--replace").status == 0
    assert len(take("erased", "came-late", "came-later")) == 3
    assert consenting() == {"stays", "withdrawn", "partly"}


def test_who_was_erased_and_came_back_by_a_new_consent_may_leave_again(
    either: Shell, copy: Path
) -> None:
    leave("erased", erased=True)
    fresh = {**person()["consent"], "at": now().isoformat()}
    assert take("erased", consent=fresh) == []
    leave("erased", erased=False)
    assert either.run("db", "restore", copy, "--replace").status == 0
    assert "erased" not in consenting()
    assert either.run("db", "check").status == 0


def test_what_the_copy_knows_already_is_not_entered_twice(either: Shell, tmp_path: Path) -> None:
    take("erased", "withdrawn")
    leave("erased", erased=True)
    leave("withdrawn", erased=False)
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    ran = either.run("db", "restore", tmp_path / "copy", "--replace")
    assert ran.out.startswith("Done again: 0 erasures and 0 consents")


def test_a_restore_stands_in_the_audit_trail(either: Shell, copy: Path) -> None:
    leave("erased", erased=True)
    assert either.run("db", "restore", copy, "--replace").status == 0
    with opened() as service, reading(service.engine) as session:
        query = select(AUDIT.c.new).where(AUDIT.c.tag == Tag.RESTORED.value)
        said = session.execute(query).scalar_one()
    assert said == ("1 erasures, 0 other noes, 0 messages discarded, 0 trials and 0 texts stopped")


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


@pytest.mark.parametrize("language", ["C.UTF-8", "fr_FR.UTF-8"])
def test_a_vault_whose_key_is_gone_is_one_sentence(
    either: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("RECRUIT_VAULT_KEYS", "o" * 32)
    with opened() as service, unit_of_work(service.engine) as session:
        service_vault(service).keep(session, {RELATIVE: NAMES})
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    monkeypatch.setenv("RECRUIT_VAULT_KEYS", "n" * 32)
    monkeypatch.setenv("LC_ALL", language)
    ran = either.run("db", "restore", tmp_path / "copy", "--replace")
    assert (ran.status, ran.err.count("\n")) == (1, 1)
    assert "RECRUIT_VAULT_KEYS" in ran.err


def test_a_copy_of_a_newer_version_changes_nothing(either: Shell, tmp_path: Path) -> None:
    take("p1")
    with opened() as service:
        own = as_if_made_by(service.database, "9999")
        back_up(service.database, tmp_path / "copy")
        as_if_made_by(service.database, own)
    ran = either.run("db", "restore", tmp_path / "copy", "--replace")
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert "newer version" in ran.err
    assert consenting() == {"p1"}


def test_what_an_older_version_holds_is_upgraded_before_it_is_replaced(
    either: Shell, copy: Path
) -> None:
    leave("erased", erased=True)
    with opened() as service:
        as_if_made_by(service.database, "0001")
        with unit_of_work(service.database) as session:
            session.execute(text("DROP TABLE representation"))
    ran = either.run("db", "restore", copy, "--replace")
    assert (ran.status, "recruit db upgrade" in ran.err) == (3, True)


def test_a_restore_that_fails_changes_nothing_and_leaves_no_file(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take("p1")
    assert shell.run("db", "backup", tmp_path / "copy").status == 0
    leave("p1", erased=False)

    def fail(*_: object) -> None:
        raise DatabaseUnreachable

    monkeypatch.setattr(taken_back, "do_again", fail)
    assert shell.run("db", "restore", tmp_path / "copy", "--replace").status == 3
    assert consenting() == set()
    assert [each.name for each in shell.folder.iterdir() if "aside" in each.name] == []


def as_if_made_by(database: Engine, revision: str) -> str:
    """Give the database another version's number; the one it had."""
    with unit_of_work(database) as session:
        own: str = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        session.execute(text("UPDATE alembic_version SET version_num = :is"), {"is": revision})
    return own


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


def service_vault(service: Recruit) -> Vault:
    return Vault(service.secrets.vault)


# ---------------------------------------------------------------- nothing to carry over
def test_an_empty_database_is_said_to_know_of_nobody_who_left(shell: Shell, tmp_path: Path) -> None:
    take("p1")
    assert shell.run("db", "backup", tmp_path / "copy").status == 0
    for companion in ("", "-wal", "-shm"):
        (shell.folder / f"recruit.db{companion}").unlink(missing_ok=True)
    ran = shell.run("db", "restore", tmp_path / "copy")
    assert ran.status == 0
    assert "was empty or could not be read" in ran.out
    assert "Nothing is sent by itself" in ran.out
    with opened() as service, reading(service.engine) as session:
        assert reputation.is_held(session)


def test_a_database_that_cannot_be_read_is_said_to_know_of_nobody_who_left(
    shell: Shell, tmp_path: Path
) -> None:
    take("p1")
    assert shell.run("db", "backup", tmp_path / "copy").status == 0
    for companion in ("-wal", "-shm"):
        (shell.folder / f"recruit.db{companion}").unlink(missing_ok=True)
    shell.file("recruit.db", "This is not a database. " * 1000)
    ran = shell.run("db", "restore", tmp_path / "copy", "--replace")
    assert ran.status == 0
    assert "was empty or could not be read" in ran.out
    assert consenting() == {"p1"}
