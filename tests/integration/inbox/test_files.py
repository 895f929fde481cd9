"""Files that come along with mails: sealed, apart, kept once, and gone with their person."""

from pathlib import Path

from sqlalchemy import Engine, delete, select

from recruit.actions.erasure import erase_person
from recruit.actions.outreach import attachments, words
from recruit.actions.outreach.receipts import take_mail
from recruit.actions.words_table import ATTACHMENT, HEARD
from recruit.consent.choices import Channel
from recruit.consent.entry import Actor, Role
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify.attached import Attached, Kind
from tests.asking import SECRETS
from tests.mails import with_files
from tests.outreach import RING, willing

PDF = b"%PDF-1.4 a secret report\n%%EOF\n"
BASE = "https://recruit.example.org"


def take(engine: Engine, folder: Path) -> None:
    raw = with_files("somebody@example.org", [("report.pdf", PDF), ("tool.exe", b"MZ")])
    take_mail(engine, RING, raw, now(), base_url=BASE, folder=folder)


def kept(folder: Path) -> list[Path]:
    return sorted((folder / attachments.FOLDER).glob("*"))


def test_a_file_is_sealed_and_its_name_too(engine: Engine, tmp_path: Path) -> None:
    take(engine, tmp_path)
    [file] = kept(tmp_path)
    assert b"secret" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    with reading(engine) as session:
        rows = session.execute(select(ATTACHMENT).order_by(ATTACHMENT.c.id)).mappings().all()
        assert "report" not in str([dict(row) for row in rows])
        found, content = attachments.opened(session, RING, tmp_path, rows[0]["id"])
    assert (found.name, content) == ("report.pdf", PDF)
    assert [row["refused"] for row in rows] == [None, "odd kind"]


def test_a_mail_that_is_told_of_twice_leaves_one_file(engine: Engine, tmp_path: Path) -> None:
    take(engine, tmp_path)
    take(engine, tmp_path)
    assert len(kept(tmp_path)) == 1


def test_with_its_message_a_file_goes(engine: Engine, tmp_path: Path) -> None:
    take(engine, tmp_path)
    with unit_of_work(engine) as session:
        session.execute(delete(HEARD))  # as an erasure does
        assert session.execute(select(ATTACHMENT)).all() == []
        assert attachments.tidy(session, tmp_path, now()) == 0  # somebody may be writing its row
        assert attachments.tidy(session, tmp_path, now() + attachments.ORPHANED) == 1
    assert kept(tmp_path) == []


def test_a_file_that_is_still_named_is_not_tidied_away(engine: Engine, tmp_path: Path) -> None:
    take(engine, tmp_path)
    with unit_of_work(engine) as session:
        attachments.tidy(session, tmp_path, now() + 2 * attachments.ORPHANED)
    assert len(kept(tmp_path)) == 1


def test_an_erasure_removes_the_files_at_once(engine: Engine, tmp_path: Path) -> None:
    who, found = willing(engine), Attached("report.pdf", Kind.PDF, len(PDF), PDF)
    files = attachments.store(tmp_path, [found])
    with unit_of_work(engine) as session:
        number = words.hear(
            session, RING, person=who, trial=None, channel=Channel.EMAIL, text="Voici.", at=now()
        )
        attachments.keep(session, RING, number, files)
    actor, outbox = Actor("cli", Role.STAFF), tmp_path / "outbox"
    erase_person(engine, SECRETS, outbox, person=who, actor=actor, data=tmp_path)
    assert kept(tmp_path) == []
