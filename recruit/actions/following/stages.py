"""Where each person stands in each trial: one stage, derived from one truth each.

From the last that happened to the first: the path (referrals/paths), the answer, the messages in
the outbox, what those who judge matches decided, the match. Nothing is kept twice, so that nobody
can be at two stages.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    literal,
    select,
    union,
)
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from recruit.actions.current_matches import current_matches
from recruit.actions.match_table import MatchRow, ReviewState
from recruit.actions.outreach.answer_table import ANSWER, REFUSALS, Answer
from recruit.core.errors import NotFound
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import LEFT, PENDING, State, Wave
from recruit.referrals.tables import REFERRAL

MATCH: Final = SQLModel.metadata.tables[str(MatchRow.__tablename__)]


class Stage(StrEnum):
    """How far somebody has come. From `INTERESTED` on the words are those of referrals/paths."""

    PROPOSED = "proposed"
    """Matched, and nobody has decided."""
    ASKED = "asked"
    """A question to the person is open."""
    LATER = "not now"
    """Staff put it off; it comes back by itself."""
    REFUSED = "refused"
    """Staff said no."""
    LAPSED = "lapsed"
    """Fits no more, or consents no more, and was never asked."""
    APPROVED = "approved"
    """Somebody decided that they are to be invited, and no message has left."""
    INVITED = "invited"
    DELIVERED = "delivered"
    """A receipt says that the invitation has arrived."""
    STOPPED = "stopped"
    """The invitation came to nothing: it was not sent, came back, or was complained of."""
    INTERESTED = "interested"
    PRESCREENED = "pre-screened"
    RELEASED = "released"
    CONTACTED = "contacted"
    SCREENING = "screening"
    ENROLLED = "enrolled"
    SCREEN_FAILURE = "screen failure"
    WITHDREW = "withdrew"
    UNREACHABLE = "unreachable"
    TAKEN_BACK = "withdrawn"
    """The release is taken back."""
    DECLINED = "declined"


WAITS: Final = State.APPROVED, State.QUEUED, State.DEFERRED
INVITING: Final = Wave.INVITATION.value, Wave.REMINDER.value
DELIVERED, GONE, WAITING, ENDED = range(4)
# Of several messages about a trial the one that came farthest counts.
FARTHEST: Final = {
    State.DELIVERED: DELIVERED,
    **{state: GONE for state in (LEFT | PENDING) - {State.DELIVERED, *WAITS}},
    **dict.fromkeys(WAITS, WAITING),
    # It arrived, and a complaint is an answer: nothing more is sent there.
    **dict.fromkeys((State.BOUNCED, State.COMPLAINED), ENDED),
}
JUDGED: Final = {
    ReviewState.WAITING: Stage.PROPOSED,
    ReviewState.ASKED: Stage.ASKED,
    ReviewState.LATER: Stage.LATER,
    ReviewState.REFUSED: Stage.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One person in one trial: the stage, and since when.

    `path` is the number of their path and `match` of the match that stands, None where there is
    none. `site` is the key of the one they chose or, before that, the nearest.
    """

    trial: str
    person: str
    stage: Stage
    since: datetime
    path: int | None
    match: int | None
    site: str | None


def stage_of(session: Session, trial: str, person: str, at: datetime) -> Stage:
    """Where somebody stands in a trial at a moment.

    Raises:
        NotFound: they were never matched with it and have no path through it.
    """
    return standing_of(session, trial, person, at).stage


def standing_of(session: Session, trial: str, person: str, at: datetime) -> Standing:
    """The same, with since when.

    Raises:
        NotFound: as above.
    """
    row = session.execute(standings(at, trial=trial, person=person)).one_or_none()
    if row is None:
        raise NotFound(what="person", identifier=person)
    return standing(row)


def standing(row: Row[Any]) -> Standing:
    """A row of `standings`."""
    return Standing(
        row.trial, row.person, Stage(row.stage), row.since, row.path, row.match, row.site
    )


