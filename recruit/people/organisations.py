"""Organisations as tenants: whose staff somebody is, and so which trials they may see."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Column, Enum
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel, select

from recruit.core.clock import now
from recruit.core.columns import UTCDateTime
from recruit.core.errors import NotFound, WrongUsage
from recruit.core.i18n import N_

LONGEST_NAME: Final = 120
TAKEN: Final = N_("There is an organisation with this name already.")


class OrganisationKind(StrEnum):
    """What an organisation does: two in a trial, one for people before there is any."""

    SPONSOR = "sponsor"
    CENTRE = "centre"
    COMMUNITY = "community"


# Kept as its word, as an account's role is.
KIND: Final = Enum(
    OrganisationKind,
    native_enum=False,
    length=16,
    values_callable=lambda kinds: [kind.value for kind in kinds],
)


class Organisation(SQLModel, table=True):
    """A tenant: a sponsor or a study centre with its trials, or who runs communities."""

    __tablename__ = "organisation"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=LONGEST_NAME, unique=True)
    kind: OrganisationKind = Field(sa_column=Column(KIND, nullable=False))
    created_at: datetime = Field(sa_type=UTCDateTime)


def add(session: Session, name: str, kind: OrganisationKind) -> Organisation:
    """Make an organisation.

    Raises:
        WrongUsage: no name that will do, or one that is taken.
    """
    plain = " ".join(name.split())
    if not plain.isprintable() or not 0 < len(plain) <= LONGEST_NAME:
        raise WrongUsage(
            N_("An organisation has a name of at most {most} letters."), most=LONGEST_NAME
        )
    if plain.casefold() in {each.name.casefold() for each in everyone(session)}:
        raise WrongUsage(TAKEN)  # two that differ in capitals alone would be confounded
    organisation = Organisation(name=plain, kind=kind, created_at=now())
    session.add(organisation)
    try:
        session.flush()
    except IntegrityError:  # somebody else was quicker
        raise WrongUsage(TAKEN) from None
    return organisation


def find(session: Session, name: str) -> Organisation:
    """The organisation with this name.

    Raises:
        NotFound: there is none.
    """
    organisation = _by_name(session, " ".join(name.split()))
    if organisation is None:
        raise NotFound(what="organisation", identifier=name)
    return organisation


def everyone(session: Session) -> list[Organisation]:
    """Every organisation, by name."""
    return sorted(session.scalars(select(Organisation)), key=lambda each: each.name.casefold())


def _by_name(session: Session, name: str) -> Organisation | None:
    if not name.isprintable():  # PostgreSQL refuses even to look for a text with NUL
        return None
    return session.scalars(select(Organisation).where(Organisation.name == name)).one_or_none()
