"""People who permit nothing any more: they are erased when they have not come back for a while.

The notice says that data are kept for as long as the person lets us. Every use ends at once when a
consent does (art. 7(3) GDPR); without any there is nothing either that lets health data be stored
(art. 9(2)(a)), only the time in which somebody may change their mind. That time is ours. They are
told before: announcing.py.
"""

from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from recruit.actions.erasure import forget_person
from recruit.actions.retention.silent import Ending, in_turn, to_be_erased
from recruit.actions.sweep import sweep
from recruit.consent.entry import Actor, Role
from recruit.core.bulk import among
from recruit.core.config import Settings
from recruit.core.db import reading
from recruit.core.keys import Secrets
from recruit.notify.reputation import is_held
from recruit.people.tables import PARTICIPANT

JOB: Final = Actor("job", Role.SYSTEM, "nothing permitted for 90 days")


def erase_unpermitted(
    engine: Engine,
    secrets: Secrets,
    settings: Settings,
    at: datetime,
    ending: Ending | None = None,
) -> int:
    """Erase whoever has permitted nothing since `silent.KEPT` and was told so; how many they were.

    It is done as if they had asked.

    The settings say in which folders something of theirs may lie. `ending` is asked before each:
    whoever is left has their turn the next night. One who cannot be erased keeps nobody else from
    it: what stood in the way is raised when all have had their turn.
    """
    people, in_the_way = [], None
    for person in in_turn(engine, to_be_erased(at), ending):
        people.append(person)
        try:
            forget_person(
                engine,
                secrets,
                settings.outbox,
                person=person,
                actor=JOB,
                letters=settings.letters,
                data=settings.data_folder,
                # They may have come back since the list was made.
                still=partial(_is_over, person=person, at=at),
            )
        except Exception as error:  # noqa: BLE001 - nobody foresaw it; the first is raised below
            in_the_way = in_the_way or error
    with reading(engine) as session:
        gone = among(PARTICIPANT.c.pseudonym, people) & PARTICIPANT.c.erased_at.is_not(None)
        erased = session.scalars(select(func.count()).where(gone)).one()
    if erased:
        sweep(engine, actor=JOB.name, at_once=False)
    if in_the_way:
        raise in_the_way
    return erased


def _is_over(session: Session, person: str, at: datetime) -> bool:
    if is_held(session):  # a copy was restored meanwhile
        return False
    return session.scalar(to_be_erased(at).where(PARTICIPANT.c.pseudonym == person)) is not None
