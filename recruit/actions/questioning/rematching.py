"""Judging one person anew, at once, for the studies that they are matched with.

What else an answer opens for them, the next run of matching finds.
"""

from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.actions.match_changes import Pseudonyms, standing, write
from recruit.actions.match_table import MatchRow
from recruit.matching.outcome import Hierarchy
from recruit.matching.reference import explain
from recruit.people import store as people
from recruit.trials import store as trials


def rematch(session: Session, person: str, lexicon: Hierarchy, on: date) -> None:
    """Write what has changed of somebody's matches; the caller holds the chains, and them."""

    def whom(column: Pseudonyms) -> ColumnElement[bool]:
        return column == person

    for _, number, known in people.current(session, {person}):
        profile = replace(known, person=person)
        query = select(MatchRow.trial).where(
            col(MatchRow.person) == person, col(MatchRow.superseded_at).is_(None)
        )
        for trial in sorted(session.scalars(query)):
            version = trials.get(session, trial)
            judged = explain(version.eligibility, profile, lexicon, on).judgement
            write(
                session,
                version,
                [judged] if judged.candidate else [],
                {person: number},
                {person: profile.home},
                stands=standing(session, trial, whom),
                whom=whom,
                held=True,
            )
