"""Practical questions of professionals about a study, and the coordinator's answers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Engine, Row, insert, select, update
from sqlalchemy.orm import Session

from recruit.actions.identifying import naming_nobody
from recruit.actions.professionals.tables import QUESTION
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import EditedMeanwhile, NotFound
from recruit.core.i18n import N_
from recruit.core.resealing import Sealed
from recruit.trials import store

LONGEST: Final = 2_000
MOST: Final = 100
EMPTY: Final = N_("Please write something.")
TOO_LONG: Final = N_("Please use at most 2,000 letters.")
WHAT: Final = N_("question")
ASKED, ANSWERED = "professional question", "professional answer"
SEALED: Final = (
    Sealed(QUESTION.c.sealed, lambda _: ASKED),
    Sealed(QUESTION.c.answer, lambda _: ANSWERED),
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and, once there is one, its answer."""

    number: int
    trial: str
    account: int
    at: datetime
    answered_at: datetime | None
    text: str = field(repr=False)
    answer: str | None = field(repr=False)


def ask(engine: Engine, keyring: Keyring, trial: str, text: str, *, account: int) -> None:
    """Keep a question for the coordinators.

    Raises:
        NotFound: there is no such study.
        Refusal: no words, too many, or words that seem to name a patient; then nothing is kept.
    """
    said = _said(text)
    with unit_of_work(engine) as session:
        store.get(session, trial)
        sealed = keyring.seal(said.encode(), ASKED)
        row = {"trial": trial, "account": account, "sealed": sealed, "at": now()}
        session.execute(insert(QUESTION).values(row))
        actor = f"account {account}"
        trail.record(session, Tag.PROFESSIONAL_ASKED, actor=actor, subject=trial)


def answer(engine: Engine, keyring: Keyring, number: int, text: str, *, actor: str) -> None:
    """Answer a question.

    Raises:
        EditedMeanwhile: somebody has answered it.
        Refusal: as `ask`.
    """
    sealed = keyring.seal(_said(text).encode(), ANSWERED)
    this = (QUESTION.c.id == number) & QUESTION.c.answered_at.is_(None)
    done = {"answer": sealed, "answered_by": actor, "answered_at": now()}
    with unit_of_work(engine) as session:
        answered = update(QUESTION).where(this).values(done).returning(QUESTION.c.trial)
        trial = session.execute(answered).scalar_one_or_none()
        if trial is None:
            raise EditedMeanwhile
        trail.record(session, Tag.PROFESSIONAL_ANSWERED, actor=actor, subject=str(trial))


def of_account(session: Session, keyring: Keyring, account: int) -> list[Question]:
    """What one professional asked, the newest first."""
    return _where(session, keyring, QUESTION.c.account == account)


def waiting(session: Session, keyring: Keyring) -> list[Question]:
    """What nobody has answered, the newest first."""
    return _where(session, keyring, QUESTION.c.answered_at.is_(None))


def one(session: Session, keyring: Keyring, number: int) -> Question:
    """A question; NotFound where there is none."""
    found = _where(session, keyring, QUESTION.c.id == number)
    if not found:
        raise NotFound(what=WHAT, identifier=str(number))
    return found[0]


def _where(session: Session, keyring: Keyring, which: ColumnElement[bool]) -> list[Question]:
    query = select(QUESTION).where(which).order_by(QUESTION.c.id.desc()).limit(MOST)
    return [_question(keyring, row) for row in session.execute(query)]


def _said(text: str) -> str:
    return naming_nobody(text, LONGEST, empty=EMPTY, too_long=TOO_LONG)


def _question(keyring: Keyring, row: Row[tuple[object, ...]]) -> Question:
    return Question(
        number=row.id,
        trial=row.trial,
        account=row.account,
        at=row.at,
        answered_at=row.answered_at,
        text=keyring.unseal(row.sealed, ASKED).decode(),
        answer=keyring.unseal(row.answer, ANSWERED).decode() if row.answer else None,
    )
