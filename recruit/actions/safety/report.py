"""A safety report: what is known of one event, and whether it may be reported at all.

Four things make a report valid (ICH E2D(R1), step 4 of 15 September 2025): an identifiable patient,
an identifiable reporter, an event, and a suspect product. Of a trial, regulation (EU) 536/2014,
annex III, 2.3, asks for a coded subject: here the pseudonym identifies the patient, and there are
no initials. A site that the person has released their details to can match it; before that, nobody.

Seriousness is ICH E2A. Relatedness is the investigator's to judge, and the sponsor may set an
opinion beside it but not make less of it (regulation (EU) 536/2014, annex III, 2.1): we pass on
what an investigator said, and never say it ourselves.
"""

import json
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

from pydantic import TypeAdapter

from recruit.core.dates import PartialDate
from recruit.core.errors import Refusal
from recruit.core.i18n import N_

LONGEST_IDENTIFICATION: Final = 60  # E2B(R3), D.1: 60AN
LONGEST_LINE: Final = 250  # E.i.1.1a and G.k.2.2: 250AN
LONGEST_NARRATIVE: Final = 20_000  # H.1 holds 100,000; the words of the person come on top
LONGEST_REASON: Final = 2000  # C.1.11.2
OLDEST: Final = 130  # years
COUNTRY: Final = re.compile("[A-Z]{2}")

MISSING: Final = N_("A report is not valid without this: please fill it in.")
TOO_LONG: Final = N_("At most {longest} characters, please: these are {length}.")
FUTURE: Final = N_("This day has not come yet.")
BEFORE_BIRTH: Final = N_("This is before the person was born.")
NO_CRITERION: Final = N_("Please tick what applies, or that none of it does.")
CONTRADICTION: Final = N_("Either something applies, or none of it does: not both.")
NOT_FATAL: Final = N_("The outcome is fatal: please tick that the event led to death as well.")
NO_AGE: Final = N_("Please give the age in completed years, from 0 to 130, or leave it empty.")
NO_COUNTRY: Final = N_("Please give the country by its two letters, such as FR.")
NO_REASON: Final = N_("Please say what is new, or what is corrected.")


class Sex(StrEnum):
    """As the person said it."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class Source(StrEnum):
    """Who told of the event."""

    PATIENT = "patient"
    RELATIVE = "relative"
    PHYSICIAN = "physician"
    PHARMACIST = "pharmacist"
    PROFESSIONAL = "professional"  # of health, another one


class Kind(StrEnum):
    """Whether the event came up in a study (ICH E2B(R3), C.1.3)."""

    STUDY = "study"
    SPONTANEOUS = "spontaneous"
    OTHER = "other"


class Product(StrEnum):
    """The part that the product plays (ICH E2B(R3), G.k.1)."""

    SUSPECT = "suspect"
    CONCOMITANT = "concomitant"
    INTERACTING = "interacting"
    NOT_GIVEN = "not given"


class Criterion(StrEnum):
    """What makes an event serious."""

    DEATH = "death"
    LIFE_THREATENING = "life-threatening"
    HOSPITALISATION = "hospitalisation"
    DISABILITY = "disability"
    ANOMALY = "anomaly"
    IMPORTANT = "important"


class Outcome(StrEnum):
    """How it stands with the person (ICH E2B(R3), E.i.7)."""

    RECOVERED = "recovered"
    RECOVERING = "recovering"
    NOT_RECOVERED = "not recovered"
    SEQUELAE = "sequelae"
    FATAL = "fatal"
    UNKNOWN = "unknown"


class Related(StrEnum):
    """What an investigator said of the product as the cause."""

    NOT_SAID = "not said"
    RELATED = "related"
    UNRELATED = "unrelated"


class Change(StrEnum):
    """Why there is a further version (ICH E2B(R3), C.1.11.1)."""

    FIRST = "first"
    FOLLOW_UP = "follow-up"  # something more is known
    AMENDMENT = "amendment"  # what was written is put right


@dataclass(frozen=True, slots=True)
class Report:
    """One version. `words` are the reporter's own, the oldest first, as they may go out (marking).

    `marks` says which messages these are (WORD.mark); it stays with us.

    `age` counts completed years at the onset. `country` is the reporter's (ISO 3166-1 alpha-2),
    `language` that of `event`, which is in the reporter's words. No criterion means that none is
    known to apply.
    """

    patient: str = field(repr=False)
    sex: Sex
    age: int | None
    source: Source
    country: str
    kind: Kind
    trial: str | None
    study: str
    sponsor: str
    product: str
    role: Product
    event: str = field(repr=False)
    language: str
    onset: PartialDate | None
    criteria: frozenset[Criterion]
    outcome: Outcome
    related: Related
    narrative: str = field(repr=False)
    change: Change
    reason: str = field(repr=False)
    words: tuple[str, ...] = field(default=(), repr=False)
    marks: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_serious(self) -> bool:
        """Whether any criterion of seriousness applies."""
        return bool(self.criteria)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form that is not of the report itself: "none of it applies"."""

    report: Report
    none_applies: bool


