"""A site writes down that it called, and takes back its last entry of the day if it was a slip.

Nothing is written unless, at that moment, the path is the site's, nobody has written anything since
the page was read, and the person's release stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Engine, func, insert, select, update
from sqlalchemy.orm import Session

from recruit.actions.following.having import was_theirs, works_on
from recruit.actions.visits.released import allowed, stands
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import ConsentMissing, EditedMeanwhile, NotFound, Refusal
from recruit.core.i18n import N_
from recruit.people.account_tables import Account, Role
from recruit.referrals import paths
from recruit.referrals.paths import AT_SITE, RELEASE_NEEDED, Path, State, Step
from recruit.referrals.tables import REFERRAL_ATTEMPT

CALLED: Final = frozenset({State.RELEASED, State.CONTACTED})
BY_SITE: Final = RELEASE_NEEDED | {State.DECLINED}
MOST_IN_VAIN: Final = 3
"""After so many calls, on two days at least, somebody may be given up as not to be reached."""
SLIP: Final = "entered by mistake"
ACCOUNT: Final = "account "

NOT_HERE: Final = N_(
    "The person has taken back that this site may know who they are. Nothing was written, and "
    "there is nothing more to do."
)
PAUSED: Final = N_("The person is on a pause. Nothing was written; it can be once they are back.")
CLOSED: Final = N_(
    "This site or study is closed now. Nothing was written: the operator’s coordinators take care "
    "of this person from here."
)
NOTHING_TO_UNDO: Final = N_(
    "There is no entry of today that could be taken back. Nothing was changed."
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who writes something down, for which organisation (None: the operator's own).

    `zone` is the one whose days are meant.
    """

    organisation: int | None
    actor: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Seen:
    """The path by its number, and the mark of its last entry, as on the page that was read."""

    number: int
    mark: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call that nobody answered."""

    number: int
    by: str
    at: datetime


def call_in_vain(engine: Engine, desk: Desk, seen: Seen) -> None:
    """Write down a call that nobody answered.

    Raises:
        NotFound, EditedMeanwhile, Refusal: as `held`.
    """
    with unit_of_work(engine) as session:
        path = held(session, desk, seen)
        if path.state not in CALLED:
            raise EditedMeanwhile
        check(session, path, State.CONTACTED)
        row = {"referral": path.number, "by": desk.actor, "at": now()}
        session.execute(insert(REFERRAL_ATTEMPT), row)
        trail.record(
            session, Tag.SITE_CALLED, actor=desk.actor, subject=path.person, new=path.trial
        )


def attempts(session: Session, path: Path, since: datetime | None = None) -> list[Attempt]:
    """The calls that nobody answered, the oldest first; none that was a slip."""
    query = select(REFERRAL_ATTEMPT).where(_of(path), REFERRAL_ATTEMPT.c.undone_at.is_(None))
    if since is not None:
        query = query.where(REFERRAL_ATTEMPT.c.at >= since)
    rows = session.execute(query.order_by(REFERRAL_ATTEMPT.c.id))
    return [Attempt(row.id, row.by, row.at) for row in rows]


def called_enough(calls: Sequence[Attempt], zone: ZoneInfo) -> bool:
    """Whether somebody was called so often that they may be given up."""
    days = {each.at.astimezone(zone).date() for each in calls}
    return len(calls) >= MOST_IN_VAIN and len(days) > 1


def mark(session: Session, path: Path) -> str:
    """The last entry on a path, slips too: another one stands there after anything was written."""
    last = paths.steps(session, path)[-1].number
    # A call that was taken back is an entry as well.
    row = session.execute(
        select(func.count(REFERRAL_ATTEMPT.c.id), func.count(REFERRAL_ATTEMPT.c.undone_at)).where(
            _of(path)
        )
    ).one()
    return f"{last}-{row[0]}-{row[1]}"


def held(session: Session, desk: Desk, seen: Seen) -> Path:
    """The path, which nobody else changes meanwhile, for whoever has it in hand.

    Raises:
        NotFound: there is none, or none of theirs.
        EditedMeanwhile: something was written since the page was read.
        Refusal: site or study has closed, or the release was taken back.
    """
    chain.hold(session)
    known = paths.by_number(session, seen.number)
    if known is None:
        raise NotFound(what="person", identifier=seen.number)
    path = paths.held(session, known.trial, known.person)
    if not works_on(session, desk.organisation, path):
        if was_theirs(session, desk.organisation, path):
            raise Refusal(record="", field="what", problem=CLOSED)
        raise NotFound(what="person", identifier=seen.number)
    if path.state is State.WITHDRAWN:
        raise Refusal(record="", field="what", problem=NOT_HERE)
    if mark(session, path) != seen.mark:
        raise EditedMeanwhile
    return path


def check(session: Session, path: Path, state: State) -> None:
    """Refuse what the person does not allow at this moment.

    To go on with them takes a permit, which a pause withholds; what has come of it can be written
    as long as the release stands.

    Raises:
        Refusal: they do not.
    """
    if not stands(session, path):
        raise Refusal(record="", field="what", problem=NOT_HERE)
    if state in AT_SITE:
        try:
            allowed(session, path, now())
        except ConsentMissing:
            raise Refusal(record="", field="what", problem=PAUSED) from None


def undo(engine: Engine, desk: Desk, seen: Seen) -> None:
    """Take back the last entry of the site, of today, as if it had not been.

    Raises:
        NotFound, EditedMeanwhile: as `held`.
        Refusal: as `held`; or there is no such entry.
    """
    with unit_of_work(engine) as session:
        path, at = held(session, desk, seen), now()
        found = last_entry(session, path, desk, at)
        if found is None:
            raise Refusal(record="", field="what", problem=NOTHING_TO_UNDO)
        if isinstance(found, Attempt):
            this = REFERRAL_ATTEMPT.c.id == found.number
            session.execute(update(REFERRAL_ATTEMPT).where(this).values(undone_at=at))
        else:
            check(session, path, State.WITHDREW)
            paths.undo(session, path, at, desk.actor, SLIP)
        trail.record(session, Tag.SITE_UNDID, actor=desk.actor, subject=path.person, new=path.trial)


def last_entry(session: Session, path: Path, desk: Desk, at: datetime) -> Step | Attempt | None:
    """What the site wrote last, if that was on this day and nothing came after it."""
    step = paths.standing(session, path)[-1]
    call = next(reversed(attempts(session, path)), None)
    last: Step | Attempt = call if call and call.at >= step.at else step
    today = at.astimezone(desk.zone).date()
    if last.at.astimezone(desk.zone).date() != today:
        return None
    if isinstance(last, Step) and last.state not in BY_SITE:
        return None
    return last if _is_of(session, last.by, desk.organisation) else None


def _is_of(session: Session, by: str, organisation: int | None) -> bool:
    """Whether an entry is that of a coordinator of this organisation: never the person's own."""
    number = by.removeprefix(ACCOUNT)
    account = session.get(Account, int(number)) if number.isdecimal() else None
    if account is None or account.role is not Role.COORDINATOR:
        return False
    return account.organisation == organisation


def _of(path: Path) -> ColumnElement[bool]:
    return REFERRAL_ATTEMPT.c.referral == path.number
