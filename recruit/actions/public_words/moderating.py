"""A coordinator reads what people wrote about a study, and answers for everybody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Engine, Row, func, insert, select, update
from sqlalchemy.orm import Session

from recruit.actions.identifying import refuse_names
from recruit.actions.inbox.snippets import check
from recruit.actions.public_words.asking import BINDING, Kind
from recruit.actions.public_words.tables import PUBLIC_ANSWER, PUBLIC_WORD
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import EditedMeanwhile, NotFound
from recruit.core.i18n import N_
from recruit.trials.draft import Tongue

PAGE: Final = 50
WHAT: Final = N_("question")
FIELDS: Final[dict[str, Tongue]] = {
    "question_en": "en",
    "question_fr": "fr",
    "answer_en": "en",
    "answer_fr": "fr",
}


class Outcome(StrEnum):
    """What came of what somebody wrote."""

    ANSWERED = "answered"
    MENDED = "mended"
    """It was wrong, and its source has been told or changed."""
    RIGHT = "right"
    """It was looked into, and is right as it stands."""
    LEFT = "left"
    """Nothing that can be answered for everybody."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What somebody wrote and nobody has dealt with yet."""

    number: int
    trial: str
    kind: Kind
    language: str
    at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and its answer as they stand on the study's page."""

    number: int
    question: str
    answer: str
    at: datetime


def count(session: Session) -> int:
    """How many wait."""
    query = select(func.count()).select_from(PUBLIC_WORD).where(PUBLIC_WORD.c.closed_at.is_(None))
    return int(session.execute(query).scalar_one())


def waiting(session: Session, keyring: Keyring) -> list[Waiting]:
    """The first that wait, the oldest first.

    Raises:
        SealBroken: something does not open under any key of the ring.
    """
    query = select(PUBLIC_WORD).where(PUBLIC_WORD.c.closed_at.is_(None))
    rows = session.execute(query.order_by(PUBLIC_WORD.c.at, PUBLIC_WORD.c.id).limit(PAGE))
    return [_waiting(keyring, row) for row in rows]


def one(session: Session, keyring: Keyring, number: int) -> Waiting:
    """One that waits; NotFound where it does not."""
    this = (PUBLIC_WORD.c.id == number) & PUBLIC_WORD.c.closed_at.is_(None)
    row = session.execute(select(PUBLIC_WORD).where(this)).one_or_none()
    if row is None:
        raise NotFound(what=WHAT, identifier=str(number))
    return _waiting(keyring, row)


def answer(engine: Engine, number: int, texts: Mapping[str, str], *, actor: str) -> None:
    """Publish the question, as it is worded now, with an answer in both languages.

    Raises:
        EditedMeanwhile: somebody has dealt with it.
        Refusal: a text is missing, too long, names somebody or claims what no text may.
    """
    for name, language in FIELDS.items():
        check(texts[name], language, field=name)
        refuse_names(texts[name], field=name)
    with unit_of_work(engine) as session:
        trial = _close(session, number, Outcome.ANSWERED, actor)
        row = {name: texts[name].strip() for name in FIELDS}
        session.execute(insert(PUBLIC_ANSWER).values(trial=trial, author=actor, at=now(), **row))
        _record(session, Tag.PUBLIC_WORD_CLOSED, trial, Outcome.ANSWERED, actor)


def close(engine: Engine, number: int, outcome: Outcome, *, actor: str) -> None:
    """Deal with it without an answer for everybody; the words are gone.

    Raises:
        EditedMeanwhile: somebody has dealt with it.
    """
    with unit_of_work(engine) as session:
        trial = _close(session, number, outcome, actor)
        _record(session, Tag.PUBLIC_WORD_CLOSED, trial, outcome, actor)


def withdraw(engine: Engine, number: int, *, actor: str) -> str:
    """Take an answer off the study's page; the study.

    Raises:
        NotFound: there is no such answer on a page.
    """
    this = (PUBLIC_ANSWER.c.id == number) & PUBLIC_ANSWER.c.withdrawn_at.is_(None)
    done = update(PUBLIC_ANSWER).where(this).values(withdrawn_at=now())
    with unit_of_work(engine) as session:
        trial = session.execute(done.returning(PUBLIC_ANSWER.c.trial)).scalar_one_or_none()
        if trial is None:
            raise NotFound(what=WHAT, identifier=str(number))
        trail.record(session, Tag.PUBLIC_ANSWER_WITHDRAWN, actor=actor, subject=str(trial))
        return str(trial)


def shown(session: Session, trial: str, language: str) -> list[Answer]:
    """The questions and answers of a study's page, in the order they were answered."""
    this = (PUBLIC_ANSWER.c.trial == trial) & PUBLIC_ANSWER.c.withdrawn_at.is_(None)
    rows = session.execute(select(PUBLIC_ANSWER).where(this).order_by(PUBLIC_ANSWER.c.id))
    french = language == "fr"
    return [
        Answer(
            row.id,
            row.question_fr if french else row.question_en,
            row.answer_fr if french else row.answer_en,
            row.at,
        )
        for row in rows
    ]


def _close(session: Session, number: int, outcome: Outcome, actor: str) -> str:
    this = (PUBLIC_WORD.c.id == number) & PUBLIC_WORD.c.closed_at.is_(None)
    done = {"closed_at": now(), "closed_by": actor, "outcome": outcome.value, "sealed": None}
    closed = update(PUBLIC_WORD).where(this).values(done).returning(PUBLIC_WORD.c.trial)
    trial: str | None = session.execute(closed).scalar_one_or_none()
    if trial is None:
        raise EditedMeanwhile
    return trial


def _record(session: Session, tag: Tag, trial: str, outcome: Outcome, actor: str) -> None:
    trail.record(session, tag, actor=actor, subject=trial, new=outcome.value)


def _waiting(keyring: Keyring, row: Row[tuple[object, ...]]) -> Waiting:
    return Waiting(
        number=row.id,
        trial=row.trial,
        kind=Kind(row.kind),
        language=row.language,
        at=row.at,
        text=keyring.unseal(row.sealed, BINDING).decode(),
    )
