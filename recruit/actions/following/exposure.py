"""Whether somebody may have had what a study tests, by where they stand in it."""

from typing import Final

from sqlalchemy.orm import Session

from recruit.actions.following.stages import Stage, stage_of
from recruit.core.clock import now
from recruit.core.errors import NotFound

# A site may write down late that somebody was enrolled. Who fails the screening is given nothing.
PERHAPS_GIVEN: Final = frozenset({Stage.SCREENING, Stage.ENROLLED, Stage.WITHDREW})


def perhaps_given(session: Session, trial: str | None, person: str | None) -> bool:
    """Whether it may have been; of nobody known, and outside of any study, nobody can tell."""
    if trial is None or person is None:
        return True
    try:
        return stage_of(session, trial, person, now()) in PERHAPS_GIVEN
    except NotFound:  # they were never matched with it
        return False
