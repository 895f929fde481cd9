"""Taking messages about studies out of the queue, in the unit of work of the deed that says so.

Each deed that takes something away from outreach calls one of these: tests/house/test_cancelling.py
knows which. What is being handed over just then finds out before its last byte.
"""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, select
from sqlalchemy.orm import Session

from recruit.actions.outreach import own_answers
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.state import Standings, pause_of, permitting
from recruit.core.bulk import among, slices
from recruit.core.clock import now
from recruit.core.locks import hold_everybody, hold_people
from recruit.notify import outbox
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import INVITING, PENDING, STOPPABLE, Reason, Wave

AT_ONCE: Final = 10_000  # SQLite takes some 32,000 values in a statement


def everything(session: Session, person: str, reason: Reason) -> int:
    """Cancel whatever is queued for a person; how many messages these were."""
    hold_people(session, [person])
    own_answers.call_back(session, [person], all_of_it=True)
    return outbox.cancel(session, outbox.of_person(person), reason, now())


def about_trial(session: Session, person: str, trial: str, reason: Reason) -> int:
    """Cancel what asks a person something about a trial: the invitation, and its reminder."""
    hold_people(session, [person])
    asking = and_(outbox.of_person(person, trial), OUTBOX.c.wave.in_(INVITING))
    return outbox.cancel(session, asking, reason, now())


def of_stopped(session: Session, trial: str) -> int:
    """Cancel every invitation to a trial that looks for nobody any more."""
    return of_many(session, outbox.of_trial(trial, INVITING), Reason.STOPPED)


def of_unmatched(
    session: Session, trial: str, people: Collection[str], reason: Reason, *, held: bool = False
) -> int:
    """Cancel the invitations to a trial of those whose match has ended.

    Where the caller has `held` them already, it goes on person by person: everybody would be waited
    for in a circle. Who has not must not: a second time it would be one.
    """
    if held:
        return sum(about_trial(session, person, trial, reason) for person in people)
    asked = outbox.of_trial(trial, INVITING)
    return sum(
        of_many(session, and_(asked, among(OUTBOX.c.person, some)), reason)
        for some in slices(sorted(people), AT_ONCE)
    )


def of_many(session: Session, which: ColumnElement[bool], reason: Reason) -> int:
    """Cancel messages to any number of people, none of whom the caller holds yet."""
    waiting = select(OUTBOX.c.id).where(which, OUTBOX.c.state.in_(STOPPABLE))
    if session.scalar(waiting.limit(1)) is None:
        return 0
    hold_everybody(session)
    return outbox.cancel(session, which, reason, now())


def unpermitted(session: Session, people: Collection[str], reason: Reason) -> int:
    """Cancel what is queued for these people and permitted no more; how many messages these were.

    The caller has changed what they consent to in the same unit of work.
    """
    hold_people(session, people)
    count = 0
    for some in slices(sorted(people), AT_ONCE):
        own_answers.call_back(session, some)
        query = select(OUTBOX).where(among(OUTBOX.c.person, some), OUTBOX.c.state.in_(STOPPABLE))
        rows = session.execute(query).all()
        standings = ledger.standings(session, {row.person for row in rows})
        ended = [row.id for row in rows if not _may(standings.get(row.person, Standings()), row)]
        for numbers in slices(ended, AT_ONCE):
            count += outbox.cancel(session, OUTBOX.c.id.in_(numbers), reason, now())
    return count


def waited_for(session: Session) -> set[str]:
    """Everybody for whom a message is queued, or on its way."""
    return set(session.scalars(select(OUTBOX.c.person).where(OUTBOX.c.state.in_(PENDING))))


def _may(own: Standings, row: Row[Any]) -> bool:
    """Whether a message would still be permitted, were it sent now."""
    at, scope = now(), f"trial/{row.trial}"
    needed = [Choice(Purpose.CONTACT, Channel(row.channel), scope)]
    if Wave(row.wave) in INVITING:
        needed.append(Choice(Purpose.MATCHING, scope=scope))
    paused = pause_of(own, at)
    return not paused and all(permitting(own, choice, at) is not None for choice in needed)
