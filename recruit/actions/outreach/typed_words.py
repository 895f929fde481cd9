"""What people said in their own words, on paper or in a call, as staff type it in."""

from sqlalchemy.orm import Session

from recruit.actions.outreach import words
from recruit.actions.outreach.answer_table import REFUSALS
from recruit.actions.outreach.answers import LONGEST_WORDS, NO_WORDS, TOO_LONG, Answer, Answering
from recruit.actions.outreach.answers import take as take_answer
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.errors import Refusal


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
        keep(session, keyring, *whose, channel, said.words, stopped=said.answer in REFUSALS)


def keep(  # noqa: PLR0913, PLR0917 - whose words about what, by position
    session: Session,
    keyring: Keyring,
    person: str,
    trial: str,
    channel: Channel,
    text: str,
    *,
    stopped: bool = False,
) -> None:
    """Keep words, if there are any, for somebody to read; `stopped` as words.hear has it."""
    if text.strip():
        words.hear(
            session,
            keyring,
            person=person,
            trial=trial,
            channel=channel,
            text=text,
            at=now(),
            stopped=stopped,
        )
