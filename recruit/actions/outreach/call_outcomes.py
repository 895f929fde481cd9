"""What came of a call: one unit of work writes the answer, what follows from it, and the end.

| outcome | the message becomes |
|---|---|
| talked, with an answer | accepted; the answer counts as one on the page does |
| nobody answered | deferred to the next day; failed after the third time |
| wrong number | failed; nothing goes to that number any more |
| asked not to be called | accepted; consent to calls is withdrawn |
| not called | due again |

Only the message depends on where it stands: an administrator may have decided about it meanwhile,
and then it stays as they decided. What the person said counts in any case, as long as whoever
called has not said what came of it and nobody else has taken the call on.

Three times is within what the law allows: four in thirty days (Code de la consommation, article
D223-9).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Engine, RowMapping, select, update
from sqlalchemy.orm import Session

from recruit.actions.confirming import Hand
from recruit.actions.outreach import typed_words, withdrawing
from recruit.actions.outreach.answer_table import REFUSALS
from recruit.actions.outreach.answers import Answer, Answering, How
from recruit.actions.outreach.calls import IN_HAND
from recruit.actions.outreach.withdrawing import Stopping
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.consent.entry import Actor, Role
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.core.locks import hold_people
from recruit.notify.outbox_steps import move
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Reason, State, Wave
from recruit.notify.suppression import Cause, suppress
from recruit.people.vault import Item, Vault

MOST_TRIES: Final = 3
A_DAY: Final = timedelta(days=1)
NO_ANSWER_GIVEN: Final = N_("Please say what the person answered.")


class Outcome(StrEnum):
    """What came of a call."""

    TALKED = "talked"
    NO_REPLY = "no reply"
    WRONG_NUMBER = "wrong number"
    NO_CALLS = "no calls"
    """The person asked not to be called any more."""
    NOT_CALLED = "not called"


@dataclass(frozen=True, slots=True)
class Ended:
    """What somebody says of the call they have in hand; `link` is the person's own choices' page.

    `answer` is theirs where they were talked to, `words` what they said in their own.
    """

    number: int
    account: str
    outcome: Outcome
    link: str
    answer: Answer | None = None
    words: str = field(default="", repr=False)


def end(engine: Engine, keyring: Keyring, ended: Ended) -> str:
    """Write down what came of a call; the person's pseudonym.

    The caller waits for `withdrawing.settled` before it says that a refusal holds.

    Raises:
        Refusal: no answer of somebody who was talked to, or a question without words.
        NotFound: the account has no such call, or has said what came of it.
    """
    if ended.outcome is Outcome.TALKED and ended.answer is None:
        raise Refusal(record="", field="answer", problem=NO_ANSWER_GIVEN)
    typed_words.check(ended.answer, ended.words)
    with reading(engine) as session:
        person = _held(session, ended)["person"]
    with unit_of_work(engine) as session:
        chain.hold(session)
        hold_people(session, [person])
        row = _held(session, ended, lock=True)
        _settle(session, keyring, ended, row)
        _let_go(session, row)
        if ended.outcome is not Outcome.TALKED:
            phone = Channel.PHONE
            whose = (person, row["trial"])
            typed_words.keep(session, keyring, *whose, phone, ended.words, row["sent_at"])
        trail.record(
            session,
            Tag.CALL_ENDED,
            actor=ended.account,
            subject=person,
            reason=ended.outcome.value,
            new=f"call {ended.number}",
        )
    return str(person)


def _settle(session: Session, keyring: Keyring, ended: Ended, row: RowMapping) -> None:
    at = now()
    if row["state"] in IN_HAND:
        _move(session, ended.outcome, row, at)
    match ended.outcome:
        case Outcome.TALKED:
            _answer(session, keyring, ended, row)
        case Outcome.NO_CALLS:
            choices = withdrawing.of_channel(Channel.PHONE)
            stopping = Stopping(_hand(ended, row), "said in a call", choices)
            withdrawing.end(session, Vault(keyring), stopping)
        case Outcome.WRONG_NUMBER:
            _end_number(session, keyring, row["person"], at)
        case Outcome.NO_REPLY | Outcome.NOT_CALLED:
            pass  # the person said nothing


def _move(session: Session, outcome: Outcome, row: RowMapping, at: datetime) -> None:
    number = row["id"]
    match outcome:
        case Outcome.TALKED | Outcome.NO_CALLS:
            move(session, number, State.ACCEPTED, None, at)
        case Outcome.NO_REPLY:
            _again(session, row, at)
        case Outcome.WRONG_NUMBER:
            move(session, number, State.FAILED, Reason.WRONG_NUMBER, at, sent_at=None)
        case Outcome.NOT_CALLED:
            move(session, number, State.DEFERRED, Reason.NOT_CALLED, at, due_at=at, sent_at=None)


def _answer(session: Session, keyring: Keyring, ended: Ended, row: RowMapping) -> None:
    """What was said counts from when the call was taken on, however late somebody types it."""
    if ended.answer is None:
        return
    if row["wave"] == Wave.QUESTION and ended.answer not in REFUSALS:
        # They were told that there is a question: a yes to that is none to a study.
        whose = (row["person"], row["trial"])
        typed_words.keep(session, keyring, *whose, Channel.PHONE, ended.words, row["sent_at"])
    else:
        at, how = row["sent_at"], How.PHONE
        said = Answering(_hand(ended, row), row["trial"], ended.answer, how, at, ended.words)
        typed_words.take(session, keyring, said, Channel.PHONE)


def _let_go(session: Session, row: RowMapping) -> None:
    """What came of a call is said once."""
    session.execute(update(OUTBOX).where(OUTBOX.c.id == row["id"]).values(worker=None))


def _again(session: Session, row: RowMapping, at: datetime) -> None:
    """Nobody answered: another day, if one is left."""
    tries, due_at = row["tries"] + 1, at + A_DAY
    state = State.DEFERRED
    if tries >= MOST_TRIES:
        state = State.FAILED
    elif due_at > row["not_after"]:
        state = State.EXPIRED
    values = {"tries": tries, "due_at": due_at, "sent_at": None}
    move(session, row["id"], state, Reason.NO_REPLY, at, **values)


def _end_number(session: Session, keyring: Keyring, person: str, at: datetime) -> None:
    """Somebody else has this number: nothing goes there, by text message neither."""
    where = Vault(keyring).read(session, person).get(Item.PHONE)
    if where:
        for channel in (Channel.PHONE, Channel.SMS):
            suppress(session, keyring, channel, where, Cause.STAFF, at)


def _hand(ended: Ended, row: RowMapping) -> Hand:
    actor = Actor(ended.account, Role.STAFF, f"call {ended.number}")
    return Hand(row["person"], actor, ended.account, row["language"], ended.link)


def _held(session: Session, ended: Ended, *, lock: bool = False) -> RowMapping:
    """The call whose number the account was shown, wherever its message stands by now."""
    query = select(OUTBOX).where(
        OUTBOX.c.id == ended.number,
        OUTBOX.c.channel == Channel.PHONE.value,
        OUTBOX.c.worker == ended.account,
        OUTBOX.c.sent_at.is_not(None),
    )
    row = session.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise NotFound(what=N_("call"), identifier=str(ended.number))
    return row
