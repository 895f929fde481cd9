"""Where each person stands in each trial: one stage, derived from one truth each.

From the last that happened to the first: the path (referrals/paths), the answer, the messages in
the outbox, what those who judge matches decided, the match. Nothing is kept twice, so that nobody
can be at two stages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    Subquery,
    Table,
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
from recruit.actions.outreach.reminders import UP_TO, VALID
from recruit.core.errors import NotFound
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import LEFT, PENDING, State, Wave
from recruit.referrals.tables import REFERRAL

Only = Mapping[str, str | None]
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
    SILENT = "no answer"
    """Was asked, reminded if they could be, and neither can lead anywhere by itself any more."""
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


INVITING: Final = Wave.INVITATION.value, Wave.REMINDER.value
WAITING: Final = frozenset({State.APPROVED, State.QUEUED, State.DEFERRED})
ARRIVED, GONE, KEPT, ENDED = range(4)
# Of several messages about a trial the one that came farthest counts. One that was complained of,
# or came back, leads nowhere any more.
FARTHEST: Final = {
    State.DELIVERED: ARRIVED,
    **dict.fromkeys((LEFT | PENDING) - WAITING - {State.DELIVERED}, GONE),
    **dict.fromkeys(WAITING, KEPT),
    State.BOUNCED: ENDED,
    State.COMPLAINED: ENDED,
}
NO_ANSWER: Final = UP_TO + VALID
"""So long after an invitation its one reminder can still leave: then nobody waits for an answer."""
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
    only = {"trial": trial, "person": person}
    pairs = union(
        *(
            select(each.c.trial, each.c.person).where(*_narrowed(each, only))
            for each in (MATCH, REFERRAL)
        )
    ).subquery("pair")
    match = current_matches(at).subquery("standing")
    said, sent, ended = _said(only), _sent(only), _ended(only)
    refused = said.c.answer.in_([each.value for each in REFUSALS])
    answered = refused | (said.c.answer == Answer.YES.value)
    asked = sent.c.rank.in_((ARRIVED, GONE)) & (sent.c.changed_at <= at - NO_ANSWER)
    silent = asked & said.c.answer.is_(None)
    judged = match.c.state.in_([each.value for each in JUDGED])
    stage = case(
        (REFERRAL.c.state.is_not(None), REFERRAL.c.state),
        (refused, Stage.DECLINED.value),
        (answered, Stage.INTERESTED.value),
        (silent, Stage.SILENT.value),
        (sent.c.rank == ARRIVED, Stage.DELIVERED.value),
        (sent.c.rank == GONE, Stage.INVITED.value),
        (sent.c.rank == KEPT, Stage.APPROVED.value),
        *((match.c.state == state.value, stage.value) for state, stage in JUDGED.items()),
        (sent.c.rank == ENDED, Stage.STOPPED.value),
        (match.c.state == ReviewState.APPROVED.value, Stage.APPROVED.value),
        else_=Stage.LAPSED.value,
    )
    since = case(
        (REFERRAL.c.state.is_not(None), REFERRAL.c.changed_at),
        (answered, said.c.at),
        (sent.c.rank < ENDED, sent.c.changed_at),
        (judged, match.c.since),
        (sent.c.rank == ENDED, sent.c.changed_at),
        (match.c.state.is_not(None), match.c.since),
        else_=ended.c.at,
    )
    joined: FromClause = pairs
    for other in (match, REFERRAL, said, sent, ended):
        same = (other.c.trial == pairs.c.trial) & (other.c.person == pairs.c.person)
        joined = joined.outerjoin(other, same)
    return select(
        pairs.c.trial,
        pairs.c.person,
        stage.label("stage"),
        since.label("since"),
        REFERRAL.c.id.label("path"),
        match.c.id.label("match"),
        func.coalesce(REFERRAL.c.site, match.c.site).label("site"),
    ).select_from(joined)


def _said(only: Only) -> Subquery:
    """The last answer of each."""
    last = select(func.max(ANSWER.c.id)).where(*_narrowed(ANSWER, only))
    these = ANSWER.c.id.in_(last.group_by(ANSWER.c.trial, ANSWER.c.person))
    wanted = select(ANSWER.c.trial, ANSWER.c.person, ANSWER.c.answer, ANSWER.c.at)
    return wanted.where(these).subquery("said")


def _sent(only: Only) -> Subquery:
    """How far the invitation of each has come, by a number of FARTHEST, and since when."""
    ranks = {state.value: rank for state, rank in FARTHEST.items()}
    rank = case(ranks, value=OUTBOX.c.state, else_=literal(ENDED))
    order = (rank, OUTBOX.c.changed_at, OUTBOX.c.id)
    place = func.row_number().over(partition_by=(OUTBOX.c.trial, OUTBOX.c.person), order_by=order)
    ranked = (
        select(
            OUTBOX.c.trial,
            OUTBOX.c.person,
            OUTBOX.c.changed_at,
            rank.label("rank"),
            place.label("place"),
        )
        .where(OUTBOX.c.wave.in_(INVITING), *_narrowed(OUTBOX, only))
        .subquery("ranked")
    )
    return select(ranked).where(ranked.c.place == 1).subquery("sent")


def _ended(only: Only) -> Subquery:
    """When the last match of each ended, or was made."""
    at = func.max(func.coalesce(MATCH.c.superseded_at, MATCH.c.made_at)).label("at")
    both = (MATCH.c.trial, MATCH.c.person)
    return select(*both, at).where(*_narrowed(MATCH, only)).group_by(*both).subquery("ended")


def _narrowed(table: Table, only: Only) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in only.items() if value is not None]
