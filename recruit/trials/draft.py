"""A trial as a registry, a file or a form describes it, before anything of it is understood.

Whatever the source, the same fields mean the same; what is odd has been refused on the way in. A
draft has one canonical JSON text, and the digest of that text tells whether a record was amended.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from hashlib import sha256
from typing import Final, Literal

from pydantic import TypeAdapter

from recruit.core.dates import PartialDate, TimeUnit

LONGEST_TEXT: Final = 1_000_000  # characters; promises.md reads that much in two seconds

Asked = Literal["all", "female", "male"]
Tongue = Literal["en", "fr"]
Phase = Literal["early 1", "1", "1/2", "2", "2/3", "3", "3/4", "4"]


class TrialStatus(StrEnum):
    """Where a trial or a site stands, in ClinicalTrials.gov's words."""

    NOT_YET_RECRUITING = "not_yet_recruiting"
    RECRUITING = "recruiting"
    ENROLLING_BY_INVITATION = "enrolling_by_invitation"
    ACTIVE_NOT_RECRUITING = "active_not_recruiting"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AgeLimit:
    """An age in completed units, the limit itself included."""

    amount: float
    unit: TimeUnit


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask about a trial or at a site: by profession, not as a private person."""

    name: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class SiteDraft:
    """A place where the trial runs. Degrees are WGS 84, both or none.

    `country` is ISO 3166-1 alpha-2, or the source's own word for a country that has no code.
    `capacity` is how many people the site can take. `hours` says when it is open, `travel` what
    help there is to get there.
    """

    name: str = ""
    city: str = ""
    postcode: str = ""
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    status: TrialStatus | None = None
    address: str = ""
    contact: Contact | None = None
    capacity: int | None = None
    hours: str = ""
    travel: str = ""


@dataclass(frozen=True, slots=True)
class Participation:
    """What taking part means for a person, in one language."""

    visits: str = ""
    burden: str = ""
    reimbursement: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """The same texts in another language; "" is what has not been translated."""

    language: Tongue
    criteria: str
    title: str = ""
    summary: str = ""
    official_title: str = ""
    participation: Participation = Participation()


@dataclass(frozen=True, slots=True)
class TrialDraft:
    """All that a source says of a trial.

    `criteria` is the eligibility text exactly as the source has it, markdown escapes included:
    spans of rules are positions in it. `language` is its language. `min_age` and `max_age` are the
    source's own words, `youngest` and `oldest` what they say. `sex` None means that the source
    does not say. `starts` and `ends` are planned or real. `target` is the number of participants
    that is planned or was reached. `registry_ids` are the trial's other numbers.
    """

    id: str
    criteria: str
    language: Tongue = "en"
    title: str = ""
    official_title: str = ""
    summary: str = ""
    conditions: tuple[str, ...] = ()
    interventions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    sex: Asked | None = None
    min_age: str | None = None
    max_age: str | None = None
    youngest: AgeLimit | None = None
    oldest: AgeLimit | None = None
    healthy_volunteers: bool | None = None
    status: TrialStatus = TrialStatus.UNKNOWN
    phase: Phase | None = None
    sponsor: str = ""
    starts: PartialDate | None = None
    ends: PartialDate | None = None
    target: int | None = None
    registry_ids: tuple[str, ...] = ()
    url: str | None = None
    sites: tuple[SiteDraft, ...] = ()
    translations: tuple[Translation, ...] = ()
    participation: Participation = Participation()
    contacts: tuple[Contact, ...] = ()

    @property
    def name(self) -> str:
        """What the trial is called: its title, or its number where it has none."""
        return self.title or self.official_title or self.id

    def text(self, language: str) -> str:
        """The eligibility text in `language` where there is one, else as it was written."""
        translated = (
            each.criteria
            for each in self.translations
            if each.language == language and each.criteria
        )
        return self.criteria if language == self.language else next(translated, self.criteria)


@cache
def _adapter() -> TypeAdapter[TrialDraft]:
    return TypeAdapter(TrialDraft)


def encode_draft(draft: TrialDraft) -> str:
    """The canonical JSON text: keys sorted, fields that hold their default left out."""
    plain = _adapter().dump_python(draft, mode="json", exclude_defaults=True)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def decode_draft(text: str) -> TrialDraft:
    """The draft that `encode_draft` wrote."""
    return _adapter().validate_json(text)


def digest(text: str) -> str:
    """SHA-256 of a canonical JSON text, 64 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()
