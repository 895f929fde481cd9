"""Reply slips of letters, typed in by staff: whose it is says the code alone."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import Engine, RowMapping, select
from sqlalchemy.orm import Session

from recruit.actions.confirming import Hand
from recruit.actions.outreach import typed_words
from recruit.actions.outreach.answer_table import REFUSALS
from recruit.actions.outreach.answers import Answer, Answering, How
from recruit.actions.outreach.letter_codes import find
from recruit.actions.outreach.message_scope import seen_by
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.consent.entry import Actor, Role
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.notify.channels.letter_code import references
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Wave

STRICTEST: Final = (
    Answer.NEVER,
    Answer.NEVER_THIS,
    Answer.NOT_NOW,
    Answer.QUESTION,
    Answer.YES,
)
"""Of several boxes the first of these counts."""
MISTYPED: Final = N_("This is no code of a letter: a sign is wrong or missing. Please compare it.")
EMPTY: Final = N_("Please tick what is ticked on the slip, or type the words on it.")


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip as it lies on the desk: its code, what is ticked, the day it came in, words on it.

    `is_sure` is that a day long ago has been checked.
    """

    code: str
    ticked: Collection[Answer]
    on: date
    words: str = field(default="", repr=False)
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class Typist:
    """Who types: their account as the trail names it, and their organisation.

    `link` is the page of one's own choices that a confirmation leads the person to.
    """

    account: str
    organisation: int | None
    link: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Whose slip it was, and the answer that counts."""

    person: str
    answer: Answer


def counts(ticked: Collection[Answer], words: str) -> Answer | None:
    """The answer that counts: the strictest that is ticked; words alone are a question."""
    found = next((each for each in STRICTEST if each in ticked), None)
    return found or (Answer.QUESTION if words.strip() else None)


def take(engine: Engine, keyring: Keyring, slip: Slip, typist: Typist) -> Taken:
    """Write down what a slip says.

    The caller waits for `withdrawing.settled` before it says that a refusal holds.

    Raises:
        Refusal: a code that cannot be one, nothing on the slip, a day to come or long ago, a
            question that nobody wrote.
        NotFound: no letter has this code, or one about a study that is not this organisation's.
    """
    answer, at = _checked(slip)
    with reading(engine) as session:
        row = _known(session, slip.code, typist)
    person = str(row["person"])
    actor = Actor(typist.account, Role.STAFF, f"slip of letter {row['id']}")
    hand = Hand(person, actor, typist.account, row["language"], typist.link)
    with unit_of_work(engine) as session:
        chain.hold(session)
        if row["wave"] == Wave.QUESTION and answer not in REFUSALS:
            # That letter invited to nothing: what is no refusal is words, which a person reads.
            whose = (person, row["trial"])
            typed_words.keep(session, keyring, *whose, Channel.LETTER, slip.words, at)
        else:
            said = Answering(hand, row["trial"], answer, How.LETTER, at, slip.words)
            typed_words.take(session, keyring, said, Channel.LETTER)
        trail.record(
            session,
            Tag.SLIP_TYPED,
            actor=typist.account,
            subject=person,
            reason=", ".join(sorted(each.value for each in slip.ticked)),
            new=f"letter {row['id']}",
        )
    return Taken(person, answer)


def _checked(slip: Slip) -> tuple[Answer, datetime]:
    """The answer that counts, and when it came in."""
    if references(slip.code) is None:
        raise Refusal(record="", field="code", problem=MISTYPED)
    answer = counts(slip.ticked, slip.words)
    if answer is None:
        raise Refusal(record="", field="ticked", problem=EMPTY)
    at = typed_words.received_at(slip.on, is_sure=slip.is_sure)
    typed_words.check(answer, slip.words)
    return answer, at


def _known(session: Session, code: str, typist: Typist) -> RowMapping:
    found = find(session, code)
    seen = seen_by(session, typist.organisation, Channel.LETTER)
    if found is None or not session.scalar(
        select(OUTBOX.c.id).where(OUTBOX.c.id == found["id"], seen)
    ):
        raise NotFound(what=N_("letter"), identifier="")
    return found
