"""What the pages about texts share: the names of channels and parts, and which text is meant."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from flask import Blueprint, request, url_for

from recruit.actions.posting.materials import Writing, is_country
from recruit.core.errors import NotFound
from recruit.core.i18n import N_
from recruit.trials.draft import Tongue
from recruit.trials.materials.checks import Finding
from recruit.trials.materials.content import PARTS, Channel, Part, Place, State, Texts
from recruit.trials.materials.meter import Level
from recruit.web.sessions import actor
from recruit.web.sponsor.posting import organisation

ADDRESS: Final = "/sponsor/trials/<number>/materials"
ONE: Final = f"/<any({', '.join(Channel)}):channel>/<any(en, fr):tongue>/<country>"
LARGEST: Final = 512 * 1024  # bytes of a form: 48,000 letters, each of them sent as up to nine

CHANNELS: Final = {
    Channel.PAGE: N_("Page of the study"),
    Channel.EMAIL: N_("Email"),
    Channel.SMS: N_("SMS"),
    Channel.LETTER: N_("Letter"),
    Channel.PHONE: N_("Phone"),
    Channel.CLOSING: N_("Closing text"),
    Channel.RESULTS: N_("Results"),
    Channel.EASY: N_("Easy-to-read page"),
    Channel.POSTER: N_("Poster"),
    Channel.FLYER: N_("Flyer"),
    Channel.CARD: N_("Referral card"),
    Channel.FACEBOOK: N_("Post for Facebook"),
    Channel.X: N_("Post for X"),
    Channel.LINKEDIN: N_("Post for LinkedIn"),
    Channel.MESSENGER: N_("Message for messengers such as WhatsApp"),
    Channel.FORWARD: N_("E-mail to pass on"),
    Channel.FORUM: N_("Post for a forum"),
    Channel.PRESS: N_("Text for the press"),
}
TONGUES: Final = {"en": N_("English"), "fr": N_("French")}
LABELS: Final = {
    Part.TITLE: N_("Short title"),
    Part.SUMMARY: N_("Summary, in one sentence"),
    Part.HAPPENS: N_("What happens"),
    Part.VISITS: N_("Visits"),
    Part.RISKS: N_("Risks that are known"),
    Part.UNKNOWN: N_("What is not known"),
    Part.PAYS: N_("Who pays"),
    Part.WHOM: N_("Whom to ask"),
    Part.SUBJECT: N_("Subject"),
    Part.BODY: N_("Text"),
}
HINTS: Final = {
    Part.HAPPENS: N_("Step by step, from the first talk to the end."),
    Part.VISITS: N_("How many, where, how long, and what is done there."),
    Part.RISKS: N_("The common ones first, then the serious ones."),
    Part.UNKNOWN: N_("That it is a trial: nobody knows yet if it works."),
    Part.PAYS: N_("Who pays for the study, and what is paid back."),
    Part.SUBJECT: N_("Others may see it: it names no illness and has no fields."),
}
ROWS: Final = {Part.BODY: 16, Part.HAPPENS: 8}
# Words, colour and shape of each state; the shapes are those of verdicts.
STANDINGS: Final = {
    State.DRAFT: (N_("Draft"), "unknown", "✎"),
    State.SUBMITTED: (N_("Waits for approval"), "unknown", "…"),
    State.APPROVED: (N_("Approved"), "yes", "✓"),
    State.SUPERSEDED: (N_("Superseded"), "unknown", "↑"),
    State.SUSPENDED: (N_("Suspended"), "no", "✕"),
    State.EXPIRED: (N_("Expired"), "no", "!"),
    State.ALTERED: (N_("Changed from outside: no longer valid"), "no", "!"),
}
LEVELS: Final = {
    Level.PLAIN: (N_("Plain"), "yes", "✓"),
    Level.HARD: (N_("Rather hard"), "unknown", "?"),
    Level.TOO_HARD: (N_("Too hard"), "no", "✕"),
}
DONE: Final = "text_done"  # what was just done with a text, kept for the next page


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text, and how they are marked: "ban", "warn", "hard" or ""."""

    words: str
    mark: str


def place(number: str, channel: str, tongue: Tongue, country: str) -> Place:
    """The text of an address.

    Raises:
        NotFound: there is no such country.
    """
    if not is_country(country):
        raise NotFound(what="country", identifier="")
    return Place(number, Channel(channel), tongue, country)


def address(view: str, where: Place) -> str:
    """The address of a view of a text."""
    return url_for(
        view,
        number=where.posting,
        channel=where.channel.value,
        tongue=where.language,
        country=where.country,
    )


def writing(where: Place) -> Writing:
    """Who changes a text; the form's field `base` is the edit that they looked at."""
    return Writing(where, organisation(), actor(), request.form.get("base", 0, type=int))


def label(channel: Channel, part: Part) -> str:
    """What a part is called: a letter has a heading instead of a subject."""
    if channel is Channel.LETTER and part is Part.SUBJECT:
        return N_("Heading")
    return LABELS[part]


def marked(texts: Texts, found: Finding) -> dict[Part, list[Piece]]:
    """The parts in which something is marked, in pieces."""
    spans: dict[Part, list[tuple[int, int, str]]] = {part: [] for part in texts}
    for claim in found.claims:
        spans[claim.part].append((claim.start, claim.end, "ban" if claim.banned else "warn"))
    if found.worst:
        part, start, end = found.worst
        spans[part].append((start, end, "hard"))
    return {part: _pieces(texts[part], each) for part, each in spans.items() if each}


def _pieces(text: str, spans: list[tuple[int, int, str]]) -> list[Piece]:
    """The text cut where a mark begins or ends; where several are, the gravest shows."""
    cuts = sorted({0, len(text), *(place for start, end, _ in spans for place in (start, end))})
    pieces = []
    for start, end in pairwise(cuts):
        marks = {mark for first, last, mark in spans if first <= start and end <= last}
        gravest = next((mark for mark in ("ban", "warn", "hard") if mark in marks), "")
        pieces.append(Piece(text[start:end], gravest))
    return pieces


def blueprint(name: str) -> Blueprint:
    """Pages below the texts of a posting."""
    return Blueprint(name, __name__, url_prefix=ADDRESS)


def shown(where: Place, texts: Texts, found: Finding) -> dict[str, object]:
    """What a template needs to say what was found in a text."""
    return {
        "place": where,
        "texts": texts,
        "finding": found,
        "marked": marked(texts, found),
        "level": LEVELS[found.gauge.level] if found.gauge else None,
        "labels": {part: label(where.channel, part) for part in PARTS[where.channel]},
    }
