"""How often somebody is asked: twice in 30 days over all studies, and not for 60 days after a no.

Both figures are our choice (promises.md).
What counts is what has, or may have, left: an invitation or a reminder by any channel. Two workers
cannot slip past each other: under a person's lock one sees what the other has written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, literal, or_, select

from recruit.actions.outreach.answer_table import ANSWER, REFUSALS, Answer
from recruit.core.columns import UTCDateTime
from recruit.core.listed import Listed, listed, moment
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import DUE, INVITING, UNDER_WAY

MOST: Final = 2
WITHIN: Final = timedelta(days=30)
SILENCE: Final = timedelta(days=60)
# When it was sent, it was: what surely was not has no such moment any more.
_SENT: Final = OUTBOX.alias("sent")


@dataclass(frozen=True, slots=True)
class Past:
    """What somebody was asked lately, newest first, and what they have ever answered, oldest first.

    `asked` are the moments of inviting messages of the last 30 days, `answers` a study, an answer
    and its moment each.
    """

    asked: tuple[datetime, ...] = ()
    answers: tuple[tuple[str, str, datetime], ...] = ()

    @classmethod
    def of(cls, asked: Listed, answered: Listed, *, besides: int) -> Self:
        """What `asked_of` and `answered_by` have found, apart from the message asked about."""
        moments = (moment(sent_at) for number, sent_at in asked if number != besides)
        in_order = sorted(answered, key=itemgetter(0))
        answers = ((trial, answer, moment(at)) for _, trial, answer, at in in_order)
        return cls(tuple(sorted(moments, reverse=True)), tuple(answers))

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


def asked_of(person: ColumnElement[str]) -> ScalarSelect[Any]:
    """What asked the person of a row something since `since`, as a column of its query."""
    query = select(_SENT.c.id, _SENT.c.sent_at).where(
        _SENT.c.person == person,
        _SENT.c.sent_at > bindparam("since", type_=UTCDateTime),
        or_(*(_SENT.c.wave == wave.value for wave in sorted(INVITING))),
    )
    return listed(query)


def answered_by(person: ColumnElement[str]) -> ScalarSelect[Any]:
    """What the person of a row has ever answered, as a column of its query."""
    columns = (ANSWER.c.id, ANSWER.c.trial, ANSWER.c.answer, ANSWER.c.at)
    return listed(select(*columns).where(ANSWER.c.person == person))


def not_to_ask(at: datetime) -> Sequence[Select[str]]:
    """The pseudonyms of all who are not to be asked now, as queries to narrow another one by.

    Whoever has a message waiting to go out is asked already.
    """
    often = (
        select(OUTBOX.c.person)
        .where(OUTBOX.c.wave.in_(INVITING), OUTBOX.c.sent_at > at - WITHIN)
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
