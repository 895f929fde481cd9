"""Answering a conversation: once, by the channel that the person wrote by, while it stands.

An answer is approved words, or words of one's own; both pass the same checks. Who agrees to no
message by that channel any more is sent none, whatever they wrote by it: the answer waits on their
own page (docs/adr/0049).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Engine, Row, func, insert, select
from sqlalchemy.orm import Session

from recruit.actions.catalogue import public_title
from recruit.actions.inbox import snippets
from recruit.actions.inbox.holding import found, is_held_by_another
from recruit.actions.inbox.reading import read
from recruit.actions.inbox.snippets import Field
from recruit.actions.outreach import conversations, own_answers
from recruit.actions.words_table import HEARD, REPLY
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Channel
from recruit.consent.state import Standings
from recruit.core import chain, sms
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import RecruitError, Refusal
from recruit.core.i18n import N_
from recruit.core.locks import hold_people
from recruit.notify.messages import Message, written
from recruit.notify.post import Address, post
from recruit.notify.suppression import REACHED_BY, is_suppressed
from recruit.people.vault import Vault
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.draft import Tongue, TrialDraft
from recruit.trials.materials import discreet

MESSAGE: Final = "inbox-answer"
LIFE: Final = timedelta(days=3)
"""So long it is tried to send an answer; it is on the person's page in any case."""
SENT_BY: Final = (Channel.EMAIL, Channel.SMS)
NOBODY: Final = N_("Nobody knows whose number or address this is: there is no one to answer.")
NO_STUDY: Final = N_("This conversation is about no study: take out the field {words}.")
LONG_SMS: Final = N_("This takes {parts} text messages; {most} are the most.")
TELLING: Final = N_("Others can see a text message, and it names an illness: {words}.")


class AnsweredMeanwhile(RecruitError):
    """Somebody else has answered, or is about to."""

    sentence = N_(
        "Somebody else has answered this in the meantime, or is writing an answer. Yours was not "
        "sent: look at theirs first."
    )
    http_status = 409


@dataclass(frozen=True, slots=True)
class Answering:
    """What is answered to which conversation, by whom.

    `key` is the form's own, `seen` the number of our newest answer that its writer saw (0: none),
    `up_to` that of the newest message. `on_page` leaves the answer on the person's page whatever
    stands. `snippet` is what it was made of, if anything.
    """

    conversation: int
    account: int
    actor: str
    key: str
    seen: int
    up_to: int
    language: Tongue
    on_page: bool
    snippet: int | None
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Means:
    """What it takes to answer: the keys, what our pages begin with, and the lexicon."""

    keyring: Keyring
    base_url: str
    lexicon: Callable[[], Lexicon]


@dataclass(frozen=True, slots=True)
class Way:
    """By which channel an answer goes, and where to; None: it waits on the person's page.

    `wrote_by` is the channel that the person used last.
    """

    wrote_by: Channel
    channel: Channel | None
    where: str = field(default="", repr=False)


def answer(engine: Engine, means: Means, answering: Answering, at: datetime) -> Channel | None:
    """Keep an answer and post it; by which channel it goes, None where it waits on the page.

    The same form twice is one answer.

    Raises:
        NotFound: there is no such conversation any more.
        AnsweredMeanwhile: somebody else has answered, or is about to.
        Refusal: nobody to answer, or words that cannot be sent.
    """
    key = sha256(answering.key.encode()).hexdigest()
    with unit_of_work(engine) as session:
        chain.hold(session)
        person = found(session, answering.conversation).person
        if person is None:
            raise Refusal(record="", field="words", problem=NOBODY)
        hold_people(session, [person])
        row = found(session, answering.conversation, held=True)
        query = select(REPLY.c.channel).where(REPLY.c.key == key)
        if (sent := session.execute(query).one_or_none()) is not None:
            return Channel(sent.channel) if sent.channel else None
        if newest(session, row.id) != answering.seen:
            raise AnsweredMeanwhile
        if is_held_by_another(row, answering.account, at):
            raise AnsweredMeanwhile
        snippets.check(answering.text, answering.language, field="words")
        return _answered(session, means, row, answering, key, at)


def way(session: Session, keyring: Keyring, row: Row[Any], at: datetime) -> Way:
    """How an answer would go to the person of a conversation.

    Raises:
        SealBroken: how they are reached is sealed under a key that is not on the ring.
    """
    last = select(HEARD.c.channel).where(HEARD.c.conversation == row.id)
    wrote_by = Channel(session.scalars(last.order_by(HEARD.c.id.desc()).limit(1)).one())
    if wrote_by not in SENT_BY or row.person is None:
        return Way(wrote_by, None)
    own = ledger.standings(session, {row.person}).get(row.person, Standings())
    where = Vault(keyring).read(session, row.person).get(REACHED_BY[wrote_by], "")
    stands = where and own_answers.basis_of(row.person, row.trial).stands(own, wrote_by, at)
    if not stands or is_suppressed(session, keyring, wrote_by, where):
        return Way(wrote_by, None)
    return Way(wrote_by, wrote_by, where)


