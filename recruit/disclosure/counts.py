"""The one function that every count for a sponsor passes through."""

from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import RowMapping, func, insert, select
from sqlalchemy.orm import Session

from recruit.core.errors import AskedTooMuch
from recruit.disclosure.rule import (
    ALLOWANCE,
    NEAR,
    REPEATS,
    WINDOW,
    Answer,
    Chance,
    answer,
    cost,
)
from recruit.disclosure.sketch import Marks, Sketch
from recruit.disclosure.tables import ASKED, GIVEN

LOCK: Final = 0xC0_0017  # one count at a time: two near sets asked for at once get one answer


def count(  # noqa: PLR0913 - who asks what about whom and when, by name
    session: Session,
    *,
    asker: str,
    question: str,
    people: Marks,
    at: datetime,
    chance: Chance | None = None,
) -> Answer:
    """How many people, as far as `asker` (an organisation) may know it.

    `question` is what is asked, in any fixed form; `people` are the members of the set as marks.
    Only a set that differs enough from every set answered before gets an answer of its own.

    Raises:
        AskedTooMuch: the allowance of fresh answers is used up.
    """
    _hold(session)
    name = sha256(question.encode()).hexdigest()
    earlier = _repeated(session, asker, name, at)
    if len(earlier) >= REPEATS:
        given = _answer(session, earlier[-1])
        _note(session, asker, name, earlier[-1], at)
        return Answer(given["about"], locked=True)
    sketch = Sketch.of(people)
    known = _near(session, sketch)
    if known is None:
        known = _give(session, asker, sketch, at, chance)
    _note(session, asker, name, known["id"], at)
    return Answer(known["about"])


def _near(session: Session, sketch: Sketch) -> RowMapping | None:
    """The oldest answer about a set that differs by few people, from whomever."""
    query = (
        select(GIVEN)
        .where(GIVEN.c.size.between(sketch.size - NEAR, sketch.size + NEAR))
        .order_by(GIVEN.c.id)
    )
    for row in session.execute(query).mappings():
        if Sketch.read(row["sketch"]).differs_by(sketch, NEAR) is not None:
            return row
    return None


def _give(
    session: Session, asker: str, sketch: Sketch, at: datetime, chance: Chance | None
) -> RowMapping:
    """A fresh answer, written down."""
    spent = session.execute(
        select(func.coalesce(func.sum(GIVEN.c.cost), 0.0)).where(
            GIVEN.c.asker == asker, GIVEN.c.at > at - WINDOW
        )
    ).scalar_one()
    if spent + cost(sketch.size) > ALLOWANCE:
        raise AskedTooMuch
    row = {
        "asker": asker,
        "sketch": sketch.write(),
        "size": sketch.size,
        "about": answer(sketch.size, chance).about,
        "cost": cost(sketch.size),
        "at": at,
    }
    number = session.execute(insert(GIVEN).returning(GIVEN.c.id), row).scalar_one()
    return _answer(session, number)


def _answer(session: Session, number: int) -> RowMapping:
    return session.execute(select(GIVEN).where(GIVEN.c.id == number)).mappings().one()


def _repeated(session: Session, asker: str, question: str, at: datetime) -> list[int]:
    """The answers that this question got within the window, oldest first."""
    query = (
        select(ASKED.c.given)
        .where(ASKED.c.asker == asker, ASKED.c.question == question, ASKED.c.at > at - WINDOW)
        .order_by(ASKED.c.id)
    )
    return list(session.execute(query).scalars())


def _note(session: Session, asker: str, question: str, given: int, at: datetime) -> None:
    row = {"asker": asker, "question": question, "given": given, "at": at}
    session.execute(insert(ASKED), row)


def _hold(session: Session) -> None:
    """Be the only one who counts; SQLite's writers are alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
