"""One match with its reasons, beside the queue that it stands in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, RowMapping
from sqlalchemy.orm import Session

from recruit.actions import questioned
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach.writing import Writer
from recruit.actions.questioned import Standing
from recruit.actions.reviewing import decisions, headings
from recruit.actions.reviewing import queue as queues
from recruit.actions.reviewing.decisions import Decision
from recruit.actions.reviewing.lines import Line
from recruit.actions.reviewing.looked_at import Hindrance, Looked, looked_at
from recruit.actions.reviewing.outlook import Outlook, outlook
from recruit.actions.reviewing.queue import Beside
from recruit.actions.reviewing.since import Judged, Since, since_last
from recruit.actions.reviewing.wanted import Look, Wanted
from recruit.audit.trail import Deed, Tag, record, record_deeds
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
    oldest) in completed years, None when not known. `asked` are the questions that were put to the
    person, oldest first, and `waiting` those of any study that they have not answered; `outlook` is
    what is decided or can be, and `beside` the part of the queue in which the match stands.
    """

    row: MatchRow
    source: str
    text_language: str
    profile: Profile
    age: tuple[int, int] | None
    outcome: Outcome
    on: date
    since: Since | None
    asked: tuple[Standing, ...]
    waiting: Sequence[RowMapping]
    outlook: Outlook
    beside: Beside

    @property
    def line(self) -> Line:
        """Its row in the queue."""
        return self.beside.line


def show_match(  # noqa: PLR0913 - which one, how and by whom, by name
    engine: Engine,
    writer: Callable[[], Writer],
    *,
    match: int,
    wanted: Wanted,
    look: Look,
    actor: str,
) -> MatchDetail:
    """One match with its reasons; that somebody saw a person's facts is recorded.

    To look takes nothing in hand: a page may be fetched that nobody reads.

    Raises:
        NotFound: there is no such match, or not for them.
        NoLonger: it has been superseded, or the person no longer consents.
    """
    with reading(engine) as session:
        queues.plan_alone(session)
        found = _detail(session, writer, match, wanted, look)
    line = found.line
    with unit_of_work(engine) as session:
        chain.hold(session)
        _standing(session, match, wanted.tenant)  # nobody is shown who went while it was read
        explained = Deed(Tag.MATCH_EXPLAINED, line.pseudonym, line.slug)
        record_deeds(session, [explained, *queues.seen(found.beside.lines)], actor=actor)
    return found


@dataclass(frozen=True, slots=True)
class Judgement:
    """A match that stands, judged again today; `text_language` is that of its criteria."""

    row: MatchRow
    text_language: str
    profile: Profile
    outcome: Outcome
    stands: Decision | None


def judge_match(
    engine: Engine, *, match: int, tenant: int | None, look: Look, actor: str
) -> Judgement:
    """One match criterion by criterion, without the queue around it; that it was read is recorded.

    Raises:
        NotFound, NoLonger: as `show_match`.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        row = _standing(session, match, tenant)
        version = trials.version(session, row.trial, row.trial_version)
        profile = people.profile(session, row.person, row.profile_version)
        record(session, Tag.MATCH_EXPLAINED, actor=actor, subject=row.person, new=row.trial)
        return Judgement(
            row,
            version.draft.language,
            profile,
            explain(version.eligibility, profile, look.lexicon, look.on),
            decisions.standing(session, [match], now()).get(match),
        )


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
        version = trials.version(session, row.trial, row.trial_version)
        profile = people.profile(session, row.person, row.profile_version)
        outcome = explain(version.eligibility, profile, look.lexicon, look.on)
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


def _detail(
    session: Session, writer: Callable[[], Writer], match: int, wanted: Wanted, look: Look
) -> MatchDetail:
    row = _standing(session, match, wanted.tenant)
    beside = queues.list_beside(session, row, wanted, look)
    version = headings.version(session, beside.line.version)
    profile = people.profile(session, row.person, row.profile_version)
    outcome = explain(version.eligibility, profile, look.lexicon, look.on)
    asked, waiting = questioned.of_match(session, row)
    return MatchDetail(
        row=row,
        source=version.draft.criteria,
        text_language=version.draft.language,
        profile=profile,
        age=_age(profile.born, look.on) if profile.born else None,
        outcome=outcome,
        on=look.on,
        since=since_last(session, row, Judged(version, profile, outcome), look),
        asked=asked,
        waiting=waiting,
        outlook=outlook(session, writer, row, now()),
        beside=beside,
    )


def _age(born: PartialDate, on: date) -> tuple[int, int]:
    return _years(born.latest, on), _years(born.earliest, on)


def _years(birthday: date, on: date) -> int:
    return on.year - birthday.year - ((on.month, on.day) < (birthday.month, birthday.day))
