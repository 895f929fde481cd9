"""Everybody's way through every trial as one row each: when they first reached each step.

The rows of all rooms that know of a step are laid side by side and folded by person and trial, in
one query. Nothing is kept twice, so that the funnel cannot disagree with what it counts.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Join,
    Select,
    Subquery,
    and_,
    case,
    cast,
    false,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlmodel import SQLModel

from recruit.actions.funnel.scope import Scope
from recruit.actions.funnel.steps import Step
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach.answer_table import ANSWER, REFUSALS, Answer
from recruit.actions.reviewing.tables import DECISION, Ended, Kind
from recruit.core.columns import NUMBER, UTCDateTime
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import LEFT, State, Wave
from recruit.referrals import paths
from recruit.referrals.tables import REFERRAL, REFERRAL_STEP, SITE_KEY

MATCH: Final = SQLModel.metadata.tables[str(MatchRow.__tablename__)]
# A question before the invitation asks nobody whether they want to take part.
INVITING: Final = (Wave.INVITATION.value, Wave.REMINDER.value)
GONE: Final = LEFT | {State.DATA_SENT}
ARRIVED: Final = frozenset({State.ACCEPTED, State.DELIVERED, State.COMPLAINED})
SCREENED: Final = (paths.State.SCREENING, paths.State.ENROLLED, paths.State.SCREEN_FAILURE)
OF_PATH: Final = {
    Step.PRESCREENED: (paths.State.PRESCREENED,),
    Step.RELEASED: (paths.State.RELEASED,),
    Step.SCREENED: SCREENED,
    Step.ENROLLED: (paths.State.ENROLLED,),
}
SITE: Final = ("chosen", "nearest", "was_nearest")
MESSAGE: Final = ("message",)
# What a source may say besides the steps: the site that was chosen, that of the match that stands
# and that of another one, the first message that left, a refusal, and the end of the path.
ASIDES: Final[Mapping[str, Any]] = {
    "chosen": SITE_KEY,
    "nearest": SITE_KEY,
    "was_nearest": SITE_KEY,
    "message": NUMBER,
    "refused": UTCDateTime(),
    "over": UTCDateTime(),
}
Said = Mapping[Step | str, ColumnElement[Any]]
Source = tuple[FromClause, Said, tuple[ColumnElement[bool], ...]]


def reached(scope: Scope, asides: Collection[str] = ()) -> Subquery:
    """A row for each person and trial of a scope: how far they came.

    Columns: `trial`, `person`; `furthest`, the number of the last step that they reached; and of
    `asides` those that are wanted, `site` where SITE is among them: the key of the site that they
    chose or, before that, of the nearest.
    """
    wanted = [*asides, *(name for name in SITE if scope.sites is not None and name not in asides)]
    parts = []
    for source, said, conditions in _sources():
        steps = [step for step in reversed(Step) if step in said]
        step = case(*((said[each].is_not(None), each.value) for each in steps))
        columns = (step.label("step"), *_columns(said, {name: ASIDES[name] for name in wanted}))
        parts.append(_part(source, columns, scope, conditions))
    told = union_all(*parts).subquery("told")
    furthest = func.coalesce(func.max(told.c.step), Step.IDENTIFIED.value).label("furthest")
    return _folded(
        told, [furthest, *(func.min(told.c[name]).label(name) for name in wanted)], scope
    )


def journeys(scope: Scope) -> Subquery:
    """A row for each person and trial of a scope: when they reached each step.

    Columns: `trial`, `person`; `step_1` … `step_10`, the moment at which each step was first
    reached, NULL where no row tells of it; `refused`, the first answer that was a no; `over`, since
    when their path leads nowhere any more; `site` where the scope is a centre's.
    """
    wanted = ("refused", "over", *(SITE if scope.sites is not None else ()))
    kinds: dict[Step | str, Any] = {step: UTCDateTime() for step in Step}
    kinds |= {name: ASIDES[name] for name in wanted}
    parts = [
        _part(source, tuple(_columns(said, kinds)), scope, conditions)
        for source, said, conditions in _sources()
    ]
    told = union_all(*parts).subquery("told")
    names = [*(column(step) for step in Step), *wanted]
    return _folded(told, [func.min(told.c[name]).label(name) for name in names], scope)


def column(step: Step) -> str:
    """The name of a step's column."""
    return f"step_{step.value}"


def is_slip() -> ColumnElement[bool]:
    """Whether a step of a path was undone: it was never taken."""
    undoing = REFERRAL_STEP.alias("undoing")
    this = undoing.c.undoes == REFERRAL_STEP.c.id
    return select(undoing.c.id).where(this).correlate(REFERRAL_STEP).exists()


