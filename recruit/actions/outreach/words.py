"""Every word that comes in is kept, sealed, and read by a person, whatever a machine made of it.

That person is one of the operator's own staff: people sign what they write, with name and number,
long before they let a sponsor or a centre know either. These see that something came, of whom by
pseudonym, and not what.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from secrets import token_hex
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Engine,
    RowMapping,
    Select,
    and_,
    delete,
    exists,
    func,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import col
from sqlmodel import select as select_models

from recruit.actions.centre_scope import in_scope
from recruit.actions.match_table import MatchRow
from recruit.actions.words_table import HEARD
from recruit.actions.paging import Page, page_number
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import NotAllowed, NotFound

SIZE: Final = 20
STRANGER: Final = "unknown sender"
LONGEST: Final = 10_000  # letters that are kept of one message


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody wrote. `sender` is their number where nobody knows whose it is, else empty.

    Both are empty for those who are not shown them.
    """

    number: int
    person: str | None
    trial: str | None
    channel: Channel
    at: datetime
    text: str = field(repr=False)
    sender: str = field(repr=False)


def hear(  # noqa: PLR0913 - who said what about which study, how and when
    session: Session,
    keyring: Keyring,
    *,
    person: str,
    trial: str | None,
    channel: Channel,
    text: str,
    at: datetime,
) -> int:
    """Keep what somebody wrote, in the caller's unit of work; its number."""
    said = {"text": text, "sender": ""}
    number = _keep(session, keyring, (person, trial, channel), said, token_hex(32), at)
    if number is None:  # a mark of 256 random bits is there already
        raise ValueError
    return number


def hear_once(  # noqa: PLR0913 - as hear, and what tells two messages apart
    session: Session,
    keyring: Keyring,
    *,
    person: str,
    trial: str | None,
    channel: Channel,
    text: str,
    at: datetime,
    mark: str,
) -> int | None:
    """The same of a message that may be told of twice; None where it is kept already.

    `mark` is what the provider calls this one message.
    """
    said = {"text": text, "sender": ""}
    whose = (person, trial, channel)
    return _keep(session, keyring, whose, said, _mark(channel, person, mark), at)


def hear_strange(  # noqa: PLR0913, PLR0917 - a message as a door tells of it
    engine: Engine,
    keyring: Keyring,
    channel: Channel,
    sender: str,
    text: str,
    at: datetime,
    mark: str,
) -> None:
    """Keep what came from a number or an address of nobody's: it may be somebody's new one."""
    whose = (None, None, channel)
    said = {"text": text, "sender": sender}
    with unit_of_work(engine) as session:
        chain.hold(session)
        kept = _keep(session, keyring, whose, said, _mark(channel, None, mark), at)
        if kept is not None:
            subject = f"message {kept}"
            trail.record(session, Tag.WORDS_HEARD, actor=STRANGER, subject=subject)


def is_kept(session: Session, channel: Channel, person: str | None, mark: str) -> bool:
    """Whether a message with this mark is kept already."""
    this = HEARD.c.mark == _mark(channel, person, mark)
    return bool(session.scalar(select(exists().where(this))))


def answered_since(session: Session, person: str, since: datetime) -> bool:
    """Whether an automatic answer went to the person after a moment."""
    this = and_(HEARD.c.person == person, HEARD.c.answered_at > since)
    return bool(session.scalar(select(exists().where(this))))


def note_answer(session: Session, number: int, at: datetime) -> None:
    """Write down that an automatic answer went out to what is kept under `number`."""
    session.execute(update(HEARD).where(HEARD.c.id == number).values(answered_at=at))


def unread(session: Session, keyring: Keyring, tenant: int | None, page: int = 1) -> Page[Heard]:
    """What nobody has read yet, the oldest first, as far as `tenant` sees it (centre_scope).

    What belongs to no study, or to nobody known, is for those who see everything, and so are the
    words themselves.

    Raises:
        SealBroken: it was sealed under a key that is not on the ring.
    """
    waiting = _unread(session, tenant)
    total = session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
    number = page_number(page, SIZE, total)
    query = waiting.order_by(HEARD.c.heard_at, HEARD.c.id).limit(SIZE).offset((number - 1) * SIZE)
    rows = session.execute(query).mappings()
    items = [_opened(keyring, row) if tenant is None else _closed(row) for row in rows]
    return Page(tuple(items), number, SIZE, total)


def show_unread(
    engine: Engine, keyring: Keyring, tenant: int | None, page: int, *, actor: str
) -> Page[Heard]:
    """The same, shown to somebody: who saw whose words is recorded before they do."""
    with unit_of_work(engine) as session:
        found = unread(session, keyring, tenant, page)
        shown = found.items if tenant is None else ()
        seen = [(each.person or STRANGER, each.channel.value) for each in shown]
        trail.record_each(session, Tag.WORDS_SHOWN, actor=actor, of=seen)
        return found


