"""The question to a person that would settle what is not known about them."""

from collections.abc import Iterator
from typing import Final, Protocol

from recruit.actions.clinical_questions import clinical_question
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
from recruit.terminology.scales import scale
from recruit.terminology.states import state
from recruit.terminology.variables import variable

SIMPLE: Final[dict[type[Leaf], str]] = {
    Age: N_("When were you born?"),
    Sex: N_("Which sex is written in your health record?"),
    Language: N_("Which languages do you speak and read well?"),
    Location: N_("Where do you live (country and postcode)?"),
}
IS_IT_SO: Final = N_("Is this so for you? “{text}”")


def questions(outcome: CriterionOutcome, language: str, lexicon: Lexicon | None) -> Iterator[str]:
    """What to ask about a criterion, leaf by leaf, nothing twice; nothing when it is settled."""
    if outcome.truth is not Truth.UNKNOWN or outcome.criterion.settled_by == "site":
        return
    said: set[str] = set()
    for leaf in outcome.leaves:
        asked = question(leaf.leaf, language, lexicon) if leaf.truth is Truth.UNKNOWN else None
        if asked and asked not in said:
            said.add(asked)
            yield asked
    if not said and outcome.criterion.settled_by == "person":
        text = " ".join(outcome.criterion.text.split())
        yield translate(IS_IT_SO, language, text=text)


def question(leaf: Leaf, language: str, lexicon: Lexicon | None) -> str | None:
    """What to ask a person about `leaf`, in `language`; None where nothing was understood."""
    match leaf:
        case Measure(variable=key):
            return _of_table(variable(key), language)
        case Ordinal(variable=key):
            return _of_table(scale(key), language)
        case State(within=within) if within is not None:
            return translate(IS_IT_SO, language, text=phrase(leaf, language, lexicon))
        case State(state=key):
            return _of_table(state(key), language)
        case Clinical() if leaf.concepts:
            return clinical_question(leaf, language, lexicon)
        case _:
            return translate(SIMPLE[type(leaf)], language) if type(leaf) in SIMPLE else None


class Asked(Protocol):
    """An entry of our own tables that knows its question."""

    def question(self, language: str) -> str:
        """What to ask a person."""


def _of_table(entry: Asked | None, language: str) -> str | None:
    return entry.question(language) if entry else None
