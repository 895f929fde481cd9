"""What can be done with one person; each deed leaves its row in the audit trail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine, RowMapping, delete
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.actions.match_table import MatchRow
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice
from recruit.consent.ledger import Actor, Role
from recruit.core.chain import Break
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.people import store
from recruit.people.communities import hooks

LONGEST_REASON: Final = 200  # what ledger and trail hold


def export_person(engine: Engine, *, person: str, actor: str) -> dict[str, Any]:
    """All that is kept about a person, machine-readable; NotFound for an unknown pseudonym."""
    with unit_of_work(engine) as session:
        exported = store.export(session, person)
        exported["consents"] = [_plain(event) for event in ledger.history(session, person)]
        exported["matches"] = [_match(row) for row in _matches(session, person)]
        trail.record(session, Tag.PERSON_EXPORTED, actor=actor, subject=person)
        return exported


def erase_person(
    engine: Engine, *, person: str, actor: str, erasure_key: str, reason: str = ""
) -> None:
    """Forget a person and their matches; a trace under `erasure_key` and the pseudonym stay.

    Raises:
        NotFound: there is no such person.
        WrongUsage: the reason does not fit into the ledger.
    """
    if len(reason) > LONGEST_REASON or (reason and not reason.isprintable()):
        raise WrongUsage(N_("A reason has at most 200 letters, all of them printable."))
    with unit_of_work(engine) as session:
        # The ledger first: it waits for an import or a match run that is writing about them.
        trace = store.trace_of(session, person, erasure_key)
        ledger.erase(session, person, Actor(actor, Role.STAFF, reason))
        hooks.tell(session, person, hooks.Event.ERASED)
        store.erase(session, person, trace)
        session.execute(delete(MatchRow).where(col(MatchRow.person) == person))
        trail.record(session, Tag.PERSON_ERASED, actor=actor, subject=person, reason=reason)


def show_consents(engine: Engine, *, person: str, actor: str) -> list[dict[str, Any]]:
    """All consent events of a person, oldest first; NotFound for an unknown pseudonym."""
    with unit_of_work(engine) as session:
        store.participant(session, person)
        events = [_plain(event) for event in ledger.history(session, person)]
        trail.record(session, Tag.CONSENTS_SHOWN, actor=actor, subject=person)
        return events


def withdraw(
    engine: Engine, *, person: str, actor: Actor, choice: Choice | None, method: str
) -> None:
    """Take back one choice or all, in effect when this returns; NotFound for no such person."""
    with unit_of_work(engine) as session:
        store.participant(session, person)
        ledger.withdraw(session, person, choice, actor, method)
        hooks.tell(session, person, hooks.Event.WITHDRAWN, [str(choice)] if choice else [])
        trail.record(
            session,
            Tag.CONSENT_WITHDRAWN,
            actor=actor.name,
            subject=person,
            new=str(choice) if choice else "everything",
        )


def verify_consents(engine: Engine) -> Break | None:
    """The first event that was tampered with, or a projection that does not follow."""
    with reading(engine) as session:
        return ledger.verify(session)


def _matches(session: Session, person: str) -> Iterable[MatchRow]:
    query = select(MatchRow).where(col(MatchRow.person) == person)
    return session.scalars(query.order_by(col(MatchRow.id)))


def _match(row: MatchRow) -> dict[str, Any]:
    """What was found about a person and a trial, as JSON."""
    return {
        "trial": row.trial,
        "verdict": row.verdict,
        "criteria": row.truths,
        "made_at": row.made_at.isoformat(),
        "superseded_at": row.superseded_at.isoformat() if row.superseded_at else None,
        "reason": row.reason,
    }


def _plain(event: RowMapping) -> dict[str, Any]:
    """An event as JSON."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in event.items()
    }
