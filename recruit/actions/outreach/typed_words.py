"""What people said in their own words, on paper or in a call, as staff type it in."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from recruit.actions.outreach import words
from recruit.actions.outreach.answer_table import REFUSALS
from recruit.actions.outreach.answers import LONGEST_WORDS, NO_WORDS, TOO_LONG, Answer, Answering
from recruit.actions.outreach.answers import take as take_answer
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.errors import Refusal
from recruit.core.i18n import N_

EARLIEST: Final = timedelta(hours=14)  # so far is the earliest zone ahead of UTC
LONG_AGO: Final = timedelta(days=60)
IN_FUTURE: Final = N_("This day is still to come.")
OLD: Final = N_(
    "This day is more than 60 days ago. Please check the month and the year. If it is right, tick "
    "the box below."
)


def received_at(on: date, *, is_sure: bool) -> datetime:
    """When paper came in, of which the day is known: from then on whoever works for us knows of it.

    `is_sure` is that somebody has checked a day long ago.

    Raises:
        Refusal: a day to come, or one so long ago that it may be mistyped.
    """
    today = now().date()
    if on > (now() + EARLIEST).date():
        raise Refusal(record="", field="day", problem=IN_FUTURE)
    if on < today - LONG_AGO and not is_sure:
        raise Refusal(record="", field="old", problem=OLD)
    return min(now(), datetime.combine(on, time(12), UTC))


def check(answer: Answer | None, text: str) -> None:
    """Whether the words can be kept.

    Raises:
        Refusal: a question without any, or more than 2,000 letters.
    """
    if answer is Answer.QUESTION and not text.strip():
        raise Refusal(record="", field="words", problem=NO_WORDS)
    if len(text) > LONGEST_WORDS:
        raise Refusal(record="", field="words", problem=TOO_LONG)


def take(session: Session, keyring: Keyring, said: Answering, channel: Channel) -> None:
    """Write an answer down, and the words beside it, which somebody reads; a unit of work's part.

    Raises:
        NotFound: there is no such person any more.
    """
    take_answer(session, keyring, said)
    if said.answer is not Answer.QUESTION:  # a question is kept as it is
        whose = (said.hand.person, said.trial)
        is_over = said.answer in REFUSALS
        keep(session, keyring, *whose, channel, said.words, said.at, stopped=is_over)


def keep(  # noqa: PLR0913, PLR0917 - whose words about what, by position
    session: Session,
    keyring: Keyring,
    person: str,
    trial: str,
    channel: Channel,
    text: str,
    at: datetime,
    *,
    stopped: bool = False,
) -> None:
    """Keep words, if there are any, for somebody to read; `stopped` as words.hear has it.

    `at` is when they came in, not when they are typed: what they tell of is known since then.
    """
    if text.strip():
        words.hear(
            session,
            keyring,
            person=person,
            trial=trial,
            channel=channel,
            text=text,
            at=at,
            stopped=stopped,
        )
