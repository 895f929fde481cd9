"""What an amendment does to those who are matched already: who falls, and how many stay.

Whoever publishes an amendment is shown this first, and supersedes those who fall in the same unit
of work. Both figures are exact: a sponsor gets to see either only through disclosure.counts.count.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.current_matches import current_matches
from recruit.actions.judged_tables import JUDGED_TRIAL
from recruit.actions.match_table import MatchRow, Superseded
from recruit.actions.outreach import cancelling
from recruit.core.bulk import among
from recruit.core.clock import now
from recruit.criteria.eligibility import Eligibility
from recruit.matching.embedded import evaluate
from recruit.matching.outcome import Hierarchy
from recruit.notify.stages import Reason
from recruit.people.codec import decode
from recruit.people.facts import Profile
from recruit.people.tables import VERSION

PART: Final = 5_000  # profiles that are in memory at a time


@dataclass(frozen=True, slots=True)
class Flips:
    """The matches of `trial` under other criteria: `falls` are pseudonyms, in order."""

    trial: str
    falls: tuple[str, ...]
    stays: int


def flips(
    session: Session, lexicon: Hierarchy, trial: str, eligibility: Eligibility, on: date
) -> Flips:
    """Who of those matched with `trial` would, by `eligibility`, be no candidate on the day `on`.

    Judged by what is on record about each person today. Nothing is written; where nobody is
    matched, or there is no such trial yet, nobody falls.
    """
    falls: list[str] = []
    stays = 0
    for profiles in _matched(session, trial):
        # The embedded engine: the reference one says the same, and takes longer.
        judged = evaluate(eligibility, profiles, lexicon, on)
        fallen = [each.person for each in judged if not each.candidate]
        falls += fallen
        stays += len(judged) - len(fallen)
    return Flips(trial, tuple(falls), stays)


def supersede(session: Session, found: Flips, at: datetime) -> None:
    """End the matches of those who fall, and cancel what would ask them, in the caller's work.

    The next run of matching judges everybody for the trial, as it stands then.
    """
    session.execute(delete(JUDGED_TRIAL).where(JUDGED_TRIAL.c.trial == found.trial))
    session.execute(
        update(MatchRow)
        .where(
            col(MatchRow.trial) == found.trial,
            col(MatchRow.superseded_at).is_(None),
            among(col(MatchRow.person), found.falls),
        )
        .values(superseded_at=at, reason=Superseded.TRIAL_AMENDED)
        .execution_options(synchronize_session=False)
    )
    cancelling.of_unmatched(session, found.trial, found.falls, Reason.AMENDED)


def _matched(session: Session, trial: str) -> Iterator[list[Profile]]:
    """The current profiles of everybody whose match with `trial` stands, part by part."""
    query = (
        current_matches(now())
        .where(col(MatchRow.trial) == trial)
        .join(VERSION, (VERSION.c.person == col(MatchRow.person)) & VERSION.c.current)
        .with_only_columns(VERSION.c.person, VERSION.c.profile)
        .order_by(VERSION.c.person)
        .execution_options(yield_per=PART)
    )
    with session.execute(query) as rows:
        for part in rows.partitions():
            yield [replace(decode(row.profile), person=row.person) for row in part]
