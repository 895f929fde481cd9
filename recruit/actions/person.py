"""What can be done with one person; each deed leaves its row in the audit trail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, RowMapping
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.actions.match_table import MatchRow
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice
from recruit.consent.ledger import Actor
from recruit.core.chain import Break
from recruit.core.db import reading, unit_of_work
from recruit.people import store
from recruit.people.communities import hooks


def export_person(engine: Engine, *, person: str, actor: str) -> dict[str, Any]:
    """All that is kept about a person, machine-readable; NotFound for an unknown pseudonym."""
    with unit_of_work(engine) as session:
        exported = store.export(session, person)
        exported["consents"] = [_plain(event) for event in ledger.history(session, person)]
        exported["matches"] = [_match(row) for row in _matches(session, person)]
        trail.record(session, Tag.PERSON_EXPORTED, actor=actor, subject=person)
        return exported


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
