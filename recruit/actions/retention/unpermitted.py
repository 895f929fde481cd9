"""People who permit nothing any more: they are erased when they have not come back for a while.

The notice says that data are kept for as long as the person lets us. Every use ends at once when a
consent does (art. 7(3) GDPR); without any there is nothing either that lets health data be stored
(art. 9(2)(a)), only the time in which somebody may change their mind. That time is ours.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, Select, exists, or_, select

from recruit.actions.erasure import erase_person
from recruit.consent.entry import Actor, Role
from recruit.consent.state import YES
from recruit.consent.tables import CONSENT, STATE
from recruit.core.config import Settings
from recruit.core.db import reading
from recruit.core.keys import Secrets
from recruit.people.tables import PARTICIPANT

KEPT: Final = timedelta(days=90)
AT_ONCE: Final = 500
"""People of one night."""
JOB: Final = Actor("job", Role.SYSTEM, "nothing permitted for 90 days")


def erase_unpermitted(engine: Engine, secrets: Secrets, settings: Settings, at: datetime) -> int:
    """Erase whoever has permitted nothing since `KEPT`, as if they had asked; how many they were.

    The settings say in which folders something of theirs may lie.
    """
    with reading(engine) as session:
        people = session.scalars(_over(at).limit(AT_ONCE)).all()
    for person in people:
        erase_person(
            engine,
            secrets,
            settings.outbox,
            person=person,
            actor=JOB,
            letters=settings.letters,
            data=settings.data_folder,
        )
    return len(people)


def _over(at: datetime) -> Select[str]:
    """Who has no yes that holds, and of whom the ledger has heard nothing for so long."""
    lasting = or_(STATE.c.valid_until.is_(None), STATE.c.valid_until > at)
    permits = STATE.c.type.in_([kind.value for kind in YES]) & lasting
    spoke = CONSENT.c.recorded_at > at - KEPT
    person = PARTICIPANT.c.pseudonym
    return (
        select(person)
        .where(
            PARTICIPANT.c.erased_at.is_(None),
            PARTICIPANT.c.created_at <= at - KEPT,
            ~exists().where(STATE.c.person == person, permits),
            ~exists().where(CONSENT.c.person == person, spoke),
        )
        .order_by(person)
    )