def of_person(session: Session, keyring: Keyring, person: str) -> list[Heard]:
    """All that is kept of what a person wrote, the oldest first.

    Raises:
        SealBroken: it was sealed under a key that is not on the ring.
    """
    query = select(HEARD).where(HEARD.c.person == person).order_by(HEARD.c.heard_at, HEARD.c.id)
    return [_opened(keyring, row) for row in session.execute(query).mappings()]


def mark_read(engine: Engine, number: int, tenant: int | None, at: datetime, *, actor: str) -> None:
    """Write down that somebody has read a message; read by another before, nothing changes.

    What belongs to nobody known is not kept after that.

    Raises:
        NotFound: there is none with this number, or the tenant does not see it.
        NotAllowed: the tenant is not shown the words.
    """
    with unit_of_work(engine) as session:
        this = and_(HEARD.c.id == number, _seen_by(session, tenant))
        row = session.execute(select(HEARD).where(this)).mappings().one_or_none()
        if row is None:
            raise NotFound(what="message", identifier=str(number))
        if tenant is not None:
            raise NotAllowed
        still = and_(HEARD.c.id == number, HEARD.c.read_at.is_(None))
        if row["person"] is None:
            changed = session.execute(delete(HEARD).where(still).returning(HEARD.c.id))
        else:
            read = update(HEARD).where(still).values(read_at=at, read_by=actor)
            changed = session.execute(read.returning(HEARD.c.id))
        if changed.one_or_none():
            subject = row["person"] or f"message {number}"
            trail.record(session, Tag.WORDS_READ, actor=actor, subject=subject, new=row["channel"])


def reseal(session: Session, keyring: Keyring) -> None:
    """Seal what is kept under the newest master key.

    Raises:
        SealBroken: something does not open under any key of the ring.
    """
    for row in session.execute(select(HEARD.c.mark, HEARD.c.sealed).with_for_update()).all():
        if not keyring.is_newest(row.sealed):
            plain = keyring.unseal(row.sealed, _binding(row.mark))
            sealed = keyring.seal(plain, _binding(row.mark))
            session.execute(update(HEARD).where(HEARD.c.mark == row.mark).values(sealed=sealed))


def _keep(  # noqa: PLR0913, PLR0917 - the columns of one row
    session: Session,
    keyring: Keyring,
    whose: tuple[str | None, str | None, Channel],
    said: Mapping[str, str],
    mark: str,
    at: datetime,
) -> int | None:
    person, trial, channel = whose
    inside = json.dumps({**said, "text": said["text"][:LONGEST]}).encode()
    row = {
        "person": person,
        "trial": trial,
        "channel": channel.value,
        "mark": mark,
        "sealed": keyring.seal(inside, _binding(mark)),
        "heard_at": at,
    }
    insert_or = postgresql.insert if _is_postgresql(session) else sqlite.insert
    new = insert_or(HEARD).values(row).on_conflict_do_nothing(index_elements=["mark"])
    return session.execute(new.returning(HEARD.c.id)).scalar_one_or_none()


def _unread(session: Session, tenant: int | None) -> Select[tuple[object, ...]]:
    return select(HEARD).where(HEARD.c.read_at.is_(None), _seen_by(session, tenant))


def _seen_by(session: Session, tenant: int | None) -> ColumnElement[bool]:
    """What somebody of an organisation knows of: words about matches they see, also ended ones."""
    if tenant is None:
        return true()
    about = and_(col(MatchRow.trial) == HEARD.c.trial, col(MatchRow.person) == HEARD.c.person)
    said = select_models(MatchRow).where(exists(select(HEARD.c.id).where(about)))
    seen = in_scope(session, tenant, said)
    return exists(select(col(MatchRow.id)).where(about, seen))


def _opened(keyring: Keyring, row: RowMapping) -> Heard:
    said = json.loads(keyring.unseal(row["sealed"], _binding(row["mark"])))
    return replace(_closed(row), text=said["text"], sender=said["sender"])


def _closed(row: RowMapping) -> Heard:
    return Heard(
        number=row["id"],
        person=row["person"],
        trial=row["trial"],
        channel=Channel(row["channel"]),
        at=row["heard_at"],
        text="",
        sender="",
    )


def _mark(channel: Channel, person: str | None, mark: str) -> str:
    whole = f"{channel}\n{person or ''}\n{mark}"
    return sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def _binding(mark: str) -> str:
    return f"heard/{mark}"


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
