"""Who said yes to a study, for its coordinators: under a pseudonym, until the person allows more.

Name and contact point are shown to the site that the person chose, with a permit of this very
moment, and each look stands in the audit trail.
"""

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
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now, today
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import ConsentMissing, NotFound
from recruit.matching.outcome import Hierarchy
from recruit.people.vault import Item, Vault
from recruit.referrals import paths, slots
from recruit.referrals.deadlines import due
from recruit.referrals.paths import Path
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
            Look(session, Holders(session), organisation, language, zone, at).at(path),
            paths.released_at(session, path) or path.since,
            kept.get(Item.NAME, ""),
            kept.get(WAYS[path.way or ""], ""),
            stand(session, path.trial, path.person, lexicon, today()),
            confirmed(session, path, lexicon),
        )


@dataclass(frozen=True, slots=True)
class Look:
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
            may_see=is_released(session, path, self.moment)
            and works_on(session, self.organisation, path),
            appointment=slots.of_path(session, path),
            having=having,
            is_theirs=mine or operators,
            due=due(stage, path.since, self.zone),
        )
