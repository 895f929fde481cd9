"""What an answer in words does, by text message or e-mail; every word is kept and read besides.

Acting comes first and keeping last, both may be done again: a message that a provider tells of
twice, or again because we died half-way, is acted upon once. What is stopped stays stopped, the
same answer again changes nothing, and only who keeps the words sends the automatic answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, Row, select
from sqlalchemy.orm import Session

from recruit.actions.confirming import Hand
from recruit.actions.outreach import answers, attachments, withdrawing, words
from recruit.actions.outreach.answered import (
    HELP,
    NOTED,
    RECEIVED,
    STOPPED,
    UNWATCHED,
    YES,
    was_told,
)
from recruit.actions.outreach.answers import Answer, Answering, How
from recruit.actions.outreach.attachments import Stored
from recruit.actions.outreach.doubt import Doubt, marked
from recruit.actions.outreach.spoken import spoken
from recruit.actions.outreach.withdrawing import Stopping, of_channel
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.consent.entry import Actor, Role
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.locks import hold_people
from recruit.notify import links
from recruit.notify.free_words import Meaning, meant
from recruit.notify.messages import Message
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.post import Address, post
from recruit.notify.stages import INVITATIONS, INVITING, LEFT, Wave
from recruit.people import store
from recruit.people.vault import Item, Vault, plain
from recruit.trials.posting.store import Life
from recruit.trials.posting.tables import POSTING

OWN: Final = "own reply"
PARTICIPANT: Final = "P-"
ANSWERS: Final = {
    Meaning.YES: Answer.YES,
    Meaning.NOT_NOW: Answer.NOT_NOW,
    Meaning.NO: Answer.NEVER_THIS,
}
WAYS: Final = {Channel.SMS: (How.SMS, Item.PHONE), Channel.EMAIL: (How.MAIL, Item.EMAIL)}
REPLY_LIFE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a person wrote by SMS or EMAIL, and when it came in.

    `trial` is the study of the message that it answers, where that is sure. `mark` is what the
    provider calls this one message: a Message-ID, say. Of who shares a number with others (`alone`
    is false), nobody knows who wrote: then stopping is all that is done. The same where there is a
    `doubt`; and then the words are marked, and nothing answers a machine. `sender` is the address
    that a mail says it comes from: whoever it was passed on to may answer it, but not for them.
    `files` came along with it.
    """

    person: str
    trial: str | None
    channel: Channel
    text: str = field(repr=False)
    at: datetime
    mark: str = field(repr=False)
    alone: bool = True
    doubt: Doubt | None = None
    sender: str | None = field(default=None, repr=False)
    files: Sequence[Stored] = ()


@dataclass(frozen=True, slots=True)
class _Scene:
    """In what an answer comes: how the person is spoken to, and what they were asked."""

    hand: Hand
    invitations: dict[str, int]
    """The newest message about each study that was asked about and not answered, by its trial."""
    about: str | None
    """The study that whatever they write is about; None where it may be several."""
    known: dict[Item, str] = field(repr=False)
    base_url: str


@dataclass(frozen=True, slots=True)
class _Done:
    """What an answer was taken for, the message that answers it, and the study it is about."""

    meaning: Meaning
    reply: str | None
    about: str | None


def take(engine: Engine, keyring: Keyring, incoming: Incoming, base_url: str) -> Meaning | None:
    """Do what an answer means, keep its words, and answer; what it was taken for.

    None where all that has been done before. `base_url` is what our pages begin with.

    Raises:
        NotFound: there is no such person any more.
        SealBroken: how they are reached is sealed under a key that is not on the ring.
    """
    with reading(engine) as session:
        if words.is_kept(session, incoming.channel, incoming.person, incoming.mark):
            return None
        scene = _scene(session, keyring, incoming, base_url)
    if not incoming.doubt and not _is_own(incoming.sender, scene.known.get(Item.EMAIL, "")):
        incoming = replace(incoming, doubt=Doubt.STRANGER)
    done = _done(engine, keyring, incoming, scene)
    with unit_of_work(engine) as session:
        chain.hold(session)
        hold_people(session, [incoming.person])
        kept = _kept(session, keyring, incoming, scene, done)
    return done.meaning if kept else None


def take_reply(  # noqa: PLR0913 - a message as a gateway tells of it
    engine: Engine,
    keyring: Keyring,
    *,
    number: str,
    text: str,
    mark: str,
    at: datetime,
    base_url: str,
) -> list[Meaning | None]:
    """The same of a text message from a number (E.164), for each person who has it.

    Words from a number of nobody's are kept for those who see everything: it may be a new one.
    """
    with reading(engine) as session:
        holders = Vault(keyring).holders(session, Item.PHONE, number)
    people = [holder for holder in holders if holder.startswith(PARTICIPANT)]
    if not people:
        words.hear_strange(engine, keyring, Channel.SMS, number, text, at, mark)
        return []
    alone = len(people) == 1
    return [
        take(
            engine,
            keyring,
            Incoming(person, None, Channel.SMS, text, at, mark, alone=alone),
            base_url,
        )
        for person in people
    ]


