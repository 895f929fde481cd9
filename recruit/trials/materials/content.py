"""What a material is: a text about a trial for people, in one channel, language and country.

Its canonical JSON text names all of these and its version, so that an approved text cannot stand in
another place than the one it was approved for.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from recruit.trials.draft import Tongue, digest

HOME: Final = "FR"  # the country whose texts are shown first


class Channel(StrEnum):
    """Where a text is read."""

    PAGE = "page"
    """The plain-language page of the study."""
    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    PHONE = "phone"
    """What somebody who calls says."""
    CLOSING = "closing"
    """What those who were asked are told when the trial closes."""
    RESULTS = "results"
    """The trial's results, for those who agreed to hear of them."""
    EASY = "easy"
    """The page of the study once more, easy to read (FALC)."""
    POSTER = "poster"
    FLYER = "flyer"
    CARD = "card"
    """What a professional hands to a patient: it names no illness."""
    FACEBOOK = "facebook"
    X = "x"
    LINKEDIN = "linkedin"
    MESSENGER = "messenger"
    FORWARD = "forward"
    """An e-mail that people pass on to others."""
    FORUM = "forum"
    PRESS = "press"


class Part(StrEnum):
    """A part of a text, as its form shows it."""

    TITLE = "title"
    SUMMARY = "summary"
    HAPPENS = "happens"
    VISITS = "visits"
    RISKS = "risks"
    UNKNOWN = "unknown"
    PAYS = "pays"
    WHOM = "whom"
    SUBJECT = "subject"
    BODY = "body"


# Nobody is written to by these: whoever finds one passes it on. Each is the same for everybody.
NETWORKS: Final = (
    Channel.FACEBOOK,
    Channel.X,
    Channel.LINKEDIN,
    Channel.MESSENGER,
    Channel.FORWARD,
    Channel.FORUM,
    Channel.PRESS,
)
PRINTED: Final = (Channel.POSTER, Channel.FLYER)
SHARED: Final = frozenset({*NETWORKS, *PRINTED, Channel.CARD})

WRITTEN: Final = (Part.SUBJECT, Part.BODY)
ON_PAPER: Final = (Part.TITLE, Part.BODY)
WHOLE: Final = (
    Part.TITLE,
    Part.SUMMARY,
    Part.HAPPENS,
    Part.VISITS,
    Part.RISKS,
    Part.UNKNOWN,
    Part.PAYS,
    Part.WHOM,
)
PARTS: Final[dict[Channel, tuple[Part, ...]]] = {
    Channel.PAGE: WHOLE,
    Channel.EMAIL: WRITTEN,
    Channel.SMS: (Part.BODY,),
    Channel.LETTER: WRITTEN,
    Channel.PHONE: (Part.BODY,),
    Channel.CLOSING: WRITTEN,
    Channel.RESULTS: WRITTEN,
    Channel.EASY: WHOLE,
    Channel.POSTER: ON_PAPER,
    Channel.FLYER: ON_PAPER,
    Channel.CARD: ON_PAPER,
    Channel.FACEBOOK: (Part.BODY,),
    Channel.X: (Part.BODY,),
    Channel.LINKEDIN: (Part.BODY,),
    Channel.MESSENGER: (Part.BODY,),
    Channel.FORWARD: WRITTEN,
    Channel.FORUM: WRITTEN,
    Channel.PRESS: ON_PAPER,
}
# What stands in one line: a list of messages or of studies shows it.
ONE_LINE: Final = frozenset({Part.TITLE, Part.SUMMARY, Part.SUBJECT})
LONGEST: Final = {Part.TITLE: 120, Part.SUMMARY: 300, Part.SUBJECT: 120}  # characters
LONGEST_PART: Final = 6_000

Texts = dict[Part, str]


class State(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SUPERSEDED = "superseded"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    ALTERED = "altered"
    """It is no longer what was approved: somebody changed it from outside."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which text of which posting; `country` is ISO 3166-1 alpha-2."""

    posting: str
    channel: Channel
    language: Tongue
    country: str = HOME

    def __str__(self) -> str:
        """As the audit trail names it: S-7F3K92QX/email/fr/FR."""
        return f"{self.posting}/{self.channel}/{self.language}/{self.country}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What an ethics committee decided, and the document that says so (its SHA-256)."""

    number: int
    country: str
    committee: str
    reference: str
    decided_on: date
    expires_on: date
    """The last day on which it holds."""
    file: str
    document_digest: str
    author: str


@dataclass(frozen=True, slots=True)
class Material:
    """One version of a text. `at` is when it became what it is.

    `edit` counts the changes of a draft: whoever changes it names the one they looked at.
    `signed` are the words that were warned of and that `submitted_by` answers for.
    """

    place: Place
    version: int
    texts: Texts
    state: State
    authors: tuple[str, ...]
    at: datetime
    edit: int = 0
    decision: Decision | None = None
    submitted_by: str = ""
    signed: tuple[str, ...] = ()
    returned: str = field(default="", repr=False)
    """Why an approver sent it back."""
    approver: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 over the canonical text."""
        return digest(canonical(self.place, self.version, self.texts))


def canonical(place: Place, version: int, texts: Texts) -> str:
    """The JSON text that is approved: keys sorted, no spaces."""
    plain = {
        "posting": place.posting,
        "channel": place.channel.value,
        "language": place.language,
        "country": place.country,
        "version": version,
        "texts": {part.value: texts.get(part, "") for part in PARTS[place.channel]},
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def texts_of(text: str) -> Texts:
    """The parts of a canonical text, in the order of their channel."""
    found = json.loads(text)
    words: dict[str, str] = found["texts"]
    return {part: words[part.value] for part in PARTS[Channel(found["channel"])]}


@lru_cache(maxsize=64)
def is_whole(text: str, expected: str, place: Place, version: int) -> bool:
    """Whether a text has the digest that is `expected` and was written for this place.

    The same text gives the same answer, and is asked about for each message that goes out.
    """
    if digest(text) != expected:
        return False
    try:
        return text == canonical(place, version, texts_of(text))
    except (ValueError, KeyError, TypeError):  # somebody changed the digest as well
        return False


def tidy(channel: Channel, typed: dict[str, str]) -> Texts:
    """What was typed in a form, part by part: line ends as they are here, no spaces at the ends.

    An accent is one sign with its letter, however it was typed: words are looked for in the text.
    """
    plain = {part: normalize("NFC", typed.get(part.value, "")) for part in PARTS[channel]}
    return {part: words.replace("\r\n", "\n").strip() for part, words in plain.items()}
