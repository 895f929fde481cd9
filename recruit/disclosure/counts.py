"""The one door that every count for a sponsor passes through: of a set, of several, of parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, bindparam, false, func, insert, or_, select
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
    Purse,
    answer,
    cost,
)
from recruit.disclosure.sketch import Marks, Sketch
from recruit.disclosure.tables import ASKED, GIVEN

KEPT: Final = timedelta(days=1)  # for so long a coarse answer stands
LOCK: Final = 0xC0_0017  # one count at a time: two near sets asked for at once get one answer

# Put together once: that takes longer than asking.
_COLUMNS: Final = (GIVEN.c.id, GIVEN.c.about, GIVEN.c.grain, GIVEN.c.at)
_SPENT: Final = select(func.coalesce(func.sum(GIVEN.c.cost), 0.0)).where(
    GIVEN.c.asker == bindparam("asker"), GIVEN.c.at > bindparam("since")
)
_SAID: Final = (
    select(ASKED.c.question, *_COLUMNS)
    .join(GIVEN, GIVEN.c.id == ASKED.c.given)
    .where(
        ASKED.c.question.in_(bindparam("names", expanding=True)), ASKED.c.at > bindparam("since")
    )
)
_SAID_TO: Final = _SAID.where(ASKED.c.asker == bindparam("asker")).order_by(ASKED.c.id)
_SAID_COARSELY: Final = (
    _SAID.where(GIVEN.c.grain == Grain.COARSE.value).distinct().order_by(GIVEN.c.id)
)
_FINE: Final = (
    select(GIVEN.c.sketch, *_COLUMNS).where(GIVEN.c.grain == Grain.FINE.value).order_by(GIVEN.c.id)
)


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
    Only a set that differs enough from every set answered before gets an answer of its own. The
    answer about a near set costs as much, unless it is the one that the question had before.

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
    purse: Purse | None = None,
) -> list[Answer | None]:
    """The same for several sets, each at its own cost; None where `count` would raise.

    Coarse answers are kept by question, not by set: whether two sets are the same must not show in
    whether their answers are. The same question gets its answer again for a day, whoever asks.
    `purse` is the asker's where it is not the common one; no name may ask with two.
    """
    desk = _Desk.opened(session, asker, questions, at, grain, purse)
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
    """The same for the parts of one set, coarsely: `part` says whose question each of `people` is.

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
    at: datetime
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
    stands: timedelta
    answers: list[tuple[_Given, bool] | None]

    @classmethod
    def opened(  # noqa: PLR0913, PLR0917 - as above
        cls,
        session: Session,
        asker: str,
        questions: Sequence[Question],
        at: datetime,
        grain: Grain,
        purse: Purse | None = None,
    ) -> "_Desk":
        """Whoever else counts waits until the caller's unit of work ends."""
        _hold(session)
        purse = purse or Purse(ALLOWANCE, KEPT)
        if grain is Grain.FINE:
            earlier = _repeated(session, asker, questions, at)
            known = list(_about_as_large(session, [each.people.size for each in questions]))
        else:
            earlier, known = _repeated(session, None, questions, at), []
        spent = session.execute(_SPENT, {"asker": asker, "since": at - WINDOW}).scalar_one()
        nothing: list[tuple[_Given, bool] | None] = [None] * len(questions)
        left, stands = purse.allowance - spent, purse.stands
        return cls(session, asker, questions, at, grain, earlier, known, left, stands, nothing)

    def unanswered(self) -> Iterator[int]:
        """The questions that are neither locked nor about a set that was answered before."""
        for number in range(len(self.questions)):
            repeats = self.earlier[number]
            near = self._near(number) if self.grain is Grain.FINE else self._same(number)
            again = self.grain is Grain.COARSE or near in repeats
            # The same coarse answer again is no repeat: it says nothing that was not said.
            if len(repeats) >= REPEATS and (self.grain is Grain.FINE or near is None):
                self.answers[number] = (repeats[-1], True)
            elif near is None:
                yield number
            elif again:
                self.answers[number] = (near, False)
            else:
                self._repeat(number, near)

    def give(self, numbers: Sequence[int], price: float, chance: Chance | None) -> None:
        """Fresh answers for `price` together; the earlier ones where that is too much."""
        fits = price <= self.left
        self.left -= price if fits else 0.0
        for number in numbers:
            people, earlier = self.questions[number].people, self.earlier[number]
            if fits:
                said = answer(people.size, chance, self.grain)
                fresh = _Given(None, said.about, self.grain, self.at, price / len(numbers))
                self.known.append((people, fresh))
                self.answers[number] = (fresh, False)
            elif earlier:
                self.answers[number] = (earlier[-1], True)

    def _repeat(self, number: int, near: _Given) -> None:
        """The answer about a near set, for what one of its own would have cost.

        Were it free, or given where no fresh one is, then the price or a refusal would tell for
        certain whether a set is near, that is, whether one person is in it.
        """
        price = cost(self.questions[number].people.size, self.grain)
        if price <= self.left:
            self.left -= price
            [people] = [people for people, given in self.known if given is near]
            copy = _Given(None, near.about, near.grain, self.at, price)
            self.known.append((people, copy))
            self.answers[number] = (copy, False)
        elif self.earlier[number]:
            self.answers[number] = (self.earlier[number][-1], True)

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

    def _same(self, number: int) -> _Given | None:
        """The question's last answer, as long as it stands.

        Whatever became of its set: that an answer changes must not tell who came or left just then.
        """
        earlier = self.earlier[number]
        return earlier[-1] if earlier and earlier[-1].at > self.at - self.stands else None

    def _near(self, number: int) -> _Given | None:
        """An answer about a set that differs by few people: the question's own, else the oldest."""
        people, own = self.questions[number].people, self.earlier[number]
        for others, given in sorted(self.known, key=lambda known: known[1] not in own):
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


def _about_as_large(session: Session, sizes: Sequence[int]) -> Iterator[tuple[Sketch, _Given]]:
    """The fine answers about sets of nearly these sizes, oldest first."""
    for sketch, *given in session.execute(_FINE.where(_within(sizes))):
        yield Sketch.read(sketch), _given(*given)


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
    session: Session, asker: str | None, questions: Sequence[Question], at: datetime
) -> list[list[_Given]]:
    """For each question the answers that it got within the window, oldest first.

    With an asker, one for each time that they asked; without one, the different coarse answers.
    """
    names = [question.name for question in questions]
    asked = {"names": names, "since": at - WINDOW}
    rows = (
        session.execute(_SAID_COARSELY, asked)
        if asker is None
        else session.execute(_SAID_TO, {**asked, "asker": asker})
    )
    found: dict[str, list[_Given]] = {name: [] for name in names}
    for question, *given in rows:
        found[question].append(_given(*given))
    return [found[name] for name in names]


def _given(number: int, about: int | None, grain: str, at: datetime) -> _Given:
    return _Given(number, about, Grain(grain), at)


def _hold(session: Session) -> None:
    """Be the only one who counts; SQLite's writers are alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
