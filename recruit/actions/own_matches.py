"""The studies that were found for a person, with every reason, as the person may see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.actions.match_table import MatchRow
from recruit.matching.outcome import Hierarchy, Outcome
from recruit.matching.reference import explain
from recruit.people import store as people
from recruit.people.facts import Profile
from recruit.trials import store as trials
from recruit.trials.store import Version


@dataclass(frozen=True, slots=True)
class OwnMatch:
    """A match with what it rests on; `outcome` is None where it stands no more (`ended_at`)."""

    version: Version
    verdict: str
    made_at: datetime
    ended_at: datetime | None
    reason: str | None
    truths: tuple[str, ...]
    profile: Profile | None
    outcome: Outcome | None


def own_matches(session: Session, person: str, lexicon: Hierarchy, on: date) -> Iterator[OwnMatch]:
    """Every match of the person, the newest first; those that stand are judged on the day `on`."""
    query = select(MatchRow).where(col(MatchRow.person) == person)
    for row in session.scalars(query.order_by(col(MatchRow.id).desc())):
        version = next(
            each for each in trials.history(session, row.trial) if each.number == row.trial_version
        )
        profile, outcome = None, None
        if row.superseded_at is None:
            profile = people.profile(session, person, row.profile_version)
            outcome = explain(version.eligibility, profile, lexicon, on)
        yield OwnMatch(
            version,
            row.verdict,
            row.made_at,
            row.superseded_at,
            row.reason,
            tuple(row.truths),
            profile,
            outcome,
        )
