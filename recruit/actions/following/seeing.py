"""One person's way through one trial, under a pseudonym, for whoever works with them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.catalogue import Worded, title
from recruit.actions.deeds import By, Known
from recruit.actions.following.contacting import (
    Attempt,
    Desk,
    attempts,
    called_enough,
    last_entry,
    mark,
)
from recruit.actions.following.having import Having, Holders, was_theirs, works_on
from recruit.actions.following.outcomes import possible
from recruit.actions.following.stages import Standing, standing_of
from recruit.actions.following.timeline import Event, of
from recruit.actions.visits.released import is_released, stands
from recruit.actions.visits.sites import site_of
from recruit.actions.visits.staffed import sees_every_site, trials_of
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Purpose
from recruit.consent.permit import people_with
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound
from recruit.people.vault import Vault
from recruit.referrals import paths, slots
from recruit.referrals.deadlines import due
from recruit.referrals.paths import OUTCOMES, Path, State
from recruit.referrals.slots import Appointment
from recruit.trials import store as trials
from recruit.trials.store import Version


@dataclass(frozen=True, slots=True)
class Way:
    """Where somebody stands, what happened, and what whoever looks can write down.

    `possible` is empty where it is not theirs to write; `closed` says that it was theirs until
    site or study closed. `mark` is of the last entry: nothing is written over a newer one. `calls`
    are those in vain since the release, `may_give_up` whether these are enough.
    """

    path: Path
    version: Version
    title: Worded
    site: str
    standing: Standing
    due: datetime | None
    having: Having
    events: tuple[tuple[Event, By], ...]
    possible: tuple[State, ...]
    calls: tuple[Attempt, ...]
    may_give_up: bool
    may_undo: bool
    may_see: bool
    closed: bool
    mark: str
    appointment: Appointment | None


def look(engine: Engine, keyring: Keyring, desk: Desk, *, number: int, language: str) -> Way:
    """One person's way; the look stands in the audit trail.

    Raises:
        NotFound: there is none that they may see, or the person wants to be seen by nobody.
    """
    with unit_of_work(engine) as session:
        path = paths.by_number(session, number)
        if path is None or not _may_see(session, desk.organisation, path):
            raise NotFound(what="person", identifier=number)
        tag, about = Tag.PATH_SHOWN, {"subject": path.person, "new": path.trial}
        trail.record(session, tag, actor=desk.actor, **about)
        return _way(session, keyring, desk, path, language)


def _may_see(session: Session, organisation: int | None, path: Path) -> bool:
    if path.trial not in trials_of(session, organisation):
        return False
    at = now()
    theirs = works_on(session, organisation, path) or was_theirs(session, organisation, path)
    if not theirs and not sees_every_site(session, organisation):
        return False
    # What came of it is the study's own record; before that, who takes back everything is gone.
    return (
        path.state in OUTCOMES
        or path.person in people_with(session, Purpose.MATCHING, at)
        or stands(session, path)
    )


def _way(session: Session, keyring: Keyring, desk: Desk, path: Path, language: str) -> Way:
    at, version = now(), trials.get(session, path.trial)
    standing = standing_of(session, path.trial, path.person, at)
    theirs = works_on(session, desk.organisation, path)
    calls = attempts(session, path, paths.released_at(session, path))
    known = Known(session, Vault(keyring), path.person)
    site = site_of(version.draft, path.site)
    return Way(
        path=path,
        version=version,
        title=title(version.draft, language),
        site=site.words if site else "",
        standing=standing,
        due=due(standing.stage, standing.since, desk.zone),
        having=Holders(session).of(path.trial, standing.stage, path.site),
        events=tuple((each, known.by(each.by)) for each in of(session, path.trial, path.person)),
        possible=possible(path) if theirs and stands(session, path) else (),
        calls=tuple(calls),
        may_give_up=called_enough(calls, desk.zone),
        may_undo=theirs and last_entry(session, path, desk, at) is not None,
        may_see=theirs and is_released(session, path, at),
        closed=not theirs and was_theirs(session, desk.organisation, path),
        mark=mark(session, path),
        appointment=slots.of_path(session, path),
    )
