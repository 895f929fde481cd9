"""The day before, everybody who has an appointment is reminded of it, once."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine

from recruit.actions.confirming import Hand
from recruit.actions.visits.appointments import REMINDER, tell
from recruit.actions.visits.released import is_released
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.ledger import CLOCK
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.locks import Job, is_alone
from recruit.notify.reputation import is_held
from recruit.referrals import paths, slots

BEFORE: Final = timedelta(days=1)
SOON: Final = timedelta(hours=3)
"""Who comes so soon is on the way, or booked just now."""


def remind(engine: Engine, keyring: Keyring, at: datetime, *, link: str) -> int:
    """Remind whoever comes within a day of `at`; how many these were.

    `link` is the page on which they move or cancel it. Nobody is reminded twice, nor after they
    gave the place back or took back what they released.
    """
    count = 0
    with unit_of_work(engine) as session:
        if not is_alone(session, Job.REMINDING):
            return 0
        if is_held(session):  # a copy was restored: places may have been given back since
            return 0
        chain.hold(session)  # whoever gives a place back does so too: before this, or after it
        for booked in slots.to_remind(session, at + SOON, at + BEFORE):
            path = paths.of(session, booked.slot.offer.trial, booked.person)
            if path is None or not is_released(session, path, at):
                continue
            if slots.reminded(session, booked, at):
                hand = Hand(booked.person, CLOCK, CLOCK.name, booked.language, link)
                tell(session, keyring, booked, REMINDER, hand)
                trail.record(
                    session,
                    Tag.APPOINTMENT_REMINDED,
                    actor=CLOCK.name,
                    subject=booked.person,
                    new=path.trial,
                )
                count += 1
    return count
