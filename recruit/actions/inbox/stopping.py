"""What somebody means who writes of an end in words of their own: a person of the staff says it."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from recruit.actions.confirming import Hand
from recruit.actions.inbox.holding import found
from recruit.actions.outreach import withdrawing
from recruit.actions.outreach.spoken import spoken
from recruit.actions.outreach.withdrawing import EVERY_CHANNEL, Stopping
from recruit.actions.words_table import CONVERSATION
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.entry import Actor, Role
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

    `link` is the page of one's own choices, which the confirmation leads to. The caller waits for
    `withdrawing.settled` before it says that it holds.

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
        _settle(session, number)
        if meant is Meant.NOTHING:
            trail.record(session, Tag.STOP_DISMISSED, actor=actor, subject=row.person)
            return False
        who = Actor(actor, Role.STAFF, f"conversation {number}, as read {at:%Y-%m-%d}")
        hand = Hand(row.person, who, actor, spoken(session, row.person), link)
        if meant is Meant.STUDY:
            stopping = Stopping(hand, METHOD, trial=row.trial)
        else:
            stopping = Stopping(hand, METHOD, EVERY_CHANNEL)
        return withdrawing.end(session, Vault(keyring), stopping) is not None


def _settle(session: Session, number: int) -> None:
    this = CONVERSATION.c.id == number
    session.execute(update(CONVERSATION).where(this).values(stop_at=None))
