"""Why people do not go on: what they answered, what was decided, what sites found out.

Each person counts once for each trial and reason. Slips that were undone count nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, FromClause, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from recruit.actions.funnel.journeys import MATCH, is_slip, reached
from recruit.actions.funnel.scope import Scope
from recruit.actions.match_table import Superseded
from recruit.actions.outreach.answer_table import ANSWER, REFUSALS
from recruit.actions.reviewing.tables import DECISION, Kind
from recruit.referrals import paths
from recruit.referrals.tables import REFERRAL, REFERRAL_QUESTION, REFERRAL_STEP

MOST: Final = 20
"""So many questions are told of, those that cost most first."""


class Whose(StrEnum):
    """Who said no, or what did."""

    PERSON = "answer"
    STAFF = "decision"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class Ending:
    """So many people went no further for one reason.

    `what` is their last answer, a decision's kind, or a path's state; `reason` what was given as
    one, "" for nothing. `trial_version` and `criterion` (from 0) say what a screening failed on.
    """

    whose: Whose
    what: str
    reason: str
    people: int
    trial_version: int | None = None
    criterion: int | None = None


@dataclass(frozen=True, slots=True)
class Costly:
    """A question before the release: so many were `asked`, and for `last` it was the last one.

    That is, their way ended after it: they declined, or the study fitted them no more with what
    they had said. `key` is the question's (referring/prescreening).
    """

    key: str
    asked: int
    last: int


def endings(session: Session, scope: Scope) -> tuple[Ending, ...]:
    """Every reason, in the order of Whose, the commonest first; in three queries."""
    found = [*_answers(session, scope), *_decisions(session, scope), *_paths(session, scope)]
    order = list(Whose)
    return tuple(sorted(found, key=lambda each: (order.index(each.whose), -each.people)))


def costly(session: Session, scope: Scope) -> tuple[Costly, ...]:
    """The questions after which most people's way ended, of one trial, in one query.

    The same question is known by the same key in other trials: over several they are put together.
    """
    newest = (REFERRAL_QUESTION.c.at.desc(), REFERRAL_QUESTION.c.question.desc())
    place = func.row_number().over(partition_by=REFERRAL_QUESTION.c.referral, order_by=newest)
    over = _ended_early()
    source = REFERRAL.join(REFERRAL_QUESTION, REFERRAL_QUESTION.c.referral == REFERRAL.c.id)
    ranked = (
        select(
            REFERRAL_QUESTION.c.question,
            REFERRAL_QUESTION.c.referral,
            place.label("place"),
            over.label("over"),
        )
        .select_from(source)
        .where(*_seen(scope, REFERRAL))
        .subquery("ranked")
    )
    ended = func.count().filter(ranked.c.place == 1, ranked.c.over)
    query = (
        select(ranked.c.question, func.count().label("asked"), ended.label("ended"))
        .group_by(ranked.c.question)
        .having(ended > 0)
        .order_by(ended.desc(), ranked.c.question)
        .limit(MOST)
    )
    return tuple(Costly(row.question, row.asked, row.ended) for row in session.execute(query))


def _answers(session: Session, scope: Scope) -> list[Ending]:
    """The last answer of each, where it is a no."""
    later = ANSWER.alias("later")
    was_last = ~exists(
        select(later.c.id).where(
            later.c.trial == ANSWER.c.trial,
            later.c.person == ANSWER.c.person,
            later.c.id > ANSWER.c.id,
        )
    )
    refused = ANSWER.c.answer.in_(sorted(each.value for each in REFUSALS))
    query = select(ANSWER.c.answer, func.count().label("people"))
    rows = session.execute(
        query.where(refused, was_last, *_seen(scope, ANSWER)).group_by(ANSWER.c.answer)
    )
    return [Ending(Whose.PERSON, row.answer, "", row.people) for row in rows]


def _decisions(session: Session, scope: Scope) -> list[Ending]:
    """What stands decided against somebody, or puts them off."""
    kinds = (Kind.NO.value, Kind.NOT_NOW.value)
    columns = (DECISION.c.kind, DECISION.c.reason)
    query = select(*columns, func.count().label("people")).where(
        DECISION.c.kind.in_(kinds), DECISION.c.ended_at.is_(None), *_seen(scope, DECISION)
    )
    return [
        Ending(Whose.STAFF, row.kind, row.reason or "", row.people)
        for row in session.execute(query.group_by(*columns))
    ]


def _paths(session: Session, scope: Scope) -> list[Ending]:
    """Where paths stand that lead nowhere any more, by the step that led there."""
    later = REFERRAL_STEP.alias("later")
    newer = exists(
        select(later.c.id).where(
            later.c.referral == REFERRAL_STEP.c.referral,
            later.c.state == REFERRAL.c.state,
            later.c.id > REFERRAL_STEP.c.id,
        )
    )
    columns = (
        REFERRAL.c.state,
        REFERRAL_STEP.c.reason,
        REFERRAL_STEP.c.trial_version,
        REFERRAL_STEP.c.criterion,
    )
    source = REFERRAL.join(REFERRAL_STEP, REFERRAL_STEP.c.referral == REFERRAL.c.id)
    query = (
        select(*columns, func.count().label("people"))
        .select_from(source)
        .where(
            REFERRAL.c.state.in_(sorted(each.value for each in paths.AWAY)),
            REFERRAL_STEP.c.state == REFERRAL.c.state,
            REFERRAL_STEP.c.undoes.is_(None),
            ~is_slip(),
            ~newer,
            *_seen(scope, REFERRAL),
        )
    )
    return [
        Ending(Whose.PATH, row.state, row.reason, row.people, row.trial_version, row.criterion)
        for row in session.execute(query.group_by(*columns))
    ]


def _ended_early() -> ColumnElement[bool]:
    """Whether somebody's way ended before anything was released."""
    released = exists(
        select(REFERRAL_STEP.c.id).where(
            REFERRAL_STEP.c.referral == REFERRAL.c.id,
            REFERRAL_STEP.c.state == paths.State.RELEASED.value,
            REFERRAL_STEP.c.undoes.is_(None),
            ~is_slip(),
        )
    )
    same = and_(MATCH.c.trial == REFERRAL.c.trial, MATCH.c.person == REFERRAL.c.person)
    fits = exists(select(MATCH.c.id).where(same, MATCH.c.superseded_at.is_(None)))
    changed = MATCH.c.reason == Superseded.PROFILE_CHANGED.value
    fitted = exists(select(MATCH.c.id).where(same, changed))
    declined = REFERRAL.c.state == paths.State.DECLINED.value
    return and_(~released, or_(declined, and_(fitted, ~fits)))


def _seen(scope: Scope, table: FromClause) -> Sequence[ColumnElement[bool]]:
    """The conditions that hold who of a table is counted."""
    if scope.trials is None:
        return ()
    theirs = table.c.trial.in_(scope.trials)
    if scope.sites is None:
        return (theirs,)
    each = reached(scope)
    own = select(each.c.trial, each.c.person)
    return theirs, tuple_(table.c.trial, table.c.person).in_(own)
