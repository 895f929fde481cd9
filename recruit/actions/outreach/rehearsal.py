"""Every message of a trial as somebody would get it, for the team alone: nobody is asked anything.

An invented person stands in. Nothing is written to the outbox or the ledger, and the links lead to
a page that does nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_hex
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.outreach import filling, texts
from recruit.actions.outreach.filling import Study
from recruit.actions.outreach.frames import Framed, as_html
from recruit.actions.outreach.own_words import OwnWords
from recruit.actions.outreach.plan import look_up
from recruit.actions.outreach.prospects import VALID, Prospect, posting_of
from recruit.actions.outreach.reason_words import CHANNELS, WAVES
from recruit.actions.outreach.writing import NOWHERE, Writer, study_title, worded
from recruit.audit.trail import Tag, record
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, RecruitError
from recruit.core.i18n import LANGUAGES, N_, translate
from recruit.notify.letter import Letter, Outcome
from recruit.notify.messages import environment
from recruit.notify.stages import INVITATIONS, Message, Reason, Wave
from recruit.people import accounts
from recruit.people.facts import Home
from recruit.people.vault import Item
from recruit.trials import store as trials
from recruit.trials.draft import TrialDraft
from recruit.trials.materials import store as materials
from recruit.trials.materials.content import Part
from recruit.trials.materials.fields import Field

NOBODY: Final = "P-00000000"
INVENTED: Final = {Item.NAME: "Camille Exemple"}
ADDRESS: Final = "Camille Exemple\n12 rue des Essais\n75012 Paris"
MARK: Final = N_("[Rehearsal]")
SAID: Final = N_(
    "This is a rehearsal for the team. Nobody else got it. The person is invented, and the links "
    "lead nowhere."
)


class NotTheTeam(RecruitError):
    """A rehearsal goes to the team alone."""

    sentence = N_(
        "A rehearsal goes to the team alone: this is not the address of an account in use."
    )
    exit_status = 2
    http_status = 403


class NotSent(RecruitError):
    """The provider did not take a message."""

    sentence = N_("The e-mail provider did not take the rehearsal. Nothing else was changed.")
    exit_status = 3
    http_status = 503


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of a trial: its words, or why there are none."""

    wave: Wave
    channel: Channel
    language: str
    country: str
    subject: str = ""
    words: Framed | OwnWords | None = field(default=None, repr=False)
    problem: Reason | None = None


def pieces(session: Session, writer: Writer, trial: str, at: datetime) -> Iterator[Piece]:
    """Every wave × channel × language of a trial, for each country that it has texts for."""
    posting = posting_of(session, trial)
    if posting is None:
        return
    draft = trials.get(session, trial).draft
    for country in materials.countries(session, posting):
        for language in LANGUAGES:
            for wave in Wave:
                for channel in Channel:
                    message = Message(
                        trial=trial,
                        posting=posting,
                        person=NOBODY,
                        wave=wave,
                        channel=channel,
                        language=language,
                        country=country,
                        due_at=at,
                        not_after=at + VALID,
                    )
                    yield piece(session, writer, draft, message, at)


def samples(
    session: Session, writer: Writer, trial: str, prospects: Iterable[Prospect], at: datetime
) -> list[Piece]:
    """What people would get, once for each channel and language, filled for an invented person."""
    draft = trials.get(session, trial).draft
    kinds = {
        (each.message.channel, each.message.language, each.message.country): each.message
        for each in prospects
        if each.message
    }
    return [
        piece(session, writer, draft, replace(message, person=NOBODY), at)
        for _, message in sorted(kinds.items())
    ]


