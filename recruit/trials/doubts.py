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

HYPERSENSITIVITY: Final = "MESH:D006967"
# Support that goes on for a while; that somebody had it does not say that they have it.
SUPPORT: Final = frozenset({"RECRUIT:procedure-mechanical-ventilation", "RECRUIT:procedure-niv"})
CHILDBEARING: Final = "childbearing_potential"
WOMENS: Final = frozenset({CHILDBEARING, "pregnant", "breastfeeding", "menopausal"})

# What is asked of women, apart from "pregnant women" who are asked for.
ASKED_OF_WOMEN: Final = re.compile(
    r"\b(?:must|should|shall|agree\w*|if|willing|tests?|contracepti\w+|birth\scontrol|not|may"
    r"|doi(?:t|vent)|si|accept\w*|pas)\b",
    re.IGNORECASE,
)
ANY_WORDS: Final = re.compile("")
KINDS: Final[tuple[CriterionKind, ...]] = ("inclusion", "exclusion")


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Words that change what a criterion says, where its rule is such."""

    kind: CriterionKind
    words: re.Pattern[str]
    about: Callable[[Rule, Sequence[Leaf]], bool]

    def of(self, criterion: Criterion, found: Sequence[Leaf]) -> str | None:
        """The words of the criterion, whose leaves are `found`, that are doubtful, if any are."""
        # The rule first: most rules are not of the sort, and a search takes longer.
        if not self.about(criterion.rule, found):
            return None
        said = self.words.search(criterion.text)
        return (said.group() or criterion.text) if said else None


def doubted(criterion: Criterion) -> Criterion:
    """The criterion; where words are doubtful, one that keeps nobody out for sure."""
    found = tuple(leaves(criterion.rule))
    if not any(map(_is_read, found)):
        return criterion
    doubts = _BY_KIND[criterion.kind]
    said = next((words for doubt in doubts if (words := doubt.of(criterion, found))), None)
    if said is not None:
        open_end = Unparsed(said)
        inclusion = criterion.kind == "inclusion"
        both = (criterion.rule, open_end)
        return replace(criterion, rule=AnyOf(both) if inclusion else AllOf(both))
    womens = criterion.kind == "inclusion" and any(map(_is_womens, found))
    return _asking_men_nothing(criterion) if womens else criterion


def _asking_men_nothing(criterion: Criterion) -> Criterion:
    """What is asked of women who may bear children keeps nobody else out."""
    found = ASKED_OF_WOMEN.search(criterion.text)
    if not found:
        return criterion
    others = AnyOf((Not(Sex("female")), Not(State(CHILDBEARING))))
    rule = AnyOf((criterion.rule, AllOf((others, Unparsed(found.group())))))
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


def _is_any_allergy(leaf: Leaf) -> bool:
    return isinstance(leaf, Clinical) and HYPERSENSITIVITY in leaf.concepts


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_ALTERNATIVES: Final = _words(
    r"\b(?:one|1|any|two|2|three|3)\s(?:\(\d\)\s)?(?:or\smore\s)?of\b",
    r"\b(?:one|any|some)\sor\smore\b",
    r"\b(?:either|soit|and/or|et/ou)\b",
    r"\bdefined\sby\sany\b",
    r"\bau\smoins\s(?:une?|deux|trois|[123])\s(?:des|de\sces|parmi)\b",
    r"\bl['’]une?\sdes\b",
    r"\b(?:or|ou)\W*$",
)
# For a part of the people, or of the study.
_PART: Final = _words(
    r"\b(?:arms?|cohorts?|controls?|sub-?stud(?:y|ies)|sub-?groups?|survivors?|close\scontacts?)\b",
    r"\b(?:donors?|siblings?|exceptions?|(?:part|group)\s[a-d1-4])\b",
    r"\b(?:bras|cohortes?|témoins?|sous-(?:étude|groupe)s?|donneurs?|(?:partie|groupe)\s[a-d1-4])\b",
)
# "Aged 65 to 70:" and "patients ages 50 to 65 must" say of whom the rest is asked.
_AGE_FIRST: Final = re.compile(
    r"\A\W*(?:(?:performance\sstatus|patients?|subjects?|participants?|those|men|women|hommes"
    r"|femmes|sujets?):?\W*)?(?:(?:of\s)?age[sd]?|âgée?s?)\b[^.;:]{0,40}"
    r"(?::|\b(?:must|should|need|have\sto|doivent)\b)",
    re.IGNORECASE,
)
# How oxygen saturation was taken; a value on record does not say it.
_TAKEN_SO: Final = _words(
    r"\b(?:room|ambient|atmospheric)\sair\b",
    r"\bair\sambiant\b|\bsous\soxygène\b",
    r"\boxygen\s(?:therapy|support|supplement\w*|rate)\b|\bsupplemental\soxygen\b",
    r"\bnasal\scannula\b|\bfio2\b|\bo2\b|\bl(?:iters?|itres?)?/min(?:ute)?\b",
)
_CHANGE: Final = _words(
    r"\b(?:increase|decrease|change|improvement|worsening|reduction|drop|rise|augmentation"
    r"|diminution|modification|amélioration|aggravation)s?\b"
)
# Of a child or partner, or only in a case that need not be: "in the absence of fever".
_OF_OTHERS: Final = _words(
    r"\b(?:have|has|having|parents?\sof|mothers?\sof|caring\sfor|caregivers?\sof)\s(?:an?\s)?"
    r"(?:child|children|son|daughter|infant|baby)\b",
    r"\b(?:parents?|mère|père)\sd['’]une?\senfant\b",
)
_IN_CASE: Final = _words(r"\bin\sthe\sabsence\sof\b", r"\ben\sl['’]absence\sd")
# An intensive care unit is more than a hospital; so is a stay of a certain length.
_STAY: Final = _words(
    r"\b(?:intensive\scare|icu|soins\sintensifs|réanimation)\b",
    r"\bfor\s(?:more|longer|at\sleast|greater)\b|\bdepuis\splus\b",
)
_FORMULA: Final = _words(
    r"\b(?:cockcroft|calculated\s(?:by|as|using)|formula|equation|formule|équation)\b"
)
_NOW: Final = _words(
    r"\b(?:ongoing|current(?:ly)?|presently|en\scours|actuel\w*)\b",
    r"\bat\s(?:the\stime\sof\s)?(?:screening|enrol\w+|inclusion|randomi[sz]ation)\b",
    r"\bon\s(?:invasive|mechanical)\b",
)
# "Severe disease such as asthma": whether asthma alone is meant is not said.
_SEVERE_SUCH_AS: Final = _words(
    r"\b(?:severe|serious|significant|relevant|uncontrolled|unstable|major|active|sévères?|graves?)\b"
    r"[^.;]{0,120}\b(?:such\sas|e\.?g\.?|including|like|tel(?:le)?s?\sque)\b"
)
_DOUBTS: Final = (
    _Doubt("inclusion", _ALTERNATIVES, _is_unlisted),
    _Doubt("inclusion", _PART, _some(_is_read)),
    _Doubt("inclusion", _AGE_FIRST, _some(_is_age)),
    _Doubt("inclusion", _OF_OTHERS, _some(_is_age)),
    _Doubt("inclusion", _IN_CASE, _some(_is_disease)),
    _Doubt("inclusion", _FORMULA, _some(_is_in_formulas)),
    *(
        _Doubt(kind, words, _some(such))
        for kind in KINDS
        for words, such in ((_TAKEN_SO, _is_oxygen), (_CHANGE, _is_figure), (_CHANGE, _is_drug))
    ),
    *(_Doubt(kind, _NOW, _some(_is_procedure_now)) for kind in KINDS),
    _Doubt("exclusion", ANY_WORDS, _some(_is_support)),
    _Doubt("exclusion", _STAY, _some(_is_in_hospital)),
    _Doubt("exclusion", _SEVERE_SUCH_AS, _some(_is_disease)),
    # An allergy of whatever sort is none to what is studied.
    _Doubt("exclusion", ANY_WORDS, _some(_is_any_allergy)),
)
_BY_KIND: Final = {kind: tuple(doubt for doubt in _DOUBTS if doubt.kind == kind) for kind in KINDS}
