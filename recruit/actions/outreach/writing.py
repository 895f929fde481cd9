"""Writes a message at the moment it leaves: the text approved right then, filled and framed.

The links are made anew at each try. The approved text's digest is written beside the message in
the same unit of work, so that the gates find out if another text is approved, or this one
suspended, before the last byte.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
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
from recruit.core import sms, written
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
UNFIT: Final = Hold(State.FAILED, Reason.TEXT_FIELD)
NO_TEXT: Final = Hold(State.SUPPRESSED, Reason.NO_TEXT)


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
        text = texts.approved(session, message, at.astimezone(self.zone).date())
        if text is None:
            return NO_TEXT
        try:
            contact = Vault(self.keyring).read(session, message.person)
        except SealBroken:
            return Hold(State.FAILED, Reason.UNREADABLE)
        to = address(message.channel, contact)
        agreed = agreed_on(session, message, at, self.zone)
        if not to or agreed is None:
            reason = Reason.CONSENT if to else Reason.NO_CONTACT
            return Hold(State.SUPPRESSED, reason)
        known = filling.values(study_of(session, message, at), contact)
        answer, stop = self._links(session, claim, text, at)
        said = worded(message, text, known | _given(answer, stop), agreed)
        if isinstance(said, Hold):
            return said
        these = (OUTBOX.c.id == claim.id) & (OUTBOX.c.fence == claim.fence)
        session.execute(update(OUTBOX).where(these).values(digest=text.digest))
        return Letter(
            reference=claim.reference,
            to=to,
            text=said.plain,
            subject=filling.one_line(text.texts.get(Part.SUBJECT, "")),
            html=said.html if message.channel is Channel.EMAIL else "",
            language=message.language,
            link=answer,
            one_click=stop if message.channel is Channel.EMAIL else "",
        )

    def _links(
        self, session: Session, claim: Claim, text: Material, at: datetime
    ) -> tuple[str, str]:
        """The pages where this message is answered and where such messages end; "" for neither."""
        asked = fields.used(text.texts[Part.BODY])
        message = claim.message
        answers = message.wave in INVITING and message.channel is not Channel.PHONE
        stops = message.channel is Channel.EMAIL
        answer = stop = ""
        if answers or Field.LINK in asked:
            made = links.mint(session, claim.id, links.Purpose.ANSWER, at)
            answer = f"{self.base_url}/i/{made}"
        if stops or Field.STOP_LINK in asked:
            made = links.mint(session, claim.id, links.Purpose.STOP, at)
            stop = f"{self.base_url}/u/{made}"
        return answer, stop


def worded(
    message: Message, text: Material, known: dict[Field, str], agreed: date
) -> Framed | Hold:
    """A message in words; a Hold where the approved text cannot be filled or is too long."""
    channel, body = text.place.channel, text.texts[Part.BODY]
    if any(True for part, words in text.texts.items() for _ in fields.odd(words, channel, part)):
        return UNFIT
    if not set(fields.NEEDED.get(channel, ())) <= fields.used(body):
        return UNFIT  # no way to answer, or to end such messages
    said = filling.filled(body, known, as_sms=message.channel is Channel.SMS)
    if said is None:
        return UNFIT
    day = written.day(agreed, message.language)
    framed = Framed(message.wave, message.channel, message.language, said, day)
    if message.channel is Channel.SMS and sms.length(framed.plain).parts > sms.MOST_PARTS:
        return Hold(State.FAILED, Reason.TOO_LONG)
    return framed


def address(channel: Channel, contact: dict[Item, str]) -> str:
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


def _given(answer: str, stop: str) -> dict[Field, str]:
    pairs = ((Field.LINK, answer), (Field.STOP_LINK, stop))
    return {each: link for each, link in pairs if link}
