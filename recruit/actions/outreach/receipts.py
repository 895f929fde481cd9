"""A mail that came in: a bounce, a complaint, a robot's answer, or a person's words."""

import re
from datetime import datetime
from email.utils import parseaddr
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, Row, select
from sqlalchemy.orm import Session

from recruit.actions.come_back import announcement_came_back
from recruit.actions.outreach import attachments, heard
from recruit.actions.outreach.doubt import Doubt
from recruit.actions.outreach.heard import Incoming
from recruit.actions.outreach.words import hear_strange
from recruit.actions.words_table import CONVERSATION, REPLY
from recruit.consent.choices import Channel
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.notify import arf, dsn, receipts
from recruit.notify.arf import Feedback
from recruit.notify.attached import attached
from recruit.notify.dsn import Action, Bounce
from recruit.notify.incoming import Mail, answered, opened, subject, text, verp
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Reason, State

# What absence notices and mailing lists call themselves: RFC 3834, 5, and what came before it.
ROBOTS: Final = ("x-autoreply", "x-autorespond", "x-auto-reply-from", "x-mail-autoreply")
PRECEDENCE: Final = frozenset({"auto_reply", "bulk", "junk", "list"})
# Not "absence" or "out of office": people write of an absence, which may be an illness's too.
AUTOMATIC: Final = re.compile(
    r"\s*(?:auto(?:matic)?[- ]?(?:response|reply)|r[ée]ponse automatique)", re.IGNORECASE
)
AGAIN: Final = re.compile(r"\s*(?:re|aw|tr|fwd?|r[ée]p)\s?:", re.IGNORECASE)


LONGEST_SENDER: Final = 254


class What(StrEnum):
    """What a mail turned out to be, and that it was dealt with."""

    BOUNCED = "bounced"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    COMPLAINED = "complained"
    REPLY = "reply"
    ROBOT = "robot"
    """A report that changes nothing, noted; or an answer that perhaps no person wrote: kept."""
    KNOWN = "known"
    """It was said before, or comes too late to change anything."""
    NOBODY = "nobody"
    """It is about no message of ours."""


def take_mail(  # noqa: PLR0913 - a mail as a door hands it over
    engine: Engine,
    keyring: Keyring,
    raw: bytes,
    at: datetime,
    *,
    base_url: str,
    folder: Path,
    recipient: str = "",
) -> What:
    """Do what a mail means; `recipient` is the envelope's, where the door knows it.

    `folder` is the data folder: what came along with the mail is kept there.

    Whose it is, the reference of our message says; never the address that it says it comes from.
    From another than the person's own, it may stop and nothing else (heard.py). What somebody
    wrote without a reference is kept for those who see everything. What looks like a robot's answer
    is kept and marked, for signs deceive, and a STOP in it counts. Of more than twelve megabytes
    the beginning is read. Taken twice, it is acted upon once.

    Raises:
        SealBroken: what it needs is sealed under a key that is not on the ring.
    """
    mail = opened(raw)
    feedback = arf.read(mail, recipient)
    bounce = dsn.read(mail, recipient) if feedback is None else None
    said = feedback or bounce
    reference = said.reference if said else answered(mail) or verp(mail, recipient)
    whose = _whose(engine, reference) if reference else None
    is_report, automatic = said is not None or is_from_server(mail), is_from_robot(mail)
    if whose is None and (is_report or automatic):
        return _of_the_service(engine, keyring, reference, said, at)
    if whose is not None and (is_report or automatic):
        with unit_of_work(engine) as session:
            found = _received(session, keyring, whose.reference, said, at)
        if is_report:
            return found
    mark = sha256(mail.first("message-id").encode("utf-8", "replace") or raw).hexdigest()
    files = attachments.store(folder, attached(raw))
    known = (whose.person, whose.trial) if whose else _answered(engine, reference)
    if known is None:
        sender = mail.first("from")[:LONGEST_SENDER]
        is_new = hear_strange(engine, keyring, Channel.EMAIL, sender, words(mail), at, mark, files)
    else:
        person, trial = known
        given = Incoming(
            person,
            trial,
            Channel.EMAIL,
            words(mail),
            at,
            mark,
            doubt=Doubt.MACHINE if automatic else None,
            sender=parseaddr(mail.first("from"))[1],
            files=files,
        )
        is_new = heard.take(engine, keyring, given, base_url) is not None
    if not is_new:
        attachments.discard(folder, files)
    return What.ROBOT if automatic else What.REPLY


def is_from_server(mail: Mail) -> bool:
    """Whether this is a mail server's report, in which no person has a word."""
    return (
        mail.first("content-type").lower().startswith("multipart/report")
        or dsn.ROBOT.search(mail.first("from")) is not None
    )


def is_from_robot(mail: Mail) -> bool:
    """Whether this looks as if no person had written it: an absence notice, a mailing list."""
    submitted = mail.first("auto-submitted").lower()
    return (
        submitted not in {"", "no"}
        or any(name in mail.fields for name in ROBOTS)
        or mail.first("precedence").lower() in PRECEDENCE
        or mail.first("return-path") == "<>"
        or AUTOMATIC.match(subject(mail)) is not None
    )


def words(mail: Mail) -> str:
    """What a person wrote: the body, and before it a subject of their own."""
    own = subject(mail)
    if not own or AGAIN.match(own):
        return text(mail)
    return f"{own}\n{text(mail)}".strip()


def _whose(engine: Engine, reference: str) -> Row[Any] | None:
    with reading(engine) as session:
        query = select(OUTBOX).where(OUTBOX.c.reference == reference)
        return session.execute(query).one_or_none()


def _answered(engine: Engine, reference: str | None) -> tuple[str, str | None] | None:
    """Whom an answer of ours went to, and about which study, where a mail answers that."""
    if reference is None:
        return None
    with reading(engine) as session:
        query = select(CONVERSATION.c.person, CONVERSATION.c.trial).join(REPLY)
        row = session.execute(query.where(REPLY.c.reference == reference)).one_or_none()
    return (row.person, row.trial) if row else None


def _of_the_service(
    engine: Engine,
    keyring: Keyring,
    reference: str | None,
    said: Feedback | Bounce | None,
    at: datetime,
) -> What:
    """A report about no message on a study: one of those on which an erasure rests counts."""
    if reference is None or not isinstance(said, Bounce) or said.action is not Action.FAILED:
        return What.NOBODY
    ends = said.ends_address
    ours = announcement_came_back(engine, keyring, reference, at, ends_address=ends)
    return What.BOUNCED if ours else What.NOBODY


def _received(
    session: Session, keyring: Keyring, reference: str, said: Feedback | Bounce | None, at: datetime
) -> What:
    match said:
        case Feedback(is_complaint=True):
            state, ends_address = State.COMPLAINED, True
        case Bounce(action=Action.FAILED):
            state, ends_address = State.BOUNCED, said.ends_address
        case Bounce(action=Action.DELIVERED):
            state, ends_address = State.DELIVERED, False
        case _:
            is_late = isinstance(said, Bounce) and said.action is Action.DELAYED
            receipts.note(session, reference, Reason.DELAYED_THERE if is_late else Reason.ROBOT, at)
            return What.DELAYED if is_late else What.ROBOT
    is_new = receipts.receive(session, keyring, reference, state, at, ends_address=ends_address)
    return What(state.value) if is_new else What.KNOWN
