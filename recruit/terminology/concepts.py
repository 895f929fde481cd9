"""What the words of medicine stand for.

A concept is one thing with one identifier (`MESH:D003924`, `ICD10:E11`, `ATC:A10BA02`, or
`RECRUIT:…` for the few that no standard names) and any number of names in English and French.
Codes of other standards that mean the same thing are its `codes`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of thing a concept, a fact or a leaf of a rule speaks of."""

    CONDITION = "condition"
    DRUG = "drug"
    PROCEDURE = "procedure"
    DEVICE = "device"
    ALLERGY = "allergy"
    BIOMARKER = "biomarker"
    EXPOSURE = "exposure"


class How(StrEnum):
    """How a text met a concept, from the surest to the least sure."""

    CODE = "code"
    EXACT = "exact"
    ABBREVIATION = "abbreviation"
    FUZZY = "fuzzy"


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing of medicine. `names` holds the preferred name per language ("en", "fr")."""

    id: str
    kind: Kind
    name_en: str
    name_fr: str | None
    codes: tuple[str, ...]

    def name(self, language: str) -> str:
        """The preferred name in `language`, in English where French has none."""
        return self.name_fr if language == "fr" and self.name_fr else self.name_en


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept that a text may mean: `score` in [0, 1], by which `name`, found `how`."""

    concept: Concept
    score: float
    how: How
    name: str


class Vocabulary(StrEnum):
    """What a word may stand for besides a concept: an entry of our own tables."""

    VARIABLE = "variable"
    SCALE = "scale"
    STATE = "state"
    LANGUAGE = "language"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing a mention may stand for: concepts of a kind, or keys of a vocabulary."""

    what: Kind | Vocabulary
    keys: tuple[str, ...]
    how: How


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a text, `[start, end)` in characters, and what they may stand for, likeliest first.

    "albumin" is a drug and a laboratory variable: whoever knows the neighbours chooses.
    """

    start: int
    end: int
    text: str
    readings: tuple[Reading, ...]
