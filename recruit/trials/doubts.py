"""Criteria whose rule may let a person in, and never keeps one out: the text says more than it.

A verdict against somebody must rest on what a text surely says. Some words change what a criterion
means in a way that was not read: "one or more of the following" that did not become a list, a
value "on room air", "for arm B only". There the rule stays and is shown, but its NO to an
inclusion, or YES to an exclusion, becomes UNKNOWN, and a person looks at the words.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from recruit.criteria.eligibility import Criterion, CriterionKind, leaves
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Leaf,
    Measure,
    Not,
    Rule,
    Sex,
    State,
    Unparsed,
)
from recruit.terminology.concepts import Kind
from recruit.terminology.numerals import lowered
from recruit.trials import doubtful

HYPERSENSITIVITY: Final = "MESH:D006967"
# Support that goes on for a while; that somebody had it does not say that they have it.
SUPPORT: Final = frozenset({"RECRUIT:procedure-mechanical-ventilation", "RECRUIT:procedure-niv"})
CHILDBEARING: Final = "childbearing_potential"
WOMENS: Final = frozenset({CHILDBEARING, "pregnant", "breastfeeding", "menopausal"})

KINDS: Final[tuple[CriterionKind, ...]] = ("inclusion", "exclusion")


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Words that change what a criterion says, where its rule is such."""

    kind: CriterionKind
    words: re.Pattern[str]
    about: Callable[[Rule, Sequence[Leaf]], bool]

    def of(self, rule: Rule, found: Sequence[Leaf], small: str) -> slice | None:
        """Where its words stand in a criterion's text, if they do and make its rule doubtful.

        `found` are the leaves of the rule, `small` is the text in small letters.
        """
        # The rule first: most rules are not of the sort, and a search takes longer.
        said = self.words.search(small) if self.about(rule, found) else None
        return slice(*said.span()) if said else None


def doubted(criterion: Criterion) -> Criterion:
    """The criterion; where words are doubtful, one that keeps nobody out for sure."""
    found = tuple(leaves(criterion.rule))
    if not any(map(_is_read, found)):
        return criterion
    rule, small = criterion.rule, lowered(criterion.text)
    doubts = _BY_KIND[criterion.kind]
    said = next((place for doubt in doubts if (place := doubt.of(rule, found, small))), None)
    if said is not None:
        open_end = Unparsed(criterion.text[said] or criterion.text)
        inclusion = criterion.kind == "inclusion"
        both = (criterion.rule, open_end)
        return replace(criterion, rule=AnyOf(both) if inclusion else AllOf(both))
    womens = criterion.kind == "inclusion" and any(map(_is_womens, found))
    return _asking_men_nothing(criterion) if womens else criterion


def _asking_men_nothing(criterion: Criterion) -> Criterion:
    """What is asked of women who may bear children keeps nobody else out."""
    found = doubtful.ASKED_OF_WOMEN.search(lowered(criterion.text))
    if not found:
        return criterion
    said = criterion.text[slice(*found.span())]
    others = AnyOf((Not(Sex("female")), Not(State(CHILDBEARING))))
    rule = AnyOf((criterion.rule, AllOf((others, Unparsed(said)))))
    return replace(criterion, rule=rule)


def _some(such: Callable[[Leaf], bool]) -> Callable[[Rule, Sequence[Leaf]], bool]:
    """Whether a rule has such a leaf."""
    return lambda _, found: any(map(such, found))


def _is_unlisted(rule: Rule, found: Sequence[Leaf]) -> bool:
    """Whether alternatives may have been missed: none were read, or not all words were."""
    return not _has_list(rule) or any(isinstance(leaf, Unparsed) for leaf in found)


def _has_list(rule: Rule) -> bool:
    match rule:
        case AnyOf() | AtLeast():
            return True
        case AllOf(of):
            return any(map(_has_list, of))
        case Not(of):
            return _has_list(of)
        case _:
            return False


def _is_womens(leaf: Leaf) -> bool:
    return isinstance(leaf, State) and leaf.state in WOMENS


def _is_read(leaf: Leaf) -> bool:
    return not isinstance(leaf, Unparsed)


def _is_age(leaf: Leaf) -> bool:
    return isinstance(leaf, Age)


def _is_figure(leaf: Leaf) -> bool:
    return isinstance(leaf, Measure)


def _is_in_formulas(leaf: Leaf) -> bool:
    return isinstance(leaf, Measure | Age | Sex)


def _is_oxygen(leaf: Leaf) -> bool:
    return isinstance(leaf, Measure) and leaf.variable == "spo2"


