"""Every word that comes in is kept, sealed, and read by a person, whatever a machine made of it.

That person is one of the operator's own staff: people sign what they write, with name and number,
long before they let a sponsor or a centre know either. These see that something came, of whom by
pseudonym, and not what.
"""

import json
from collections.abc import Sequence
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
    exists,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session
from sqlmodel import col
from sqlmodel import select as select_models

from recruit.actions.centre_scope import in_scope
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import attachments, conversations
from recruit.actions.outreach.answer_table import How
from recruit.actions.outreach.attachments import Stored
from recruit.actions.paging import Page, page_number
from recruit.actions.safety import noticing
from recruit.actions.words_table import HEARD
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.resealing import Sealed
from recruit.notify.free_words import Meaning, may_mean_stop, meant

SIZE: Final = 20
STRANGER: Final = "unknown sender"
LONGEST: Final = 20_000
"""Letters that are kept of one message: as many as are read for an adverse event, so that what is
cut is flagged as unread, and a person looks for the rest."""
HOW: Final = {
    Channel.EMAIL: How.MAIL,
    Channel.SMS: How.SMS,
    Channel.LETTER: How.LETTER,
    Channel.PHONE: How.PHONE,
}
SEALED: Final = Sealed(HEARD.c.sealed, lambda row: _binding(row.mark))


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody wrote. `sender` is their number where nobody knows whose it is, else empty.

    Both are empty for those who are not shown them. `channel` is by which an answer would go, `how`
    the way it came. `is_cut` where it was longer than what is kept. `reply` is the automatic answer
    that went out, if one did; `is_told` that it said that nobody watches for emergencies.
    """

    number: int
    conversation: int
    person: str | None
    trial: str | None
    channel: Channel
    how: How
    at: datetime
    is_read: bool
    reply: str | None
    is_told: bool
    text: str = field(repr=False)
    sender: str = field(repr=False)
    is_cut: bool = False


def hear(  # noqa: PLR0913 - who said what about which study, how and when
    session: Session,
    keyring: Keyring,
    *,
    person: str,
    trial: str | None,
    channel: Channel,
    text: str,
    at: datetime,
    how: How | None = None,
    asks: bool = False,
    stopped: bool = False,
) -> int:
    """Keep what somebody wrote, in the caller's unit of work; its number.

    `asks` is that it is a question, whatever its words; `stopped` that what they say of an end of
    something has been done. An answer is owed to questions and to what is not plain.
    """
    return _kept(
        session,
        keyring,
        _New(person, trial, channel, how or HOW[channel], token_hex(32), text, at),
        owed=asks or meant(text) is Meaning.UNCLEAR,
        may_stop=not stopped,
    )


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
    owed: bool = True,
    stopped: bool = False,
) -> int | None:
    """The same of a message that may be told of twice; None where it is kept already.

    `mark` is what the provider calls this one message; `owed` that an answer is owed to it.
    """
    if is_kept(session, channel, person, mark):
        return None
    digest = _mark(channel, person, mark)
    new = _New(person, trial, channel, HOW[channel], digest, text, at)
    return _kept(session, keyring, new, owed=owed, may_stop=not stopped)


def hear_strange(  # noqa: PLR0913, PLR0917 - a message as a door tells of it
    engine: Engine,
    keyring: Keyring,
    channel: Channel,
    sender: str,
    text: str,
    at: datetime,
    mark: str,
    files: Sequence[Stored] = (),
) -> bool:
    """Keep what came from a number or an address of nobody's: it may be somebody's new one.

    False where it is kept already.
    """
    new = _New(None, None, channel, HOW[channel], _mark(channel, None, mark), text, at, sender)
    with unit_of_work(engine) as session:
        chain.hold(session)
        if is_kept(session, channel, None, mark):
            return False
        number = _kept(session, keyring, new, owed=False, may_stop=True)
        attachments.keep(session, keyring, number, files)
        subject = f"message {number}"
        trail.record(session, Tag.WORDS_HEARD, actor=STRANGER, subject=subject)
        return True


def is_kept(session: Session, channel: Channel, person: str | None, mark: str) -> bool:
    """Whether a message with this mark is kept already."""
    this = HEARD.c.mark == _mark(channel, person, mark)
    return bool(session.scalar(select(exists().where(this))))


def answered_since(session: Session, person: str, since: datetime) -> bool:
    """Whether an automatic answer went to the person after a moment."""
    this = and_(HEARD.c.person == person, HEARD.c.answered_at > since)
    return bool(session.scalar(select(exists().where(this))))


def note_answer(session: Session, number: int, reply: str, at: datetime, *, is_told: bool) -> None:
    """Write down which automatic answer went out to what is kept under `number`.

    `is_told` is that it says that nobody watches for emergencies.
    """
    values = {"reply": reply, "answered_at": at if is_told else None}
    session.execute(update(HEARD).where(HEARD.c.id == number).values(values))


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


def where(session: Session, keyring: Keyring, which: ColumnElement[bool]) -> list[Heard]:
    """What people wrote, as far as a condition on HEARD holds, the oldest first.

    Raises:
        SealBroken: it was sealed under a key that is not on the ring.
    """
    query = select(HEARD).where(which).order_by(HEARD.c.heard_at, HEARD.c.id)
    return [_opened(keyring, row) for row in session.execute(query).mappings()]


def of_person(session: Session, keyring: Keyring, person: str) -> list[Heard]:
    """All that is kept of what a person wrote, the oldest first; SealBroken as above."""
    return where(session, keyring, HEARD.c.person == person)


@dataclass(frozen=True, slots=True)
class _New:
    """The columns of a row to be, and what is sealed in it."""

    person: str | None
    trial: str | None
    channel: Channel
    how: How
    mark: str
    text: str = field(repr=False)
    at: datetime
    sender: str = field(default="", repr=False)


def _kept(session: Session, keyring: Keyring, new: _New, *, owed: bool, may_stop: bool) -> int:
    """Keep words that are not kept yet; whoever holds the person or the chains is alone with it."""
    conversation = conversations.filed(session, keyring, new.person, new.trial, new.sender)
    said = {"text": new.text[:LONGEST], "sender": new.sender, "cut": len(new.text) > LONGEST}
    row = {
        "person": new.person,
        "trial": new.trial,
        "channel": new.channel.value,
        "how": new.how.value,
        "mark": new.mark,
        "sealed": keyring.seal(json.dumps(said).encode(), _binding(new.mark)),
        "heard_at": new.at,
        "conversation": conversation,
    }
    number: int = session.execute(insert(HEARD).values(row).returning(HEARD.c.id)).scalar_one()
    stops = may_stop and may_mean_stop(new.text)
    conversations.stir(session, conversation, new.at, owed=owed, may_stop=stops)
    noticing.notice(session, number, new.text, new.at)
    return number


def _unread(session: Session, tenant: int | None) -> Select[tuple[object, ...]]:
    return select(HEARD).where(HEARD.c.read_at.is_(None), seen_by(session, tenant))


def seen_by(session: Session, tenant: int | None) -> ColumnElement[bool]:
    """What somebody of an organisation knows of: words about matches they see, also ended ones."""
    if tenant is None:
        return true()
    about = and_(col(MatchRow.trial) == HEARD.c.trial, col(MatchRow.person) == HEARD.c.person)
    said = select_models(MatchRow).where(exists(select(HEARD.c.id).where(about)))
    seen = in_scope(session, tenant, said)
    return exists(select(col(MatchRow.id)).where(about, seen))


def _opened(keyring: Keyring, row: RowMapping) -> Heard:
    said = json.loads(keyring.unseal(row["sealed"], _binding(row["mark"])))
    # What was kept before there were conversations does not say whether it was cut.
    is_cut = said.get("cut", False)
    return replace(_closed(row), text=said["text"], sender=said["sender"], is_cut=is_cut)


def _closed(row: RowMapping) -> Heard:
    return Heard(
        number=row["id"],
        conversation=row["conversation"],
        person=row["person"],
        trial=row["trial"],
        channel=Channel(row["channel"]),
        how=How(row["how"]),
        at=row["heard_at"],
        is_read=row["read_at"] is not None,
        reply=row["reply"],
        is_told=row["answered_at"] is not None,
        text="",
        sender="",
    )


def _mark(channel: Channel, person: str | None, mark: str) -> str:
    whole = f"{channel}\n{person or ''}\n{mark}"
    return sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def _binding(mark: str) -> str:
    return f"heard/{mark}"