def at_sites(
    trial: ColumnElement[str], site: ColumnElement[Any], sites: Mapping[str, Sequence[str]]
) -> ColumnElement[bool]:
    """Whether a row is of one of these sites, in the trial in which it is meant.

    A hospital has the same key in every trial, and another centre may staff it there.
    """
    own = (and_(trial == number, site.in_(keys)) for number, keys in sites.items())
    return or_(false(), *own)


def _sources() -> Iterator[Source]:
    """Where the rows are, what they say, and which of them count."""
    stands = MATCH.c.superseded_at.is_(None)
    matches: Said = {
        Step.IDENTIFIED: MATCH.c.made_at,
        "nearest": case((stands, MATCH.c.site)),
        "was_nearest": MATCH.c.site,
    }
    yield MATCH, matches, ()
    was_undone = func.coalesce(DECISION.c.ended, "") == Ended.UNDONE.value
    approving = (DECISION.c.kind == Kind.APPROVE.value, ~was_undone)
    yield DECISION, {Step.APPROVED: DECISION.c.at}, approving
    # One that was cancelled was perhaps approved by mistake: then the decision alone counts.
    inviting = OUTBOX.c.wave.in_(INVITING)
    yield OUTBOX, _of_messages(), (inviting, OUTBOX.c.state != State.CANCELLED.value)
    yes = ANSWER.c.answer == Answer.YES.value
    answers: Said = {
        Step.ANSWERED: ANSWER.c.at,
        Step.INTERESTED: case((yes, ANSWER.c.at)),
        "refused": case((_in(ANSWER.c.answer, REFUSALS), ANSWER.c.at)),
    }
    yield ANSWER, answers, ()
    path: Said = {
        Step.INTERESTED: REFERRAL.c.begun_at,
        "chosen": REFERRAL.c.site,
        "over": case((_in(REFERRAL.c.state, paths.AWAY), REFERRAL.c.changed_at)),
    }
    yield REFERRAL, path, ()
    steps: Said = {
        step: case((_in(REFERRAL_STEP.c.state, states), REFERRAL_STEP.c.at))
        for step, states in OF_PATH.items()
    }
    joined = REFERRAL.join(REFERRAL_STEP, REFERRAL_STEP.c.referral == REFERRAL.c.id)
    yield joined, steps, (REFERRAL_STEP.c.undoes.is_(None), ~is_slip())


def _of_messages() -> Said:
    gone = _in(OUTBOX.c.state, GONE)
    sent = func.coalesce(OUTBOX.c.sent_at, OUTBOX.c.changed_at)
    # A complaint is about what had arrived before; nobody knows when.
    complained = OUTBOX.c.state == State.COMPLAINED.value
    arrived = _in(OUTBOX.c.state, ARRIVED)
    return {
        Step.APPROVED: OUTBOX.c.approved_at,
        Step.INVITED: case((gone, sent)),
        Step.DELIVERED: case((complained, sent), (arrived, OUTBOX.c.changed_at)),
        "message": case((gone, OUTBOX.c.id)),
    }


def _columns(said: Said, wanted: Mapping[Any, Any]) -> Iterator[ColumnElement[Any]]:
    """What a source says of some names; nothing, of the right kind, where it does not know."""
    for name, kind in wanted.items():
        value = said.get(name)
        label = column(name) if isinstance(name, Step) else name
        yield (cast(null(), kind) if value is None else value).label(label)


def _part(
    source: FromClause,
    columns: Sequence[ColumnElement[Any]],
    scope: Scope,
    conditions: Sequence[ColumnElement[bool]],
) -> Select[Any]:
    """The rows of one source, with whom they are about."""
    trial, person = _whom(source)
    query = select(trial, person, *columns).select_from(source).where(*conditions)
    return query if scope.trials is None else query.where(trial.in_(scope.trials))


def _whom(source: FromClause) -> tuple[ColumnElement[str], ColumnElement[str]]:
    whose = REFERRAL if isinstance(source, Join) else source
    return whose.c.trial, whose.c.person


def _folded(told: Subquery, columns: Sequence[ColumnElement[Any]], scope: Scope) -> Subquery:
    """One row for each person and trial, of those that the scope sees."""
    both = (told.c.trial, told.c.person)
    each = select(*both, *columns).group_by(*both).subquery("folded")
    if SITE[0] not in each.c:
        return each
    site = func.coalesce(*(each.c[name] for name in SITE))
    query = select(each, site.label("site"))
    if scope.sites is not None:
        query = query.where(at_sites(each.c.trial, site, scope.sites))
    return query.subquery("journey")


def _in(column: ColumnElement[str], states: Collection[StrEnum]) -> ColumnElement[bool]:
    return column.in_(sorted(state.value for state in states))
