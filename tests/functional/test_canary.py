"""After an erasure nothing recognisable of the person is anywhere: files, copies, words, logs.

Each field that can hold something of a person holds a word that is nowhere else, the canary.
"""

import json
import logging
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from recruit.actions.sweep import sweep
from recruit.bootstrap import Recruit, start
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify import post
from recruit.notify.carriers import carriers
from recruit.notify.messages import Message
from recruit.people import accounts, codes, representatives, store
from recruit.people.codes import Purpose
from recruit.people.communities import hooks
from recruit.people.communities.tables import EVENT
from recruit.people.vault import Item, Vault
from tests import erasing
from tests.erasing import files
from tests.functional.samples import DIABETES, person, trial
from tests.functional.shell import Shell

CANARIES = {
    "identifier": "zqxidentifier",
    "name": "Zqxname Exemple",
    "email": "zqxemail@example.org",
    "phone": "+33639981793",
    "address": "17 rue Zqxaddress",
    "birth date": "1971-03-17",
    "fact": "zqxfact syndrome",
    "drug": "zqxdrug 500 mg",
    "seeking": "zqxseeking disease",
    "note": "zqxnote",
    "answer": "zqxanswer",
    "later fact": "zqxlater syndrome",
    "nickname": "zqxnickname",
    "relative": "Zqxrelative Exemple",
    "relative's email": "zqxrelative@example.org",
    "link": "zqxlink",
}
IN_THE_CLEAR = {"identifier", "fact", "drug", "seeking", "later fact"}
RELATIVE = "R-AAAAAAAA"
OTHER = "zqyneighbour syndrome"  # of somebody who stays


def found(where: bytes) -> set[str]:
    """Which canaries are in there, with or without their spaces."""
    spellings = {field: (word, word.replace(" ", "")) for field, word in CANARIES.items()}
    return erasing.found(where, spellings)


def copied(copy: Path) -> bytes:
    """What a copy holds: SQLite's as it is, PostgreSQL's as the script that it stands for."""
    content = copy.read_bytes()
    if content.startswith(b"SQLite"):
        return content
    told = subprocess.run(["pg_restore", "--file=-", copy], capture_output=True, check=True)  # noqa: S603, S607 - PostgreSQL's own tool
    return told.stdout


def bird() -> dict[str, Any]:
    """Somebody with a canary in every field of the exchange format."""
    return person(
        CANARIES["identifier"],
        birth_date=CANARIES["birth date"],
        contact={field: CANARIES[field] for field in ("name", "email", "phone", "address")},
        facts=[
            DIABETES,
            {"kind": "condition", "text": CANARIES["fact"], "status": "present"},
            {"kind": "drug", "text": CANARIES["drug"], "status": "present"},
        ],
        seeking=["type 2 diabetes", CANARIES["seeking"]],
        answers=[{"question": "anything else", "answer": CANARIES["answer"]}],
        note=f"I have type 2 diabetes and {CANARIES['note']}.",
    )


@pytest.fixture
def service(either: Shell) -> Iterator[Recruit]:
    """Two people are matched; one is the canary, who has everything that a person can have."""
    assert either.run("trials", "import", either.jsonl("trials.jsonl", trial())).status == 0
    neighbour = person(
        "neighbour", facts=[DIABETES, {"kind": "condition", "text": OTHER, "status": "present"}]
    )
    later = bird()
    later["facts"] = [*later["facts"], {"kind": "condition", "text": CANARIES["later fact"]}]
    for number, people in enumerate(([bird(), neighbour], [later])):
        file = either.jsonl(f"people{number}.jsonl", *people)
        assert either.run("people", "import", file, "--community", "carers").status in {0, 1}
        file.unlink()
        assert either.run("match").status == 0
    running = start()
    fill(running)
    yield running
    running.close()


