"""Whoever works for the operator is told by mail of what waits for too long, without a word of it.

At 12 and 20 hours while there is time left, at 24 hours that it is over, and every day after that
until somebody has acted. The mail has counts and a link that asks for a sign-in: no person, no
study, no event.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import RowMapping, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from sqlmodel import col
from sqlmodel import select as select_models

from recruit.actions.safety.held import subject
from recruit.actions.safety.tables import CASE
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.consent.ledger import CLOCK
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.i18n import LANGUAGES
from recruit.core.locks import Job, is_alone
from recruit.notify.messages import Message
from recruit.notify.post import Address, post
from recruit.people.account_tables import Account, Role

ALARM: Final = "safety-alarm"
EARLY: Final = (12, 20)
DAY: Final = 24
LIFE: Final = timedelta(hours=24)
READERS: Final = (Role.COORDINATOR, Role.ADMINISTRATOR)

log: Final = logging.getLogger(__name__)


def alarm(engine: Engine, keyring: Keyring, at: datetime, *, link: str) -> int:
    """Tell the operator's own staff what has waited too long since the last time; of how many.

    `link` is the page on which they decide and forward. Each stage of a case is told once. Where
    there is nobody to tell, none was told: it stays due, and the log says so each time.
    """
    with unit_of_work(engine) as session:
        if not is_alone(session, Job.ALARMING):
            return 0
        chain.hold(session)
        due = [row for row in _waiting(session, at) if _stage(row, at) > row["alarmed"]]
        if not due:
            return 0
        every = [_stage(row, at) for row in _waiting(session, at)]
        over = sum(stage >= DAY for stage in every)
        fields = {"over": str(over), "soon": str(len(every) - over), "link": link}
        if not _tell(session, keyring, fields, at):
            log.error("safety: %d cases wait for too long, and there is nobody to tell", len(due))
            return 0
        for row in due:
            stage = _stage(row, at)
            session.execute(update(CASE).where(CASE.c.id == row["id"]).values(alarmed=stage))
            trail.record(
                session,
                Tag.SAFETY_ALARMED,
                actor=CLOCK.name,
                subject=subject(row),
                new=f"safety {row['id']}: {stage} h",
            )
        return len(due)


def readers(session: Session) -> list[str]:
    """The addresses of those who are told: accounts of the operator's own that may sign in."""
    query = select_models(Account.email).where(
        col(Account.organisation).is_(None),
        col(Account.role).in_(READERS),
        col(Account.disabled).is_(False),
        col(Account.email).is_not(None),
    )
    found = session.scalars(query.order_by(col(Account.id)))
    return [email for email in found if email]


def _waiting(session: Session, at: datetime) -> list[RowMapping]:
    """The cases that have waited for the first stage at least, the longest first."""
    since = at - timedelta(hours=EARLY[0])
    query = select(CASE).where(CASE.c.waits_since <= since).order_by(CASE.c.waits_since, CASE.c.id)
    return list(session.execute(query.with_for_update()).mappings())


def _stage(row: RowMapping, at: datetime) -> int:
    """The hours of the last alarm that is due for a case: 12, 20, 24, 48, 72 and so on."""
    hours = (at - row["waits_since"]) // timedelta(hours=1)
    if hours >= DAY:
        return int(hours // DAY * DAY)
    return max((each for each in EARLY if hours >= each), default=0)


def _tell(session: Session, keyring: Keyring, fields: Mapping[str, str], at: datetime) -> int:
    """Both languages go out, for nobody has said which one they read; how many are told."""
    told = readers(session)
    for email in told:
        for language in LANGUAGES:
            message = Message(ALARM, language, fields)
            post(session, keyring, message, Address(Channel.EMAIL, email), at, at + LIFE)
    return len(told)
