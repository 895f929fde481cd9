"""Conversations: what one person and we wrote about one study, kept together as words come in."""

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import case, delete, exists, func, select, update
from sqlalchemy.orm import Session

from recruit.actions.words_table import CONVERSATION, HEARD, REPLY
from recruit.core.crypto import Keyring
from recruit.core.upsert import insert_or
from recruit.referrals.deadlines import is_working_day

ANSWERED_WITHIN: Final = 3
"""Working days, as the page of the invitation promises."""
HERE: Final = ZoneInfo("Europe/Paris")  # whose days and holidays are meant


def filed(
    session: Session, keyring: Keyring, person: str | None, trial: str | None, sender: str
) -> int:
    """The number of the conversation that words belong to; one that is new is begun.

    Words of nobody known are filed by their sender, under a keyed digest.
    """
    keys = keyring.digests("sender", sender) if person is None else (key_of(person, trial),)
    known = select(CONVERSATION.c.id).where(CONVERSATION.c.key.in_(keys))
    found: int | None = session.scalars(known.limit(1)).first()
    if found is not None:
        return found
    row = {
        "key": keys[0],
        "person": person,
        "trial": trial,
        "waits": 0,
        "newest_at": datetime.fromtimestamp(0, UTC),
    }
    session.execute(insert_or(session, CONVERSATION).values(row).on_conflict_do_nothing())
    begun: int = session.scalars(known.limit(1)).one()
    return begun


def key_of(person: str, trial: str | None) -> str:
    """What the conversation of a person about a trial is filed under."""
    return sha256(f"{person}\n{trial or ''}".encode()).hexdigest()


def stir(
    session: Session, number: int, at: datetime, *, owed: bool = False, may_stop: bool = False
) -> None:
    """Words came in: they wait to be read, and perhaps an answer is owed, from the first one on."""
    values = {"waits": 1, "newest_at": _later(at)}
    if owed:
        values["due_at"] = func.coalesce(CONVERSATION.c.due_at, due(at))
    if may_stop:
        values["stop_at"] = func.coalesce(CONVERSATION.c.stop_at, at)
    _change(session, number, values)


def answered(session: Session, number: int, at: datetime) -> None:
    """We wrote: nothing is owed any more, and nobody holds it."""
    values = {"newest_at": _later(at), "due_at": None, "held_by": None, "held_until": None}
    _change(session, number, values)


def settle(session: Session, number: int) -> None:
    """Let the conversation wait as long as a word of it is unread; an empty one goes."""
    unread = exists().where(HEARD.c.conversation == number, HEARD.c.read_at.is_(None))
    _change(session, number, {"waits": case((unread, 1), else_=0)})
    said = exists().where(HEARD.c.conversation == number)
    ours = exists().where(REPLY.c.conversation == number)
    this = CONVERSATION.c.id == number
    session.execute(delete(CONVERSATION).where(this, ~said, ~ours))


def due(at: datetime) -> datetime:
    """Until when an answer is owed to what came in at a moment: the end of the third working day.

    The day on which it came in does not count.
    """
    day, left = at.astimezone(HERE).date(), ANSWERED_WITHIN
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return datetime.combine(day + timedelta(days=1), time(), HERE).astimezone(UTC)


def last_day(due_at: datetime) -> date:
    """The last day on which an answer is in time, as `due` has it."""
    return (due_at - timedelta(seconds=1)).astimezone(HERE).date()


def _later(at: datetime) -> object:
    newest = CONVERSATION.c.newest_at
    return case((newest < at, at), else_=newest)


def _change(session: Session, number: int, values: dict[str, object]) -> None:
    session.execute(update(CONVERSATION).where(CONVERSATION.c.id == number).values(values))
