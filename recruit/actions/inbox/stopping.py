"""What somebody means who writes of an end in words of their own: a person of the staff says it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Engine, Row, select, update
from sqlalchemy.orm import Session

from recruit.actions.confirming import Hand
from recruit.actions.inbox.holding import found
from recruit.actions.outreach import answers, withdrawing
from recruit.actions.outreach.answer_table import Answer, How
from recruit.actions.outreach.answers import Answering
from recruit.actions.outreach.spoken import spoken
from recruit.actions.outreach.withdrawing import EVERY_CHANNEL, Stopping
from recruit.actions.words_table import CONVERSATION, HEARD
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.entry import Actor, Role
from recruit.consent.state import EventType, Standings
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.vault import Vault

METHOD: Final = "own words, read by staff"
NOBODY: Final = N_("Nobody knows whose number or address this is: nothing can be stopped.")
NO_STUDY: Final = N_("This conversation is about no study: choose all messages.")


class Meant(StrEnum):
    """What the words ask for."""

    ALL = "all"
    """No message about any study, by any channel."""
    STUDY = "study"
    """Nothing more about this study."""
    NOTHING = "nothing"
    """No stop at all."""


SAYS: Final = {Meant.ALL: Answer.NEVER, Meant.STUDY: Answer.NEVER_THIS}


@dataclass(frozen=True, slots=True)
class Stopped:
    """A stop that was done in a conversation: what was to end, by whom ("account 5") and when."""

    meant: Meant
    by: str
    at: datetime


def confirm(  # noqa: PLR0913 - what was meant in which conversation, said by whom
    engine: Engine,
    keyring: Keyring,
    number: int,
    meant: Meant,
    at: datetime,
    *,
    actor: str,
    link: str,
) -> bool:
    """Do what the words ask for; whether anything was still to be stopped.

    It is the person's no to the study of the conversation, and ends their way through it; the
    receipt of it is our answer. `link` is the page of one's own choices, which that leads to. The
    caller waits for `withdrawing.settled` before it says that it holds.

    Raises:
        NotFound: there is no such conversation, or no such person, any more.
        Refusal: nobody known, or no study, that it could be about.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        row = found(session, number)
        if row.person is None:
            raise Refusal(record="", field="stop", problem=NOBODY)
        if meant is Meant.STUDY and row.trial is None:
            raise Refusal(record="", field="stop", problem=NO_STUDY)
        if meant is Meant.NOTHING:
            _settle(session, number)
            trail.record(session, Tag.STOP_DISMISSED, actor=actor, subject=row.person)
            return False
        _settle(session, number, due_at=None)
        who = Actor(actor, Role.STAFF, f"{_authority(number)}as read {at:%Y-%m-%d}")
        hand = Hand(row.person, who, actor, spoken(session, row.person), link)
        stopping = _stopping(session, row, hand, meant)
        if row.trial is not None:
            said = Answering(hand, row.trial, SAYS[meant], _how(session, number), at)
            answers.note_refusal(session, said)
        return withdrawing.end(session, Vault(keyring), stopping) is not None


def done(session: Session, number: int, person: str) -> list[Stopped]:
    """The stops that were done in a conversation with a person, the oldest first."""
    acts: dict[str, Stopped] = {}
    for row in ledger.history(session, person):
        if row["authority"].startswith(_authority(number)):
            meant = Meant.STUDY if row["type"] == EventType.DENIED else Meant.ALL
            acts.setdefault(row["receipt"], Stopped(meant, row["actor"], row["recorded_at"]))
    return list(acts.values())


def _authority(number: int) -> str:
    """How what the ledger names as evidence of a stop begins."""
    return f"conversation {number}, "


def _stopping(session: Session, row: Row[Any], hand: Hand, meant: Meant) -> Stopping:
    if meant is Meant.STUDY:
        return Stopping(hand, METHOD, trial=row.trial)
    own = ledger.standings(session, {hand.person}).get(hand.person, Standings())
    # Who wants no message at all is not to be called by the site of this study either.
    known = withdrawing.released(own, row.trial) if row.trial else []
    return Stopping(hand, METHOD, (*EVERY_CHANNEL, *known))


def _how(session: Session, number: int) -> How:
    """By which way the newest words of a conversation came in."""
    newest = select(HEARD.c.how).where(HEARD.c.conversation == number)
    return How(session.scalars(newest.order_by(HEARD.c.id.desc()).limit(1)).one())


def _settle(session: Session, number: int, **values: None) -> None:
    """Take the mark away; a stop that is done owes no answer besides."""
    this = CONVERSATION.c.id == number
    session.execute(update(CONVERSATION).where(this).values(stop_at=None, **values))
