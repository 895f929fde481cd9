"""Who said yes to a study, a page at a time: whom the looker has in hand, then everybody else.

A page is cut by the row that it begins with, so that the last one is as quick as the first. Whose
turn it is hangs on trial, site and stage alone: it is found out once for each of these.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Engine,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session

from recruit.actions.following.having import BY_SITE, Holder, Holders
from recruit.actions.following.stages import Stage
from recruit.actions.referring.waiting import Look, Waiting
from recruit.actions.visits.sites import SCOPE
from recruit.actions.visits.staffed import sees_every_site, trials_of, works_for
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Purpose
from recruit.consent.permit import consenting
from recruit.consent.tables import STATE
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.referrals import paths
from recruit.referrals.deadlines import due, late_before
from recruit.referrals.paths import AT_SITE, Path, State
from recruit.referrals.tables import REFERRAL

SIZE: Final = 25
A_DAY: Final = timedelta(days=1)
AN_INSTANT: Final = timedelta(seconds=1)
PLACE: Final = (REFERRAL.c.changed_at, REFERRAL.c.id)
TURNS: Final = tuple(sorted(BY_SITE))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who looks (`organisation` as in centre_scope), and the rows that the two pages begin with.

    Nobody's turn comes to who may not open anybody (`opens`): everybody is among the others then.
    """

    organisation: int | None
    language: str
    zone: ZoneInfo
    opens: bool
    mine: int | None = None
    others: int | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of one of the two lists, of `total` people in all.

    `later` says that it is not the first; `following` is the row that the next one begins with.
    """

    people: tuple[Waiting, ...]
    total: int
    later: bool
    following: int | None


@dataclass(frozen=True, slots=True)
class Lists:
    """Whom the looker has in hand, the most urgent first, and everybody else, the newest first.

    `today` counts those in hand who are to be dealt with today, or were before.
    """

    mine: Leaf
    today: int
    others: Leaf


def show(engine: Engine, wanted: Wanted, *, actor: str) -> Lists:
    """A page of each list of those whom the looker sees; who stood there is recorded.

    Whoever has taken back everything, or said no, is in neither.
    """
    with unit_of_work(engine) as session:
        at = now()
        here = _Lists(session, wanted, at, *_scope(session, wanted, at))
        mine, today, others = here.counts()
        lists = Lists(here.mine(mine), today, here.others(others))
        seen = [*lists.mine.people, *lists.others.people]
        shown = [(each.path.person, each.path.trial) for each in seen]
        trail.record_each(session, Tag.REFERRALS_SHOWN, actor=actor, of=shown, reason="list")
        return lists


@dataclass(frozen=True, slots=True)
class _Lists:
    """`seen` is whom the looker sees at all, `turns` who of them is theirs at each stage."""

    session: Session
    wanted: Wanted
    at: datetime
    seen: ColumnElement[bool]
    turns: Mapping[Stage, ColumnElement[bool]]
    holders: Holders

    @property
    def theirs(self) -> ColumnElement[bool]:
        """Who is theirs at any stage."""
        return or_(false(), *self.turns.values())

    def counts(self) -> tuple[int, int, int]:
        """How many are in hand, how many of these are due today or were before; everybody else."""
        soon, zone, changed = self.at + A_DAY, self.wanted.zone, REFERRAL.c.changed_at
        late = (
            theirs & (changed < late_before(stage, soon, zone))
            for stage, theirs in self.turns.items()
        )
        these = (self.theirs, or_(false(), *late), ~self.theirs)
        query = select(*(func.count().filter(each) for each in these)).where(self.seen)
        row = self.session.execute(query.select_from(REFERRAL)).one()
        return row[0], row[1], row[2]

    def mine(self, total: int) -> Leaf:
        """Those in hand, by the day on which they are due: each stage comes in that order."""
        first = self._beginning(self.wanted.mine, self.theirs)
        rows = list(islice(merge(*self._streams(first), key=self._urgency), SIZE + 1))
        return self._leaf(rows, total, first)

    def others(self, total: int) -> Leaf:
        """Everybody else, who came last first."""
        rest = ~self.theirs
        first = self._beginning(self.wanted.others, rest)
        if first is not None:
            changed, number = REFERRAL.c.changed_at, REFERRAL.c.id
            same = and_(changed == first.since, number <= first.number)
            rest &= or_(changed < first.since, same)
        newest = (each.desc() for each in PLACE)
        query = select(REFERRAL).where(self.seen, rest).order_by(*newest)
        rows = paths.found(self.session, query.limit(SIZE + 1))
        return self._leaf(rows, total, first)

    def _streams(self, first: Path | None) -> Iterable[Sequence[Path]]:
        for stage, theirs in self.turns.items():
            these = theirs & self._from(first, stage)
            query = select(REFERRAL).where(self.seen, these).order_by(*PLACE)
            yield paths.found(self.session, query.limit(SIZE + 1))

    def _from(self, first: Path | None, stage: Stage) -> ColumnElement[bool]:
        """Who at a stage comes at a row or after it: due on a later day, or stands there longer."""
        if first is None:
            return true()
        until, zone, changed = self._due(first), self.wanted.zone, REFERRAL.c.changed_at
        same = and_(changed == first.since, REFERRAL.c.id >= first.number)
        return and_(
            changed >= late_before(stage, until - AN_INSTANT, zone),
            or_(changed >= late_before(stage, until, zone), changed > first.since, same),
        )

    def _beginning(self, number: int | None, which: ColumnElement[bool]) -> Path | None:
        """The row that a page begins with; None where it is not, or no more, in the list."""
        if number is None:
            return None
        this = select(REFERRAL).where(REFERRAL.c.id == number, self.seen, which)
        found = paths.found(self.session, this)
        return found[0] if found else None

    def _urgency(self, path: Path) -> tuple[datetime, datetime, int]:
        return self._due(path), path.since, path.number

    def _due(self, path: Path) -> datetime:
        until = due(path.state, path.since, self.wanted.zone)
        return until or self.at  # every stage of TURNS has a deadline

    def _leaf(self, rows: Sequence[Path], total: int, first: Path | None) -> Leaf:
        wanted = self.wanted
        look = Look(
            self.session, self.holders, wanted.organisation, wanted.language, wanted.zone, self.at
        )
        people = tuple(look.at(path) for path in rows[:SIZE])
        following = rows[SIZE].number if len(rows) > SIZE else None
        return Leaf(people, total, first is not None, following)


def _scope(
    session: Session, wanted: Wanted, at: datetime
) -> tuple[ColumnElement[bool], dict[Stage, ColumnElement[bool]], Holders]:
    """Whom the looker sees, who of these is theirs at each stage, and who has whom."""
    organisation, holders = wanted.organisation, Holders(session)
    visible, sites = _seen(session, organisation, at)
    turns = {}
    for stage in TURNS if wanted.opens else ():
        theirs = [each for each in sites if _is_theirs(holders, organisation, stage, *each)]
        turns[stage] = and_(REFERRAL.c.state == stage.value, _at(theirs))
    return visible, turns, holders


def visible_to(session: Session, organisation: int | None, at: datetime) -> ColumnElement[bool]:
    """The condition on REFERRAL that holds whom somebody of `organisation` sees at all."""
    return _seen(session, organisation, at)[0]


def _seen(
    session: Session, organisation: int | None, at: datetime
) -> tuple[ColumnElement[bool], list[tuple[str, str]]]:
    """The same, and the trials and sites that these people have chosen."""
    trials = sorted(trials_of(session, organisation))
    visible = and_(REFERRAL.c.trial.in_(trials), _visible(at))
    sites = _sites(session, trials)
    if not sees_every_site(session, organisation):
        sites = [each for each in sites if works_for(session, organisation, *each)]
        visible &= _at(sites)
    return visible, sites


def _sites(session: Session, trials: Sequence[str]) -> list[tuple[str, str]]:
    """Each trial and site that somebody has chosen."""
    both = (REFERRAL.c.trial, REFERRAL.c.site)
    query = select(*both).where(REFERRAL.c.trial.in_(trials), REFERRAL.c.site.is_not(None))
    return sorted((row.trial, row.site) for row in session.execute(query.distinct()))


def _at(sites: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    chosen = func.coalesce(REFERRAL.c.site, "")  # NULL is in no list, and not outside of it either
    return tuple_(REFERRAL.c.trial, chosen).in_(sites) if sites else false()


def _is_theirs(
    holders: Holders, organisation: int | None, stage: Stage, trial: str, site: str
) -> bool:
    having = holders.of(trial, stage, site)
    if organisation is None:
        return having.holder is Holder.OPERATOR
    return having.holder is Holder.SITE and having.centre == organisation


def _visible(at: datetime) -> ColumnElement[bool]:
    """Whoever still agrees to be looked for, or lets a site know who they are."""
    scope: ColumnElement[Any] = literal(SCOPE) + REFERRAL.c.trial + literal("/") + REFERRAL.c.site
    known = consenting(Purpose.RELEASE, at, scope).where(STATE.c.person == REFERRAL.c.person)
    return and_(
        REFERRAL.c.state != State.DECLINED.value,
        or_(
            REFERRAL.c.person.in_(consenting(Purpose.MATCHING, at)),
            and_(REFERRAL.c.state.in_(sorted(AT_SITE)), known.correlate(REFERRAL).exists()),
        ),
    )
