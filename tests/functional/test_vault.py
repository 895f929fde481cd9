"""`recruit vault rotate` and what the check says of the vault; on both kinds of database."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import recruit.people.vault
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.bootstrap import start
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.notify import post
from recruit.notify.letter import Letter, Outcome
from recruit.notify.messages import Message
from recruit.people import codes, store
from recruit.people.codes import Pending, Purpose
from recruit.people.communities import hooks
from recruit.people.vault import Item, Opened, Vault
from tests.functional.samples import person
from tests.functional.shell import Shell

OLD, NEW = "o" * 32, "n" * 32
NAMES = {Item.NAME: "Anne Exemple", Item.EMAIL: "anne@example.org"}
HOLDERS = [f"R-{number:08}" for number in range(7)]
CODE = Message("sign-in-code", "en", {"link": "https://example.org/me/x", "code": "123456"})
ANNE = post.Address(Channel.EMAIL, NAMES[Item.EMAIL])
URL = "https://carers.example.org/hook"


@dataclass
class Bag:
    """Takes every letter."""

    to: list[str] = field(default_factory=list)

    def send(self, letter: Letter) -> Outcome:
        self.to.append(letter.to)
        return Outcome.SENT


@pytest.fixture
def keys(either: Shell, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A database in which seven people are locked in with the old key, the only one so far."""
    del either
    service = start()
    with unit_of_work(service.engine) as session:
        Vault(Keyring.of([OLD])).keep(session, dict.fromkeys(HOLDERS, NAMES))
    service.close()
    monkeypatch.setenv("RECRUIT_VAULT_KEYS", OLD)
    return monkeypatch


def all_open() -> None:
    """Everybody's names and contact points open with the keys of the settings."""
    service = start()
    vault = Vault(service.secrets.vault)
    with reading(service.engine) as session:
        for holder in HOLDERS:
            assert vault.read(session, holder) == NAMES
        assert vault.holders(session, Item.EMAIL, NAMES[Item.EMAIL]) == HOLDERS
    service.close()


def rotations() -> list[str]:
    """What the trail says of them."""
    service = start()
    with reading(service.engine) as session:
        query = select(AUDIT.c.new).where(AUDIT.c.tag == Tag.VAULT_ROTATED.value)
        said = list(session.execute(query).scalars())
    service.close()
    return said


def test_after_a_rotation_the_old_key_is_not_needed(
    either: Shell, keys: pytest.MonkeyPatch
) -> None:
    keys.setenv("RECRUIT_VAULT_KEYS", f"{NEW},{OLD}")
    all_open()
    ran = either.run("vault", "rotate")
    assert ran.status == 0
    assert "7" in ran.out
    keys.setenv("RECRUIT_VAULT_KEYS", NEW)
    all_open()
    assert either.run("db", "check").status == 0
    assert rotations() == ["7 holders"]


def test_a_key_that_locks_nothing_may_go(either: Shell, keys: pytest.MonkeyPatch) -> None:
    keys.setenv("RECRUIT_VAULT_KEYS", f"{NEW},{OLD}")
    counts = [[line["texts"] for line in either.run("vault", "keys", "--json").lines]]
    assert either.run("vault", "rotate").status == 0
    counts.append([line["texts"] for line in either.run("vault", "keys", "--json").lines])
    assert counts == [[0, 7], [7, 0]]


def test_a_key_that_is_missing_is_named(either: Shell, keys: pytest.MonkeyPatch) -> None:
    keys.setenv("RECRUIT_VAULT_KEYS", NEW)
    ran = either.run("vault", "keys")
    assert (ran.status, ran.out.count("\n")) == (1, 2)
    assert "nobody can open these" in ran.out.splitlines()[1]
    assert OLD not in ran.out


def test_what_an_old_service_locks_meanwhile_is_said(
    either: Shell, keys: pytest.MonkeyPatch
) -> None:
    keys.setenv("RECRUIT_VAULT_KEYS", f"{NEW},{OLD}")
    keys.setattr("recruit.cli.vault.locks", lambda _: {"an older one": 3})
    ran = either.run("vault", "rotate")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("3 texts were locked with an older key meanwhile")


