"""Writes a message at the moment it leaves: the text approved right then, filled and framed.

The links are made anew at each try. The approved text's digest is written beside the message in
the same unit of work, so that the gates find out if another text is approved, or this one
suspended, before the last byte.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from recruit.actions.outreach import filling, texts
from recruit.actions.outreach.filling import Study
from recruit.actions.outreach.frames import Framed
from recruit.actions.outreach.own_words import OwnWords
from recruit.actions.outreach.scene import Desk, Scene, scene
from recruit.consent.choices import ANY, Channel, Choice, Purpose
from recruit.consent.state import Standings
from recruit.core import written
from recruit.core.crypto import Keyring
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.core.loopback import is_loopback
from recruit.notify import links
from recruit.notify.letter import Letter
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import INVITATIONS, INVITING, Claim, Hold, Message, Reason, State, Wave
from recruit.notify.suppression import REACHED_BY
from recruit.people.facts import Home
from recruit.people.vault import Item
from recruit.trials import store as trials
from recruit.trials.draft import TrialDraft
from recruit.trials.materials import content, fields
from recruit.trials.materials import store as materials
from recruit.trials.materials.content import Material, Part
from recruit.trials.materials.fields import Field
from recruit.trials.materials.starting import title_in

PAGES: Final = {
    links.Purpose.ANSWER: "i",
    links.Purpose.STOP: "u",
    links.Purpose.QUESTION: "q",
}
OWN_SPACE: Final = "/me"
"""Where somebody who is called finds the question, said in words."""
NOWHERE: Final = "0" * 32
"""Instead of a token where nothing is sent: as long as one, and nobody's."""
# What the sponsor or an operator can mend is looked at again until the message's last day.
A_DAY: Final = timedelta(days=1)
AN_HOUR: Final = timedelta(hours=1)


