"""A person decides that people are asked: the only way from a match to a message.

Each invitation is one unit of work: the permit, the message and the audit row stand together or
not at all. Whoever was invited already stays so; to press twice is to press once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
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
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import ConsentMissing, NotFound
from recruit.core.locks import hold_people
from recruit.notify import outbox
from recruit.notify.stages import Message, Reason, State


@dataclass(frozen=True, slots=True)
class Inviting:
    """Who decides to invite the people of which matches; `tenant` as in centre_scope."""

    matches: Sequence[int]
    actor: str
    tenant: int | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of the decision about one match: a message's number, or why there is none.

    `state` is where the person's invitation stands, `when` the first moment at which it can leave
    while it waits for its round.
    """

    match: int
    person: str = ""
    number: int | None = None
    reason: Reason | None = None
    state: State | None = None
    when: datetime | None = None


def invite(
    engine: Engine,
    writer: Writer,
    inviting: Inviting,
    progress: Callable[[int, int | None], None] = lambda *_: None,
) -> list[Decided]:
    """Invite the people of matches, one after the other; what became of each.

    A match that is another's, or no longer stands, is NO_MATCH.
    """
    decided = []
    for done, match in enumerate(dict.fromkeys(inviting.matches), 1):
        with unit_of_work(engine) as session:
            decided.append(_invite(session, writer, inviting, match))
        progress(done, len(inviting.matches))
    return decided


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


def _invite(session: Session, writer: Writer, inviting: Inviting, match: int) -> Decided:
    # The chain, then the person: whoever takes a consent away takes them in this order too.
    chain.hold(session)
    at = now()
    try:
        row = seen(session, match, inviting.tenant, at)
    except NotFound:
        return Decided(match, reason=Reason.NO_MATCH)
    hold_people(session, [row.person])
    found = prospect(session, writer, row, at)
    if found.fate is Fate.BEGUN:
        return Decided(match, row.person, state=found.state, when=found.when)
    if found.message is None or found.fate is Fate.NOT:
        return Decided(match, row.person, reason=found.reason)
    number = _approve(session, found, found.message, inviting.actor, at)
    if number is None:
        return Decided(match, row.person, reason=found.reason or Reason.PAUSED)
    return Decided(match, row.person, number, state=State.APPROVED, when=found.when)


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
