"""By what somebody came here: the sign-in of a community, and cards of professionals."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from recruit.actions.professionals.tables import CARD
from recruit.people.communities.tables import MEMBER


@dataclass(frozen=True, slots=True)
class SignIn:
    """A community by whose sign-in the person comes in."""

    community: str
    since: datetime


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A referral card that the person handed in; who gave it is not said."""

    trial: str
    received_at: datetime
    agreed: bool
    """Whether who gave it may see how far the person has come."""


def sign_ins(session: Session, person: str) -> list[SignIn]:
    """The communities by whose sign-in the person comes in, the first one first."""
    query = select(MEMBER.c.community, MEMBER.c.since).where(MEMBER.c.person == person)
    rows = session.execute(query.order_by(MEMBER.c.since))
    return [SignIn(row.community, row.since) for row in rows]


def cards(session: Session, person: str) -> list[HandedIn]:
    """The cards that the person handed in, as they were made."""
    query = select(CARD).where(CARD.c.person == person).order_by(CARD.c.id)
    return [HandedIn(row.trial, row.received_at, row.agreed) for row in session.execute(query)]