@dataclass
class Shelf:
    """The texts and studies of one pass: many messages are about the same few."""

    session: Session
    at: datetime
    zone: ZoneInfo
    _texts: dict[tuple[object, ...], Material | None] = field(default_factory=dict)
    _studies: dict[tuple[object, ...], tuple[str, TrialDraft]] = field(default_factory=dict)

    def text(self, message: Message) -> Material | None:
        """The text that a message carries, where one is approved."""
        kind = texts.kind_of(message)
        key = (message.posting, kind, message.language, message.country)
        if key not in self._texts:
            day = self.at.astimezone(self.zone).date()
            self._texts[key] = texts.approved(self.session, message, day)
        return self._texts[key]

    def study(self, message: Message, home: Home) -> Study:
        """What is said of a study to one person: its title and the centre nearest to them."""
        key = (message.trial, message.posting, message.language, message.country)
        if key not in self._studies:
            self._studies[key] = self._study(message)
        title, draft = self._studies[key]
        site = filling.nearest(draft, home, open_only=message.wave in INVITING)
        return Study(title, site, draft)

    def _study(self, message: Message) -> tuple[str, TrialDraft]:
        draft = trials.get(self.session, message.trial).draft
        return study_title(self.session, message, draft, self.at.date()), draft


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

    def __call__(
        self, session: Session, claims: Sequence[Claim], at: datetime
    ) -> dict[int, Letter | Hold]:
        """The letters of messages that are about to leave, or why there is none, by number."""
        shelf = Shelf(session, at, self.zone)
        minting = links.Minting(session, at)
        digests: defaultdict[str, list[int]] = defaultdict(list)
        written: dict[int, Letter | Hold] = {}
        for claim in claims:
            seen = scene(session, claim, at, Desk(self.keyring, self.zone))
            found = self._compose(seen, shelf, partial(minting.mint, claim.id))
            if isinstance(found, Composed):
                if found.digest:
                    digests[found.digest].append(claim.id)
                written[claim.id] = self._letter(claim, found)
            else:
                written[claim.id] = found
        minting.keep()
        for digest, numbers in digests.items():
            these = OUTBOX.c.id.in_(numbers)
            session.execute(update(OUTBOX).where(these).values(digest=digest))
        return written

    def _letter(self, claim: Claim, found: "Composed") -> Letter:
        message = claim.message
        by_mail = message.channel is Channel.EMAIL
        return Letter(
            reference=claim.reference,
            to=found.to,
            text=found.words.plain,
            subject=found.subject,
            html=found.words.html if by_mail else "",
            language=message.language,
            link=found.known.get(Field.LINK, ""),
            slip=message.wave in INVITATIONS,
            one_click=found.known.get(Field.STOP_LINK, "") if by_mail else "",
        )

    def preview(self, session: Session, message: Message, at: datetime) -> "Composed | Hold":
        """The same words for a look at them: the links lead nowhere, and nothing is written."""
        thought = Claim(0, message, "", 0, "", 0)
        seen = scene(session, thought, at, Desk(self.keyring, self.zone))
        return self._compose(seen, Shelf(session, at, self.zone), lambda _: NOWHERE)

    def _compose(
        self, seen: Scene, shelf: Shelf, minted: Callable[[links.Purpose], str]
    ) -> "Composed | Hold":
        message, at = seen.message, seen.at
        asks = message.wave is Wave.QUESTION
        text = None if asks else shelf.text(message)
        if text is None and not asks:
            return Hold(State.DEFERRED, Reason.NO_TEXT, at + A_DAY)
        if seen.kept is None:
            return Hold(State.DEFERRED, Reason.UNREADABLE, at + AN_HOUR)
        to = address(message.channel, seen.kept)
        agreed = agreed_on(seen.consents, message, at, self.zone)
        if not to or agreed is None:
            return Hold(State.SUPPRESSED, Reason.CONSENT if to else Reason.NO_CONTACT)
        if text is None:
            own = self.question(message, agreed, minted)
            known = {Field.LINK: own.link, Field.STOP_LINK: own.stop}
            return Composed(to, own.subject, own, "", known)
        home = Home(**((seen.row.home if seen.row else None) or {}))
        known = filling.values(shelf.study(message, home), seen.kept)
        known |= {each: self._address(purpose, minted) for each, purpose in _wanted(message, text)}
        words = worded(message, text, known, agreed)
        if words is None or words.is_too_long:
            reason = Reason.TOO_LONG if words else Reason.TEXT_FIELD
            return Hold(State.DEFERRED, reason, at + A_DAY)
        subject = filling.one_line(text.texts.get(Part.SUBJECT, ""))
        return Composed(to, subject, words, text.digest, known)

    def question(
        self, message: Message, agreed: date, minted: Callable[[links.Purpose], str]
    ) -> OwnWords:
        """That there is a question: our own words, which no sponsor's approval is about."""
        channel, language = message.channel, message.language
        asks, stops = links.Purpose.QUESTION, links.Purpose.STOP
        by_phone = channel is Channel.PHONE
        link = f"{self.base_url}{OWN_SPACE}" if by_phone else self._address(asks, minted)
        stop = self._address(stops, minted) if channel is Channel.EMAIL else ""
        return OwnWords(channel, language, written.day(agreed, language), link, stop)

    def _address(self, purpose: links.Purpose, minted: Callable[[links.Purpose], str]) -> str:
        return f"{self.base_url}/{PAGES[purpose]}/{minted(purpose)}"


@dataclass(frozen=True, slots=True)
class Composed:
    """A message in words: to whom, from which approved text, and what filled its fields.

    `digest` is that of the approved text; "" for words of our own.
    """

    to: str = field(repr=False)
    subject: str
    words: Framed | OwnWords = field(repr=False)
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


def study_title(session: Session, message: Message, draft: TrialDraft, on: date) -> str:
    """What a message calls its study: as the approved page does, where there is one."""
    language = texts.tongue(message.language)
    page = materials.approved(
        session, message.posting, content.Channel.PAGE, language, message.country, on
    )
    return page.texts[Part.TITLE] if page else title_in(draft, language)


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


def agreed_on(own: Standings, message: Message, at: datetime, zone: ZoneInfo) -> date | None:
    """The day on which the person agreed to be reached so; None where that does not hold."""
    for scope in (f"trial/{message.trial}", ANY):
        found = own.get(Choice(Purpose.CONTACT, message.channel, scope))
        if found:
            return found.occurred_at.astimezone(zone).date() if found.holds(at) else None
    return None


def _wanted(message: Message, text: Material) -> Iterator[tuple[Field, links.Purpose]]:
    """The links that a message needs: those of its text, and those that its channel carries."""
    asked, channel = fields.used(text.texts[Part.BODY]), message.channel
    if Field.LINK in asked or (message.wave in INVITING and channel is not Channel.PHONE):
        yield Field.LINK, links.Purpose.ANSWER
    if Field.STOP_LINK in asked or channel is Channel.EMAIL:
        yield Field.STOP_LINK, links.Purpose.STOP
