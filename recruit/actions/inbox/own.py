"""What somebody sees of their own conversations, and what they write on their own page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, and_, exists, func, select
from sqlalchemy.orm import Session

from recruit.actions.inbox.conversation import Automatic
from recruit.actions.outreach import own_answers, words
from recruit.actions.outreach.answer_table import How
from recruit.actions.outreach.answered import ONCE_A, RECEIVED
from recruit.actions.outreach.own_answers import Ours
from recruit.actions.outreach.words import Heard
from recruit.actions.words_table import HEARD, REPLY
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.core.locks import hold_people
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import LEFT
from recruit.people import store

LONGEST: Final = 2_000
A_DAY: Final = 20
"""So many messages of one person are taken in a day; whoever writes more is told to wait."""
LATELY: Final = timedelta(days=14)
"""So long somebody's first page says that we answered: what they have read is not tracked."""
NO_WORDS: Final = N_("Please write your message.")
TOO_LONG: Final = N_("Please use at most 2,000 letters.")
TOO_MANY: Final = N_("There were many messages today. Please write again tomorrow.")
NO_STUDY: Final = N_("Please choose one of your studies.")


@dataclass(frozen=True, slots=True)
class Mine:
    """One message on somebody's own page: theirs, ours, or the automatic answer."""

    trial: str | None
    said: Heard | Ours | Automatic

    @property
    def at(self) -> datetime:
        """When it was written."""
        return self.said.at


@dataclass(frozen=True, slots=True)
class Writing:
    """What somebody writes on their own page: about which study, and who does it for whom."""

    person: str
    trial: str | None
    actor: str
    text: str = field(repr=False)


def messages(session: Session, keyring: Keyring, person: str) -> list[Mine]:
    """What a person wrote and what we answered, the newest first.

    Raises:
        SealBroken: something was sealed under a key that is not on the ring.
    """
    found = [*_theirs(session, keyring, person)]
    found += [Mine(trial, each) for trial, each in own_answers.of_person(session, keyring, person)]
    return sorted(found, key=lambda each: each.at, reverse=True)


def answered_lately(session: Session, person: str, at: datetime) -> datetime | None:
    """When we last answered a person; None where that is long ago, or they have written since."""
    query = select(func.max(REPLY.c.at)).where(REPLY.c.person == person, REPLY.c.at > at - LATELY)
    answered: datetime | None = session.scalar(query)
    if answered is None:
        return None
    since = and_(HEARD.c.person == person, HEARD.c.heard_at > answered)
    return None if session.scalar(select(exists().where(since))) else answered


def studies(session: Session, person: str) -> list[str]:
    """The studies that somebody can write about: those they were asked about or have written of."""
    asked = select(OUTBOX.c.trial).where(OUTBOX.c.person == person, OUTBOX.c.state.in_(LEFT))
    said = select(HEARD.c.trial).where(HEARD.c.person == person, HEARD.c.trial.is_not(None))
    return sorted({*session.scalars(asked), *session.scalars(said)})


def write(engine: Engine, keyring: Keyring, writing: Writing, at: datetime) -> None:
    """Keep what somebody wrote on their own page, for a person to read and answer.

    The page itself says at once that nobody watches for emergencies.

    Raises:
        NotFound: there is no such person any more.
        Refusal: no words, too many, too often, or about a study that is none of theirs.
    """
    if not writing.text.strip():
        raise Refusal(record="", field="words", problem=NO_WORDS)
    if len(writing.text) > LONGEST:
        raise Refusal(record="", field="words", problem=TOO_LONG)
    person = writing.person
    with unit_of_work(engine) as session:
        chain.hold(session)
        hold_people(session, [person])
        if store.participant(session, person)["erased_at"] is not None:
            raise NotFound(what="person", identifier=person)
        if writing.trial is not None and writing.trial not in studies(session, person):
            raise Refusal(record="", field="study", problem=NO_STUDY)
        if _lately(session, person, at) >= A_DAY:
            raise Refusal(record="", field="words", problem=TOO_MANY)
        number = words.hear(
            session,
            keyring,
            person=person,
            trial=writing.trial,
            channel=Channel.EMAIL,  # by which an answer goes, while they agree to it
            text=writing.text,
            at=at,
            how=How.PAGE,
            asks=True,
        )
        if not words.answered_since(session, person, at - ONCE_A):
            words.note_answer(session, number, RECEIVED, at, is_told=True)
        trail.record(session, Tag.WORDS_HEARD, actor=writing.actor, subject=person, new="page")


def _theirs(session: Session, keyring: Keyring, person: str) -> Iterator[Mine]:
    for each in words.of_person(session, keyring, person):
        yield Mine(each.trial, each)
        if each.reply:
            yield Mine(each.trial, Automatic(each.reply, each.at + timedelta(microseconds=1)))


def _lately(session: Session, person: str, at: datetime) -> int:
    since = at - timedelta(days=1)
    own = and_(HEARD.c.person == person, HEARD.c.heard_at > since, HEARD.c.how == How.PAGE.value)
    return session.scalar(select(func.count()).select_from(HEARD).where(own)) or 0
