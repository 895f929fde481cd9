"""People who ask a thousand clever questions to learn one thing about one person.

Each attack knows more than any sponsor will: how to name its targets so that nobody else is meant,
and that half of them have the attribute. It asks 1,000 questions, one after the other, while other
people join and leave, and then guesses for each target. Its gain is the share of right guesses
above the half that it would get without asking.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from recruit.core.errors import AskedTooMuch
from recruit.disclosure.counts import count
from recruit.disclosure.rule import ERROR, SMALL, STEP, Answer
from recruit.disclosure.sketch import Marks
from recruit.disclosure.tables import ASKED, GIVEN

QUESTIONS = 1000
TARGETS = 200
FIFTY = 50  # targets of the attacks that take them one by one
GROUPS = 16
FEW = SMALL / 2  # what "few" is taken for
START = datetime(2026, 1, 5, tzinfo=UTC)

Desk = Callable[[str, Marks], int | None]
"""Answers a question about a set of people; raises AskedTooMuch."""
Guess = NDArray[np.bool_]


def exactly(_question: str, people: Marks) -> int:
    """No protection at all."""
    return int(people.size)


def rounding(_question: str, people: Marks) -> int | None:
    """Small counts hidden, others to the nearest ten, and nothing else."""
    return STEP * round(people.size / STEP) if people.size > SMALL else None


def guarded(random: Random) -> Iterator[Desk]:
    """Recruit's own desk, for one asker, half an hour from question to question."""
    engine = create_engine("sqlite://")
    for table in (GIVEN, ASKED):
        table.create(engine)
    clock = [START]
    with Session(engine) as session:

        def ask(question: str, people: Marks) -> int | None:
            clock[0] += timedelta(minutes=30)
            said: Answer = count(
                session, asker="x", question=question, people=people, at=clock[0], chance=random
            )
            return said.about

        yield ask
    engine.dispose()


@dataclass
class Town:
    """Everybody on the service: groups that can be asked for, and the targets among them."""

    random: Random
    groups: list[list[int]] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    has: Guess = field(default_factory=lambda: np.zeros(TARGETS, np.bool_))

    @classmethod
    def founded(cls, random: Random) -> "Town":
        """A town with groups of 15 to 60 people and two hundred targets."""
        town = cls(random)
        town.groups = [
            [town._person() for _ in range(random.randint(15, 60))] for _ in range(GROUPS)
        ]
        town.targets = [town._person() for _ in range(TARGETS)]
        town.has = np.array([random.random() < 0.5 for _ in range(TARGETS)])
        return town

    def live_on(self) -> None:
        """Now and then somebody leaves and somebody else joins."""
        if self.random.random() < 0.1:
            group = self.random.choice(self.groups)
            group[self.random.randrange(len(group))] = self._person()

    def people(self, groups: NDArray[np.bool_], targets: NDArray[np.bool_]) -> Marks:
        """Who is in one of `groups`, or one of `targets` and has the attribute."""
        meant = [
            who for group, named in zip(self.groups, groups, strict=True) if named for who in group
        ]
        meant += [
            who
            for who, named, has in zip(self.targets, targets, self.has, strict=True)
            if named and has
        ]
        return np.array(meant, np.uint64)

    def _person(self) -> int:
        return self.random.getrandbits(64)


def by_many_sums(town: Town, ask: Desk) -> Guess:
    """Ask for random unions of groups and targets, and solve for the targets (Dinur, Nissim)."""
    return _by_sums(town, ask, GROUPS)


def by_few_sums(town: Town, ask: Desk) -> Guess:
    """The same with few groups: fewer unknowns, where there are few answers to be had."""
    return _by_sums(town, ask, 6)


def _by_sums(town: Town, ask: Desk, groups: int) -> Guess:
    rows, said = [], []
    for number in range(QUESTIONS):
        named = _some(town.random, GROUPS) & (np.arange(GROUPS) < groups)
        targets = _some(town.random, TARGETS)
        town.live_on()
        try:
            told = ask(f"sum {number}", town.people(named, targets))
        except AskedTooMuch:
            continue
        rows.append(np.concatenate([named, targets]).astype(float))
        said.append(FEW if told is None else told)
    return _solved(np.array(rows), np.array(said))


def by_differences(town: Town, ask: Desk) -> Guess:
    """Ask for a few groups, then for the same with one target, for one target after the other."""
    votes = np.zeros(FIFTY)
    for number in range(QUESTIONS // 2):
        target = number % FIFTY
        groups, one = _some(town.random, GROUPS), np.zeros(TARGETS, np.bool_)
        without = one.copy()
        one[target] = True
        try:
            before = ask(f"without {number}", town.people(groups, without))
            after = ask(f"with {number}", town.people(groups, one))
        except AskedTooMuch:
            continue
        town.live_on()
        votes[target] += (after or FEW) > (before or FEW)
    return np.asarray(votes >= max(1.0, float(np.median(votes))))


def by_watching(town: Town, ask: Desk) -> Guess:
    """Ask the same few questions again and again while fifty targets join at known times."""
    has, town.has = town.has, np.zeros(TARGETS, np.bool_)
    told: list[list[float]] = []
    whole = [_some(town.random, GROUPS) for _ in range(10)]
    everyone = np.ones(TARGETS, np.bool_)
    for step in range(QUESTIONS // 10):
        town.has = has & (np.arange(TARGETS) < (step + 1) // 2)
        row = []
        for number, groups in enumerate(whole):
            try:
                row.append(float(ask(f"watch {number}", town.people(groups, everyone)) or FEW))
            except AskedTooMuch:
                row.append(told[-1][number] if told else FEW)
        told.append(row)
        town.live_on()
    town.has = has
    sums = np.array(told).mean(axis=1)
    return np.asarray(sums[1::2] - sums[0::2] > 0.5)


Attack = Callable[[Town, Desk], Guess]
OPEN: dict[str, Desk] = {"exact": exactly, "rounding": rounding}
ATTACKS: tuple[Attack, ...] = (by_many_sums, by_few_sums, by_differences, by_watching)


def gain(attack: Attack, desk: str, towns: int) -> float:
    """By how much more than a half the guesses are right, in percentage points."""
    right = 0.0
    for seed in range(towns):
        random = Random(seed)  # noqa: S311 - a town that can be founded again
        town = Town.founded(random)
        for ask in guarded(random) if desk == "guarded" else [OPEN[desk]]:
            guess = attack(town, ask)
            right += float((guess == town.has[: len(guess)]).mean())
    return 100 * (right / towns - 0.5)


def _some(random: Random, count: int) -> NDArray[np.bool_]:
    return np.array([random.random() < 0.5 for _ in range(count)])


def _solved(rows: NDArray[np.float64], said: NDArray[np.float64]) -> Guess:
    """Who has the attribute by the best linear guess: what is known before weighs in.

    A group may have any size around 37; a target counts for one half, give or take one half; an
    answer is wrong by its error and by the rounding.
    """
    before = np.concatenate([np.full(GROUPS, 37.0), np.full(TARGETS, 0.5)])
    loose = np.concatenate([np.full(GROUPS, 200.0), np.full(TARGETS, 0.25)])
    wrong = ERROR**2 if len(said) < QUESTIONS else STEP**2 / 12
    weighed = rows.T @ rows / wrong + np.diag(1 / loose)
    found = before + np.linalg.solve(weighed, rows.T @ (said - rows @ before) / wrong)
    return np.asarray(found[GROUPS:] > 0.5)
