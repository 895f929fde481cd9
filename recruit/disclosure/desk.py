"""How some questions of one asker are answered: alone, out of a purse, each answer written down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from recruit.disclosure.given import (
    Given,
    about_as_large,
    said_coarsely,
    said_to,
    spent,
)
from recruit.disclosure.question import Question
from recruit.disclosure.rule import NEAR, REPEATS, Answer, Chance, Grain, Purse, answer, cost
from recruit.disclosure.sketch import Sketch
from recruit.disclosure.tables import ASKED, GIVEN

NOTED_FOR: Final = timedelta(days=1)
LOCK: Final = 0xC0_0017  # one count at a time: two near sets asked for at once get one answer


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, when, how exactly, and what they may spend."""

    asker: str
    at: datetime
    grain: Grain
    purse: Purse


@dataclass(slots=True)
class Desk:
    """What is known while some questions are answered.

    `earlier` has for each question the answers it got, `known` the fine answers about sets that are
    nearly as large; `left` is what the asker may still spend; `answers` are those found so far, and
    whether the question is locked.
    """

    session: Session
    asking: Asking
    questions: Sequence[Question]
    earlier: list[list[Given]] = field(default_factory=list)
    known: list[tuple[Sketch, Given]] = field(default_factory=list)
    left: float = 0.0
    answers: list[tuple[Given, bool] | None] = field(default_factory=list)

    @classmethod
    def opened(cls, session: Session, asking: Asking, questions: Sequence[Question]) -> Self:
        """Whoever else counts waits until the caller's unit of work ends.

        The sets are looked up before, since that can take long.
        """
        desk = cls(session, asking, questions, answers=[None] * len(questions))
        desk.look_up()
        if session.get_bind().dialect.name == "postgresql":  # SQLite's writers are alone anyway
            session.execute(select(func.pg_advisory_xact_lock(LOCK)))
            desk._read_earlier()
        if sizes := desk._sizes():  # else nothing is looked for, and nothing spent
            if asking.grain is Grain.FINE:
                desk.known = list(about_as_large(session, sizes))
            desk.left = asking.purse.allowance - spent(session, asking.asker, asking.at)
        return desk

    def look_up(self) -> None:
        """Look the sets up of which no earlier answer stands."""
        self._read_earlier()
        self._sizes()

    def unanswered(self) -> Iterator[int]:
        """The questions that are neither locked nor about a set that was answered before."""
        for number in range(len(self.questions)):
            if stands := self._standing(number):
                self.answers[number] = stands
            elif self.asking.grain is Grain.COARSE or (near := self._near(number)) is None:
                yield number
            elif near in self.earlier[number]:
                self.answers[number] = (near, False)
            else:
                self._repeat(number, near)

    def give(self, numbers: Sequence[int], price: float, chance: Chance | None) -> None:
        """Fresh answers for `price` together; the earlier ones where that is too much."""
        grain, at = self.asking.grain, self.asking.at
        fits = price <= self.left
        self.left -= price if fits else 0.0
        for number in numbers:
            earlier = self.earlier[number]
            if fits:
                people = self.questions[number].people
                said = answer(people.size, chance, grain)
                fresh = Given(None, said.about, grain, at, price / len(numbers))
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
        self._note()
        return [
            Answer(said[0].about, locked=said[1], grain=said[0].grain) if said else None
            for said in self.answers
        ]

    def _note(self) -> None:
        """Write down who was told what: an answer that stands, once a day.

        A page that is looked at a thousand times would otherwise read a thousand rows each time.
        """
        asker, at = self.asking.asker, self.asking.at
        names = [question.name for question in self.questions]
        asked = [
            {"asker": asker, "question": name, "given": said[0].id, "at": at}
            for number, (name, said) in enumerate(zip(names, self.answers, strict=True))
            if said and not (self._standing(number) and self._was_noted(said[0]))
        ]
        if asked:
            self.session.execute(insert(ASKED), asked)

    def _was_noted(self, given: Given) -> bool:
        return given.told_at is not None and given.told_at > self.asking.at - NOTED_FOR

    def _read_earlier(self) -> None:
        said = said_to if self.asking.grain is Grain.FINE else said_coarsely
        names = [question.name for question in self.questions]
        self.earlier = said(self.session, self.asking.asker, names, self.asking.at)

    def _sizes(self) -> list[int]:
        """How large the sets are of which no earlier answer stands; looked up by this once."""
        return [
            question.people.size
            for number, question in enumerate(self.questions)
            if self._standing(number) is None
        ]

    def _standing(self, number: int) -> tuple[Given, bool] | None:
        """The answer that a question has whatever became of its set, and whether it is locked.

        That a coarse answer changes must not tell who came or left just then: it stands for a
        while, and given again is no repeat, as it says nothing that was not said.
        """
        earlier, asking = self.earlier[number], self.asking
        if (
            asking.grain is Grain.COARSE
            and earlier
            and earlier[-1].at > asking.at - asking.purse.stands
        ):
            return earlier[-1], False
        return (earlier[-1], True) if len(earlier) >= REPEATS else None

    def _repeat(self, number: int, near: Given) -> None:
        """The answer about a near set, for what one of its own would have cost.

        Were it free, or given where no fresh one is, then the price or a refusal would tell for
        certain whether a set is near, that is, whether one person is in it.
        """
        price = cost(self.questions[number].people.size, self.asking.grain)
        if price <= self.left:
            self.left -= price
            [people] = [people for people, given in self.known if given is near]
            copy = Given(None, near.about, near.grain, self.asking.at, price)
            self.known.append((people, copy))
            self.answers[number] = (copy, False)
        elif self.earlier[number]:
            self.answers[number] = (self.earlier[number][-1], True)

    def _near(self, number: int) -> Given | None:
        """An answer about a set that differs by few people: the question's own, else the oldest."""
        people, own = self.questions[number].people, self.earlier[number]
        for others, given in sorted(self.known, key=lambda known: known[1] not in own):
            as_large = abs(others.size - people.size) <= NEAR
            if as_large and others.differs_by(people, NEAR) is not None:
                return given
        return None

    def _row(self, people: Sketch, given: Given) -> dict[str, object]:
        return {
            "asker": self.asking.asker,
            "sketch": people.write(),
            "size": people.size,
            "about": given.about,
            "cost": given.cost,
            "grain": given.grain.value,
            "at": self.asking.at,
        }