def standings(at: datetime, *, trial: str | None = None, person: str | None = None) -> Select[Any]:
    """A query of everybody who was ever matched or has a path, each person and trial once.

    Its columns are those of `Standing`; `trial` and `person` narrow it.
    """
    pairs = union(
        *(
            select(table.c.trial, table.c.person).where(*_narrowed(table, trial, person))
            for table in (MATCH, REFERRAL)
        )
    ).subquery("pair")
    match = current_matches(at).subquery("standing")
    said, said_at = _last_said(pairs.c, ANSWER.c.answer), _last_said(pairs.c, ANSWER.c.at)
    rank, moved_at = _farthest(pairs.c)
    ended = func.coalesce(
        select(func.max(MATCH.c.superseded_at)).where(*_same(MATCH.c, pairs.c)).scalar_subquery(),
        select(func.max(MATCH.c.made_at)).where(*_same(MATCH.c, pairs.c)).scalar_subquery(),
    )
    refused = said.in_([each.value for each in REFUSALS])
    said_yes = said == Answer.YES.value
    judged = match.c.state.in_([each.value for each in JUDGED])
    stage = case(
        (REFERRAL.c.state.is_not(None), REFERRAL.c.state),
        (refused, Stage.DECLINED.value),
        (said_yes, Stage.INTERESTED.value),
        (rank == DELIVERED, Stage.DELIVERED.value),
        (rank == GONE, Stage.INVITED.value),
        (rank == WAITING, Stage.APPROVED.value),
        *((match.c.state == state.value, stage.value) for state, stage in JUDGED.items()),
        (rank == ENDED, Stage.STOPPED.value),
        (match.c.state == ReviewState.APPROVED.value, Stage.APPROVED.value),
        else_=Stage.LAPSED.value,
    )
    since = case(
        (REFERRAL.c.state.is_not(None), REFERRAL.c.changed_at),
        (refused | said_yes, said_at),
        (rank < ENDED, moved_at),
        (judged, match.c.since),
        (rank == ENDED, moved_at),
        (match.c.state.is_not(None), match.c.since),
        else_=ended,
    )
    return (
        select(
            pairs.c.trial,
            pairs.c.person,
            stage.label("stage"),
            since.label("since"),
            REFERRAL.c.id.label("path"),
            match.c.id.label("match"),
            func.coalesce(REFERRAL.c.site, match.c.site).label("site"),
        )
        .select_from(pairs)
        .outerjoin(match, and_(*_same(match.c, pairs.c)))
        .outerjoin(REFERRAL, and_(*_same(REFERRAL.c, pairs.c)))
    )


def _narrowed(table: Any, trial: str | None, person: str | None) -> Iterator[ColumnElement[bool]]:  # noqa: ANN401 - a table of either kind
    if trial is not None:
        yield table.c.trial == trial
    if person is not None:
        yield table.c.person == person


def _same(these: Any, those: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:  # noqa: ANN401 - columns of any table
    return these.trial == those.trial, these.person == those.person


def _last_said(pair: Any, column: Any) -> ScalarSelect[Any]:  # noqa: ANN401 - as above
    """The last answer of each, or when it was given."""
    return (
        select(column)
        .where(*_same(ANSWER.c, pair))
        .order_by(ANSWER.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _farthest(pair: Any) -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:  # noqa: ANN401 - as above
    """How far the invitation of each has come, as a number of FARTHEST, and when it did."""
    ranks = {state.value: rank for state, rank in FARTHEST.items()}
    rank = case(ranks, value=OUTBOX.c.state, else_=literal(ENDED))
    of_both = (
        select(rank, OUTBOX.c.changed_at)
        .where(*_same(OUTBOX.c, pair), OUTBOX.c.wave.in_(INVITING))
        .order_by(rank, OUTBOX.c.changed_at, OUTBOX.c.id)
        .limit(1)
    )
    return (
        of_both.with_only_columns(rank).scalar_subquery(),
        of_both.with_only_columns(OUTBOX.c.changed_at).scalar_subquery(),
    )
