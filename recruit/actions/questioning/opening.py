"""The questions that are open for somebody, of every study together, each of them once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.actions import profile as profiles
from recruit.actions import questioned
from recruit.actions.match_table import MatchRow
from recruit.actions.referring.prescreening import Question, Screening, screening
from recruit.consent.choices import Choice, Purpose
from recruit.consent.projection import own
from recruit.consent.state import pause_of, permitting
from recruit.core.clock import now
from recruit.matching.outcome import Hierarchy
from recruit.trials import store as trials
from recruit.trials.store import Version


@dataclass(frozen=True, slots=True)
class Open:
    """One question, as each study that wants to know it asks it: the first is the one that is put.

    One with a date comes first, where a study wants to know when.
    """

    asked: tuple[Question, ...]

    @property
    def question(self) -> Question:
        """The question as it is put."""
        return self.asked[0]

    @property
    def key(self) -> str:
        """What it is known by."""
        return self.question.key


def open_for(session: Session, person: str, lexicon: Hierarchy) -> list[Open]:
    """The questions that somebody can answer now, the oldest first; nothing twice.

    What something else has settled meanwhile is not among them, nor what a study asks that they are
    no longer matched with, or that they do not want to be.
    """
    return opened(session, person, questioned.open_rows(session, person), lexicon, now())


def opened(
    session: Session,
    person: str,
    rows: Sequence[RowMapping],
    lexicon: Hierarchy,
    at: datetime,
) -> list[Open]:
    """The same of rows that the caller has read."""
    questions = _still_asked(session, person, {row["trial"] for row in rows}, lexicon, at)
    found: dict[str, list[Question]] = {}
    for row in rows:
        asked = questions.get(row["trial"], {}).get(row["question"])
        if asked:
            found.setdefault(row["question"], []).append(asked)
    return [Open(tuple(sorted(each, key=_undated))) for each in found.values()]


def screened(
    session: Session, version: Version, person: str, lexicon: Hierarchy, on: date
) -> Screening:
    """What a study still has to know of somebody, with what they answered before."""
    profile = profiles.current(session, person).profile
    given = questioned.given(session, person)
    return screening(version.eligibility, profile, lexicon, on, given)


def _still_asked(
    session: Session, person: str, studies: set[str], lexicon: Hierarchy, at: datetime
) -> Mapping[str, Mapping[str, Question]]:
    """By study and key, the questions that still have to be answered."""
    if not studies:
        return {}
    consents = own(session, person)
    if pause_of(consents, at):
        return {}
    standing = select(MatchRow.trial).where(
        col(MatchRow.person) == person,
        col(MatchRow.trial).in_(studies),
        col(MatchRow.superseded_at).is_(None),
    )
    return {
        trial: {
            each.key: each
            for each in screened(
                session, trials.get(session, trial), person, lexicon, at.date()
            ).open
        }
        for trial in sorted(session.scalars(standing))
        if permitting(consents, Choice(Purpose.MATCHING, scope=f"trial/{trial}"), at) is not None
    }


def _undated(question: Question) -> bool:
    return not question.is_dated
