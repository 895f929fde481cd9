"""What a provider says of a message later: that it arrived, came back, or was complained of.

A receipt may come late, twice, in any order, or for nobody: then nothing changes. One that says
that an address is over ends it (notify/suppression.py), and what waits for the person there.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, and_, case, exists, func, insert, null, select
from sqlalchemy.orm import Session

from recruit.audit import trail
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.locks import hold_people
from recruit.notify import outbox
from recruit.notify.outbox_steps import move_all
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_STEP
from recruit.notify.stages import LATER, LEFT, Reason, State
from recruit.notify.suppression import REACHED_BY, Cause, suppress
from recruit.people.vault import Vault

ACTOR: Final = "receipt"
CAUSES: Final = {State.BOUNCED: Cause.BOUNCE, State.COMPLAINED: Cause.COMPLAINT}


def receive(  # noqa: PLR0913 - what is said of which message, and how far it reaches
    session: Session,
    keyring: Keyring,
    reference: str,
    state: State,
    at: datetime,
    *,
    ends_address: bool = True,
) -> bool:
    """Take a receipt over: DELIVERED, BOUNCED or COMPLAINED; False: it changes nothing.

    `ends_address` says of a bounce that the address itself is at fault and will be tomorrow; a
    complaint always ends it.

    A message of which no try came to its last byte takes none. Locks, in this order: the chains
    (of a bounce or complaint), the person, the message. So it belongs at the start of a unit of
    work, one receipt in each.

    Raises:
        KeyError: no receipt says `state`.
        SealBroken: the person's address, which is to be ended, does not open.
    """
    before = LATER[state]
    row = _find(session, reference)
    tried_at = _tried_at(session, row) if row else None
    if row is None or tried_at is None:
        return False
    ends = state is State.COMPLAINED or (state is State.BOUNCED and ends_address)
    if State(row.state) not in before and not (ends and not _has_ended(session, row)):
        return False
    if state in CAUSES:
        chain.hold(session)
    hold_people(session, [row.person])
    these = and_(OUTBOX.c.id == row.id, OUTBOX.c.state.in_(before))
    # Whoever has leave for the last byte may be just sending it, of another try: the lease stays.
    unsent = OUTBOX.c.state.in_((State.CLAIMED, State.HANDOFF_OPEN))
    after = {"sent_at": tried_at, "lease_until": case((unsent, null()), else_=OUTBOX.c.lease_until)}
    is_new = move_all(session, these, state, Reason.RECEIPT, at, **after) == 1
    # It came back from where they were reached then, which may not be where they are now.
    if ends and not _has_moved(session, row.person, tried_at):
        is_new = _end_address(session, keyring, row, CAUSES[state], at) or is_new
    return is_new


def note(session: Session, reference: str, why: Reason, at: datetime) -> bool:
    """Write down, once, what is said of a message that has left; it stands where it stood.

    False: there is no such message, it has not left, or that is known already.
    """
    row = _find(session, reference)
    if row is None or State(row.state) not in LEFT:
        return False
    known = and_(OUTBOX_STEP.c.message == row.id, OUTBOX_STEP.c.reason == why.value)
    if session.scalar(select(exists().where(known))):
        return False
    step = {
        "message": row.id,
        "state": row.state,
        "reason": why.value,
        "fence": row.fence,
        "at": at,
    }
    session.execute(insert(OUTBOX_STEP), step)
    return True


def _find(session: Session, reference: str) -> Row[Any] | None:
    return session.execute(select(OUTBOX).where(OUTBOX.c.reference == reference)).one_or_none()


def _tried_at(session: Session, row: Row[Any]) -> datetime | None:
    """When the last byte of a message went out last, as far as we know; None: it never did."""
    if State(row.state) in LEFT | {State.DATA_SENT}:
        sent_at: datetime | None = row.sent_at
        changed_at: datetime = row.changed_at
        return sent_at or changed_at
    tried = and_(OUTBOX_STEP.c.message == row.id, OUTBOX_STEP.c.state == State.DATA_SENT.value)
    last: datetime | None = session.scalar(select(func.max(OUTBOX_STEP.c.at)).where(tried))
    return last


def _has_ended(session: Session, row: Row[Any]) -> bool:
    """Whether this very message has ended an address: one that was let go on stays so."""
    ended = and_(
        AUDIT.c.subject == f"message {row.reference}", AUDIT.c.tag == Tag.ADDRESS_ENDED.value
    )
    return bool(session.scalar(select(exists().where(ended))))


def _end_address(
    session: Session,
    keyring: Keyring,
    row: Row[Any],
    cause: Cause,
    at: datetime,
) -> bool:
    channel = Channel(row.channel)
    where = Vault(keyring).read(session, row.person).get(REACHED_BY[channel])
    if where is None:
        return False
    is_new = suppress(session, keyring, channel, where, cause, at)
    if is_new:
        trail.record(
            session,
            Tag.ADDRESS_ENDED,
            actor=ACTOR,
            subject=f"message {row.reference}",
            reason=cause.value,
            new=channel.value,
        )
    others = and_(outbox.of_person(row.person), OUTBOX.c.channel == channel.value)
    outbox.cancel(session, others, Reason.ADDRESS_ENDED, at)
    return is_new


def _has_moved(session: Session, person: str, since: datetime) -> bool:
    """Whether the person gave other contact points since a message went out."""
    changed = and_(
        AUDIT.c.subject == person,
        AUDIT.c.tag == Tag.CONTACT_CHANGED.value,
        AUDIT.c.at > since,
    )
    return bool(session.scalar(select(exists().where(changed))))