def fill(running: Recruit) -> None:
    """A relative with a name, links and codes, a message that waits and one that was delivered."""
    keyring, at = running.secrets.vault, now()
    vault = Vault(keyring)
    message = Message("sign-in-code", "en", {"link": CANARIES["link"], "code": "123456"})
    with unit_of_work(running.engine) as session:
        who = store.pseudonym_of(session, CANARIES["identifier"])
        hooks.set_hook(session, keyring, "carers", "https://carers.example.org/hook")
        hooks.tell(session, who, hooks.Event.WITHDRAWN)
        accounts.of_holder(session, who, accounts.Role.PARTICIPANT)
        kind, powers = representatives.Kind.RELATIVE, representatives.Powers.ACT
        link = representatives.make(session, who, kind=kind, powers=powers)
        vault.keep(
            session,
            {
                RELATIVE: {
                    Item.NAME: CANARIES["relative"],
                    Item.EMAIL: CANARIES["relative's email"],
                },
                link.id: {Item.NAME: CANARIES["nickname"]},
            },
        )
        accounts.of_holder(session, RELATIVE, accounts.Role.REPRESENTATIVE)
        representatives.accept(session, link, RELATIVE, confirmed=True)
        for holder in (who, RELATIVE):
            codes.issue(session, keyring, Purpose.SIGN_IN, {"holder": holder}, at)
            codes.issue(session, keyring, Purpose.JOIN, {"email": CANARIES["email"]}, at)
        for field in ("email", "relative's email"):
            to = post.Address(Channel.EMAIL, CANARIES[field])
            post.post(session, keyring, message, to, at, at + timedelta(hours=1))
        sms = post.Address(Channel.SMS, CANARIES["phone"])
        post.post(session, keyring, message, sms, at, at + timedelta(hours=1))
    assert post.deliver(running.engine, keyring, carriers(running.settings), at).sent == 3
    with unit_of_work(running.engine) as session:
        to = post.Address(Channel.EMAIL, CANARIES["email"])
        post.post(session, keyring, message, to, at, at + timedelta(hours=1))


def canary(running: Recruit) -> str:
    with unit_of_work(running.engine) as session:
        return store.pseudonym_of(session, CANARIES["identifier"])


def test_before_an_erasure_the_search_finds_what_is_not_sealed(
    either: Shell, service: Recruit, tmp_path: Path
) -> None:
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    assert found(copied(tmp_path / "copy")) == IN_THE_CLEAR
    assert found(files(service.settings.outbox)) == {"email", "relative's email", "phone", "link"}


def test_after_an_erasure_no_canary_is_anywhere(
    either: Shell, service: Recruit, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "recruit")
    who = canary(service)
    ran = either.run("person", "erase", who, "--yes")
    assert (ran.status, ran.out, ran.err) == (0, f"All that was kept about {who} is erased.\n", "")

    assert found(files(either.folder)) == set()
    assert either.run("db", "backup", tmp_path / "copy").status == 0
    assert found(copied(tmp_path / "copy")) == set()
    assert found(b"".join(words(either, who))) == set()
    assert found(caplog.text.encode()) == set()


def words(shell: Shell, who: str) -> Iterator[bytes]:
    """What every verb that prints something of a person or a database says."""
    for verb in (
        ["person", "export", who],
        ["consent", "show", who],
        ["consent", "show", who, "--json"],
        ["explain", "T-1", who],
        ["match"],
        ["person", "erase", who, "--yes"],
        ["vault", "rotate"],
        ["consent", "verify"],
        ["audit", "verify"],
        ["db", "check", "--json"],
        ["config"],
    ):
        ran = shell.run(*verb)
        yield (ran.out + ran.err).encode()


def test_where_somebody_reads_meanwhile_it_is_said_that_the_files_are_not_clear_yet(
    either: Shell, service: Recruit
) -> None:
    who = canary(service)
    with reading(service.engine) as session:
        assert store.participant(session, who)
        ran = either.run("person", "erase", who, "--yes")
    assert (ran.status, ran.out) == (0, f"All that was kept about {who} is erased.\n")
    assert ran.err.startswith("The database’s files could not be cleared")
    assert sweep(service.engine, actor="job", at_once=True)
    assert found(files(either.folder)) == set()


def test_who_stays_is_still_there(either: Shell, service: Recruit) -> None:
    assert either.run("person", "erase", canary(service), "--yes").status == 0
    exported = either.run("person", "export", "neighbour")
    assert exported.status == 0
    assert OTHER in exported.out


def test_the_community_hears_of_it_under_its_own_identifier(
    either: Shell, service: Recruit
) -> None:
    assert either.run("person", "erase", canary(service), "--yes").status == 0
    with reading(service.engine) as session:
        waiting = session.execute(select(EVENT).where(EVENT.c.due_at.is_not(None))).all()
        told = [
            json.loads(hooks.opened(session, service.secrets.vault, "carers", row.id, row.sealed))
            for row in waiting
        ]
    assert [(each["type"], each["person"]) for each in told] == [
        ("person.erased", CANARIES["identifier"])
    ]
