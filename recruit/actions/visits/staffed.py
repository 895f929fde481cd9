"""Which sites somebody of the staff works for: whose contact details they may be shown.

A site that a study centre staffs is that centre's alone. One that no centre staffs is the
operator's: their own people hand on what it needs.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from recruit.actions.catalogue import title
from recruit.actions.visits.sites import Site, near
from recruit.people.facts import Home
from recruit.people.organisations import Organisation, OrganisationKind
from recruit.trials import centres, tenants
from recruit.trials import store as trials


@dataclass(frozen=True, slots=True)
class Staffed:
    """One site of one trial, as its own people see it."""

    trial: str
    title: str
    site: Site


def works_for(session: Session, organisation: int | None, trial: str, site: str) -> bool:
    """Whether somebody of `organisation` (None: the operator's own) works for a site of a trial."""
    centre = centres.centre_of(session, trial, site)
    return organisation == (centre.id if centre else None)


def trials_of(session: Session, organisation: int | None) -> set[str]:
    """The trials of which somebody of an organisation sees anything at all."""
    if _is_centre(session, organisation):
        return {trial for trial, _ in centres.sites_of(session, organisation or 0)}
    return set(session.scalars(tenants.of(organisation)))


def sees_every_site(session: Session, organisation: int | None) -> bool:
    """Whether they see who is interested in their trials, wherever: a centre sees its own sites."""
    return not _is_centre(session, organisation)


def staffed(session: Session, organisation: int | None, language: str) -> list[Staffed]:
    """The sites that look for people and that somebody works for, by trial and name."""
    found = []
    for trial in sorted(trials_of(session, organisation)):
        if not trials.is_known(session, trial):
            continue
        draft = trials.get(session, trial).draft
        name = title(draft, language).text
        found += [
            Staffed(trial, name, site)
            for site in near(draft, Home())
            if works_for(session, organisation, trial, site.key)
        ]
    return found


def _is_centre(session: Session, organisation: int | None) -> bool:
    tenant = session.get(Organisation, organisation) if organisation is not None else None
    return tenant is not None and tenant.kind is OrganisationKind.CENTRE
