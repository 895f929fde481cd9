"""Once a working day whoever has people who wait too long is told by e-mail how many these are.

First the site's own staff; when nothing has come of it the operator's coordinators, and then the
administrators. A message has counts and a link that asks for a sign-in: no person, no study.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.actions.following.having import BY_SITE
from recruit.actions.following.overdue import Whose, at_sites, how_many_late
from recruit.actions.following.stages import Stage
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.consent.ledger import CLOCK
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.i18n import LANGUAGES
from recruit.core.locks import Job, is_alone
from recruit.core.upsert import insert_or
from recruit.notify.messages import Message
from recruit.notify.post import Address, post
from recruit.people.account_tables import Account, Role
from recruit.referrals.deadlines import ALARMED, ESCALATED, is_working_day, late_before
from recruit.referrals.tables import STAFF_REMINDER

NAME: Final = "staff-overdue"
LIFE: Final = timedelta(hours=24)
BEGINS: Final = time(8)
"""Nobody is told before the working day begins."""
OWN_STAGES: Final = tuple(each for each in Stage if each not in BY_SITE)


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many are late, at each centre and for the operator, and how many by far."""

    by_centre: Mapping[int, int]
    operator: int
    alarming: int


def escalate(engine: Engine, keyring: Keyring, zone: ZoneInfo, at: datetime, *, link: str) -> int:
    """Tell whoever has to act, once a working day each; how many accounts were told.

    `link` is the page with the list.
    """
    local = at.astimezone(zone)
    if not is_working_day(local.date()) or local.time() < BEGINS:
        return 0
    with unit_of_work(engine) as session:
        if not is_alone(session, Job.FOLLOWING):
            return 0
        counts = _count(session, zone, at)
        told = [
            (account, people)
            for account, people in _accounts(session, counts)
            if _is_first_today(session, account, local.date(), people, at)
        ]
        for account, people in told:
            _tell(session, keyring, account, {"people": str(people), "link": link}, at)
        if told:
            said = f"{len(told)} accounts"
            trail.record(
                session, Tag.STAFF_REMINDED, actor=CLOCK.name, subject="referrals", new=said
            )
        return len(told)


def _count(session: Session, zone: ZoneInfo, at: datetime) -> _Counts:
    """What is late at the sites, told apart by who has it in hand."""
    everybody = Whose(None, zone, at)
    by_centre: Counter[int] = Counter()
    operator = how_many_late(session, everybody, stages=OWN_STAGES)
    for each in at_sites(session, everybody, LANGUAGES[0]):
        stage, since = each.standing.stage, each.standing.since
        if since >= late_before(stage, at, zone):
            continue
        if each.having.centre is not None:
            by_centre[each.having.centre] += 1
        operator += each.having.centre is None or since < late_before(stage, at, zone, ESCALATED)
    return _Counts(by_centre, operator, how_many_late(session, everybody, ALARMED))


def _accounts(session: Session, counts: _Counts) -> Iterator[tuple[Account, int]]:
    query = select(Account).where(
        col(Account.disabled).is_(False),
        col(Account.email).is_not(None),
        col(Account.role).in_((Role.COORDINATOR, Role.ADMINISTRATOR)),
    )
    for account in session.scalars(query.order_by(col(Account.id))):
        if account.role is Role.ADMINISTRATOR:
            people = counts.alarming
        elif account.organisation is None:
            people = counts.operator
        else:
            people = counts.by_centre.get(account.organisation, 0)
        if people:
            yield account, people


def _is_first_today(
    session: Session, account: Account, day: date, people: int, at: datetime
) -> bool:
    """Note that somebody is told today; False where they were: no process tells them twice."""
    row = {"account": account.id, "day": day, "people": people, "at": at}
    noted = insert_or(session, STAFF_REMINDER).values(row).on_conflict_do_nothing()
    return session.execute(noted.returning(STAFF_REMINDER.c.account)).first() is not None


def _tell(
    session: Session, keyring: Keyring, account: Account, fields: Mapping[str, str], at: datetime
) -> None:
    """Both languages go out: nobody has said which one a member of the staff reads."""
    to = Address(Channel.EMAIL, account.email or "")
    for language in LANGUAGES:
        post(session, keyring, Message(NAME, language, fields), to, at, at + LIFE)
