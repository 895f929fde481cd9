"""Who works on a conversation: assigned for good, or writing an answer right now.

Whoever writes holds the conversation for a while; somebody else who wants to is told.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, Row, and_, or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.words_table import CONVERSATION
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.people.account_tables import Account, Role

HELD_FOR: Final = timedelta(minutes=15)
ANSWERERS: Final = (Role.COORDINATOR, Role.ADMINISTRATOR)
WHAT: Final = N_("conversation")
NOBODY: Final = N_("Only somebody of our own staff can be chosen.")


def found(session: Session, number: int, *, held: bool = False) -> Row[Any]:
    """A conversation's row; `held` until the unit of work ends.

    Raises:
        NotFound: there is none, or none any more: its person was erased.
    """
    query = select(CONVERSATION).where(CONVERSATION.c.id == number)
    row = session.execute(query.with_for_update() if held else query).one_or_none()
    if row is None:
        raise NotFound(what=WHAT, identifier=str(number))
    return row


def hold(engine: Engine, number: int, account: int, at: datetime, *, actor: str) -> bool:
    """Take a conversation in hand to answer it; False: somebody else is at it.

    Raises:
        NotFound: there is none any more.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        row = found(session, number)
        mine = or_(
            CONVERSATION.c.held_until.is_(None),
            CONVERSATION.c.held_until <= at,
            CONVERSATION.c.held_by == account,
        )
        taken = update(CONVERSATION).where(and_(CONVERSATION.c.id == number, mine))
        values = {"held_by": account, "held_until": at + HELD_FOR}
        changed = session.execute(taken.values(values).returning(CONVERSATION.c.id)).one_or_none()
        if changed is None:
            return False
        _record(session, Tag.WORDS_CLAIMED, actor, row)
        return True


def is_held_by_another(row: Row[Any], account: int, at: datetime) -> bool:
    """Whether somebody else writes an answer."""
    until: datetime | None = row.held_until
    return until is not None and until > at and row.held_by != account


def assign(engine: Engine, number: int, to: int | None, *, actor: str) -> None:
    """Give a conversation to somebody of our own staff, or to nobody.

    Raises:
        NotFound: there is none any more.
        Refusal: the account is none of our own staff's.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        row = found(session, number)
        if to is not None and to not in colleagues(session):
            raise Refusal(record="", field="assigned", problem=NOBODY)
        this = CONVERSATION.c.id == number
        session.execute(update(CONVERSATION).where(this).values(assigned=to))
        _record(session, Tag.WORDS_ASSIGNED, actor, row, f"account {to}" if to else "nobody")


def colleagues(session: Session) -> Mapping[int, str]:
    """Our own staff who read words, by account, with their e-mail address, in its order."""
    query = select(col(Account.id), col(Account.email)).where(
        col(Account.role).in_(ANSWERERS),
        col(Account.organisation).is_(None),
        col(Account.disabled).is_(False),
    )
    return {row.id: row.email for row in session.execute(query.order_by(col(Account.email)))}


def _record(session: Session, tag: Tag, actor: str, row: Row[Any], new: str | None = None) -> None:
    trail.record(session, tag, actor=actor, subject=row.person or f"conversation {row.id}", new=new)