def piece(
    session: Session, writer: Writer, draft: TrialDraft, message: Message, at: datetime
) -> Piece:
    """One message as an invented person near the first site would get it."""
    head = (message.wave, message.channel, message.language, message.country)
    if message.wave is Wave.QUESTION:
        own = writer.question(message, at.astimezone(writer.zone).date(), lambda _: NOWHERE)
        return Piece(*head, own.subject, own)
    text = texts.approved(session, message, at.astimezone(writer.zone).date())
    if text is None:
        return Piece(*head, problem=Reason.NO_TEXT)
    first = next(iter(draft.sites), None)
    home = Home(first.country, first.postcode, first.lat, first.lon) if first else Home()
    site = filling.nearest(draft, home, open_only=False) or first
    title = study_title(session, message, draft, at.date()) or draft.name
    links = {Field.LINK: "i", Field.STOP_LINK: "u"}
    known = filling.values(Study(title, site, draft), INVENTED) | {
        each: f"{writer.base_url}/{page}/{NOWHERE}" for each, page in links.items()
    }
    words = worded(message, text, known, at.astimezone(writer.zone).date())
    if words is None or words.is_too_long:
        return Piece(*head, problem=Reason.TOO_LONG if words else Reason.TEXT_FIELD)
    return Piece(*head, filling.one_line(text.texts.get(Part.SUBJECT, "")), words)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal sent, what could not be written, and the letters to be printed."""

    sent: int
    missing: tuple[Piece, ...]
    letters: tuple[tuple[str, Letter], ...]
    """A name for a file, and the letter, by which it is printed."""


def rehearse(
    engine: Engine, writer: Writer, trial: str, to: str, send: Callable[[Letter], Outcome]
) -> Rehearsed:
    """Send every message of a trial to somebody of the team, as e-mails that say what they are.

    Raises:
        NotFound: there is no such trial, or somebody of the account's organisation sees it not.
        NotTheTeam: this is not the address of an active account of the staff.
        NotSent: the provider did not take one.
    """
    with unit_of_work(engine) as session:
        account = _somebody_of_the_team(session, to)
        look_up(session, trial, account.organisation)
        record(
            session,
            Tag.REHEARSED,
            actor="cli",
            subject=trial,
            new=f"account {account.id}",
        )
        address = account.email or ""
    with reading(engine) as session:
        found = list(pieces(session, writer, trial, now()))
    written = [each for each in found if each.words]
    for each in written:
        if send(marked(each, address)) is not Outcome.SENT:
            raise NotSent
    letters = tuple(
        (f"{_file_name(trial, each)}.pdf", as_letter(each, writer))
        for each in written
        if each.channel is Channel.LETTER
    )
    return Rehearsed(len(written), tuple(each for each in found if not each.words), letters)


def marked(piece: Piece, to: str) -> Letter:
    """A message as an e-mail to the team: marked in its subject and above its text."""
    language = piece.language
    if piece.words is None:
        raise NotFound(what="text", identifier=str(piece.wave))
    kind = [translate(WAVES[piece.wave], language), translate(CHANNELS[piece.channel], language)]
    named = " · ".join([*kind, piece.country, *([piece.subject] if piece.subject else [])])
    said = translate(SAID, language)
    layout = environment().get_template("rehearsal.html")
    return Letter(
        reference=token_hex(16),
        to=to,
        subject=f"{translate(MARK, language)} {named}",
        text=f"{said}\n\n{piece.words.plain}",
        html=layout.render(language=language, said=said, body=as_html(piece.words.plain)),
        language=language,
    )


def as_letter(piece: Piece, writer: Writer) -> Letter:
    """The same as it would be printed, to an address that is nobody's."""
    if piece.words is None:
        raise NotFound(what="text", identifier=str(piece.wave))
    page = {Wave.QUESTION: "q"}.get(piece.wave, "i" if piece.wave in INVITATIONS else "")
    return Letter(
        reference="0" * 32,
        to=ADDRESS,
        subject=f"{translate(MARK, piece.language)} {piece.subject}",
        text=piece.words.plain,
        language=piece.language,
        link=f"{writer.base_url}/{page}/{NOWHERE}" if page else "",
        slip=piece.wave in INVITATIONS,
    )


def _file_name(trial: str, piece: Piece) -> str:
    plain = re.sub(r"[^A-Za-z0-9.-]", "_", trial)
    return f"{plain}-{piece.wave}-{piece.language}-{piece.country}"


def _somebody_of_the_team(session: Session, to: str) -> accounts.Account:
    try:
        account = accounts.find(session, to)
    except NotFound:
        raise NotTheTeam from None  # whose address it is, or that it is nobody's, is not said
    if account.disabled or account.role not in accounts.STAFF:
        raise NotTheTeam
    return account
