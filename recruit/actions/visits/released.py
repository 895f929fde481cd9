"""A person's path, and whether its site may have their contact details: asked at every look."""

from datetime import datetime

from sqlalchemy.orm import Session

from recruit.actions.visits.sites import release
from recruit.consent.permit import Permit, permit
from recruit.core.errors import ConsentMissing, EditedMeanwhile, NotFound
from recruit.referrals import paths
from recruit.referrals.paths import Path, State


def permitted(session: Session, path: Path, at: datetime) -> Permit:
    """The permission to show a site who this is.

    Raises:
        ConsentMissing: it was never given, is taken back, or the person has paused everything.
    """
    if path.state is not State.RELEASED or path.site is None:
        raise ConsentMissing(record=path.person, purpose="release")
    scope = release(path.trial, path.site).scope
    purpose = release(path.trial, path.site).purpose
    return permit(session, path.person, purpose, scope=scope, at=at)


def is_released(session: Session, path: Path, at: datetime) -> bool:
    """Whether the site that the person chose may see their contact details at this moment."""
    try:
        permitted(session, path, at)
    except ConsentMissing:
        return False
    return True


def own(session: Session, trial: str, person: str) -> Path:
    """A person's path, held until this unit of work ends; NotFound for none, or a declined one."""
    try:
        path = paths.held(session, trial, person)
    except EditedMeanwhile:
        raise NotFound(what="trial", identifier=trial) from None
    if path.state is State.DECLINED:
        raise NotFound(what="trial", identifier=trial)
    return path
