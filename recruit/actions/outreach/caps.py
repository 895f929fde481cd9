"""How often somebody is asked: twice in 30 days over all studies, and not for 60 days after a no.

Both figures are our choice (promises.md).
What counts is what has, or may have, left: an invitation or a reminder by any channel. Two workers
cannot slip past each other: under a person's lock one sees what the other has written.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Row,
    Select,
    String,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from recruit.actions.outreach.answer_table import ANSWER, REFUSALS, Answer
from recruit.core.bulk import one_of
from recruit.core.columns import UTCDateTime
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import DUE, INVITING, UNDER_WAY

MOST: Final = 2
WITHIN: Final = timedelta(days=30)
SILENCE: Final = timedelta(days=60)
# When it was sent, it was: what surely was not has no such moment any more.
_IS_INVITING: Final = or_(*(OUTBOX.c.wave == wave.value for wave in sorted(INVITING)))
_PAST: Final = union_all(
    select(
        OUTBOX.c.person,
        OUTBOX.c.id,
        OUTBOX.c.trial,
        null().label("answer"),
        OUTBOX.c.sent_at.label("at"),
    ).where(
        one_of(OUTBOX.c.person, "people", String()),
        OUTBOX.c.sent_at > bindparam("since", type_=UTCDateTime),
        _IS_INVITING,
    ),
    select(ANSWER.c.person, ANSWER.c.id, ANSWER.c.trial, ANSWER.c.answer, ANSWER.c.at).where(
        one_of(ANSWER.c.person, "people", String())
    ),
)


@dataclass(frozen=True, slots=True)
class Past:
    """What somebody was asked lately, newest first, and what they have ever answered, oldest first.

    `asked` are the moments of inviting messages of the last 30 days, `answers` a study, an answer
    and its moment each.
    """

    asked: tuple[datetime, ...] = ()
    answers: tuple[tuple[str, str, datetime], ...] = ()

    def answered(self, trial: str) -> bool:
        """Whether they have answered about a study, whatever it was."""
        return any(each == trial for each, _, _ in self.answers)

    def capped_until(self) -> datetime | None:
        """When they may be asked again, where they have been asked as often as may be."""
        return self.asked[MOST - 1] + WITHIN if len(self.asked) >= MOST else None

    def silent_until(self, at: datetime) -> datetime | None:
        """When the silence after their last no ends, where it has not; a yes takes a no back."""
        refused: dict[str, datetime] = {}
        for trial, answer, when in self.answers:
            if answer in REFUSALS:
                refused[trial] = when
            elif answer == Answer.YES:
                refused.pop(trial, None)
        until = max(refused.values(), default=at - SILENCE) + SILENCE
        return until if at < until else None


@dataclass(frozen=True, slots=True)
class Pasts:
    """What some people were asked and answered."""

    rows: Mapping[str, Sequence[Row[Any]]]

    def besides(self, person: str, message: int | None) -> Past:
        """The past of one of them, apart from the message that is asked about."""
        rows = self.rows.get(person, ())
        asked = (row.at for row in rows if row.answer is None and row.id != message)
        answers = sorted((row for row in rows if row.answer is not None), key=lambda row: row.id)
        return Past(
            tuple(sorted(asked, reverse=True)),
            tuple((row.trial, row.answer, row.at) for row in answers),
        )


def pasts(session: Session, people: Collection[str], at: datetime) -> Pasts:
    """What some people were asked and answered, in one query."""
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    values = {"people": sorted(people), "since": at - WITHIN}
    for row in session.execute(_PAST, values):
        found[row.person].append(row)
    return Pasts(found)


def not_to_ask(at: datetime) -> Sequence[Select[str]]:
    """The pseudonyms of all who are not to be asked now, as queries to narrow another one by.

    Whoever has a message waiting to go out is asked already.
    """
    often = (
        select(OUTBOX.c.person)
        .where(_IS_INVITING, OUTBOX.c.sent_at > at - WITHIN)
        .group_by(OUTBOX.c.person)
        .having(func.count() >= MOST)
    )
    waiting = select(OUTBOX.c.person).where(
        OUTBOX.c.state.in_(DUE | UNDER_WAY), OUTBOX.c.wave.in_(INVITING)
    )
    refused = select(ANSWER.c.person).where(
        ANSWER.c.answer.in_(REFUSALS), ANSWER.c.at > literal(at - SILENCE, UTCDateTime)
    )
    return often, waiting, refused