def _scene(session: Session, keyring: Keyring, incoming: Incoming, base_url: str) -> _Scene:
    person = incoming.person
    if store.participant(session, person)["erased_at"] is not None:
        raise NotFound(what="person", identifier=person)
    heard = _sent(session, person)
    sent = [row for row in heard if row.wave in INVITATIONS]
    # The newest message of each study stays. A study that rests or is over asks nothing any more.
    newest = {
        row.trial: row.id
        for row in sent
        if incoming.trial in {None, row.trial} and row.life == Life.OPEN
    }
    asked = {
        trial: number
        for trial, number in newest.items()
        if incoming.trial or not answers.given(session, trial, person)
    }
    # After a question of ours “yes” may answer that: a person reads it.
    if heard and heard[-1].wave == Wave.QUESTION:
        asked = {}
    studies = {row.trial for row in heard}
    about = incoming.trial or (studies.pop() if len(studies) == 1 else None)
    own_choices = f"{base_url}/me/consents"
    hand = Hand(person, Actor(OWN, Role.SELF), OWN, spoken(session, person), own_choices)
    return _Scene(hand, asked, about, Vault(keyring).read(session, person), base_url)


def _is_own(sender: str | None, known: str) -> bool:
    """Whether words come from the person's own address, as far as their channel says one."""
    return sender is None or plain(Item.EMAIL, sender) == plain(Item.EMAIL, known)


def _sent(session: Session, person: str) -> Sequence[Row[Any, Any, Any, Any]]:
    """The messages that asked the person something and have, or may have, reached them."""
    query = (
        select(OUTBOX.c.id, OUTBOX.c.trial, OUTBOX.c.wave, POSTING.c.life)
        .join(POSTING, POSTING.c.id == OUTBOX.c.posting)
        .where(OUTBOX.c.person == person, OUTBOX.c.state.in_(LEFT), OUTBOX.c.wave.in_(INVITING))
        .order_by(OUTBOX.c.sent_at, OUTBOX.c.id)
    )
    return session.execute(query).all()


def _done(engine: Engine, keyring: Keyring, incoming: Incoming, scene: _Scene) -> _Done:
    meaning = meant(incoming.text)
    if meaning is Meaning.STOP:
        return _Done(meaning, _stopped(engine, keyring, incoming, scene), scene.about)
    if meaning is Meaning.HELP and not incoming.doubt:
        return _Done(meaning, HELP, scene.about)
    answer = ANSWERS.get(meaning)
    sure = incoming.alone and not incoming.doubt
    if answer is None or not sure or len(scene.invitations) != 1:
        return _Done(Meaning.UNCLEAR, RECEIVED, scene.about)
    [trial] = scene.invitations
    how, _ = WAYS[incoming.channel]
    said = Answering(scene.hand, trial, answer, how, incoming.at)
    try:
        answers.answer(engine, keyring, said)
    except Refusal:  # too many answers in a day: a person looks
        return _Done(Meaning.UNCLEAR, RECEIVED, trial)
    if answer is Answer.YES:
        return _Done(meaning, YES, trial)
    withdrawing.settled(engine, incoming.person)
    confirmed = answer is Answer.NEVER_THIS and _confirms_here(incoming.channel, scene)
    return _Done(meaning, None if confirmed else NOTED, trial)


def _stopped(engine: Engine, keyring: Keyring, incoming: Incoming, scene: _Scene) -> str | None:
    method = f"reply by {incoming.channel}"
    stopping = Stopping(scene.hand, method, of_channel(incoming.channel))
    withdrawing.stop(engine, keyring, stopping)
    withdrawing.settled(engine, incoming.person)
    # Also where all was stopped before: by another door just now, or by one who died since.
    return None if _confirms_here(incoming.channel, scene) else STOPPED


def _confirms_here(channel: Channel, scene: _Scene) -> bool:
    """Whether the receipt of a withdrawal goes by this very channel (actions/confirming.py)."""
    return (channel is Channel.EMAIL) == (Item.EMAIL in scene.known)


def _kept(
    session: Session, keyring: Keyring, incoming: Incoming, scene: _Scene, done: _Done
) -> bool:
    """Keep the words and post the answer; False where another has just done so."""
    number = words.hear_once(
        session,
        keyring,
        person=incoming.person,
        trial=done.about,
        channel=incoming.channel,
        text=marked(incoming.text, incoming.doubt),
        at=incoming.at,
        mark=incoming.mark,
        # Who is plain, and a machine, waits for no answer of ours.
        owed=done.meaning is Meaning.UNCLEAR and incoming.doubt is not Doubt.MACHINE,
        stopped=done.meaning is Meaning.STOP,
    )
    if number is None:
        return False
    attachments.keep(session, keyring, number, incoming.files)
    answered = _answer(session, keyring, incoming, scene, done.reply)
    trail.record(
        session,
        Tag.WORDS_HEARD,
        actor=OWN,
        subject=incoming.person,
        reason=done.reply if answered and done.reply else "",
        new=incoming.channel.value,
    )
    if answered and done.reply:
        is_told = done.reply in UNWATCHED
        words.note_answer(session, number, done.reply, incoming.at, is_told=is_told)
    return True


def _answer(
    session: Session, keyring: Keyring, incoming: Incoming, scene: _Scene, reply: str | None
) -> bool:
    """Post the automatic answer, if there is one and it was not given lately."""
    _, item = WAYS[incoming.channel]
    where = scene.known.get(item)
    if reply is None or where is None or incoming.doubt is Doubt.MACHINE:
        return False
    if was_told(session, incoming.person, reply, incoming.at):
        return False
    fields = {"link": _link(session, scene, reply, incoming.at)}
    message = Message(reply, scene.hand.language, fields)
    until = incoming.at + REPLY_LIFE
    post(session, keyring, message, Address(incoming.channel, where), incoming.at, until)
    return True


def _link(session: Session, scene: _Scene, reply: str, at: datetime) -> str:
    """Where to go on: the study that the person said yes to, or their own choices."""
    if reply != YES:
        return scene.hand.link
    [number] = scene.invitations.values()
    return f"{scene.base_url}/i/{links.mint(session, number, links.Purpose.ANSWER, at)}"
