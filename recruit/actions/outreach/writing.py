"""Writes a message at the moment it leaves: the text approved right then, filled and framed.

The links are made anew at each try. The approved text's digest is written beside the message in
the same unit of work, so that the gates find out if another text is approved, or this one
suspended, before the last byte.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from recruit.actions.outreach import filling, texts
from recruit.actions.outreach.filling import Study
from recruit.actions.outreach.frames import Framed
from recruit.consent.choices import ANY, Channel, Choice, Purpose
from recruit.consent.ledger import standings
from recruit.consent.state import Standings
from recruit.core import written
from recruit.core.crypto import Keyring
from recruit.core.errors import NotFound, SealBroken, WrongUsage
from recruit.core.i18n import N_
from recruit.core.loopback import is_loopback
from recruit.notify import links
from recruit.notify.letter import Letter
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import INVITING, Claim, Hold, Message, Reason, State
from recruit.people import store as people
from recruit.people.facts import Home
from recruit.people.vault import Item, Vault
from recruit.trials import store as trials
from recruit.trials.materials import content, fields
from recruit.trials.materials import store as materials
from recruit.trials.materials.content import Material, Part
from recruit.trials.materials.fields import Field
from recruit.trials.materials.starting import title_in

REACHED_BY: Final = {
    Channel.EMAIL: Item.EMAIL,
    Channel.SMS: Item.PHONE,
    Channel.LETTER: Item.ADDRESS,
    Channel.PHONE: Item.PHONE,
}
PAGES: Final = {links.Purpose.ANSWER: "i", links.Purpose.STOP: "u"}
NOWHERE: Final = "0" * 32
"""Instead of a token where nothing is sent: as long as one, and nobody's."""
# What the sponsor or an operator can mend is looked at again until the message's last day.
A_DAY: Final = timedelta(days=1)
AN_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes messages whose links lead to `base_url`; days are those of `zone`.

    Raises:
        WrongUsage: the links would cross a network in the clear.
    """

    keyring: Keyring = field(repr=False)
    base_url: str
    zone: ZoneInfo

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise WrongUsage(
                N_("Messages hold links: RECRUIT_BASE_URL has to begin with https://.")
            )

    def __call__(self, session: Session, claim: Claim, at: datetime) -> Letter | Hold:
        """The letter of a message that is about to leave, or why there is none."""
        message = claim.message

        def minted(purpose: links.Purpose) -> str:
            return links.mint(session, claim.id, purpose, at)

        found = self._compose(session, message, at, minted)
        if isinstance(found, Hold):
            return found
        these = (OUTBOX.c.id == claim.id) & (OUTBOX.c.fence == claim.fence)
        session.execute(update(OUTBOX).where(these).values(digest=found.digest))
        by_mail = message.channel is Channel.EMAIL
        return Letter(
            reference=claim.reference,
            to=found.to,
            text=found.words.plain,
            subject=found.subject,
            html=found.words.html if by_mail else "",
            language=message.language,
            link=found.known.get(Field.LINK, ""),
            one_click=found.known.get(Field.STOP_LINK, "") if by_mail else "",
        )

    def preview(self, session: Session, message: Message, at: datetime) -> "Composed | Hold":
        """The same words for a look at them: the links lead nowhere, and nothing is written."""
        return self._compose(session, message, at, lambda _: NOWHERE)

    def _compose(
        self,
        session: Session,
        message: Message,
        at: datetime,
        minted: Callable[[links.Purpose], str],
    ) -> "Composed | Hold":
        text = texts.approved(session, message, at.astimezone(self.zone).date())
        if text is None:
            return Hold(State.DEFERRED, Reason.NO_TEXT, at + A_DAY)
        try:
            contact = Vault(self.keyring).read(session, message.person)
        except SealBroken:
            return Hold(State.DEFERRED, Reason.UNREADABLE, at + AN_HOUR)
        to, agreed = address(message.channel, contact), agreed_on(session, message, at, self.zone)
        if not to or agreed is None:
            return Hold(State.SUPPRESSED, Reason.CONSENT if to else Reason.NO_CONTACT)
        known = filling.values(study_of(session, message, at), contact)
        known |= {
            each: f"{self.base_url}/{PAGES[purpose]}/{minted(purpose)}"
            for each, purpose in _wanted(message, text)
        }
        words = worded(message, text, known, agreed)
        if words is None or words.is_too_long:
            reason = Reason.TOO_LONG if words else Reason.TEXT_FIELD
            return Hold(State.DEFERRED, reason, at + A_DAY)
        subject = filling.one_line(text.texts.get(Part.SUBJECT, ""))
        return Composed(to, subject, words, text.digest, known)


@dataclass(frozen=True, slots=True)
class Composed:
    """A message in words: to whom, from which approved text, and what filled its fields."""

    to: str = field(repr=False)
    subject: str
    words: Framed = field(repr=False)
    digest: str
    known: Mapping[Field, str] = field(repr=False)


def worded(
    message: Message, text: Material, known: Mapping[Field, str], agreed: date
) -> Framed | None:
    """An approved text filled and framed; None where a field of it is unknown or has no value."""
    channel, body = text.place.channel, text.texts[Part.BODY]
    if any(True for part, words in text.texts.items() for _ in fields.odd(words, channel, part)):
        return None
    if not set(fields.NEEDED.get(channel, ())) <= fields.used(body):
        return None  # no way to answer, or to end such messages
    said = filling.filled(body, known, as_sms=message.channel is Channel.SMS)
    if said is None:
        return None
    day = written.day(agreed, message.language)
    return Framed(message.wave, message.channel, message.language, said, day)


def address(channel: Channel, contact: Mapping[Item, str]) -> str:
    """Where a message goes; "" where the person has no such contact point, or an odd one.

    Above a postal address stands the name, unless its first line is the name already.
    """
    where = contact.get(REACHED_BY[channel], "")
    if channel is not Channel.LETTER:
        return where if where.isprintable() else ""
    name = filling.one_line(contact.get(Item.NAME, ""))
    lines = [line for line in map(filling.one_line, where.splitlines()) if line]
    if lines and name and name.casefold() not in lines[0].casefold():
        lines.insert(0, name)
    return "\n".join(lines)


def agreed_on(session: Session, message: Message, at: datetime, zone: ZoneInfo) -> date | None:
    """The day on which the person agreed to be reached so; None where that does not hold."""
    own = standings(session, {message.person}).get(message.person, Standings())
    for scope in (f"trial/{message.trial}", ANY):
        found = own.get(Choice(Purpose.CONTACT, message.channel, scope))
        if found:
            return found.occurred_at.astimezone(zone).date() if found.holds(at) else None
    return None


def study_of(session: Session, message: Message, at: datetime) -> Study:
    """What is said of a study to one person: its title and the centre nearest to them."""
    draft = trials.get(session, message.trial).draft
    language = texts.tongue(message.language)
    page = materials.approved(
        session, message.posting, content.Channel.PAGE, language, message.country, at.date()
    )
    title = page.texts[Part.TITLE] if page else title_in(draft, language)
    try:
        home = people.profile(session, message.person).home
    except NotFound:
        home = Home()
    site = filling.nearest(draft, home, open_only=message.wave in INVITING)
    return Study(title, site, draft)


def _wanted(message: Message, text: Material) -> Iterator[tuple[Field, links.Purpose]]:
    """The links that a message needs: those of its text, and those that its channel carries."""
    asked, channel = fields.used(text.texts[Part.BODY]), message.channel
    if Field.LINK in asked or (message.wave in INVITING and channel is not Channel.PHONE):
        yield Field.LINK, links.Purpose.ANSWER
    if Field.STOP_LINK in asked or channel is Channel.EMAIL:
        yield Field.STOP_LINK, links.Purpose.STOP
