"""What can be done with one person; each deed leaves its row in the audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, RowMapping

from recruit.actions.outreach import cancelling
from recruit.actions.outreach.withdrawing import settled
from recruit.actions.visits import ending
from recruit.actions.visits.ending import Voice
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice
from recruit.consent.ledger import Actor
from recruit.core.db import unit_of_work
from recruit.notify.stages import Reason
from recruit.people import store
from recruit.people.communities import hooks


def show_consents(engine: Engine, *, person: str, actor: str) -> list[dict[str, Any]]:
    """All consent events of a person, oldest first; NotFound for an unknown pseudonym."""
    with unit_of_work(engine) as session:
        store.participant(session, person)
        events = [_plain(event) for event in ledger.history(session, person)]
        trail.record(session, Tag.CONSENTS_SHOWN, actor=actor, subject=person)
        return events


def withdraw(  # noqa: PLR0913 - who takes back what of whom, by name
    engine: Engine,
    voice: Voice,
    *,
    person: str,
    actor: Actor,
    choice: Choice | None,
    method: str,
) -> None:
    """Take back one choice or all; NotFound for no such person.

    What is queued is cancelled, and so is a visit that rested on it; when this returns nothing is
    on its way any more.
    """
    with unit_of_work(engine) as session:
        store.participant(session, person)
        ledger.withdraw(session, person, choice, actor, method)
        cancelling.unpermitted(session, [person], Reason.WITHDRAWN)
        ending.follow_each(session, voice, [person], actor.name)
        hooks.tell(session, person, hooks.Event.WITHDRAWN, [str(choice)] if choice else [])
        trail.record(
            session,
            Tag.CONSENT_WITHDRAWN,
            actor=actor.name,
            subject=person,
            new=str(choice) if choice else "everything",
        )
    settled(engine, person)


def _plain(event: RowMapping) -> dict[str, Any]:
    """An event as JSON."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in event.items()
    }
