"""One match with its reasons, beside the queue that it stands in."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions import questioned
from recruit.actions.match_table import MatchRow
from recruit.actions.questioned import Standing
from recruit.actions.reviewing import claims
from recruit.actions.reviewing import queue as queues
from recruit.actions.reviewing.looked_at import Hindrance, looked_at
from recruit.actions.reviewing.queue import Line, Queue
from recruit.actions.reviewing.since import Since, since_last
from recruit.actions.reviewing.wanted import Look, Wanted, of_tenant
from recruit.audit.trail import Tag, record
from recruit.core.clock import now
from recruit.core.dates import PartialDate
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, RecruitError
from recruit.core.i18n import N_
from recruit.matching.outcome import Outcome
from recruit.matching.reference import explain
from recruit.people import store as people
from recruit.people.facts import Profile
from recruit.trials import store as trials

BESIDE = 25  # rows of the queue that are shown beside a match


class NoLonger(RecruitError):
    """The match does not stand any more; `newer` has taken its place, where one has."""

    sentence = N_("This match no longer stands.")
    http_status = 410

    def __init__(self, hindrance: Hindrance, newer: int | None) -> None:
        super().__init__(hindrance=hindrance, newer=newer)
        self.hindrance = hindrance
        self.newer = newer


@dataclass(frozen=True, slots=True)
class MatchDetail:
    """A match with its reasons, judged on the day `on` from the versions it rests on.

    `source` is the text that the criteria's spans lie in, in `text_language`. `age` is (youngest,
    oldest) in completed years, None when not known; `previous` and `following` are the neighbours
    in the queue that was looked at, and `queue` the part of it that begins with `queue.start`.
    `asked` are the questions that were put to the person, oldest first.
    """

    line: Line
    source: str
    text_language: str
    profile: Profile
    age: tuple[int, int] | None
    outcome: Outcome
    on: date
    since: Since | None
    asked: tuple[Standing, ...]
    previous: int | None
    following: int | None
    queue: Queue


def show_match(
    engine: Engine, *, match: int, wanted: Wanted, look: Look, actor: str
) -> MatchDetail:
    """One match with its reasons; that somebody saw a person's facts is recorded.

    It is in the looker's hand from now on, for some minutes, unless a colleague has it.

    Raises:
        NotFound: there is no such match, or the person no longer consents.
        NoLonger: it has been superseded.
    """
    with reading(engine) as session:
        queues.plan_alone(session)
        found = _detail(session, match, wanted, look)
    line = found.line
    with unit_of_work(engine) as session:
        record(session, Tag.MATCH_EXPLAINED, actor=actor, subject=line.pseudonym, new=line.slug)
        queues.note(session, found.queue, actor=actor)
        claims.take(session, match, actor, now())  # in hand while it is looked at
    return found


def _detail(session: Session, match: int, wanted: Wanted, look: Look) -> MatchDetail:
    seen = of_tenant(session, wanted.tenant, now()).where(col(MatchRow.id) == match)
    row = session.scalars(seen).one_or_none()
    if row is None:
        looked = looked_at(session, match, wanted.tenant, now())
        hindrance = looked.hindrance or Hindrance.NO_LONGER
        if hindrance is Hindrance.WITHDRAWN:  # to whom that is no concern any more
            raise NotFound(what="match", identifier=match)
        raise NoLonger(hindrance, looked.newer)
    version = trials.version(session, row.trial, row.trial_version)
    profile = people.profile(session, row.person, row.profile_version)
    outcome = explain(version.eligibility, profile, look.lexicon, look.on)
    queue = _beside(session, match, wanted, look)
    previous, following = queues.neighbours(session, wanted, (row.score, match), queue)
    return MatchDetail(
        line=queues.line(session, match, look),
        source=version.draft.criteria,
        text_language=version.draft.language,
        profile=profile,
        age=_age(profile.born, look.on) if profile.born else None,
        outcome=outcome,
        on=look.on,
        since=since_last(session, row, outcome, look),
        asked=tuple(questioned.standings(session, [row]).get(match, ())),
        previous=previous,
        following=following,
        queue=queue,
    )


def _beside(session: Session, match: int, wanted: Wanted, look: Look) -> Queue:
    """The page of the queue that was looked at, where the match stands in it, else from it on."""
    queue = queues.list_queue(session, wanted, look, BESIDE)
    if match in {each.id for each in queue.lines}:
        return queue
    return queues.list_queue(session, replace(wanted, start=match), look, BESIDE)


def _age(born: PartialDate, on: date) -> tuple[int, int]:
    return _years(born.latest, on), _years(born.earliest, on)


def _years(birthday: date, on: date) -> int:
    return on.year - birthday.year - ((on.month, on.day) < (birthday.month, birthday.day))
