"""The sites of a posting: added, changed, taken out, put in order, and given to centres."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.posting import site_fields
from recruit.actions.posting.details.typed import Typed
from recruit.actions.posting.editing import Edit, change, change_within, looked_at
from recruit.audit.trail import Tag, record
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.criteria.eligibility import Place
from recruit.matching.geography import distance_km
from recruit.people import organisations
from recruit.people.facts import Home
from recruit.people.organisations import OrganisationKind
from recruit.trials import centres
from recruit.trials.centres import site_key
from recruit.trials.draft import SiteDraft, TrialDraft
from recruit.trials.posting import store
from recruit.trials.posting.content import Content
from recruit.trials.posting.store import Change, Posting

HANDLE: Final = 12  # digits of a key; two sites of a trial agree in them once in 10^14
NO_CENTRE: Final = N_("There is no study centre with this name. The operator can make one.")


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site in the table.

    `handle` names it in addresses, `centre` is the study centre that staffs it, "" where none
    does. `away` is how far it lies from the centre of its postcode in kilometres, None where that
    is not known.
    """

    handle: str
    site: SiteDraft
    centre: str
    away: float | None


@dataclass(frozen=True, slots=True)
class SavedSite:
    """What came of saving a site; with any problem nothing was saved."""

    problems: Mapping[str, Refusal]


def site_lines(session: Session, posting: Posting) -> tuple[SiteLine, ...]:
    """Every site of a posting, in order."""
    staffed = centres.centres_of(session, posting.id)
    sites = posting.content.draft.sites
    lines = []
    for handle, site in zip(handles(sites), sites, strict=True):
        centre = staffed.get(site_key(site))
        lines.append(SiteLine(handle, site, centre.name if centre else "", _away(site)))
    return tuple(lines)


def handles(sites: tuple[SiteDraft, ...]) -> list[str]:
    """What each site is called in addresses: the beginning of its key, and which of its like."""
    seen: Counter[str] = Counter()
    found = []
    for site in sites:
        key = site_key(site)[:HANDLE]
        seen[key] += 1
        found.append(key if seen[key] == 1 else f"{key}-{seen[key]}")
    return found


def place_of(draft: TrialDraft, handle: str) -> int:
    """Where the site with this handle stands among the sites.

    Raises:
        NotFound: there is none, or no longer.
    """
    known = handles(draft.sites)
    if handle not in known:
        raise NotFound(what="site", identifier=handle)
    return known.index(handle)


def save_site(
    engine: Engine, edit: Edit, handle: str | None, fields: Mapping[str, str]
) -> SavedSite:
    """Save a site, a new one where there is no `handle`; its centre goes along.

    Raises:
        NotFound: there is no such posting or site.
        EditedMeanwhile: somebody changed the posting after `edit.base`.
    """
    content = looked_at(engine, edit)
    sites = list(content.draft.sites)
    place = len(sites) if handle is None else place_of(content.draft, handle)
    before = SiteDraft() if handle is None else sites[place]
    typed = Typed(fields, edit.posting)
    site = site_fields.read(typed, before)
    if typed.problems:
        return SavedSite(typed.problems)
    sites[place : place + 1] = [site]
    with unit_of_work(engine) as session:
        change_within(session, edit, _with(content, sites), Change.SITES)
        if handle is not None and site_key(site) != site_key(before):
            _keep_centre(session, edit.posting, before, site)
    return SavedSite({})


def remove_site(engine: Engine, edit: Edit, handle: str) -> None:
    """Take a site out; NotFound and EditedMeanwhile as `save_site`."""
    content = looked_at(engine, edit)
    sites = list(content.draft.sites)
    del sites[place_of(content.draft, handle)]
    change(engine, edit, _with(content, sites), Change.SITES)


def move_site(engine: Engine, edit: Edit, handle: str, by: int) -> None:
    """Move a site up (-1) or down (1) in the list, as far as it goes; errors as `save_site`."""
    content = looked_at(engine, edit)
    sites = list(content.draft.sites)
    place = place_of(content.draft, handle)
    there = min(max(place + by, 0), len(sites) - 1)
    sites.insert(there, sites.pop(place))
    change(engine, edit, _with(content, sites), Change.SITES)


def staff_site(engine: Engine, edit: Edit, handle: str, name: str) -> None:
    """Let the study centre with this name staff a site; "" for nobody.

    Its people see whom the site would take, once the posting is public. It is no part of what is
    approved, and holds at once.

    Raises:
        NotFound: there is no such posting or site.
        Refusal: there is no study centre with this name.
    """
    with unit_of_work(engine) as session:
        posting = store.held(session, edit.posting, edit.organisation)
        draft = posting.content.draft
        key = site_key(draft.sites[place_of(draft, handle)])
        before = centres.centres_of(session, posting.id).get(key)
        if name.strip():
            plain = " ".join(name.split()).casefold()
            known = [
                each
                for each in organisations.everyone(session)
                if each.kind is OrganisationKind.CENTRE and each.name.casefold() == plain
            ]
            if not known:
                raise Refusal(record=posting.id, field="centre", problem=NO_CENTRE)
            centres.assign(session, posting.id, key, known[0])
        else:
            centres.release(session, posting.id, key)
        after = centres.centres_of(session, posting.id).get(key)
        record(
            session,
            Tag.SITE_STAFFED,
            actor=edit.author,
            subject=posting.id,
            reason=handle,
            old=f"organisation {before.id}" if before else None,
            new=f"organisation {after.id}" if after else None,
        )


def _keep_centre(session: Session, posting: str, before: SiteDraft, after: SiteDraft) -> None:
    """The centre of a site that is renamed staffs it under its new name as well.

    What is public still has the old one until the change is published: both stand.
    """
    centre = centres.centres_of(session, posting).get(site_key(before))
    if centre is not None:
        centres.assign(session, posting, site_key(after), centre)


def _with(content: Content, sites: list[SiteDraft]) -> Content:
    return replace(content, draft=replace(content.draft, sites=tuple(sites)))


def _away(site: SiteDraft) -> float | None:
    middle = site_fields.of_postcode(site)
    if middle is None or site.lat is None or site.lon is None:
        return None
    home = Home(site.country, site.postcode, *middle)
    return distance_km(home, (Place(site.country, site.lat, site.lon),))
