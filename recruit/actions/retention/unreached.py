"""People who should be told of their erasure, and whom no message reaches: staff write a letter.

They gave no e-mail address, as who joined on paper, or one that takes nothing from us, or three
messages to them failed. A letter that is printed here counts from the day on which staff say that
it was posted; nobody else sees the address. Who has no postal address either is not erased by the
clock: their community may know one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from recruit.actions.announced_table import ANNOUNCED
from recruit.actions.confirming import reads
from recruit.actions.paging import Page, page_number
from recruit.actions.retention.announcing import Herald, reached_at
from recruit.actions.retention.silent import BY_LETTER, not_reached
from recruit.actions.service_letter import service_letter
from recruit.audit import trail
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.consent.tables import CONSENT
from recruit.core import chain, written
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, Refusal, SealBroken
from recruit.core.i18n import N_, translate
from recruit.notify.channels.letter_page import Sender
from recruit.people import store
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item, Vault

SIZE: Final = 25
SUBJECT: Final = N_("We will soon delete your data")
GREETING: Final = N_("Hello {name},")
NAMELESS: Final = N_("Hello,")
WHY: Final = N_(
    "You allow us nothing any more. So we have no right to keep what you told us. From {day} on "
    "we will delete it all."
)
NOTHING: Final = N_("If that is what you want, you do not have to do anything.")
STAY: Final = N_("If you want to stay, open this page and press the button:")
THEN: Final = N_(
    "We then keep what you told us, and look for studies that suit you. We do not write to you "
    "about a study unless you allow that too. You can change your mind at any time."
)
ONCE: Final = N_("This is the only letter that we send about it.")
NO_ADDRESS: Final = N_("We know no postal address of this person.")
NOT_SET: Final = N_(
    "The name or the address does not fit a letter, or has signs that cannot be printed."
)
NOT_PRINTED: Final = N_("Print the letter first.")
POSTED_WITHIN: Final = timedelta(days=7)
"""So long after it was printed a letter may be posted: its day and its link do not wait."""


class Why(StrEnum):
    """Why no message reaches somebody."""

    CLOSED = "closed"
    """What they gave does not open under any key."""
    NO_ADDRESS = "no-address"
    ENDED = "ended"
    """Nothing is sent to their address any more."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Unreached:
    """One of them: since when they allow nothing, and whether a letter can be written.

    `printed_at` is when one was printed last.
    """

    person: str
    community: str
    since: datetime
    why: Why
    by_post: bool
    printed_at: datetime | None


def unreached(engine: Engine, keyring: Keyring, asked: int, at: datetime) -> Page[Unreached]:
    """One page of them, by pseudonym."""
    waiting = not_reached(at)
    with reading(engine) as session:
        total = session.scalars(select(func.count()).select_from(waiting.subquery())).one()
        number = page_number(asked, SIZE, total)
        some = waiting.limit(SIZE).offset((number - 1) * SIZE)
        items = tuple(_of(session, keyring, person, at) for person in session.scalars(some).all())
    return Page(items, number, SIZE, total)


def letter(  # noqa: PLR0913 - whose letter, who sends it, who asks for it
    engine: Engine, herald: Herald, person: str, sender: Sender, at: datetime, *, actor: str
) -> bytes:
    """The letter as a PDF; that it was printed stands in the trail.

    Raises:
        NotFound: they do not wait for one: they spoke meanwhile, say.
        Refusal: there is no address to send it to, or a name or address that cannot be set.
        SealBroken: their address does not open under any key.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        _must_wait(session, person, at)
        known = Vault(herald.keyring).read(session, person)
        if not known.get(Item.ADDRESS):
            raise Refusal(record="", field="letter", problem=NO_ADDRESS)
        day, language = herald.day(at + BY_LETTER), reads(session, person)
        link = herald.link(session, person, day, at)
    fields = {"name": known.get(Item.NAME, ""), "day": written.day(day, language)}
    greeting = GREETING if Item.NAME in known else NAMELESS
    said = (translate(part, language, **fields) for part in (greeting, WHY, NOTHING, STAY))
    text = "\n\n".join([*said, link, translate(THEN, language), translate(ONCE, language)])
    subject = translate(SUBJECT, language)
    try:
        content = service_letter(
            known, sender, subject=subject, text=text, language=language, link=link
        )
    except ValueError:
        raise Refusal(record="", field="letter", problem=NOT_SET) from None
    with unit_of_work(engine) as session:
        trail.record(session, Tag.ERASURE_LETTER, actor=actor, subject=person)
    return content


def posted(engine: Engine, person: str, at: datetime, *, actor: str) -> None:
    """Write down that the letter was posted: from now on they have four weeks.

    Raises:
        NotFound: they do not wait for one: they spoke meanwhile, or somebody else said so.
        Refusal: none was printed lately, and since they last said anything.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        _must_wait(session, person, at)
        if _printed_at(session, person, _since(session, person), at) is None:
            raise Refusal(record="", field="letter", problem=NOT_PRINTED)
        this = ANNOUNCED.c.person == person
        session.execute(update(ANNOUNCED).where(this).values(letter_at=at))
        trail.record(
            session,
            Tag.ERASURE_ANNOUNCED,
            actor=actor,
            subject=person,
            new=Channel.LETTER.value,
        )


def _must_wait(session: Session, person: str, at: datetime) -> None:
    if session.scalar(not_reached(at).where(PARTICIPANT.c.pseudonym == person)) is None:
        raise NotFound(what=N_("person"), identifier=person)


def _of(session: Session, keyring: Keyring, person: str, at: datetime) -> Unreached:
    who = store.participant(session, person)
    since = _since(session, person)
    try:
        known = Vault(keyring).read(session, person)
    except SealBroken:
        why, by_post = Why.CLOSED, False
    else:
        why, by_post = _why(session, keyring, person, known), Item.ADDRESS in known
    printed_at = _printed_at(session, person, since, at)
    return Unreached(person, who["community"], since, why, by_post, printed_at)


def _why(session: Session, keyring: Keyring, person: str, known: Mapping[Item, str]) -> Why:
    if Item.EMAIL not in known:
        return Why.NO_ADDRESS
    return Why.FAILED if reached_at(session, keyring, person) else Why.ENDED


def _since(session: Session, person: str) -> datetime:
    """When they spoke last, or came where they never did."""
    spoke = select(func.max(CONSENT.c.recorded_at)).where(CONSENT.c.person == person)
    moment: datetime | None = session.scalar(spoke)
    return moment or store.participant(session, person)["created_at"]


def _printed_at(session: Session, person: str, since: datetime, at: datetime) -> datetime | None:
    """When a letter was printed last, for what they said last, that may still be posted."""
    printed = select(func.max(AUDIT.c.at)).where(
        AUDIT.c.tag == Tag.ERASURE_LETTER.value,
        AUDIT.c.subject == person,
        AUDIT.c.at > max(since, at - POSTED_WITHIN),
    )
    last: datetime | None = session.scalar(printed)
    return last
