"""Who said yes to a study, for its coordinators: under a pseudonym, until the person allows more.

Name and contact point are shown to the site that the person chose, with a permit of this very
moment, and each look stands in the audit trail.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.catalogue import title
from recruit.actions.following.having import Having, Holder, Holders, works_on
from recruit.actions.following.stages import Stage
from recruit.actions.referring.answering import Stand, confirmed, stand
from recruit.actions.referring.releasing import WAYS
from recruit.actions.visits.released import is_released, permitted
from recruit.actions.visits.sites import site_of
from recruit.actions.visits.staffed import sees_every_site, trials_of, works_for
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Purpose
from recruit.consent.permit import people_with
from recruit.core.clock import now, today
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import ConsentMissing, NotFound
from recruit.matching.outcome import Hierarchy
from recruit.people.vault import Item, Vault
from recruit.referrals import paths, slots
from recruit.referrals.deadlines import due
from recruit.referrals.paths import Path, State
from recruit.referrals.slots import Appointment


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person on the way: the path, the study's title, the site they chose ("" for none yet).

    `may_see`: whether their contact details are shown to whoever looks. `is_theirs`: whether the
    looker is to do something, by `due`; `having` says who is, whoever that may be.
    """

    path: Path
    title: str
    site: str
    may_see: bool
    appointment: Appointment | None
    having: Having
    is_theirs: bool
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Contact:
    """Who it is, since when they allow it, how they want to be reached, and what they answered.

    `confirmed` is what they had before them at their yes to this, `stand` what is so now.
    """

    waiting: Waiting
    released_at: datetime
    name: str = field(repr=False)
    where: str = field(repr=False)
    stand: Stand
    confirmed: Stand


def list_waiting(
    engine: Engine, *, organisation: int | None, language: str, zone: ZoneInfo, actor: str
) -> list[Waiting]:
    """Everybody who said yes to a study that somebody of `organisation` sees.

    Those whom they have in hand come first, the most urgent before the others, then the newest.

    Whoever has taken back everything is not among them.
    """
    with unit_of_work(engine) as session:
        at = now()
        everywhere = sees_every_site(session, organisation)
        look = _Look(session, Holders(session), organisation, language, zone, at)
        found = [
            look.at(path)
            for path in _visible(
                session, paths.of_trials(session, trials_of(session, organisation))
            )
            if everywhere or _is_theirs(session, organisation, path)
        ]
        found.sort(key=_urgency)
        shown = [(each.path.person, each.path.trial) for each in found]
        trail.record_each(session, Tag.REFERRALS_SHOWN, actor=actor, of=shown, reason="list")
        return found


def show_contact(  # noqa: PLR0913 - who looks at whom, and with what
    engine: Engine,
    keyring: Keyring,
    *,
    number: int,
    organisation: int | None,
    language: str,
    zone: ZoneInfo,
    lexicon: Hierarchy,
    actor: str,
) -> Contact:
    """Who somebody is who released this to the site that the looker works for.

    Raises:
        NotFound: there is no such path, it is another site's, nothing is released now, or site or
            study has closed.
    """
    with unit_of_work(engine) as session:
        path, at = paths.by_number(session, number), now()
        if path is None or not works_on(session, organisation, path):
            raise NotFound(what="person", identifier=number)
        try:
            permitted(session, path, at)
        except ConsentMissing:
            raise NotFound(what="person", identifier=number) from None
        kept = Vault(keyring).read(session, path.person)
        trail.record(session, Tag.RELEASED_SHOWN, actor=actor, subject=path.person, new=path.trial)
        return Contact(
            _Look(session, Holders(session), organisation, language, zone, at).at(path),
            paths.released_at(session, path) or path.since,
            kept.get(Item.NAME, ""),
            kept.get(WAYS[path.way or ""], ""),
            stand(session, path.trial, path.person, lexicon, today()),
            confirmed(session, path, lexicon),
        )


def _visible(session: Session, found: Iterable[Path]) -> list[Path]:
    """The paths of those who still agree to be looked for, or have released something."""
    at = now()
    willing = people_with(session, Purpose.MATCHING, at)
    return [
        path
        for path in found
        if path.state is not State.DECLINED
        and (path.person in willing or is_released(session, path, at))
    ]


def _is_theirs(session: Session, organisation: int | None, path: Path) -> bool:
    return path.site is not None and works_for(session, organisation, path.trial, path.site)


@dataclass(frozen=True, slots=True)
class _Look:
    """Who looks, when: what is looked up for one person serves for the next."""

    session: Session
    holders: Holders
    organisation: int | None
    language: str
    zone: ZoneInfo
    moment: datetime

    def at(self, path: Path) -> Waiting:
        """One person of the list."""
        session, draft, stage = self.session, self.holders.draft(path.trial), Stage(path.state)
        site = site_of(draft, path.site)
        having = self.holders.of(path.trial, stage, path.site)
        mine = having.holder is Holder.SITE and having.centre == self.organisation
        operators = having.holder is Holder.OPERATOR and self.organisation is None
        return Waiting(
            path=path,
            title=title(draft, self.language).text,
            site=site.words if site else "",
            may_see=works_on(session, self.organisation, path)
            and is_released(session, path, self.moment),
            appointment=slots.of_path(session, path),
            having=having,
            is_theirs=mine or operators,
            due=due(stage, path.since, self.zone),
        )


def _urgency(each: Waiting) -> tuple[bool, float, float]:
    """Whom the looker has in hand first, by the day; then whoever came last."""
    until = each.due.timestamp() if each.is_theirs and each.due else 0.0
    return not each.is_theirs, until, -each.path.since.timestamp()
