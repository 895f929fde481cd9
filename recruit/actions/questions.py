"""The question to a person that would settle what is not known about them."""

from collections.abc import Iterator
from typing import Final, Protocol

from recruit.core.i18n import N_, translate
from recruit.criteria.nodes import (
    Age,
    Clinical,
    Language,
    Leaf,
    Location,
    Measure,
    Ordinal,
    Sex,
    State,
)
from recruit.criteria.phrase import Lexicon, phrase
from recruit.criteria.truth import Truth
from recruit.matching.outcome import CriterionOutcome
from recruit.terminology.concepts import Kind
from recruit.terminology.scales import scale
from recruit.terminology.states import state
from recruit.terminology.variables import variable

NOW: Final = {
    Kind.CONDITION: N_("Do you have this: {what}?"),
    Kind.DRUG: N_("Do you take this medicine: {what}?"),
    Kind.PROCEDURE: N_("Have you had this done: {what}?"),
    Kind.DEVICE: N_("Do you use this device: {what}?"),
    Kind.ALLERGY: N_("Are you allergic to this: {what}?"),
    Kind.BIOMARKER: N_("Has a test shown this: {what}?"),
    Kind.EXPOSURE: N_("Are you in contact with this: {what}?"),
}
EVER: Final = {
    Kind.CONDITION: N_("Have you ever had this: {what}?"),
    Kind.DRUG: N_("Have you ever taken this medicine: {what}?"),
    Kind.PROCEDURE: N_("Have you ever had this done: {what}?"),
    Kind.DEVICE: N_("Have you ever used this device: {what}?"),
    Kind.ALLERGY: N_("Have you ever been allergic to this: {what}?"),
    Kind.BIOMARKER: N_("Has a test ever shown this: {what}?"),
    Kind.EXPOSURE: N_("Have you ever been in contact with this: {what}?"),
}
SIMPLE: Final[dict[type[Leaf], str]] = {
    Age: N_("When were you born?"),
    Sex: N_("Which sex is written in your health record?"),
    Language: N_("Which languages do you speak and read well?"),
    Location: N_("Where do you live (country and postcode)?"),
}


def questions(outcome: CriterionOutcome, language: str, lexicon: Lexicon | None) -> Iterator[str]:
    """What to ask about a criterion, leaf by leaf, nothing twice; nothing when it is settled."""
    if outcome.truth is not Truth.UNKNOWN:
        return
    said: set[str] = set()
    for leaf in outcome.leaves:
        asked = question(leaf.leaf, language, lexicon) if leaf.truth is Truth.UNKNOWN else None
        if asked and asked not in said:
            said.add(asked)
            yield asked


def question(leaf: Leaf, language: str, lexicon: Lexicon | None) -> str | None:
    """What to ask a person about `leaf`, in `language`; None where nothing was understood."""
    match leaf:
        case Measure(variable=key):
            return _of_table(variable(key), language)
        case Ordinal(variable=key):
            return _of_table(scale(key), language)
        case State(state=key):
            return _of_table(state(key), language)
        case Clinical():
            said = phrase(_bare(leaf), language, lexicon).rstrip(".")
            form = (NOW if leaf.status == "current" else EVER)[leaf.kind]
            return translate(form, language, what=said)
        case _:
            return translate(SIMPLE[type(leaf)], language) if type(leaf) in SIMPLE else None


class Asked(Protocol):
    """An entry of our own tables that knows its question."""

    def question(self, language: str) -> str:
        """What to ask a person."""


def _of_table(entry: Asked | None, language: str) -> str | None:
    return entry.question(language) if entry else None


def _bare(leaf: Clinical) -> Clinical:
    """The thing itself; as a condition, so that no "treatment with" stands before a drug's name."""
    return Clinical(
        Kind.CONDITION, leaf.text, leaf.concepts, "current", leaf.within, leaf.detail, leaf.span
    )
