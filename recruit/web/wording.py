"""Criteria for somebody who looks at a study: a plain sentence where the text was understood.

What was not fully understood stays in the study's own words: half a sentence could mislead.
"""

from dataclasses import dataclass

from recruit.criteria.eligibility import Criterion, Eligibility, leaves
from recruit.criteria.nodes import Unparsed
from recruit.criteria.phrase import Lexicon, phrase


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that the study asks for, and the language the words are in."""

    words: str
    language: str


def asks(
    eligibility: Eligibility, source_language: str, language: str, lexicon: Lexicon
) -> tuple[tuple[Ask, ...], tuple[Ask, ...]]:
    """(what must be true, what must not be true), each in the protocol's order, nothing twice."""

    def said(kind: str) -> tuple[Ask, ...]:
        criteria = (each for each in eligibility.criteria if each.kind == kind)
        worded = (_ask(each, source_language, language, lexicon) for each in criteria)
        return tuple(dict.fromkeys(worded))

    return said("inclusion"), said("exclusion")


def understood(criterion: Criterion) -> bool:
    """Whether every part of the criterion was read."""
    return not any(isinstance(leaf, Unparsed) for leaf in leaves(criterion.rule))


def _ask(criterion: Criterion, source_language: str, language: str, lexicon: Lexicon) -> Ask:
    if understood(criterion):
        return Ask(phrase(criterion.rule, language, lexicon), language)
    return Ask(" ".join(criterion.text.split()), source_language)
