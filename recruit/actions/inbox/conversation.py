"""One conversation as our own staff read it: what they wrote and what we sent, in its order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, and_, select
from sqlalchemy.orm import Session

from recruit.actions.following.stages import Standing, standing_of
from recruit.actions.inbox import stopping
from recruit.actions.inbox.answering import Way, left, newest, way
from recruit.actions.inbox.holding import found
from recruit.actions.inbox.snippets import Snippet, every
from recruit.actions.inbox.stopping import Stopped
from recruit.actions.outreach import attachments, own_answers, words
from recruit.actions.outreach.attachments import Attachment
from recruit.actions.outreach.own_answers import Ours
from recruit.actions.outreach.spoken import spoken
from recruit.actions.outreach.words import STRANGER, Heard
from recruit.actions.safety import noticing
from recruit.actions.safety.noticing import Suspicion
from recruit.actions.words_table import HEARD
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import LEFT, Wave
from recruit.trials import store as trials
from recruit.trials.draft import TrialDraft


@dataclass(frozen=True, slots=True)
class Theirs:
    """What the person wrote, its files, and the possible adverse event in it."""

    heard: Heard
    files: tuple[Attachment, ...]
    suspicion: Suspicion | None

    @property
    def at(self) -> datetime:
        """When it came in."""
        return self.heard.at


@dataclass(frozen=True, slots=True)
class Automatic:
    """An automatic answer, by its name ("reply-received")."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A message about the study that has, or may have, reached the person."""

    wave: Wave
    channel: Channel
    at: datetime


Item = Theirs | Automatic | Ours | Sent | Stopped


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything on its page. `study` is None where it is about none, `standing` where none is.

    `left` is how somebody may be told of an answer that cannot be sent, a call or a letter.
    `newest_answer` is the number of our newest answer, `newest_word` of their newest message.
    """

    number: int
    person: str | None
    study: TrialDraft | None
    standing: Standing | None
    items: tuple[Item, ...]
    waits: bool
    due_at: datetime | None
    stop_at: datetime | None
    assigned: int | None
    held_by: int | None
    held_until: datetime | None
    way: Way
    left: tuple[Channel, ...]
    language: str
    newest_answer: int
    newest_word: int
    snippets: tuple[Snippet, ...]


def show(
    engine: Engine, keyring: Keyring, number: int, at: datetime, *, actor: str
) -> Conversation:
    """A conversation; who saw whose words is recorded before they do.

    Raises:
        NotFound: there is none with this number, or none any more.
        SealBroken: something was sealed under a key that is not on the ring.
    """
    with unit_of_work(engine) as session:
        row = found(session, number)
        shown = _conversation(session, keyring, row, at)
        subject = row.person or STRANGER
        trail.record(session, Tag.WORDS_SHOWN, actor=actor, subject=subject, new="conversation")
        return shown


def _conversation(session: Session, keyring: Keyring, row: Row[Any], at: datetime) -> Conversation:
    theirs = words.where(session, keyring, HEARD.c.conversation == row.id)
    to = way(session, keyring, row, at)
    items: list[Item] = [
        *_theirs(session, keyring, theirs),
        *_automatic(theirs),
        *own_answers.of_conversation(session, keyring, row.id),
        *_sent(session, row),
        *(stopping.done(session, row.id, row.person) if row.person else ()),
    ]
    return Conversation(
        number=row.id,
        person=row.person,
        study=trials.get(session, row.trial).draft if row.trial else None,
        standing=_standing(session, row, at),
        items=tuple(sorted(items, key=lambda item: item.at)),
        waits=bool(row.waits),
        due_at=row.due_at,
        stop_at=row.stop_at,
        assigned=row.assigned,
        held_by=row.held_by if row.held_until and row.held_until > at else None,
        held_until=row.held_until,
        way=to,
        left=() if to.channel else tuple(left(session, keyring, row, at)),
        language=spoken(session, row.person) if row.person else "fr",
        newest_answer=newest(session, row.id),
        newest_word=max((each.number for each in theirs), default=0),
        snippets=tuple(each for each in every(session) if each.used),
    )


def _theirs(session: Session, keyring: Keyring, theirs: list[Heard]) -> Iterator[Theirs]:
    numbers = [each.number for each in theirs]
    files: Mapping[int, list[Attachment]] = attachments.of_messages(session, keyring, numbers)
    suspicions = noticing.of_words(session, numbers)
    for each in theirs:
        own = tuple(files.get(each.number, ()))
        yield Theirs(each, own, suspicions.get(each.number))


def _automatic(theirs: list[Heard]) -> Iterator[Automatic]:
    return (Automatic(each.reply, each.at) for each in theirs if each.reply)


def _sent(session: Session, row: Row[Any]) -> Iterator[Sent]:
    """What left for the person about the study, or about any where words are about none."""
    if row.person is None:
        return
    mine = and_(OUTBOX.c.person == row.person, OUTBOX.c.state.in_(LEFT))
    about = OUTBOX.c.trial == row.trial if row.trial else mine
    query = select(OUTBOX.c.wave, OUTBOX.c.channel, OUTBOX.c.sent_at).where(mine, about)
    for each in session.execute(query.where(OUTBOX.c.sent_at.is_not(None))):
        yield Sent(Wave(each.wave), Channel(each.channel), each.sent_at)


def _standing(session: Session, row: Row[Any], at: datetime) -> Standing | None:
    if row.person is None or row.trial is None:
        return None
    try:
        return standing_of(session, row.trial, row.person, at)
    except NotFound:  # they wrote about a study that they were never matched with
        return None
