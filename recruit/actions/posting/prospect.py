"""The whole page about a posting's feasibility: waterfall, tables, and what is tried."""

from dataclasses import dataclass

from sqlalchemy import Engine

from recruit.actions.population import Crowd
from recruit.actions.posting.breakdown import (
    Breakdown,
    Part,
    Table,
    breakdowns,
    keys_of,
    part_question,
)
from recruit.actions.posting.feasibility import (
    Asker,
    Waterfall,
    arranged,
    fallen,
    question,
    questions,
    shown,
    words,
)
from recruit.actions.posting.what_if import BeforeAfter, Trying, compared, tried
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.disclosure.counts import count_each, last_said
from recruit.disclosure.question import Question
from recruit.disclosure.rule import Answer, Grain
from recruit.disclosure.sketch import Sketch
from recruit.terminology.lexicon import Lexicon
from recruit.trials.posting import reading as posted
from recruit.trials.posting.store import Posting


@dataclass(frozen=True, slots=True)
class Prospect:
    """What may be said about how many people a posting could reach.

    `reach` is the number that the page is about, said as finely as on the list of trials; coarsely
    where the allowance has not lasted. `compared` is None where nothing is tried.
    """

    reach: Answer | None
    waterfall: Waterfall
    tables: tuple[Breakdown, ...]
    compared: BeforeAfter | None

    @property
    def answers(self) -> tuple[Answer | None, ...]:
        """Every answer of the page."""
        parts = (part.people for table in self.tables for part in table.parts)
        after = (self.compared.after,) if self.compared else ()
        return (self.reach, *self.waterfall.answers, *parts, *after)


def prospect(  # noqa: PLR0913, PLR0917 - what, of whom, for whom
    engine: Engine,
    lexicon: Lexicon,
    crowd: Crowd,
    posting: Posting,
    asker: Asker,
    trying: Trying | None = None,
) -> Prospect | None:
    """Everything about a posting as it stands; None where people were not read yet."""
    population = crowd.current(engine, lexicon)
    if population is None:
        return None
    asked = posted.eligibility(posting.content, lexicon)
    with reading(engine) as session:
        there = population.present(session, asked.trial, crowd.key, now())
    parts = fallen(population, asked, there)
    to_ask = list(questions(population, asked, parts))
    steps = len(to_ask)
    if trying:
        other = tried(posting.content, asked, trying)
        people = population.marks[fallen(population, other, there).left]
        to_ask.append(Question.of(question("left", other), Sketch.of(people)))
    with unit_of_work(engine) as session:
        said = count_each(session, asker=asker.name, questions=to_ask, at=now(), grain=Grain.COARSE)
        tables = breakdowns(session, population, asked, parts.left, asker)
        left = Question.of(question("reach", asked), to_ask[steps - 1].people)
        fine = count_each(session, asker=asker.name, questions=[left], at=now(), grain=Grain.FINE)
        # Last: from here on whoever withdraws waits, and everybody is counted by now.
        for answers in (said, *([part.people for part in each.parts] for each in tables), fine):
            shown(session, answers, posting, asker)
    found = arranged(said[:steps], posting, population.moment.at)
    after = compared(found.left, said[-1], trying) if trying else None
    return Prospect(fine[0] or found.left, found, tables, after)


def said_before(
    engine: Engine, lexicon: Lexicon, posting: Posting, asker: Asker, table: Table | None
) -> Waterfall | Breakdown:
    """What the page last said today, for its charts: the waterfall, or one of the tables.

    Nothing is counted: who has not looked at the page sees nothing in them.
    """
    asked = posted.eligibility(posting.content, lexicon)
    keys = keys_of(table, asked) if table else []
    asking = [part_question(asked, table, key) for key in keys] if table else words(asked)
    with reading(engine) as session:
        said = last_said(session, asker.name, asking, now())
    if table:
        return Breakdown(table, tuple(map(Part, keys, said)))
    return arranged(said, posting, now())
