"""One match with its reasons, beside the queue that it stands in."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions import questioned
from recruit.actions.match_table import MatchRow
from recruit.actions.questioned import Standing
from recruit.actions.reviewing import queue as queues
from recruit.actions.reviewing.looked_at import Hindrance, Looked, looked_at
from recruit.actions.reviewing.queue import Line, Queue
from recruit.actions.reviewing.since import Since, since_last
from recruit.actions.reviewing.wanted import Look, Wanted
from recruit.audit.trail import Tag, record
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.dates import PartialDate
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import RecruitError
from recruit.core.i18n import N_
from recruit.matching.outcome import Outcome
from recruit.matching.reference import explain
from recruit.people import store as people
from recruit.people.facts import Profile
from recruit.trials import store as trials
from recruit.trials.store import Version

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

    To look takes nothing in hand: a page may be fetched that nobody reads.

    Raises:
        NotFound: there is no such match, or not for them.
        NoLonger: it has been superseded, or the person no longer consents.
    """
    with reading(engine) as session:
        queues.plan_alone(session)
        found = _detail(session, match, wanted, look)
    line = found.line
    with unit_of_work(engine) as session:
        chain.hold(session)
        _standing(session, match, wanted.tenant)  # nobody is shown who went while it was read
        record(session, Tag.MATCH_EXPLAINED, actor=actor, subject=line.pseudonym, new=line.slug)
        queues.note(session, found.queue, actor=actor)
    return found


def look_again(
    engine: Engine, *, match: int, tenant: int | None, look: Look, actor: str
) -> tuple[Looked, Outcome | None]:
    """A match that somebody decides about, judged; None where it stands no more.

    That somebody saw what is open about a person is recorded; of one who withdrew nothing is read.

    Raises:
        NotFound: there is no such match, or not for them.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        looked = looked_at(session, match, tenant, now())
        row = looked.row
        if looked.hindrance:
            return looked, None
        _, _, outcome = _judged(session, row, look)
        record(session, Tag.MATCH_EXPLAINED, actor=actor, subject=row.person, new=row.trial)
    return looked, outcome


def _standing(session: Session, match: int, tenant: int | None) -> MatchRow:
    """A match that stands, as somebody of `tenant` sees it.

    Raises:
        NotFound, NoLonger: as `show_match`.
    """
    looked = looked_at(session, match, tenant, now())
    if looked.hindrance:
        raise NoLonger(looked.hindrance, looked.newer)
    return looked.row


def _judged(session: Session, row: MatchRow, look: Look) -> tuple[Version, Profile, Outcome]:
    version = trials.version(session, row.trial, row.trial_version)
    profile = people.profile(session, row.person, row.profile_version)
    return version, profile, explain(version.eligibility, profile, look.lexicon, look.on)


def _detail(session: Session, match: int, wanted: Wanted, look: Look) -> MatchDetail:
    row = _standing(session, match, wanted.tenant)
    version, profile, outcome = _judged(session, row, look)
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
