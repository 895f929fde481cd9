"""The proof that a person agreed: what was shown, what was ticked, when and how."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from recruit.consent.choices import Choice
from recruit.core.errors import Refusal
from recruit.core.files import read_records
from recruit.core.i18n import LANGUAGES, N_

SHA256: Final = re.compile(r"[0-9a-f]{64}")
LONGEST_WORD: Final = 200
JURISDICTION: Final = "FR"
COUNTRY: Final = re.compile(r"[A-Z]{2}")


class Controls(StrEnum):
    """How the choices stood before the person made them.

    There is no word for a box that was ticked already: that is no consent (GDPR recital 32; CJEU,
    C-673/17, Planet49).
    """

    UNTICKED = "unticked"
    ASKED = "asked aloud"
    PAPER = "on paper"
    UNSTATED = "not stated"


class Helper(StrEnum):
    """Who helped the person to say what they want; nobody else is in the record, and nobody named.

    Helping gives no right: whoever acts later does so under a verified link.
    """

    RELATIVE = "relative"
    CARER = "nurse or carer"
    OTHER = "another helper"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One act of consent, as it can be shown to the person or a court later.

    `notice` is the SHA-256 of the text that was shown; `at` is aware and not in the future;
    `method` says how the choice was made ("unticked box, double opt-in by e-mail"), `source` where
    it was made ("community carenity", "file consents.jsonl"). From `valid_until` on it holds
    no more; None is for good. `double_opt_in` says what confirmed it ("code by e-mail"), empty
    where nothing did; `helper` who assisted, None where nobody did; `jurisdiction` is the country
    whose law applies (ISO 3166-1, two letters).
    """

    purposes: tuple[Choice, ...]
    notice: str
    notice_version: str
    language: str
    at: datetime
    method: str
    source: str
    valid_until: datetime | None = None
    controls: Controls = Controls.UNTICKED
    double_opt_in: str = ""
    jurisdiction: str = JURISDICTION
    helper: Helper | None = None


def parse_evidence(value: object, *, record: str, source: str, moment: datetime) -> Evidence:
    """Evidence from its JSON form (docs/formats.md); `moment` is now.

    Raises:
        Refusal: a part of the proof is missing or cannot be true; it names the part.
    """
    if not isinstance(value, Mapping):
        raise _refusal(record, "", N_("this is not an object with named fields"))
    given = _Fields(record, value)
    return Evidence(
        purposes=given.purposes(),
        notice=given.notice(),
        notice_version=given.word("notice_version"),
        language=given.language(),
        at=given.past("at", moment),
        method=given.word("method"),
        source=given.word("source") if "source" in value else source,
        valid_until=given.end(moment),
        controls=given.controls(),
        double_opt_in=given.word("double_opt_in") if "double_opt_in" in value else "",
        jurisdiction=given.jurisdiction(),
    )


def read_evidence(path: Path, moment: datetime) -> Iterator[tuple[str, Evidence] | Refusal]:
    """The lines `{"person": id, …evidence}` of a file, each a person's identifier and proof.

    A person named twice is refused the second time: two proofs need someone who chooses.
    """
    seen: set[str] = set()
    for record in read_records(path):
        if isinstance(record, Refusal):
            yield record
            continue
        for value in record.value if isinstance(record.value, list) else [record.value]:
            try:
                yield _one_line(record.where, value, moment, seen, f"file {path.name}")
            except Refusal as refusal:
                yield refusal


def _one_line(
    where: str, value: object, moment: datetime, seen: set[str], source: str
) -> tuple[str, Evidence]:
    person = value.get("person") if isinstance(value, Mapping) else None
    if not isinstance(person, str) or not person.strip():
        raise Refusal(record=where, field="person", problem=N_("the identifier is missing"))
    if person in seen:
        raise Refusal(
            record=person, field="person", problem=N_("this identifier stands here twice")
        )
    seen.add(person)
    return person, parse_evidence(value, record=person, source=source, moment=moment)


@dataclass(frozen=True, slots=True)
class _Fields:
    """The parts of a proof in JSON, each read or refused by its name."""

    record: str
    given: Mapping[str, object]

    def purposes(self) -> tuple[Choice, ...]:
        listed = self.given.get("purposes")
        if not isinstance(listed, list) or not listed:
            raise _refusal(self.record, "purposes", N_("at least one purpose is needed"))
        try:
            return tuple(dict.fromkeys(_choice(_text(purpose)) for purpose in listed))
        except ValueError as error:
            raise _refusal(
                self.record,
                "purposes",
                N_(
                    "a purpose is “matching”, “contact/email”, “contact/sms”, “contact/letter”, "
                    "“contact/phone”, “release/<site>” or “research-reuse”"
                ),
            ) from error

    def notice(self) -> str:
        notice = self.word("notice").lower()
        if not SHA256.fullmatch(notice):
            raise _refusal(self.record, "notice", N_("a SHA-256 has 64 digits from 0 to f"))
        return notice

    def language(self) -> str:
        language = self.word("language")
        if language not in LANGUAGES:
            raise _refusal(self.record, "language", N_("the language is “en” or “fr”"))
        return language

    def controls(self) -> Controls:
        if "controls" not in self.given:
            return Controls.UNSTATED
        try:
            return Controls(self.word("controls"))
        except ValueError as error:
            raise _refusal(self.record, "controls", NOT_FREE) from error

    def jurisdiction(self) -> str:
        if "jurisdiction" not in self.given:
            return JURISDICTION
        country = self.word("jurisdiction")
        if not COUNTRY.fullmatch(country):
            raise _refusal(
                self.record, "jurisdiction", N_("a country has two capital letters, such as FR")
            )
        return country

    def past(self, name: str, now: datetime) -> datetime:
        moment = self.moment(name)
        if moment > now:
            raise _refusal(self.record, name, N_("this moment lies in the future"))
        return moment

    def end(self, now: datetime) -> datetime | None:
        if self.given.get("valid_until") is None:
            return None
        moment = self.moment("valid_until")
        if moment <= now:
            raise _refusal(self.record, "valid_until", N_("this consent has run out"))
        return moment

    def moment(self, name: str) -> datetime:
        """In UTC, where every moment can be compared and kept."""
        try:
            moment = datetime.fromisoformat(self.word(name))
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise _refusal(self.record, name, NO_MOMENT) from error
        raise _refusal(self.record, name, NO_MOMENT)

    def word(self, name: str) -> str:
        word = self.given.get(name)
        if not isinstance(word, str) or not word.strip():
            raise _refusal(self.record, name, N_("this part of the proof is missing"))
        if len(word) > LONGEST_WORD or not word.isprintable():
            raise _refusal(
                self.record, name, N_("this is longer than 200 letters or has unprintable ones")
            )
        return word.strip()


NOT_FREE: Final = N_(
    "this is “unticked”, “asked aloud”, “on paper” or “not stated”; a box that was ticked already "
    "is no consent"
)
NO_MOMENT: Final = N_("a moment with its zone is needed, such as 2026-10-01T10:00:00Z")


@lru_cache(maxsize=1024)
def _choice(text: str) -> Choice:
    """The same choices stand in the evidence of a million people: one object each."""
    return Choice.parse(text)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError  # noqa: TRY004 - one error for all that is no purpose
    return value


def _refusal(record: str, field: str, problem: str) -> Refusal:
    return Refusal(record=record, field=f"consent.{field}".rstrip("."), problem=problem)
