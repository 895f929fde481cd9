"""What somebody answers to an invitation, by whichever way, and what follows from it at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from recruit.actions.confirming import Hand
from recruit.actions.outreach import cancelling, withdrawing, words
from recruit.actions.outreach.answer_table import ANSWER, REFUSALS, Answer, How
from recruit.actions.outreach.withdrawing import EVERY_CHANNEL, Stopping
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice
from recruit.consent.entry import Entry
from recruit.consent.evidence import Controls
from recruit.consent.state import EventType, Standings, permitting
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import INVITATIONS, Reason
from recruit.people import store
from recruit.people.vault import Vault
from recruit.referrals import paths
from recruit.referrals.paths import Path

__all__ = ["Answer", "Answering", "Given", "How", "answer", "given", "refused_since"]

LONGEST_WORDS: Final = 2000
DAY: Final = timedelta(days=1)
A_DAY: Final = 20
"""So many answers about one study are read in a day; a no always is."""
SILENCE: Final = timedelta(days=60)
"""After a refusal nobody asks about another study for so long (shared rules, "Outreach")."""
# A page has no channel of its own: what is written there is answered by e-mail.
HEARD_BY: Final = {
    How.PAGE: Channel.EMAIL,
    How.MAIL: Channel.EMAIL,
    How.SMS: Channel.SMS,
    How.LETTER: Channel.LETTER,
    How.PHONE: Channel.PHONE,
}
# How the choice stood before it was made. Who writes in their own words has no box before them.
CONTROLS: Final = {
    How.PAGE: Controls.UNTICKED,
    How.MAIL: Controls.UNSTATED,
    How.SMS: Controls.UNSTATED,
    How.LETTER: Controls.PAPER,
    How.PHONE: Controls.ASKED,
}
NO_WORDS: Final = N_("Please write your question.")
TOO_MANY: Final = N_("There were many answers today. Please try again tomorrow.")
TOO_LONG: Final = N_("Please use at most 2,000 letters.")


@dataclass(frozen=True, slots=True)
class Answering:
    """What was answered about which trial, by which way, and when it came in.

    `hand` is who answers for whom, and the page of one's own choices that a confirmation leads
    to. `words` are the question of an Answer.QUESTION.
    """

    hand: Hand
    trial: str
    answer: Answer
    how: How
    at: datetime
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it is on record."""

    answer: Answer
    how: How
    by: str
    at: datetime


def answer(engine: Engine, keyring: Keyring, answering: Answering) -> Path | None:
    """Write an answer down and do what it asks for; after a yes the path that begins with it.

    A later answer takes the place of an earlier one. The caller of a refusal waits for
    `withdrawing.settled` before it says that it holds.

    Raises:
        Refusal: a question without words, or with more than 2,000 letters; or too many answers
            about this study within a day.
        NotFound: there is no such person any more.
    """
    _check(answering)
    with unit_of_work(engine) as session:
        chain.hold(session)
        return take(session, keyring, answering)


def take(session: Session, keyring: Keyring, answering: Answering) -> Path | None:
    """The same within the caller's unit of work, which holds the chains."""
    person, trial = answering.hand.person, answering.trial
    if store.participant(session, person)["erased_at"] is not None:
        raise NotFound(what="person", identifier=person)
    before = given(session, trial, person)
    _check_calm(answering, before)
    # Two clicks are as good as one; each question is another one.
    if answering.answer is Answer.QUESTION or not before or before[-1].answer != answering.answer:
        _write(session, answering)
    cancelling.about_trial(session, person, trial, Reason.ANSWERED)
    match answering.answer:
        case Answer.YES:
            _allow_again(session, answering)
            return paths.begin(session, trial, person, answering.at, answering.hand.audited)
        case Answer.QUESTION:
            _hear(session, keyring, answering)
        case _:
            _refuse(session, keyring, answering)
    return None


def note_refusal(session: Session, answering: Answering) -> None:
    """Write down a no that staff read in somebody's own words, and end the way that it is about.

    What the person takes back with it is for the caller to write, who holds the chains.
    """
    before = given(session, answering.trial, answering.hand.person)
    if not before or before[-1].answer != answering.answer:
        _write(session, answering)
    cancelling.about_trial(session, answering.hand.person, answering.trial, Reason.ANSWERED)
    _end_path(session, answering)


def given(session: Session, trial: str, person: str) -> tuple[Given, ...]:
    """Every answer of a person about a trial, the oldest first: the last one counts."""
    query = select(ANSWER).where(ANSWER.c.trial == trial, ANSWER.c.person == person)
    return tuple(
        Given(Answer(row["answer"]), How(row["how"]), row["by"], row["at"])
        for row in session.execute(query.order_by(ANSWER.c.id)).mappings()
    )


