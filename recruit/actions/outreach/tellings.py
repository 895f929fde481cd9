"""Telling those who were asked what became of the study: that it is closed, and its results.

Two people have decided that a text is told (posting/closing.py); nobody decides person by person.
Told by e-mail is whoever a message about the study has reached, or may have, and who still agrees
to e-mails about it: each once, since there is one message of a kind.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, Row, select
from sqlalchemy.orm import Session

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel, Purpose
from recruit.consent.permit import permit
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import ConsentMissing
from recruit.core.locks import Job, is_alone
from recruit.notify import outbox
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.reputation import is_held
from recruit.notify.stages import LEFT, Message, Wave
from recruit.trials.materials import telling
from recruit.trials.materials.content import Channel as Text
from recruit.trials.materials.telling import Telling
from recruit.trials.posting.tables import POSTING

LIFE: Final = timedelta(days=30)
"""So long after the decision it is told; whoever agrees to messages later is not told any more."""
AT_ONCE: Final = 500
WAVES: Final[Mapping[Text, Wave]] = {Text.CLOSING: Wave.CLOSING, Text.RESULTS: Wave.RESULTS}
ACTOR: Final = "job"


@dataclass(frozen=True, slots=True)
class Told:
    """How many messages were queued."""

    queued: int = 0

    def __str__(self) -> str:
        return f"{self.queued} queued"


def tell(engine: Engine, at: datetime) -> Told:
    """Queue what is to be told by now. Run often: whoever has a message of a kind gets no other."""
    with reading(engine) as session:
        if is_held(session):  # a copy was restored: people may have been told since it was made
            return Told()
        postings = telling.postings_since(session, at - LIFE)
    return Told(
        sum(_tell(engine, posting, wave, at) for posting in postings for wave in WAVES.values())
    )


def _tell(engine: Engine, posting: str, wave: Wave, at: datetime) -> int:
    """Part by part, so that nobody who stops messages meanwhile has to wait for all of them."""
    count, after = 0, ""
    while True:
        with unit_of_work(engine) as session:
            if not is_alone(session, Job.TELLING):
                return count
            texts = _texts(session, posting, wave, at)
            people = _untold(session, posting, wave, after) if texts else []
            numbers = list(_approved(session, texts, people, wave, at))
            outbox.queue(session, numbers, at)
            if numbers:
                said = f"{wave}: {len(numbers)}"
                trail.record(session, Tag.TOLD, actor=ACTOR, subject=posting, new=said)
        count += len(numbers)
        if len(people) < AT_ONCE:
            return count
        after = people[-1].person


def _texts(session: Session, posting: str, wave: Wave, at: datetime) -> list[Telling]:
    """What is told of a posting in a wave, the newest decision first."""
    return [
        each
        for each in reversed(list(telling.tellings(session, posting)))
        if WAVES.get(each.channel) is wave and each.at > at - LIFE
    ]


def _untold(session: Session, posting: str, wave: Wave, after: str) -> Sequence[Row[Any]]:
    """Some of those who were asked and are not told yet, in the order of their pseudonyms."""
    told = OUTBOX.alias("told")
    query = (
        select(OUTBOX)
        .where(
            OUTBOX.c.trial.in_(select(POSTING.c.trial).where(POSTING.c.id == posting)),
            OUTBOX.c.posting == posting,
            OUTBOX.c.wave == Wave.INVITATION.value,
            OUTBOX.c.state.in_(LEFT),
            OUTBOX.c.person > after,
            ~select(told.c.id)
            .where(
                told.c.trial == OUTBOX.c.trial,
                told.c.person == OUTBOX.c.person,
                told.c.wave == wave.value,
                told.c.channel == Channel.EMAIL.value,
            )
            .exists(),
        )
        .order_by(OUTBOX.c.person, OUTBOX.c.id)
        .limit(AT_ONCE)
    )
    return session.execute(query).all()


def _approved(
    session: Session, texts: Sequence[Telling], people: Sequence[Row[Any]], wave: Wave, at: datetime
) -> Iterator[int]:
    for asked in people:
        text = _for(texts, asked)
        if text is None:
            continue
        scope = f"trial/{asked.trial}"
        try:
            leave = permit(
                session,
                asked.person,
                Purpose.CONTACT,
                channel=Channel.EMAIL,
                scope=scope,
                at=at,
            )
        except ConsentMissing:  # they agree to it no more, and nobody is told so
            continue
        message = Message(
            trial=asked.trial,
            posting=asked.posting,
            person=asked.person,
            wave=wave,
            channel=Channel.EMAIL,
            language=text.language,
            country=text.country,
            due_at=at,
            not_after=text.at + LIFE,
        )
        number = outbox.approve(session, leave, message, at, by=text.author)
        if number is not None:  # somebody who was asked by two channels is told once
            yield number


def _for(texts: Sequence[Telling], asked: Row[Any]) -> Telling | None:
    """The text for the country in which somebody was asked, in their language where there is one.

    A decision holds for its country alone.
    """
    here = [each for each in texts if each.country == asked.country]
    own = [each for each in here if each.language == asked.language]
    return next(iter([*own, *here]), None)
