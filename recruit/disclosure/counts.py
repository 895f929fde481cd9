"""The one door that every count for a sponsor passes through: of a set, of several, of parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, RowMapping, false, func, insert, or_, select
from sqlalchemy.orm import Session

from recruit.core.errors import AskedTooMuch
from recruit.disclosure.rule import (
    ALLOWANCE,
    MOVED,
    NEAR,
    REPEATS,
    WINDOW,
    Answer,
    Chance,
    Grain,
    answer,
    cost,
)
from recruit.disclosure.sketch import Marks, Sketch
from recruit.disclosure.tables import ASKED, GIVEN

LOCK: Final = 0xC0_0017  # one count at a time: two near sets asked for at once get one answer


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in any fixed form, and the set that it is about."""

    words: str
    people: Sketch

    @property
    def name(self) -> str:
        """The same question has the same one."""
        return sha256(self.words.encode()).hexdigest()


def count(  # noqa: PLR0913 - who asks what about whom and when, by name
    session: Session,
    *,
    asker: str,
    question: str,
    people: Marks,
    at: datetime,
    grain: Grain = Grain.FINE,
    chance: Chance | None = None,
) -> Answer:
    """How many people, as far as `asker` (an organisation) may know it.

    `question` is what is asked, in any fixed form; `people` are the members of the set as marks.
    Only a set that differs enough from every set answered before gets an answer of its own.

    Raises:
        AskedTooMuch: the allowance of fresh answers is used up, and the question has no earlier
            one.
    """
    asked = [Question(question, Sketch.of(people))]
    [said] = count_each(session, asker=asker, questions=asked, at=at, grain=grain, chance=chance)
    if said is None:
        raise AskedTooMuch
    return said


def count_each(  # noqa: PLR0913 - as above
    session: Session,
    *,
    asker: str,
    questions: Sequence[Question],
    at: datetime,
    grain: Grain,
    chance: Chance | None = None,
) -> list[Answer | None]:
    """The same for several sets, each at its own cost; None where `count` would raise."""
    desk = _Desk.opened(session, asker, questions, at, grain)
    for number in desk.unanswered():
        desk.give([number], cost(questions[number].people.size, grain), chance)
    return desk.closed()


def count_parts(  # noqa: PLR0913 - as above
    session: Session,
    *,
    asker: str,
    questions: Sequence[str],
    people: Marks,
    part: NDArray[np.integer],
    at: datetime,
    chance: Chance | None = None,
) -> list[Answer | None]:
    """The same for the parts of one set, coarsely: `part` says for each of `people` which question's.

    No one is in two parts, so that all of them together cost no more than MOVED answers.
    """
    grain = Grain.COARSE
    sketches = Sketch.of_parts(people, part, len(questions))
    asked = [Question(*each) for each in zip(questions, sketches, strict=True)]
    desk = _Desk.opened(session, asker, asked, at, grain)
    fresh = list(desk.unanswered())
    if fresh:
        dearest = max(cost(asked[number].people.size, grain) for number in fresh)
        desk.give(fresh, min(MOVED, len(fresh)) * dearest, chance)
    return desk.closed()


def last_said(
    session: Session, asker: str, questions: Sequence[str], at: datetime
) -> list[Answer | None]:
    """What the asker was last told in answer to each question; nothing is asked by this."""
    nobody = Sketch.of(np.zeros(0, np.uint64))
    asked = [Question(words, nobody) for words in questions]
    found = (each[-1] if each else None for each in _repeated(session, asker, asked, at))
    return [Answer(given.about, grain=given.grain) if given else None for given in found]


@dataclass(slots=True)
class _Given:
    """An answer; `id` is None until it is written down."""

    id: int | None
    about: int | None
    grain: Grain
    cost: float = 0.0


