"""What the attackers ask and whom: desks that answer more or less, and a town of people."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from recruit.core.errors import AskedTooMuch
from recruit.disclosure.counts import count_each, count_parts
from recruit.disclosure.question import Question
from recruit.disclosure.rule import SMALL, STEP, Answer, Grain
from recruit.disclosure.sketch import Marks, Sketch
from recruit.disclosure.tables import ASKED, GIVEN

TARGETS = 200
GROUPS = 16
START = datetime(2026, 1, 5, tzinfo=UTC)

Said = list[int | None] | None
"""About how many in each set; None for a set of few, and no list where nothing is said."""
Guess = NDArray[np.float64]
"""For each of the first targets 1 for the attribute, 0 for none, 0.5 for no idea."""
Chosen = NDArray[np.bool_]


@dataclass(frozen=True)
class Desk:
    """Answers questions about sets of people; `error` and `few` are known to everybody.

    `each` takes any sets, `parts` sets without a common member.
    """

    each: Callable[[str, Sequence[Marks]], Said]
    parts: Callable[[str, Sequence[Marks]], Said]
    error: float
    few: float

    def ask(self, question: str, people: Marks) -> int | None:
        """One count; raises AskedTooMuch."""
        said = self.each(question, [people])
        if said is None:
            raise AskedTooMuch
        return said[0]


def exact() -> Iterator[Desk]:
    """No protection at all."""

    def say(_question: str, sets: Sequence[Marks]) -> Said:
        return [int(people.size) for people in sets]

    yield Desk(say, say, error=1, few=0)


def rounding() -> Iterator[Desk]:
    """Small counts hidden, others to the nearest ten, and nothing else."""

    def say(_question: str, sets: Sequence[Marks]) -> Said:
        return [
            STEP * round(people.size / STEP) if people.size > SMALL else None for people in sets
        ]

    yield Desk(say, say, error=STEP / 12**0.5, few=SMALL / 2)


def guarded(random: Random, grain: Grain) -> Iterator[Desk]:
    """Recruit's own desk, for one asker, half an hour from question to question."""
    engine = create_engine("sqlite://")
    for table in (GIVEN, ASKED):
        table.create(engine)
    clock = [START]
    with Session(engine) as session:

        def each(question: str, sets: Sequence[Marks]) -> Said:
            clock[0] += timedelta(minutes=30)
            asked = [
                Question(f"{question} {number}", partial(Sketch.of, people))
                for number, people in enumerate(sets)
            ]
            said = count_each(
                session, asker="x", questions=asked, at=clock[0], grain=grain, chance=random
            )
            return _said(said)

        def parts(question: str, sets: Sequence[Marks]) -> Said:
            clock[0] += timedelta(minutes=30)
            said = count_parts(
                session,
                asker="x",
                questions=questions_of([f"{question} {n}" for n in range(len(sets))], sets),
                at=clock[0],
                chance=random,
            )
            return _said(said)

        yield Desk(each, parts, error=grain.error, few=grain.few / 2)
    engine.dispose()


def questions_of(words: Sequence[str], sets: Sequence[Marks]) -> list[Question]:
    """A question about each of several sets without a common member."""
    part = np.repeat(np.arange(len(sets)), [people.size for people in sets])
    return Question.of_parts(words, lambda: (np.concatenate(sets), part))


def _said(answers: Sequence[Answer | None]) -> Said:
    known = [answer for answer in answers if answer is not None]
    return [answer.about for answer in known] if len(known) == len(answers) else None


@dataclass
class Town:
    """Everybody on the service: groups that can be asked for, and the targets among them."""

    random: Random
    groups: list[Marks] = field(default_factory=list)
    targets: Marks = field(default_factory=lambda: np.zeros(0, np.uint64))
    has: Chosen = field(default_factory=lambda: np.zeros(TARGETS, np.bool_))

    @classmethod
    def founded(cls, random: Random) -> "Town":
        """A town with groups of 15 to 60 people and two hundred targets."""
        town = cls(random)
        town.groups = [town._persons(random.randint(15, 60)) for _ in range(GROUPS)]
        town.targets = town._persons(TARGETS)
        town.has = np.array([random.random() < 0.5 for _ in range(TARGETS)])
        return town

    def live_on(self) -> None:
        """Now and then somebody leaves and somebody else joins."""
        if self.random.random() < 0.1:
            group = self.random.choice(self.groups)
            group[self.random.randrange(len(group))] = self._person()

    def people(self, groups: Chosen, targets: Chosen) -> Marks:
        """Who is in one of `groups`, or one of `targets` and has the attribute."""
        meant = [group for group, named in zip(self.groups, groups, strict=True) if named]
        return np.concatenate([*meant, self.targets[targets & self.has]])

    def _persons(self, count: int) -> Marks:
        return np.array([self._person() for _ in range(count)], np.uint64)

    def _person(self) -> int:
        return self.random.getrandbits(64)


def desks(name: str, random: Random) -> Iterator[Desk]:
    """The desk of a name, closed when the attack is over."""
    match name:
        case "exact":
            yield from exact()
        case "rounding":
            yield from rounding()
        case _:
            yield from guarded(random, Grain.COARSE if name == "coarse" else Grain.FINE)
