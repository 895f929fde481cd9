"""Which matches somebody sees: all, those of their organisation's trials, or those of their sites.

A study centre sees a person where the recruiting site nearest to the person is one that it staffs:
this is the site that would take them. Whose position is not known is nobody's yet, and so is a
person for whom no site of the trial has one.

The site is kept with the match, and with it the trial version whose sites were looked at. A site
that is edited, opened or closed makes a new version: what was kept for an older one is found anew
at each look, until the next run keeps it. Which centre staffs a site is asked at each look.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import Session
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from recruit.actions.match_table import MatchRow
from recruit.core.bulk import among
from recruit.criteria.eligibility import Place
from recruit.matching.geography import distance_km
from recruit.people.facts import Home
from recruit.people.organisations import Organisation, OrganisationKind
from recruit.people.tables import VERSION
from recruit.trials import centres, store, tenants
from recruit.trials.about import recruits
from recruit.trials.draft import SiteDraft, TrialDraft
from recruit.trials.tables import Trial

Numbers = NDArray[np.float64]
PART: Final = 5_000  # people whose distances are in memory at a time


def in_scope(
    session: Session, organisation: int | None, matches: SelectOfScalar[MatchRow]
) -> ColumnElement[bool]:
    """The condition on MatchRow that holds which of `matches` somebody of `organisation` sees."""
    if organisation is None:
        return true()
    tenant = session.get(Organisation, organisation)
    if tenant is None or tenant.kind is not OrganisationKind.CENTRE:
        return col(MatchRow.trial).in_(tenants.of(organisation))
    staffed: dict[str, set[str]] = {}
    for trial, site in centres.sites_of(session, organisation):
        staffed.setdefault(trial, set()).add(site)
    # A trial that is missing here has not been published by its sponsor yet.
    query = select(Trial.id, Trial.version).where(col(Trial.id).in_(staffed))
    parts: list[ColumnElement[bool]] = []
    for trial, version in sorted(session.execute(query)):
        sites = staffed[trial]
        of_trial = col(MatchRow.trial) == trial
        kept = col(MatchRow.placed) == version
        parts.append(and_(of_trial, kept, col(MatchRow.site).in_(sorted(sites))))
        older = matches.where(of_trial, col(MatchRow.placed) < version)
        if taken := _taken_by(session, older, trial, sites):
            parts.append(and_(of_trial, ~kept, among(col(MatchRow.person), taken)))
    return or_(*parts) if parts else false()


def taking_sites(draft: TrialDraft, lat: Numbers, lon: Numbers) -> list[str]:
    """For each position the key of the recruiting site that is nearest; empty where none is placed.

    Degrees (WGS 84), as many of both. Of sites that are equally near, the first one in the draft.
    """
    return [centres.site_key(site) for site in _nearest(draft, lat, lon)]


def placed(draft: TrialDraft, homes: Mapping[str, Home]) -> dict[str, tuple[str, float]]:
    """By person the key of the site that would take them, and how many kilometres it is there.

    As the crow flies. Who is missing is nobody's yet.
    """
    known = {
        person: home
        for person, home in homes.items()
        if home.lat is not None and home.lon is not None
    }
    lat = np.array([home.lat for home in known.values()], np.float64)
    lon = np.array([home.lon for home in known.values()], np.float64)
    nearest = _nearest(draft, lat, lon)
    keys = {id(site): centres.site_key(site) for site in nearest}
    return {
        person: (keys[id(site)], km)
        for (person, home), site in zip(known.items(), nearest, strict=False)
        if (km := distance_km(home, (Place(None, site.lat, site.lon),))) is not None
    }


def _nearest(draft: TrialDraft, lat: Numbers, lon: Numbers) -> list[SiteDraft]:
    sites = [site for site in draft.sites if recruits(site, draft.status) and site.lat is not None]
    if not sites:
        return []
    # The nearest on the globe has the smallest angle: the largest product of unit vectors.
    there = _unit(
        np.array([site.lat for site in sites], np.float64),
        np.array([site.lon for site in sites], np.float64),
    )
    nearest = np.argmax(np.round(_unit(lat, lon) @ there.T, 12), axis=1)
    return [sites[number] for number in nearest]


def _taken_by(
    session: Session, matches: SelectOfScalar[MatchRow], trial: str, sites: set[str]
) -> list[str]:
    """The people whom `matches` connect with `trial` and one of `sites` would take."""
    home = VERSION.c.profile["home"]
    query = (
        matches.join(VERSION, (VERSION.c.person == col(MatchRow.person)) & VERSION.c.current)
        .with_only_columns(VERSION.c.person, home["lat"].as_float(), home["lon"].as_float())
        .execution_options(yield_per=PART)
    )
    taken: list[str] = []
    draft: TrialDraft | None = None
    with session.execute(query) as rows:
        for part in rows.partitions():
            draft = draft or store.get(session, trial).draft
            known = [row for row in part if row[1] is not None and row[2] is not None]
            taken += _those_of(draft, sites, known)
    return taken


def _those_of(
    draft: TrialDraft, sites: set[str], people: Sequence[tuple[str, float, float]]
) -> list[str]:
    lat = np.array([each[1] for each in people], np.float64)
    lon = np.array([each[2] for each in people], np.float64)
    taking = taking_sites(draft, lat, lon)
    return [each[0] for each, site in zip(people, taking, strict=False) if site in sites]


def _unit(lat: Numbers, lon: Numbers) -> Numbers:
    """Unit vectors of positions in degrees, a row each."""
    north, east = np.radians(lat), np.radians(lon)
    return np.stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1
    )
