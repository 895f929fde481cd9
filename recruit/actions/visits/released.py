"""A person's path, and whether its site may have their contact details: asked at every look."""

from datetime import datetime

from sqlalchemy.orm import Session

from recruit.actions.visits.sites import release
from recruit.consent import ledger
from recruit.consent.permit import Permit, permit
from recruit.consent.state import Standings, permitting
from recruit.core.clock import now
from recruit.core.errors import ConsentMissing, EditedMeanwhile, NotFound
from recruit.referrals import paths
from recruit.referrals.paths import AT_SITE, Path, State


def permitted(session: Session, path: Path, at: datetime) -> Permit:
    """The permission to show a site who this is.

    Raises:
        ConsentMissing: it was never given, is taken back, the way has ended, or the person has
            paused everything.
    """
    if path.state not in AT_SITE:
        raise ConsentMissing(record=path.person, purpose="release")
    return allowed(session, path, at)


def allowed(session: Session, path: Path, at: datetime) -> Permit:
    """The same wherever the way stands: whether the person allows it at this moment.

    Raises:
        ConsentMissing: they do not.
    """
    if path.site is None:
        raise ConsentMissing(record=path.person, purpose="release")
    wanted = release(path.trial, path.site)
    return permit(session, path.person, wanted.purpose, scope=wanted.scope, at=at)


def is_released(session: Session, path: Path, at: datetime) -> bool:
    """Whether the site that the person chose may see their contact details at this moment."""
    try:
        permitted(session, path, at)
    except ConsentMissing:
        return False
    return True


def stands(session: Session, path: Path) -> bool:
    """Whether the person still agrees; a pause takes nothing back."""
    own = ledger.standings(session, {path.person}).get(path.person, Standings())
    return permitting(own, release(path.trial, path.site or ""), now()) is not None


def own(session: Session, trial: str, person: str) -> Path:
    """A person's path, held until this unit of work ends; NotFound for none, or a declined one."""
    try:
        path = paths.held(session, trial, person)
    except EditedMeanwhile:
        raise NotFound(what="trial", identifier=trial) from None
    if path.state is State.DECLINED:
        raise NotFound(what="trial", identifier=trial)
    return path