def _is_acuity(leaf: Leaf) -> bool:
    return isinstance(leaf, Measure) and leaf.variable == "visual_acuity"


def _is_one_value(leaf: Leaf) -> bool:
    return isinstance(leaf, Measure) and leaf.min is not None and leaf.min == leaf.max


def _lists_diseases(rule: Rule, found: Sequence[Leaf]) -> bool:
    return isinstance(rule, AnyOf) and any(map(_is_disease, found))


def _rules_out_drugs(kind: CriterionKind) -> Callable[[Rule, Sequence[Leaf]], bool]:
    """Whether a rule of this side keeps out who has one of several drugs."""
    return lambda rule, found: (
        isinstance(rule, Not if kind == "inclusion" else AnyOf) and sum(map(_is_drug, found)) > 1
    )


def _is_drug(leaf: Leaf) -> bool:
    return isinstance(leaf, Clinical) and leaf.kind is Kind.DRUG


def _is_procedure_now(leaf: Leaf) -> bool:
    """A procedure that may go on for a while, as ventilation does: the law takes it for past."""
    return isinstance(leaf, Clinical) and leaf.kind is Kind.PROCEDURE and leaf.status == "current"


def _is_disease(leaf: Leaf) -> bool:
    return isinstance(leaf, Clinical) and leaf.kind is Kind.CONDITION


def _is_support(leaf: Leaf) -> bool:
    return isinstance(leaf, Clinical) and not SUPPORT.isdisjoint(leaf.concepts)


def _is_in_hospital(leaf: Leaf) -> bool:
    return isinstance(leaf, State) and leaf.state == "hospitalised"


def _denies_a_stay(rule: Rule, found: Sequence[Leaf]) -> bool:
    match rule:
        case Not(of):
            return any(map(_is_in_hospital, leaves(of)))
        case AllOf(of):
            return any(_denies_a_stay(part, found) for part in of)
        case _:
            return False


def _is_any_allergy(leaf: Leaf) -> bool:
    return isinstance(leaf, Clinical) and HYPERSENSITIVITY in leaf.concepts


_DOUBTS: Final = (
    _Doubt("inclusion", doubtful.ALTERNATIVES, _is_unlisted),
    _Doubt("inclusion", doubtful.PART, _some(_is_read)),
    _Doubt("inclusion", doubtful.AGE_FIRST, _some(_is_age)),
    _Doubt("inclusion", doubtful.OF_OTHERS, _some(_is_age)),
    _Doubt("inclusion", doubtful.IN_CASE, _some(_is_disease)),
    _Doubt("inclusion", doubtful.FORMULA, _some(_is_in_formulas)),
    *(
        _Doubt(kind, words, _some(such))
        for kind in KINDS
        for words, such in (
            (doubtful.TAKEN_SO, _is_oxygen),
            (doubtful.CHANGE, _is_figure),
            (doubtful.CHANGE, _is_drug),
        )
    ),
    _Doubt("inclusion", doubtful.CARERS, _some(_is_disease)),
    *(_Doubt(kind, doubtful.NOW, _some(_is_procedure_now)) for kind in KINDS),
    *(_Doubt(kind, doubtful.TOGETHER, _rules_out_drugs(kind)) for kind in KINDS),
    *(_Doubt(kind, doubtful.BARE_ACUITY, _some(_is_acuity)) for kind in KINDS),
    # "HAM-A = 18" has lost a sign: nobody asks for one value of many.
    *(_Doubt(kind, doubtful.ANY_WORDS, _some(_is_one_value)) for kind in KINDS),
    _Doubt("exclusion", doubtful.CUT_OFF, _some(_is_read)),
    _Doubt("exclusion", doubtful.MIDDLE, _some(_is_disease)),
    _Doubt("exclusion", doubtful.SOME_PEOPLE, _some(_is_read)),
    _Doubt("exclusion", doubtful.ADJECTIVES, _lists_diseases),
    _Doubt("exclusion", doubtful.ANY_WORDS, _some(_is_support)),
    # A stay on record may be over, as support may be.
    _Doubt("exclusion", doubtful.ANY_WORDS, _some(_is_in_hospital)),
    _Doubt("inclusion", doubtful.ANY_WORDS, _denies_a_stay),
    _Doubt("exclusion", doubtful.SEVERE_SUCH_AS, _some(_is_disease)),
    # An allergy of whatever sort is none to what is studied.
    _Doubt("exclusion", doubtful.ANY_WORDS, _some(_is_any_allergy)),
)
_BY_KIND: Final = {kind: tuple(doubt for doubt in _DOUBTS if doubt.kind == kind) for kind in KINDS}
