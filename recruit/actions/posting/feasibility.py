"""How many people are left after each criterion of a posting, as far as a sponsor may know it.

A person is left as long as nothing on record speaks against them: what is not known leaves them in,
as it is asked about later. All sets are formed exactly, on everybody; what leaves this room is what
`disclosure.counts` answers, coarsely, so that the allowance lasts for a day of editing.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import numpy as np
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.population import Crowd, Population
from recruit.audit.trail import Tag, record
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.criteria.codec import encode_criterion
from recruit.criteria.eligibility import Criterion, Eligibility, leaves
from recruit.criteria.nodes import Unparsed
from recruit.disclosure.counts import count_each
from recruit.disclosure.question import Question
from recruit.disclosure.rule import Answer, Grain
from recruit.disclosure.sketch import Marks, Sketch
from recruit.matching.index import Flags, Rows
from recruit.matching.sets import rows_in
from recruit.terminology.lexicon import Lexicon
from recruit.trials.posting import reading as posted
from recruit.trials.posting.store import Posting


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: an account, for its organisation, whose allowance it is."""

    organisation: int | None
    actor: str

    @property
    def name(self) -> str:
        """As counts know it."""
        return "operator" if self.organisation is None else f"organisation {self.organisation}"


@dataclass(frozen=True, slots=True)
class Step:
    """How many people are left after a criterion, by its number; None before the first one.

    `people` is None where no more may be asked; `lost` is by how many it is fewer than the step
    before, as far as both are said.
    """

    criterion: int | None
    people: Answer | None
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Everybody who opted in, those whom the trial is about, and the rest criterion by criterion.

    No step says more than the one before it.
    """

    everybody: Answer | None
    about: Answer | None
    steps: tuple[Step, ...]
    at: datetime

    @property
    def left(self) -> Answer | None:
        """About how many people could take part."""
        return self.steps[-1].people if self.steps else self.about

    @property
    def costs_most(self) -> Step | None:
        """The criterion after which the most people are missing, as far as it is said."""
        dearest = max(self.steps, key=lambda step: step.lost, default=None)
        return dearest if dearest and dearest.lost else None

    @property
    def answers(self) -> tuple[Answer | None, ...]:
        """Every answer, in order."""
        return (self.everybody, self.about, *(step.people for step in self.steps))


@dataclass(frozen=True, slots=True)
class Fallen:
    """The people whom a trial is about, taken apart.

    `there` are all who opted in, `left` those against whom nothing speaks, `lost` for each
    criterion those whom it is the first to leave out.
    """

    there: Flags
    left: Rows
    lost: tuple[Rows, ...]


def possible(population: Population, eligibility: Eligibility, there: Flags | None = None) -> Marks:
    """The people whom the trial is about and against whom nothing on record speaks, as marks."""
    everybody = np.ones(population.size, np.bool_) if there is None else there
    return population.marks[fallen(population, eligibility, everybody).left]


def fallen(population: Population, eligibility: Eligibility, there: Flags) -> Fallen:
    """Everybody in `there` whom the trial is about, criterion by criterion."""
    about = rows_in(population.engine.about(eligibility))
    left = about[there[about]]
    lost = []
    for criterion in eligibility.criteria:
        out = population.engine.against(criterion, eligibility.places, left)
        lost.append(left[out])
        left = left[~out]
    return Fallen(there, left, tuple(lost))


def waterfall(
    engine: Engine, lexicon: Lexicon, crowd: Crowd, posting: Posting, asker: Asker
) -> Waterfall | None:
    """The waterfall of a posting as it stands; None where people were not read yet."""
    population = crowd.current(engine, lexicon)
    if population is None:
        return None
    asked = posted.eligibility(posting.content, lexicon)
    with reading(engine) as session:
        there = population.present(session, asked.trial, crowd.key, now())
    parts = fallen(population, asked, there)
    to_ask = list(questions(population, asked, parts))
    with unit_of_work(engine) as session:
        said = told(session, to_ask, posting, asker)
    return arranged(said, posting, population.moment.at)


def told(
    session: Session, questions: Sequence[Question], posting: Posting, asker: Asker
) -> list[Answer | None]:
    """Coarse answers, with a row in the trail that says what was shown."""
    said = count_each(session, asker=asker.name, questions=questions, at=now(), grain=Grain.COARSE)
    shown(session, said, posting, asker)
    return said


def shown(session: Session, said: Sequence[Answer | None], posting: Posting, asker: Asker) -> None:
    """Leave a row in the trail that says what was shown."""
    words = " ".join(each.words if each else "refused" for each in said)
    subject = f"trial {posting.heading.trial}"
    record(session, Tag.FEASIBILITY_SHOWN, actor=asker.actor, subject=subject, new=words)


def question(what: str, asked: Eligibility) -> str:
    """What is asked about the people whom a trial leaves, in words that are always alike."""
    return f"{what} {asked.trial} {_digests(asked)[-1]}"


def words(asked: Eligibility) -> list[str]:
    """What is asked for a waterfall, step by step; nothing for criteria that are `silent`."""
    return ["everybody", *(f"left {asked.trial} {digest}" for digest in _digests(asked))]


def silent(criterion: Criterion) -> bool:
    """Whether no record can speak against anybody: it was not read, or is left to somebody."""
    unread = all(isinstance(leaf, Unparsed) for leaf in leaves(criterion.rule))
    return unread or criterion.settled_by != "record"


def _digests(asked: Eligibility) -> list[str]:
    """Of what the trial is about and where it runs, and of that with each criterion added."""
    places = [[each.country, each.lat, each.lon, each.recruiting] for each in asked.places]
    whole = sha256(json.dumps([asked.about, asked.seeks_healthy, places]).encode())
    found = [whole.hexdigest()]
    for criterion in (each for each in asked.criteria if not silent(each)):
        whole.update(json.dumps(encode_criterion(criterion), sort_keys=True).encode())
        found.append(whole.hexdigest())
    return found


def nested(answers: Sequence[Answer | None]) -> list[Answer | None]:
    """The answers about sets of which each contains the next: none is larger than one before.

    What is known already is used, so that it tells nothing more.
    """
    least: Answer | None = None
    found: list[Answer | None] = []
    for answer in answers:
        if answer is None:
            found.append(None)
            continue
        if least is None or _size(answer) <= _size(least):
            least = answer
        found.append(replace(answer, about=least.about, grain=least.grain))
    return found


def lost_between(before: Answer | None, after: Answer | None) -> int:
    """By how many people a step is said to be fewer; few are taken for none."""
    return _size(before) - _size(after) if before and after else 0


def questions(population: Population, asked: Eligibility, parts: Fallen) -> Iterator[Question]:
    """Everybody, those whom the trial is about, and the rest after each criterion.

    Each set is the one before without some, and so is its sketch: nobody is gone through twice.
    """
    absent = Sketch.of(population.marks[~parts.there])
    gone = [Sketch.of(population.marks[lost]) for lost in parts.lost]
    people = Sketch.of(population.marks[parts.left])
    for each in gone:
        people = people.with_others(each)
    sketches = [population.everybody.without(absent), people]
    for criterion, each in zip(asked.criteria, gone, strict=True):
        people = people.without(each)
        if not silent(criterion):
            sketches.append(people)
    return map(Question.of, words(asked), sketches)


def arranged(said: Sequence[Answer | None], posting: Posting, at: datetime) -> Waterfall:
    """The waterfall that the answers to all its questions make."""
    everybody, about, *rest = nested(said)
    steps, people, before = [], about, about
    for reviewed in posting.content.criteria:
        if not silent(reviewed.settled):
            people = rest.pop(0)
        steps.append(Step(reviewed.number, people, lost_between(before, people)))
        before = people or before
    return Waterfall(everybody, about, tuple(steps), at)


def _size(answer: Answer) -> int:
    return answer.about or 0