def left(session: Session, keyring: Keyring, row: Row[Any], at: datetime) -> list[Channel]:
    """By which of a call and a letter somebody may be told of an answer that waits on their page.

    Raises:
        SealBroken: as above.
    """
    if row.person is None:
        return []
    own = ledger.standings(session, {row.person}).get(row.person, Standings())
    known, basis = (
        Vault(keyring).read(session, row.person),
        own_answers.basis_of(row.person, row.trial),
    )
    found = {each: known.get(REACHED_BY[each], "") for each in (Channel.PHONE, Channel.LETTER)}
    return [
        channel
        for channel, where in found.items()
        if where
        and basis.stands(own, channel, at)
        and not is_suppressed(session, keyring, channel, where)
    ]


def _answered(  # noqa: PLR0913, PLR0917 - what answer() has found out
    session: Session,
    means: Means,
    row: Row[Any],
    answering: Answering,
    key: str,
    at: datetime,
) -> Channel | None:
    keyring, language = means.keyring, answering.language
    text = _filled(session, means, row, answering)
    to = Way(Channel.EMAIL, None) if answering.on_page else way(session, keyring, row, at)
    reference = None
    if to.channel:
        link = f"{means.base_url}/me/messages"
        message = Message(MESSAGE, language, {"words": text, "link": link})
        if to.channel is Channel.SMS:
            _check_sms(session, means, row, message)
        address = Address(to.channel, to.where)
        basis = own_answers.basis_of(row.person, row.trial)
        reference = post(session, keyring, message, address, at, at + LIFE, basis=basis)
    used, is_edited = _made_of(session, answering)
    new = {
        "conversation": row.id,
        "person": row.person,
        "key": key,
        "channel": to.channel.value if to.channel else None,
        "reference": reference,
        "language": language,
        "snippet": answering.snippet if used else None,
        "version": used,
        "edited": is_edited,
        "sealed": own_answers.seal(keyring, key, text),
        "by": answering.actor,
        "at": at,
    }
    session.execute(insert(REPLY).values(new))
    read(session, row.id, answering.up_to, at, actor=answering.actor)
    conversations.answered(session, row.id, at)
    conversations.settle(session, row.id)
    made_of = f"snippet {answering.snippet}, version {used}" if used else "own words"
    trail.record(
        session,
        Tag.WORDS_ANSWERED,
        actor=answering.actor,
        subject=row.person,
        reason=f"{made_of}, changed" if used and is_edited else made_of,
        new=to.channel.value if to.channel else "page",
    )
    return to.channel


def _filled(session: Session, means: Means, row: Row[Any], answering: Answering) -> str:
    values = {
        Field.MESSAGES: f"{means.base_url}/me/messages",
        Field.CHOICES: f"{means.base_url}/me/consents",
    }
    if row.trial is not None:
        values[Field.STUDY] = public_title(session, row.trial, answering.language).text
    elif f"{{{{{Field.STUDY}}}}}" in answering.text:
        said = f"{{{{{Field.STUDY}}}}}"
        raise Refusal(record="", field="words", problem=NO_STUDY, words=said)
    return snippets.fill(answering.text, values).strip()


def _check_sms(session: Session, means: Means, row: Row[Any], message: Message) -> None:
    """A text message is short and lies open on a locked screen.

    Raises:
        Refusal: it takes too many messages, or names an illness.
    """
    length = sms.length(written(message, Channel.SMS, "", "").text)
    if length.parts > sms.MOST_PARTS:
        numbers = {"parts": length.parts, "most": sms.MOST_PARTS}
        raise Refusal(record="", field="words", problem=LONG_SMS, **numbers)
    draft = TrialDraft(id="", criteria="")
    about: tuple[str, ...] = ()
    if row.trial is not None:
        version = trials.get(session, row.trial)
        draft, about = version.draft, version.eligibility.about
    told = discreet.telling(message.fields["words"], draft, about, means.lexicon())
    if told:
        named = ", ".join(f"“{each}”" for each in told[:5])
        raise Refusal(record="", field="words", problem=TELLING, words=named)


def _made_of(session: Session, answering: Answering) -> tuple[int | None, bool]:
    """The version of the approved answer that it was made of, and whether it was changed."""
    if answering.snippet is None:
        return None, True
    used = snippets.get(session, answering.snippet).used
    if used is None:
        return None, True
    return used.number, _plain(answering.text) != _plain(used.texts[answering.language])


def _plain(text: str) -> str:
    """Browsers end lines in their own way."""
    return "\n".join(text.split("\n")).strip()


def newest(session: Session, conversation: int) -> int:
    """The number of our newest answer in a conversation; 0 where there is none."""
    query = select(func.max(REPLY.c.id)).where(REPLY.c.conversation == conversation)
    return session.scalar(query) or 0
