"""What people were asked before they were invited, how it stands, and what they answered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from recruit.actions.match_table import MatchRow
from recruit.actions.question_table import QUESTION_ASKED, End
from recruit.trials import store as trials

ANSWERED: Final = frozenset({End.ANSWERED, End.UNSURE})
OVER: Final = ANSWERED | {End.NO_ANSWER}
"""What ended so is not asked again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a question about one criterion of a match stands.

    `ended` is None while it is open; `at` is when it was asked or ended. `given` is the word that
    the person chose (referrals/asked.py): where no fact can say it, it is all there is.
    """

    criterion: int
    ended: End | None
    at: datetime
    given: str | None


def standings(session: Session, matches: Collection[MatchRow]) -> Mapping[int, Sequence[Standing]]:
    """How the questions of matches stand, by match, oldest first; nothing where none was asked."""
    numbers = {(each.trial, each.person): each.id or 0 for each in matches}
    query = select(QUESTION_ASKED).where(
        QUESTION_ASKED.c.person.in_({person for _, person in numbers}),
        QUESTION_ASKED.c.trial.in_({trial for trial, _ in numbers}),
    )
    found: dict[int, list[Standing]] = {}
    for row in session.execute(query.order_by(QUESTION_ASKED.c.id)).mappings():
        number = numbers.get((row["trial"], row["person"]))
        if number is not None:
            found.setdefault(number, []).append(_standing(row))
    return found


def of_match(
    session: Session, match: MatchRow
) -> tuple[tuple[Standing, ...], Sequence[RowMapping]]:
    """How the questions of a match stand, and the person's open ones of any study, oldest first."""
    query = select(QUESTION_ASKED).where(QUESTION_ASKED.c.person == match.person)
    rows = session.execute(query.order_by(QUESTION_ASKED.c.id)).mappings().all()
    stand = tuple(_standing(row) for row in rows if row["trial"] == match.trial)
    return stand, [row for row in rows if row["ended_at"] is None]


def given(session: Session, person: str, until: datetime | None = None) -> Mapping[str, str]:
    """What somebody answered (`until` a moment), by question and in the order of answering.

    It holds for every study that asks the same.
    """
    query = select(QUESTION_ASKED.c.question, QUESTION_ASKED.c.given).where(
        QUESTION_ASKED.c.person == person, QUESTION_ASKED.c.given.is_not(None)
    )
    if until is not None:
        query = query.where(QUESTION_ASKED.c.ended_at <= until)
    rows = session.execute(query.order_by(QUESTION_ASKED.c.ended_at, QUESTION_ASKED.c.id))
    return {row.question: row.given for row in rows}


def over(session: Session, person: str) -> set[str]:
    """The questions that somebody was asked and that are over: nobody is asked the same twice."""
    query = select(QUESTION_ASKED.c.question).where(
        QUESTION_ASKED.c.person == person, QUESTION_ASKED.c.ended.in_(OVER)
    )
    return set(session.scalars(query))


def open_rows(session: Session, person: str) -> Sequence[RowMapping]:
    """The questions that somebody has not answered, the oldest first."""
    query = select(QUESTION_ASKED).where(
        QUESTION_ASKED.c.person == person, QUESTION_ASKED.c.ended_at.is_(None)
    )
    return session.execute(query.order_by(QUESTION_ASKED.c.id)).mappings().all()


def of_person(session: Session, person: str) -> list[dict[str, Any]]:
    """Every question that somebody was asked before an invitation, the oldest first, as JSON.

    `criterion` is what the study says of it. No name or number of staff.
    """
    query = select(QUESTION_ASKED).where(QUESTION_ASKED.c.person == person)
    return [
        {
            "trial": row.trial,
            "criterion": _criterion(session, row.trial, row.trial_version, row.criterion),
            "asked_at": row.asked_at.isoformat(),
            "ended": row.ended,
            "ended_at": row.ended_at and row.ended_at.isoformat(),
            "answer": row.given,
        }
        for row in session.execute(query.order_by(QUESTION_ASKED.c.id))
    ]


def _criterion(session: Session, trial: str, version: int, place: int) -> str:
    return trials.version(session, trial, version).eligibility.criteria[place].text


def _standing(row: RowMapping) -> Standing:
    ended = End(row["ended"]) if row["ended"] else None
    at = row["ended_at"] or row["asked_at"]
    return Standing(row["criterion"], ended, at, row["given"])
