"""Which study centre staffs a site, so that its people see those whom this site would take.

A site is known by what it is called and where it is: its place in a list changes with every
amendment, its name and town do not. Its centre goes along with a site that its sponsor renames;
when a registry renames one, the sponsor names the centre again.
"""

import json
from hashlib import sha256
from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table, delete, insert, select
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from recruit.core.clock import now
from recruit.core.columns import UTCDateTime
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.people.organisations import Organisation, OrganisationKind
from recruit.trials.draft import SiteDraft
from recruit.trials.posting.tables import HEX_256, ID, POSTING

# Of a posting, not of a trial: what a sponsor says of sites counts once their posting is public.
SITE_CENTRE: Final = Table(
    "site_centre",
    SQLModel.metadata,
    Column("posting", ID, ForeignKey("posting.id"), primary_key=True),
    Column("site", String(HEX_256), primary_key=True),
    Column("organisation", ForeignKey("organisation.id"), nullable=False),
    Column("assigned_at", UTCDateTime, nullable=False),
    Index("site_centre_by_organisation", "organisation"),
)
PUBLIC: Final = POSTING.c.published.is_not(None)


def site_key(site: SiteDraft) -> str:
    """What a site is known by within its trial: 64 hexadecimal digits.

    SHA-256 of its name, city, postcode and country; capitals and spaces make no difference. Two
    sites of a trial that agree in all four are one, as where a registry names no hospital.
    """
    words = (site.name, site.city, site.postcode, site.country or "")
    plain = [" ".join(each.split()).casefold() for each in words]
    return sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()


def assign(session: Session, posting: str, site: str, centre: Organisation) -> None:
    """Let `centre` staff the site with the key `site`, instead of whoever did.

    Raises:
        WrongUsage: the organisation is no study centre.
    """
    if centre.kind is not OrganisationKind.CENTRE:
        raise WrongUsage(N_("“{name}” is no study centre."), name=centre.name)
    release(session, posting, site)
    row = {"posting": posting, "site": site, "organisation": centre.id, "assigned_at": now()}
    session.execute(insert(SITE_CENTRE), row)


def release(session: Session, posting: str, site: str) -> None:
    """Let nobody staff the site."""
    here = (SITE_CENTRE.c.posting == posting) & (SITE_CENTRE.c.site == site)
    session.execute(delete(SITE_CENTRE).where(here))


def centres_of(session: Session, posting: str) -> dict[str, Organisation]:
    """The centres that staff sites of a posting, by the sites' keys."""
    query = (
        select(SITE_CENTRE.c.site, Organisation)
        .join(Organisation, col(Organisation.id) == SITE_CENTRE.c.organisation)
        .where(SITE_CENTRE.c.posting == posting)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def centre_of(session: Session, trial: str, site: str) -> Organisation | None:
    """The centre that staffs a site of a public trial, by the site's key; None where none does."""
    query = (
        select(Organisation)
        .join(SITE_CENTRE, SITE_CENTRE.c.organisation == col(Organisation.id))
        .join(POSTING, POSTING.c.id == SITE_CENTRE.c.posting)
        .where(POSTING.c.trial == trial, PUBLIC, SITE_CENTRE.c.site == site)
        .order_by(SITE_CENTRE.c.assigned_at.desc())
    )
    return session.scalars(query).first()


def sites_of(session: Session, organisation: int) -> set[tuple[str, str]]:
    """(trial, site's key) of every site of a public trial that an organisation staffs."""
    query = (
        select(POSTING.c.trial, SITE_CENTRE.c.site)
        .join(POSTING, POSTING.c.id == SITE_CENTRE.c.posting)
        .where(PUBLIC, SITE_CENTRE.c.organisation == organisation)
    )
    return {(trial, site) for trial, site in session.execute(query)}