def refusals(typed: Typed, born: PartialDate | None, on: date) -> dict[str, Refusal]:
    """What keeps the report from being valid, by field; nothing where it is."""
    report = typed.report
    found = {**_empty(report), **_long(report)}
    if typed.none_applies and report.criteria:
        found["criteria"] = _refused("criteria", CONTRADICTION)
    elif not typed.none_applies and not report.criteria:
        found["criteria"] = _refused("criteria", NO_CRITERION)
    elif report.outcome is Outcome.FATAL and Criterion.DEATH not in report.criteria:
        found["criteria"] = _refused("criteria", NOT_FATAL)
    if report.onset and report.onset.earliest > on:
        found["onset"] = _refused("onset", FUTURE)
    elif report.onset and born and report.onset.latest < born.earliest:
        found["onset"] = _refused("onset", BEFORE_BIRTH)
    if report.age is not None and not 0 <= report.age <= OLDEST:
        found["age"] = _refused("age", NO_AGE)
    if not COUNTRY.fullmatch(report.country):
        found["country"] = _refused("country", NO_COUNTRY)
    if report.change is not Change.FIRST and not report.reason:
        found["reason"] = _refused("reason", NO_REASON)
    return found


def age_at(born: PartialDate | None, on: date) -> int | None:
    """Completed years on a day, where it is sure how many."""
    if born is None:
        return None
    years = {_years(day, on) for day in (born.earliest, born.latest)}
    return years.pop() if len(years) == 1 else None


def tidy(text: str) -> str:
    """A line or a text as it is kept: NFC, without control characters but line breaks."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").split("\n")
    return "\n".join("".join(sign for sign in line if _is_seen(sign)) for line in lines).strip()


def encode(report: Report) -> str:
    """The JSON text of a report, sorted: the same report is the same text."""
    plain = _adapter().dump_python(report, mode="json")
    plain["criteria"] = sorted(plain["criteria"])
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def decode(text: str) -> Report:
    """The report that `encode` wrote."""
    return _adapter().validate_json(text)


@cache
def _adapter() -> TypeAdapter[Report]:
    return TypeAdapter(Report)


def _empty(report: Report) -> dict[str, Refusal]:
    needed = ("patient", "product", "event")
    return {name: _refused(name, MISSING) for name in needed if not getattr(report, name)}


def _long(report: Report) -> dict[str, Refusal]:
    most = {
        "patient": LONGEST_IDENTIFICATION,
        "product": LONGEST_LINE,
        "event": LONGEST_LINE,
        "narrative": LONGEST_NARRATIVE,
        "reason": LONGEST_REASON,
    }
    found = {}
    for name, longest in most.items():
        length = len(getattr(report, name))
        if length > longest:
            found[name] = Refusal(
                record="", field=name, problem=TOO_LONG, longest=longest, length=length
            )
    return found


def _refused(name: str, problem: str) -> Refusal:
    return Refusal(record="", field=name, problem=problem)


def _is_seen(sign: str) -> bool:
    """Whether it can be written; the spaces of French that do not break are."""
    return sign.isprintable() or unicodedata.category(sign) == "Zs"


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
