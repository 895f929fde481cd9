"""The one door that every count for a sponsor passes through: of a set, of several, of parts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from recruit.core.errors import AskedTooMuch
from recruit.disclosure.desk import Asking, Desk
from recruit.disclosure.given import said_to
from recruit.disclosure.question import Question
from recruit.disclosure.rule import ALLOWANCE, MOVED, Answer, Chance, Grain, Purse, cost
from recruit.disclosure.sketch import Marks, Sketch

COMMON: Final = Purse(ALLOWANCE, timedelta(days=1))  # for so long a coarse answer stands


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
    asked = [Question.of(question, Sketch.of(people))]
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
    desk = Desk.opened(session, Asking(asker, at, grain, purse or COMMON), questions)
    for number in desk.unanswered():
        desk.give([number], cost(questions[number].people.size, grain), chance)
    return desk.closed()


def look_up(  # noqa: PLR0913 - as above
    session: Session,
    *,
    asker: str,
    questions: Sequence[Question],
    at: datetime,
    grain: Grain,
    purse: Purse | None = None,
) -> None:
    """Look up beforehand what `count_each` will need at the same moment, in a session that reads.

    On SQLite nobody else could write while it does. Earlier answers only become more: what is not
    needed now is not needed then.
    """
    Desk(session, Asking(asker, at, grain, purse or COMMON), questions).look_up()


def count_parts(
    session: Session,
    *,
    asker: str,
    questions: Sequence[Question],
    at: datetime,
    chance: Chance | None = None,
) -> list[Answer | None]:
    """The same for the parts of one set, coarsely (`Question.of_parts`).

    No one is in two parts, so that all of them together cost no more than MOVED answers.
    """
    grain = Grain.COARSE
    desk = Desk.opened(session, Asking(asker, at, grain, COMMON), questions)
    fresh = list(desk.unanswered())
    if fresh:
        dearest = max(cost(questions[number].people.size, grain) for number in fresh)
        desk.give(fresh, min(MOVED, len(fresh)) * dearest, chance)
    return desk.closed()


def last_said(
    session: Session, asker: str, questions: Sequence[str], at: datetime
) -> list[Answer | None]:
    """What the asker was last told in answer to each question; nothing is asked by this."""
    nobody = Sketch.of(np.zeros(0, np.uint64))
    names = [Question.of(words, nobody).name for words in questions]
    found = (each[-1] if each else None for each in said_to(session, asker, names, at))
    return [Answer(given.about, grain=given.grain) if given else None for given in found]
