"""From a decision to a message: the permit, the message and its audit row, in one unit of work.

Who decides, and that they decide once, is said in reviewing/deciding.py, the only one that calls
this. Whoever was invited already stays so.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.centre_scope import in_scope
from recruit.actions.current_matches import current_matches
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach.prospects import Fate, Prospect, prospect
from recruit.actions.outreach.writing import Writer
from recruit.audit.trail import Tag, record
from recruit.consent.choices import Purpose
from recruit.consent.permit import permit
from recruit.core.errors import ConsentMissing, NotFound
from recruit.notify import outbox
from recruit.notify.stages import Message, Reason, State


@dataclass(frozen=True, slots=True)
class Invited:
    """What became of inviting somebody: a message's number, or why there is none.

    `state` is where the person's invitation stands, `when` the first moment at which it can leave
    while it waits for its round.
    """

    number: int | None = None
    reason: Reason | None = None
    state: State | None = None
    when: datetime | None = None


def invite(session: Session, writer: Writer, row: MatchRow, by: str, at: datetime) -> Invited:
    """Invite the person of a match that stands, in the caller's unit of work.

    The caller holds the chains, then the person: whoever takes a consent away takes them so too.
    """
    found = prospect(session, writer, row, at)
    if found.fate is Fate.BEGUN:
        return Invited(state=found.state, when=found.when)
    if found.message is None or found.fate is Fate.NOT:
        return Invited(reason=found.reason)
    number = _approve(session, found, found.message, by, at)
    if number is None:
        return Invited(reason=found.reason or Reason.PAUSED)
    return Invited(number, state=State.APPROVED, when=found.when)


def seen(session: Session, match: int, tenant: int | None, at: datetime) -> MatchRow:
    """A match that stands and that somebody of `tenant` sees.

    Raises:
        NotFound: there is none.
    """
    known = current_matches(at)
    query = known.where(in_scope(session, tenant, known), col(MatchRow.id) == match)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(what="match", identifier=match)
    return row


def _approve(
    session: Session, found: Prospect, message: Message, actor: str, at: datetime
) -> int | None:
    """The number of the new message; None where it cannot be."""
    trial, channel = message.trial, message.channel
    try:
        leave = permit(
            session, found.person, Purpose.CONTACT, channel=channel, scope=f"trial/{trial}", at=at
        )
    except ConsentMissing:
        return None
    number = outbox.approve(session, leave, message, at, by=actor)
    if number is None:
        return None
    said = f"{trial} {message.wave} {channel} {message.language}"
    record(session, Tag.INVITED, actor=actor, subject=found.person, new=said)
    return number
