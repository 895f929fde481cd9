"""What is known about a person: an immutable snapshot of facts, without a name.

Facts are resolved to concepts and canonical units when the profile is written, never while
matching. A fact that is not here is unknown, unless its kind is in `complete`.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from recruit.core.dates import PartialDate
from recruit.criteria.nodes import Detail, SexValue
from recruit.terminology.concepts import Kind

FactStatus = Literal["present", "absent", "past", "unknown"]


class Source(StrEnum):
    """Where a fact comes from."""

    OWN = "own"
    COMMUNITY = "community"
    RECORD = "record"
    NOTE = "note"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class ClinicalFact:
    """A condition, drug, procedure … that is present, past, absent, or of unknown status.

    `began` and `ended` are known in part; a point event (a procedure) has both alike. `text` is
    what was said, in the person's or the record's own words.
    """

    kind: Kind
    text: str
    concepts: tuple[str, ...]
    status: FactStatus = "present"
    began: PartialDate | None = None
    ended: PartialDate | None = None
    detail: Detail | None = None
    source: Source = Source.OWN


@dataclass(frozen=True, slots=True)
class MeasureFact:
    """A value of a variable in its canonical unit; `uln` and `lln` are the laboratory's limits."""

    variable: str
    value: float
    taken: PartialDate | None = None
    uln: float | None = None
    lln: float | None = None
    text: str = ""
    source: Source = Source.OWN


@dataclass(frozen=True, slots=True)
class OrdinalFact:
    """A grade on a clinical scale, as the scale's own label ("1", "A")."""

    variable: str
    value: str
    taken: PartialDate | None = None
    text: str = ""
    source: Source = Source.OWN


@dataclass(frozen=True, slots=True)
class StateFact:
    """A state (pregnant, smoker …) that is present, past, absent, or of unknown status."""

    state: str
    status: FactStatus = "present"
    text: str = ""
    source: Source = Source.OWN


Fact = ClinicalFact | MeasureFact | OrdinalFact | StateFact


@dataclass(frozen=True, slots=True)
class Home:
    """Where a person lives, no closer than a postcode: country (ISO 3166-1), degrees WGS 84."""

    country: str | None = None
    postcode: str | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What the person told or decided themselves, apart from single facts.

    `told` names the parts of the profile they answered: an attribute ("sex", "home", "languages",
    "seeking") or, as "complete drug" or "incomplete drug", what they said of a list. `unsure`
    names what they said not to know (a part, a kind, the key of a measure), `struck` the subjects
    of facts that they took out (own_words.subjects). An import changes none of this.
    """

    told: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    struck: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of what is known about one person.

    `person` is the identifier within its source. `born` is known in part (an age in years is a
    span of birth dates). `languages` are those the person surely speaks; `all_languages` says
    there are no others. `seeking` holds the concepts the person looks for a trial for, and
    `seeking_text` the words. `complete` names the kinds whose list the person says is complete.
    """

    person: str
    born: PartialDate | None = None
    sex: SexValue | None = None
    home: Home = Home()
    languages: frozenset[str] = frozenset()
    all_languages: bool = False
    facts: tuple[Fact, ...] = ()
    complete: frozenset[Kind | Literal["state", "measure"]] = frozenset()
    seeking: tuple[str, ...] = ()
    seeking_text: tuple[str, ...] = ()
    own: OwnWords = OwnWords()
    words: str = field(default="", compare=False)