def test_what_waits_is_locked_with_the_new_key_too(either: Shell, keys: pytest.MonkeyPatch) -> None:
    service, old, at = start(), Keyring.of([OLD]), now()
    with unit_of_work(service.engine) as session:
        token = codes.issue(session, old, Purpose.JOIN, {"a": "b"}, at).token
        post.post(session, old, CODE, ANNE, at, at + timedelta(hours=1))
        store.know_community(session, "carers")
        hooks.set_hook(session, old, "carers", URL)
    keys.setenv("RECRUIT_VAULT_KEYS", f"{NEW},{OLD}")
    assert either.run("vault", "rotate").status == 0
    new, bag = Keyring.of([NEW]), Bag()
    assert post.deliver(service.engine, new, {Channel.EMAIL: bag}, at).sent == 1
    with reading(service.engine) as session:
        pending = codes.look(session, new, Purpose.JOIN, token, at)
        assert isinstance(pending, Pending)
        hook = hooks.hook_of(session, new, "carers")
    assert (pending.payload, bag.to, hook and hook.url) == ({"a": "b"}, [ANNE.where], URL)
    service.close()


def test_a_community_can_still_change_what_it_said_before(
    either: Shell, keys: pytest.MonkeyPatch
) -> None:
    for email, ring in (("old@example.org", OLD), ("new@example.org", NEW)):
        keys.setenv("RECRUIT_VAULT_KEYS", ring)
        people = either.jsonl(f"{ring[0]}.jsonl", person("p1", contact={"email": email}))
        assert either.run("people", "import", people, "--community", "c").status == 0
        keys.setenv("RECRUIT_VAULT_KEYS", f"{NEW},{OLD}")
        assert either.run("vault", "rotate").status == 0
    service = start()
    with reading(service.engine) as session:
        kept = Vault(service.secrets.vault).read(session, store.pseudonym_of(session, "p1"))
    service.close()
    assert kept[Item.EMAIL] == "new@example.org"


def test_a_second_rotation_has_nothing_to_do(either: Shell, keys: pytest.MonkeyPatch) -> None:
    keys.setenv("RECRUIT_VAULT_KEYS", f"{NEW},{OLD}")
    assert either.run("vault", "rotate").status == 0
    ran = either.run("vault", "rotate", "--json")
    assert (ran.status, ran.lines[0]["count"]) == (0, 0)


def test_an_interrupted_rotation_goes_on_where_it_was(
    either: Shell, keys: pytest.MonkeyPatch
) -> None:
    keys.setenv("RECRUIT_VAULT_KEYS", f"{NEW},{OLD}")
    keys.setattr(recruit.people.vault, "AT_ONCE", 3)
    renew = Vault.renew
    parts: list[list[str]] = []

    def interrupted(vault: Vault, session: Session, holders: list[str]) -> Opened:
        parts.append(holders)
        if len(parts) == 2:
            raise KeyboardInterrupt
        return renew(vault, session, holders)

    keys.setattr(Vault, "renew", interrupted)
    assert either.run("vault", "rotate").status == 130
    all_open()
    assert rotations() == []
    ran = either.run("vault", "rotate", "--json")
    assert (ran.status, ran.lines[0]["count"]) == (0, 4)
    keys.setenv("RECRUIT_VAULT_KEYS", NEW)
    all_open()


@pytest.mark.parametrize("language", ["C.UTF-8", "fr_FR.UTF-8"])
def test_a_missing_old_key_is_one_sentence_and_nothing_is_lost(
    either: Shell, keys: pytest.MonkeyPatch, language: str
) -> None:
    keys.setenv("RECRUIT_VAULT_KEYS", NEW)
    keys.setenv("LC_ALL", language)
    ran = either.run("vault", "rotate")
    assert (ran.status, ran.out, ran.err.count("\n")) == (3, "", 1)
    assert "RECRUIT_VAULT_KEYS" in ran.err
    keys.setenv("RECRUIT_VAULT_KEYS", OLD)
    all_open()


def test_the_check_says_for_how_many_the_vault_does_not_open(
    either: Shell, keys: pytest.MonkeyPatch
) -> None:
    keys.setenv("RECRUIT_VAULT_KEYS", NEW)
    ran = either.run("db", "check")
    assert ran.status == 1
    said = "The names and contact points of 7 people cannot be opened, R-00000000 the first"
    assert f"✕ contact vault\n    {said}" in ran.out
