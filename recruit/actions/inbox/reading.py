"""What was read and what was not, and what needs no answer."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, and_, delete, func, select, update
from sqlalchemy.orm import Session

from recruit.actions.inbox.holding import found
from recruit.actions.outreach import attachments, conversations
from recruit.actions.outreach.attachments import Attachment
from recruit.actions.words_table import ATTACHMENT, CONVERSATION, HEARD
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound


def mark_read(  # noqa: PLR0913 - what was read up to where, by whom
    engine: Engine, folder: Path, number: int, up_to: int, at: datetime, *, actor: str
) -> None:
    """Write down that somebody has read a conversation, up to the message numbered `up_to`.

    What came in after what they saw stays unread. What belongs to nobody known is not kept after
    that, nor are its files in the data `folder`.

    Raises:
        NotFound: there is no such conversation any more.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        row = found(session, number)
        files = read(session, number, up_to, at, actor=actor)
        if row.person is None:
            _forget_strange(session, number)
        conversations.settle(session, number)
    if row.person is None:
        attachments.remove(folder, files)


def read(session: Session, number: int, up_to: int, at: datetime, *, actor: str) -> list[str]:
    """The same within the caller's unit of work, which settles the conversation; their files."""
    these = and_(HEARD.c.conversation == number, HEARD.c.id <= up_to, HEARD.c.read_at.is_(None))
    files = select(ATTACHMENT.c.file).join(HEARD).where(these)
    names = list(session.scalars(files))
    done = update(HEARD).where(these).values(read_at=at, read_by=actor)
    rows = session.execute(done.returning(HEARD.c.person, HEARD.c.id, HEARD.c.channel)).all()
    seen = [(row.person or f"message {row.id}", row.channel) for row in rows]
    trail.record_each(session, Tag.WORDS_READ, actor=actor, of=seen)
    return names


def mark_unread(engine: Engine, number: int, *, actor: str) -> None:
    """Let the newest message wait again, for somebody else or for later.

    Raises:
        NotFound: there is no such conversation any more.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        row = found(session, number)
        newest = select(func.max(HEARD.c.id)).where(HEARD.c.conversation == number)
        again = update(HEARD).where(HEARD.c.id == newest.scalar_subquery())
        session.execute(again.values(read_at=None, read_by=None))
        conversations.settle(session, number)
        trail.record(
            session, Tag.WORDS_UNREAD, actor=actor, subject=row.person or f"conversation {number}"
        )


def close(engine: Engine, number: int, *, actor: str) -> None:
    """Write down that no answer is needed.

    Raises:
        NotFound: there is no such conversation any more.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        row = found(session, number)
        this = CONVERSATION.c.id == number
        session.execute(update(CONVERSATION).where(this).values(due_at=None))
        trail.record(
            session, Tag.WORDS_CLOSED, actor=actor, subject=row.person or f"conversation {number}"
        )


def hand_out(  # noqa: PLR0913 - which file of which conversation, to whom
    engine: Engine, keyring: Keyring, folder: Path, number: int, file: int, *, actor: str
) -> tuple[Attachment, bytes]:
    """A file of a conversation, and its bytes; who took it is recorded before they have it.

    Raises:
        NotFound: there is none in this conversation, it was refused, or it is not in the folder.
        SealBroken: it does not open.
    """
    with unit_of_work(engine) as session:
        row = found(session, number)
        attachment, content = attachments.opened(session, keyring, folder, file)
        within = and_(HEARD.c.id == attachment.heard, HEARD.c.conversation == number)
        if session.scalar(select(HEARD.c.id).where(within)) is None:
            raise NotFound(what=attachments.NAME, identifier=str(file))
        subject = row.person or f"conversation {number}"
        trail.record(session, Tag.FILE_SHOWN, actor=actor, subject=subject, new=f"file {file}")
    return attachment, content


def _forget_strange(session: Session, number: int) -> None:
    session.execute(
        delete(HEARD).where(HEARD.c.conversation == number, HEARD.c.read_at.is_not(None))
    )
