"""Matches as those who judge them see them: the table, and one match with its reasons."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from sqlalchemy import ColumnElement, Engine, case, func
from sqlalchemy.orm import Session
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from recruit.actions.catalogue import Worded, title
from recruit.actions.centre_scope import in_scope
from recruit.actions.current_matches import current_matches
from recruit.actions.match_table import MatchRow
from recruit.actions.paging import Page, page_number
from recruit.actions.questions import questions
from recruit.audit.trail import Tag, record
from recruit.core.clock import now
from recruit.core.dates import PartialDate
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound
from recruit.criteria.phrase import Lexicon
from recruit.criteria.truth import Truth
from recruit.matching.geography import distance_km
from recruit.matching.outcome import Hierarchy, Outcome, Verdict
from recruit.matching.reference import explain
from recruit.people import store as people
from recruit.people.facts import Profile
from recruit.trials import store as trials
from recruit.trials.draft import decode_draft
from recruit.trials.store import Version
from recruit.trials.tables import Trial, TrialVersion

SIZE: Final = 50
ORDER: Final = (  # the likeliest first
    case((col(MatchRow.verdict) == Verdict.ELIGIBLE, 0), else_=1),
    col(MatchRow.score).desc(),
    col(MatchRow.id),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which matches are looked at: of one study, with one verdict; None narrows nothing.

    `tenant` is the organisation of the one who looks, as in centre_scope; None sees all.
    """

    study: str | None = None
    verdict: Verdict | None = None
    page: int = 1
    tenant: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many criteria let the person in, keep them out, and are open."""

    held: int
    against: int
    unknown: int

    @property
    def total(self) -> int:
        """All criteria."""
        return self.held + self.against + self.unknown


@dataclass(frozen=True, slots=True)
class MatchLine:
    """A match in the table, judged on the day it is looked at.

    `question` would settle the first open criterion, which reads `open_text`; both are None when
    nothing is open. There is no question about what was not understood. `km` may not be known.
    """

    id: int
    pseudonym: str
    slug: str
    study: Worded
    verdict: Verdict
    tally: Tally
    question: str | None
    open_text: Worded | None
    km: float | None


@dataclass(frozen=True, slots=True)
class MatchDetail:
    """A match with its reasons, judged on the day `on` from the versions it rests on.

    `age` is (youngest, oldest) in completed years, None when not known; `previous` and `following`
    are the neighbours in the table that was looked at.
    """

    line: MatchLine
    text_language: str
    profile: Profile
    age: tuple[int, int] | None
    outcome: Outcome
    on: date
    previous: int | None
    following: int | None


class Knower(Lexicon, Hierarchy, Protocol):
    """What is asked of the lexicon here: names for sentences, ancestors for reasons."""


@dataclass(frozen=True, slots=True)
class Look:
    """The day on which somebody looks, the language they read, and who knows the concepts."""

    on: date
    language: str
    lexicon: Knower


def list_matches(session: Session, wanted: Wanted, look: Look) -> Page[MatchLine]:
    """One page of the matches that stand, of people who consent at this moment."""
    standing = _standing(wanted, in_scope(session, wanted.tenant, current_matches(now())))
    total = session.scalar(select(func.count()).select_from(standing.subquery())) or 0
    number = page_number(wanted.page, SIZE, total)
    query = standing.order_by(*ORDER).limit(SIZE).offset((number - 1) * SIZE)
    rows = session.scalars(query).all()
    versions = {key: _version(session, *key) for key in {(r.trial, r.trial_version) for r in rows}}
    lines = []
    for row in rows:
        version = versions[row.trial, row.trial_version]
        profile = people.profile(session, row.person, row.profile_version)
        outcome = explain(version.eligibility, profile, look.lexicon, look.on)
        lines.append(_line(row, version, profile, outcome, look))
    return Page(tuple(lines), number, SIZE, total)


def show_match(
    engine: Engine, *, match: int, wanted: Wanted, look: Look, actor: str
) -> MatchDetail:
    """One match with its reasons; that somebody saw a person's facts is recorded.

    Raises:
        NotFound: there is no such match, it has been superseded, or the person no longer consents.
    """
    with unit_of_work(engine) as session:
        found = _detail(session, match, wanted, look)
        line = found.line
        record(session, Tag.MATCH_EXPLAINED, actor=actor, subject=line.pseudonym, new=line.slug)
        return found


def _detail(session: Session, match: int, wanted: Wanted, look: Look) -> MatchDetail:
    scope = in_scope(session, wanted.tenant, current_matches(now()))
    row = session.scalars(_standing(Wanted(), scope).where(col(MatchRow.id) == match)).one_or_none()
    if row is None:
        raise NotFound(what="match", identifier=match)
    version = _version(session, row.trial, row.trial_version)
    profile = people.profile(session, row.person, row.profile_version)
    outcome = explain(version.eligibility, profile, look.lexicon, look.on)
    previous, following = _neighbours(session, _standing(wanted, scope), match)
    return MatchDetail(
        line=_line(row, version, profile, outcome, look),
        text_language=version.draft.language,
        profile=profile,
        age=_age(profile.born, look.on) if profile.born else None,
        outcome=outcome,
        on=look.on,
        previous=previous,
        following=following,
    )


def studies_with_matches(
    session: Session, language: str, tenant: int | None
) -> list[tuple[str, str]]:
    """(number, title) of every study with a match that stands and `tenant` sees, by title."""
    standing = _standing(Wanted(), in_scope(session, tenant, current_matches(now())))
    with_matches = standing.with_only_columns(col(MatchRow.trial))
    current = (
        select(TrialVersion.draft)
        .join(Trial, col(Trial.id) == col(TrialVersion.trial))
        .where(col(Trial.version) == col(TrialVersion.number), col(Trial.id).in_(with_matches))
    )
    drafts = map(decode_draft, session.scalars(current))
    named = [(draft.id, title(draft, language).text) for draft in drafts]
    return sorted(named, key=lambda each: each[1].casefold())


def _standing(wanted: Wanted, scope: ColumnElement[bool]) -> SelectOfScalar[MatchRow]:
    query = current_matches(now()).where(scope)
    if wanted.study:
        query = query.where(col(MatchRow.trial) == wanted.study)
    if wanted.verdict:
        query = query.where(col(MatchRow.verdict) == wanted.verdict)
    return query


def _neighbours(
    session: Session, standing: SelectOfScalar[MatchRow], match: int
) -> tuple[int | None, int | None]:
    """The matches before and after this one in the table; none when it is not in it."""
    number = col(MatchRow.id)
    placed = standing.with_only_columns(
        number.label("match"),
        func.lag(number).over(order_by=ORDER).label("before"),
        func.lead(number).over(order_by=ORDER).label("after"),
    ).subquery()
    found = session.execute(
        select(placed.c.before, placed.c.after).where(placed.c.match == match)
    ).one_or_none()
    return (found.before, found.after) if found else (None, None)


def _version(session: Session, trial: str, number: int) -> Version:
    return next(each for each in trials.history(session, trial) if each.number == number)


def _line(
    row: MatchRow, version: Version, profile: Profile, outcome: Outcome, look: Look
) -> MatchLine:
    if row.id is None:
        raise ValueError
    held = Counter(each.holds for each in outcome.criteria)
    first = next((each for each in outcome.criteria if each.holds is Truth.UNKNOWN), None)
    asked = questions(first, look.language, look.lexicon) if first else iter(())
    return MatchLine(
        id=row.id,
        pseudonym=row.person,
        slug=row.trial,
        study=title(version.draft, look.language),
        verdict=outcome.judgement.verdict,
        tally=Tally(held[Truth.YES], held[Truth.NO], held[Truth.UNKNOWN]),
        question=next(asked, None),
        open_text=Worded(first.criterion.text, version.draft.language) if first else None,
        km=distance_km(profile.home, version.eligibility.places),
    )


def _age(born: PartialDate, on: date) -> tuple[int, int]:
    return _years(born.latest, on), _years(born.earliest, on)


def _years(birthday: date, on: date) -> int:
    return on.year - birthday.year - ((on.month, on.day) < (birthday.month, birthday.day))
