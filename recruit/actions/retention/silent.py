"""People who permit nothing any more, and since when: who is told of their erasure, who is due."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from recruit.actions.announced_table import ANNOUNCED
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.state import YES
from recruit.consent.tables import CONSENT, STATE
from recruit.people.tables import PARTICIPANT

KEPT: Final = timedelta(days=90)
"""So long after they permitted something for the last time people may change their mind."""
BEFORE: Final = timedelta(days=14)
"""So long before they are erased they are told."""


def to_be_told(at: datetime) -> Select[str]:
    """Whose erasure comes near, and who have not been told so since they last said anything."""
    return _silent(at, KEPT - BEFORE).where(~exists().where(_was_told()))


def to_be_erased(at: datetime) -> Select[str]:
    """Whose time is over, and to whom the message went out in time.

    Whoever cannot be told by one, or whose message failed, is not erased by the clock.
    """
    left = and_(
        AUDIT.c.tag == Tag.MESSAGE_SENT.value,
        AUDIT.c.subject == "message " + ANNOUNCED.c.reference,
        AUDIT.c.at <= at - BEFORE,
    )
    return _silent(at, KEPT).where(exists().where(_was_told(), left))


def still_announced(person: str) -> Select[datetime]:
    """When somebody was told, as long as they have said nothing since."""
    return select(ANNOUNCED.c.at).where(ANNOUNCED.c.person == person, _silent_since())


def _silent(at: datetime, time: timedelta) -> Select[str]:
    """Who has no yes that holds, and of whom the ledger has heard nothing for so long."""
    lasting = or_(STATE.c.valid_until.is_(None), STATE.c.valid_until > at)
    permits = STATE.c.type.in_([kind.value for kind in YES]) & lasting
    spoke = CONSENT.c.recorded_at > at - time
    person = PARTICIPANT.c.pseudonym
    return (
        select(person)
        .where(
            PARTICIPANT.c.erased_at.is_(None),
            PARTICIPANT.c.created_at <= at - time,
            ~exists().where(STATE.c.person == person, permits),
            ~exists().where(CONSENT.c.person == person, spoke),
        )
        .order_by(person)
    )


def _was_told() -> ColumnElement[bool]:
    """Somebody who came back and left once more is told once more."""
    return and_(ANNOUNCED.c.person == PARTICIPANT.c.pseudonym, _silent_since())


def _silent_since() -> ColumnElement[bool]:
    """Whether the ledger has heard nothing of the person since they were told."""
    later = CONSENT.c.recorded_at > ANNOUNCED.c.at
    return ~exists().where(CONSENT.c.person == ANNOUNCED.c.person, later)
