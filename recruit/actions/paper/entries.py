"""What stands on a form, as it was typed: read field by field, and compared field by field."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self

from recruit.actions.application import LETTER, MATCHING, NO_ADDRESS, NOT_OFFERED, TOO_YOUNG
from recruit.consent import notices
from recruit.consent.choices import Choice, Purpose
from recruit.consent.evidence import Helper
from recruit.core.clock import today
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.people.adults import is_adult
from recruit.people.communities.terms import Terms
from recruit.people.contact_points import LINES, LONGEST_ADDRESS, read_address
from recruit.people.intake.exchange import SEXES

RESEARCH: Final = Choice(Purpose.RESEARCH_REUSE)
LONGEST: Final = 200  # letters of a line
MOST: Final = 40  # illnesses or medicines
OLDEST_DAYS: Final = 366
NO_NAME: Final = N_("Please type the name: a letter needs one.")
NO_PLACE: Final = N_("Please type where it was signed.")
TOO_LONG: Final = N_("This has too many lines, or too long a one.")
NO_DAY: Final = N_("There is no such day. Please type it like 2026-11-22.")
NOT_YET: Final = N_("This day lies in the future, or more than a year ago: ask the person again.")
NOT_SIGNED: Final = N_("Without a signature, or the person’s own words, nobody joins.")
NEEDED: Final = N_("Without this yes we cannot look for studies: nobody joins.")
NO_HELPER: Final = N_("Please choose one.")
NO_NOTICE: Final = N_("There is no such version of the notice in this language.")


class Way(StrEnum):
    """How somebody without the network joins."""

    PAPER = "paper"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Entry:
    """A form as it was typed once: each field as words, lists a line or word each.

    `choices` are as `str(Choice)` writes them, sorted; `helper` is a value of Helper or "";
    `notice` is the version that stands on the sheet, or was current when the call began.
    """

    day: str = ""
    place: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    born: str = field(default="", repr=False)
    sex: str = ""
    postcode: str = field(default="", repr=False)
    conditions: str = field(default="", repr=False)
    drugs: str = field(default="", repr=False)
    choices: str = ""
    helper: str = ""
    signed: str = ""
    notice: str = ""

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> Self:
        """What was typed, without spaces that say nothing."""
        return cls(**{each: _tidy(typed.get(each, "")) for each in NAMES})

    def payload(self) -> dict[str, str]:
        """The same as a JSON object."""
        return {name: str(value) for name, value in asdict(self).items()}

    def chosen(self) -> tuple[Choice, ...]:
        """The choices that are ticked, in reading order."""
        every = {str(each): each for each in (MATCHING, LETTER, RESEARCH)}
        return tuple(each for name, each in every.items() if name in self.choices.split())

    def record(self, language: str) -> dict[str, Any]:
        """What is said of the person's health, in the exchange format (docs/formats.md)."""
        ills, drugs = self.conditions.splitlines(), self.drugs.splitlines()
        return {
            "id": "paper",
            "language": language,
            "birth_date": self.born,
            "sex": self.sex or "unknown",
            "location": {"postcode": self.postcode, "country": "FR"} if self.postcode else None,
            "seeking": ills,
            "facts": [
                *({"kind": "condition", "text": each, "status": "present"} for each in ills),
                *({"kind": "drug", "text": each, "status": "present"} for each in drugs),
            ],
        }


NAMES: Final = tuple(each.name for each in fields(Entry))


def offered(terms: Terms | None) -> tuple[Choice, ...]:
    """The choices that a form has: no e-mail and no number, which no code has proved."""
    every = (MATCHING, LETTER, RESEARCH)
    return tuple(each for each in every if terms is None or str(each) in terms.purposes)


def problems(entry: Entry, way: Way, language: str, terms: Terms | None) -> dict[str, str]:
    """What is odd in an entry, by field, as messages of the catalogue."""
    found = {
        "day": _day(entry.day),
        "place": "" if entry.place or way is Way.PHONE else NO_PLACE,
        "name": "" if entry.name or LETTER not in entry.chosen() else NO_NAME,
        "address": _address(entry),
        "born": _born(entry.born),
        "sex": "" if not entry.sex or entry.sex in SEXES else NO_HELPER,
        "conditions": _lines(entry.conditions),
        "drugs": _lines(entry.drugs),
        "choices": _choices(entry, terms),
        "helper": "" if not entry.helper or entry.helper in set(Helper) else NO_HELPER,
        "signed": "" if entry.signed == "yes" else NOT_SIGNED,
        "notice": _notice(entry.notice, language),
    }
    for name in ("place", "name", "postcode"):
        if len(getattr(entry, name)) > LONGEST:
            found[name] = TOO_LONG
    return {name: problem for name, problem in found.items() if problem}


def differing(typed: Sequence[Entry]) -> dict[str, list[str]]:
    """The fields in which the newest entry agrees with no earlier one, with all that was typed."""
    *earlier, newest = typed
    return {
        name: [str(getattr(each, name)) for each in typed]
        for name in NAMES
        if getattr(newest, name) not in {getattr(each, name) for each in earlier}
    }


def _tidy(text: str) -> str:
    plain = unicodedata.normalize("NFC", text)
    lines = (" ".join(line.split()) for line in plain.splitlines())
    return "\n".join(line for line in lines if line)


def _day(text: str) -> str:
    found = _date(text)
    if found is None:
        return NO_DAY
    return "" if 0 <= (today() - found).days <= OLDEST_DAYS else NOT_YET


def _born(text: str) -> str:
    found = _date(text)
    if found is None or found > today():
        return NO_DAY
    return "" if is_adult(found, today()) else TOO_YOUNG


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None  # "19800101" too is one for Python


def _notice(version: str, language: str) -> str:
    try:
        notices.notice(version, language)
    except NotFound:
        return NO_NOTICE
    return ""


def _address(entry: Entry) -> str:
    if not entry.address:
        return NO_ADDRESS if LETTER in entry.chosen() else ""
    too_long = len(entry.address) > LONGEST_ADDRESS or entry.address.count("\n") >= LINES
    try:
        return TOO_LONG if too_long else read_address(entry.address) and ""
    except Refusal as refusal:
        return refusal.problem


def _lines(text: str) -> str:
    lines = text.splitlines()
    odd = any(len(line) > LONGEST or not line.isprintable() for line in lines)
    return TOO_LONG if odd or len(lines) > MOST else ""


def _choices(entry: Entry, terms: Terms | None) -> str:
    ticked = set(entry.choices.split())
    if ticked - {str(each) for each in offered(terms)}:
        return NOT_OFFERED
    return "" if str(MATCHING) in ticked else NEEDED