def refused_since(session: Session, person: str, since: datetime) -> datetime | None:
    """When a person last refused a study after `since`, unless they have said yes to it since."""
    query = select(ANSWER).where(ANSWER.c.person == person, ANSWER.c.at > since)
    last = {row.trial: row for row in session.execute(query.order_by(ANSWER.c.id))}
    refused = [row.at for row in last.values() if Answer(row.answer) in REFUSALS]
    return max(refused, default=None)


def is_ruled_out(session: Session, person: str, trial: str) -> bool:
    """Whether a person said never to this one study, by whichever way; a yes would open it again.

    That is theirs to say, or a guardian's in their place: no relative overrules it.
    """
    own = ledger.standings(session, {person}).get(person, Standings())
    return any(
        choice in own and own[choice].type is EventType.DENIED
        for choice in withdrawing.of_trial(trial)
    )


def _check(answering: Answering) -> None:
    if answering.answer is not Answer.QUESTION:
        return
    problem = None
    if not answering.words.strip():
        problem = NO_WORDS
    elif len(answering.words) > LONGEST_WORDS:
        problem = TOO_LONG
    if problem:
        raise Refusal(record="", field="words", problem=problem)


def _check_calm(answering: Answering, before: Sequence[Given]) -> None:
    """Refuse to go on with somebody, or something, that answers without end; never a no."""
    lately = [each for each in before if each.at > answering.at - DAY]
    if answering.answer not in REFUSALS and len(lately) >= A_DAY:
        raise Refusal(record="", field="answer", problem=TOO_MANY)


def _write(session: Session, answering: Answering) -> None:
    hand = answering.hand
    row = {
        "trial": answering.trial,
        "person": hand.person,
        "answer": answering.answer.value,
        "how": answering.how.value,
        "by": hand.audited,
        "at": answering.at,
    }
    session.execute(insert(ANSWER), row)
    trail.record(
        session,
        Tag.ANSWERED,
        actor=hand.audited,
        subject=hand.person,
        reason=f"{answering.answer}, by {answering.how}",
        new=answering.trial,
    )


def _refuse(session: Session, keyring: Keyring, answering: Answering) -> None:
    hand, trial = answering.hand, answering.trial
    own = ledger.standings(session, {hand.person}).get(hand.person, Standings())
    let_know = withdrawing.released(own, trial)
    _end_path(session, answering)
    method = f"answer by {answering.how}"
    match answering.answer:
        case Answer.NEVER_THIS:
            stopping = Stopping(hand, method, trial=trial)
        case Answer.NEVER:
            stopping = Stopping(hand, method, (*EVERY_CHANNEL, *let_know))
        case _:  # not now: what a site may know of them is for later, too
            stopping = Stopping(hand, method, let_know)
    withdrawing.end(session, Vault(keyring), stopping)


def _end_path(session: Session, answering: Answering) -> None:
    """Whoever was on the way to a site and says no is so no more."""
    path = paths.of(session, answering.trial, answering.hand.person)
    if path is None or paths.State.DECLINED not in paths.NEXT[path.state]:
        return
    held = paths.held(session, answering.trial, answering.hand.person)
    by, why = answering.hand.audited, answering.answer.value
    paths.step(session, held, paths.State.DECLINED, answering.at, by, reason=why)


def _allow_again(session: Session, answering: Answering) -> None:
    """Who said never to this one study and now says yes may be written to about it again.

    Only as far as they agree to it for all studies: a yes here opens no channel that is closed.
    """
    hand, moment = answering.hand, now()
    own = ledger.standings(session, {hand.person}).get(hand.person, Standings())
    refused = [
        choice
        for choice in withdrawing.of_trial(answering.trial)
        if choice in own
        and own[choice].type is EventType.DENIED
        and permitting(own, Choice(choice.purpose, choice.channel), moment) is not None
    ]
    shown = {
        "language": hand.language,
        "controls": CONTROLS[answering.how].value,
        **_asked_with(session, answering),
    }
    how = {"method": f"answer by {answering.how}"}
    ledger.enter(
        session,
        [
            Entry(hand.person, EventType.GRANTED, choice, hand.actor, moment, None, shown, how)
            for choice in refused
        ],
    )


def _asked_with(session: Session, answering: Answering) -> Mapping[str, str]:
    """The SHA-256 of the approved text that asked the person; nothing where no message has."""
    query = (
        select(OUTBOX.c.digest)
        .where(
            OUTBOX.c.person == answering.hand.person,
            OUTBOX.c.trial == answering.trial,
            OUTBOX.c.wave.in_(INVITATIONS),
            OUTBOX.c.digest.is_not(None),
        )
        .order_by(OUTBOX.c.id.desc())
        .limit(1)
    )
    digest = session.scalar(query)
    return {"text": digest} if digest else {}


def _hear(session: Session, keyring: Keyring, answering: Answering) -> None:
    words.hear(
        session,
        keyring,
        person=answering.hand.person,
        trial=answering.trial,
        channel=HEARD_BY[answering.how],
        text=answering.words,
        at=answering.at,
        how=answering.how,
        asks=True,
    )
