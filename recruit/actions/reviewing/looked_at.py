"""Finds the match that somebody looked at, or what has happened to it since."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import bindparam
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.actions.centre_scope import in_scope
from recruit.actions.current_matches import CURRENT, current_matches
from recruit.actions.match_table import MatchRow, Superseded
from recruit.consent.choices import Purpose
from recruit.consent.permit import permit
from recruit.core.columns import LARGEST
from recruit.core.errors import ConsentMissing, NotFound

AS_IT_IS: Final = {"populate_existing": True}  # not as the session read it before
_STANDING: Final = CURRENT.where(col(MatchRow.id) == bindparam("match"))


class Hindrance(StrEnum):
    """Why nothing was decided."""

    GONE = "gone"
    """There is no such match, or not for this looker; its person may have been erased."""
    ANEW = "judged anew"
    """Another match has taken its place."""
    STOPPED = "study stopped"
    WITHDRAWN = "withdrawn"
    AMENDED = "amended"
    """The study was, and no longer fits the person."""
    NO_LONGER = "no longer fits"
    IN_HAND = "in hand"
    """A colleague is looking at it."""
    DECIDED = "decided"
    BEGUN = "invited"
    """The person is invited already."""
    SHUT = "nobody may ask"
    """No gate would ever open for an invitation."""
    LEFT = "left"
    """Too late to take it back: what was decided has left."""
    NOTHING = "nothing to undo"


@dataclass(frozen=True, slots=True)
class Looked:
    """A match that stands, or why it does not; `newer` has taken its place."""

    row: MatchRow
    hindrance: Hindrance | None = None
    newer: int | None = None


def looked_at(session: Session, match: int, tenant: int | None, at: datetime) -> Looked:
    """The match with this number, whether it still stands, as somebody of `tenant` sees it.

    Raises:
        NotFound: there is none, or not for them.
    """
    if not 0 < match <= LARGEST:
        raise NotFound(what="match", identifier=match)
    this = select(MatchRow).where(col(MatchRow.id) == match)
    scope = in_scope(session, tenant, this)
    asked = {"at": at, "match": match}
    standing = session.scalars(_STANDING.where(scope), asked, execution_options=AS_IT_IS)
    row = standing.one_or_none()
    if row is not None:
        return Looked(row)
    row = session.scalars(this.where(scope), execution_options=AS_IT_IS).one_or_none()
    if row is None:
        raise NotFound(what="match", identifier=match)
    of_pair = current_matches(at).where(
        col(MatchRow.trial) == row.trial, col(MatchRow.person) == row.person
    )
    newest = session.scalar(of_pair.with_only_columns(col(MatchRow.id)))
    if newest is not None:
        return Looked(row, Hindrance.ANEW, newest)
    return Looked(row, _what_happened(session, row, at))


def _what_happened(session: Session, row: MatchRow, at: datetime) -> Hindrance:
    if row.reason == Superseded.TRIAL_STOPPED.value:
        return Hindrance.STOPPED
    try:
        permit(session, row.person, Purpose.MATCHING, scope=f"trial/{row.trial}", at=at)
    except ConsentMissing:
        return Hindrance.WITHDRAWN
    amended = row.reason == Superseded.TRIAL_AMENDED.value
    return Hindrance.AMENDED if amended else Hindrance.NO_LONGER
