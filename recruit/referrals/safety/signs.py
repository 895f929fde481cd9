"""What a text may tell of harm: the classes of signs, and what may take a sign back."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of thing a sign speaks of. The tables of words have one section for each.

    An adverse event is any untoward medical occurrence, whether or not the treatment caused it
    (ICH E2A). Death, hospital and lasting harm make it serious (E2A). Pregnancy,
    overdose, medication error and lack of effect are collected with or without an event (E2D).
    """

    SYMPTOM = "symptom"
    ILLNESS = "illness"
    INJURY = "injury"
    BLEEDING = "bleeding"
    ALLERGY = "allergy"
    MIND = "mind"
    SUICIDE = "suicide"
    DEATH = "death"
    HOSPITAL = "hospital"
    PREGNANCY = "pregnancy"
    DOSE = "dose"
    EFFECT = "effect"
    """The treatment does nothing, or things got worse."""
    DEVICE = "device"
    VALUE = "value"
    """A measured value that the writer tells, out of its bounds or called so."""
    OTHER = "other"
    """Weak by itself: a part of the body, a strong word, a doctor's word, "since the injection"."""
    UNREAD = "unread"
    """The text is longer than what is looked at; a person reads the rest."""


class Doubt(StrEnum):
    """Why a sign is surely none."""

    DENIED = "denied"
    ANOTHER = "another person"
    BEFORE = "long before"
    SUPPOSED = "asked or supposed"
    FIGURE = "figure of speech"
    KNOWN = "known disease"
    """A lasting disease that is named and nothing new is said of it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Words of a text, `[start, end)` in characters, that may tell of harm.

    `concept` is the identifier of a disease or symptom of the lexicon ("MESH:D005334"), None for
    words of our own tables. `doubt` says why it is none after all; None: it is flagged.
    """

    start: int
    end: int
    words: str
    kind: Kind
    concept: str | None = None
    doubt: Doubt | None = None