@dataclass(slots=True)
class _Desk:
    """What is known while some questions of one asker are answered."""

    session: Session
    asker: str
    questions: Sequence[Question]
    at: datetime
    grain: Grain
    earlier: list[list[_Given]]
    known: list[tuple[Sketch, _Given]]
    left: float
    answers: list[tuple[_Given, bool] | None]

    @classmethod
    def opened(
        cls,
        session: Session,
        asker: str,
        questions: Sequence[Question],
        at: datetime,
        grain: Grain,
    ) -> "_Desk":
        """Whoever else counts waits until the caller's unit of work ends."""
        _hold(session)
        earlier = _repeated(session, asker, questions, at)
        known = list(_about_as_large(session, [each.people.size for each in questions], grain))
        spent = session.execute(
            select(func.coalesce(func.sum(GIVEN.c.cost), 0.0)).where(
                GIVEN.c.asker == asker, GIVEN.c.at > at - WINDOW
            )
        ).scalar_one()
        nothing: list[tuple[_Given, bool] | None] = [None] * len(questions)
        return cls(session, asker, questions, at, grain, earlier, known, ALLOWANCE - spent, nothing)

    def unanswered(self) -> Iterator[int]:
        """The questions that are neither locked nor about a set that was answered before."""
        for number, question in enumerate(self.questions):
            repeats = self.earlier[number]
            if len(repeats) >= REPEATS:
                self.answers[number] = (repeats[-1], True)
                continue
            near = self._near(question.people)
            if near is None:
                yield number
            else:
                self.answers[number] = (near, False)

    def give(self, numbers: Sequence[int], price: float, chance: Chance | None) -> None:
        """Fresh answers for `price` together; the earlier ones where that is too much."""
        fits = price <= self.left
        self.left -= price if fits else 0.0
        for number in numbers:
            people, earlier = self.questions[number].people, self.earlier[number]
            if fits:
                said = answer(people.size, chance, self.grain)
                fresh = _Given(None, said.about, self.grain, price / len(numbers))
                self.known.append((people, fresh))
                self.answers[number] = (fresh, False)
            elif earlier:
                self.answers[number] = (earlier[-1], True)

    def closed(self) -> list[Answer | None]:
        """Every answer, written down."""
        fresh = [(people, given) for people, given in self.known if given.id is None]
        if fresh:
            rows = [self._row(people, given) for people, given in fresh]
            adding = insert(GIVEN).returning(GIVEN.c.id, sort_by_parameter_order=True)
            numbers = self.session.execute(adding, rows).scalars()
            for (_, given), number in zip(fresh, numbers, strict=True):
                given.id = number
        asked = [
            {"asker": self.asker, "question": question.name, "given": said[0].id, "at": self.at}
            for question, said in zip(self.questions, self.answers, strict=True)
            if said
        ]
        if asked:
            self.session.execute(insert(ASKED), asked)
        return [
            Answer(said[0].about, locked=said[1], grain=said[0].grain) if said else None
            for said in self.answers
        ]

    def _near(self, people: Sketch) -> _Given | None:
        """The oldest answer about a set that differs by few people, from whomever."""
        for others, given in self.known:
            as_large = abs(others.size - people.size) <= NEAR
            if as_large and others.differs_by(people, NEAR) is not None:
                return given
        return None

    def _row(self, people: Sketch, given: _Given) -> dict[str, object]:
        return {
            "asker": self.asker,
            "sketch": people.write(),
            "size": people.size,
            "about": given.about,
            "cost": given.cost,
            "grain": given.grain.value,
            "at": self.at,
        }


def _about_as_large(
    session: Session, sizes: Sequence[int], grain: Grain
) -> Iterator[tuple[Sketch, _Given]]:
    """The answers about sets of nearly these sizes, oldest first.

    A fine answer also does for a coarse question, but not the other way round.
    """
    query = select(GIVEN).where(_within(sizes)).order_by(GIVEN.c.id)
    if grain is Grain.FINE:
        query = query.where(GIVEN.c.grain == grain.value)
    for row in session.execute(query).mappings():
        yield Sketch.read(row["sketch"]), _given(row)


def _within(sizes: Sequence[int]) -> ColumnElement[bool]:
    """Whether a set is nearly as large as one of `sizes`; ranges that touch are one."""
    ranges: list[list[int]] = []
    for size in sorted(sizes):
        if ranges and size - NEAR <= ranges[-1][1]:
            ranges[-1][1] = size + NEAR
        else:
            ranges.append([size - NEAR, size + NEAR])
    return or_(false(), *(GIVEN.c.size.between(first, last) for first, last in ranges))


def _repeated(
    session: Session, asker: str, questions: Sequence[Question], at: datetime
) -> list[list[_Given]]:
    """For each question the answers that it got within the window, oldest first."""
    names = [question.name for question in questions]
    query = (
        select(ASKED.c.question, GIVEN.c.id, GIVEN.c.about, GIVEN.c.grain)
        .join(GIVEN, GIVEN.c.id == ASKED.c.given)
        .where(ASKED.c.asker == asker, ASKED.c.question.in_(names), ASKED.c.at > at - WINDOW)
        .order_by(ASKED.c.id)
    )
    found: dict[str, list[_Given]] = {name: [] for name in names}
    for row in session.execute(query).mappings():
        found[row["question"]].append(_given(row))
    return [found[name] for name in names]


def _given(row: RowMapping) -> _Given:
    return _Given(row["id"], row["about"], Grain(row["grain"]))


def _hold(session: Session) -> None:
    """Be the only one who counts; SQLite's writers are alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
