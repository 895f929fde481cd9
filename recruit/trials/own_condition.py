"""A trial does not exclude people for the disease it is about.

A COVID-19 trial that excludes "respiratory disease" means others: the disease it is about, and
what is a kind of it, is left out of an exclusion that is broader, and of an inclusion that says
"no": "no malignancy within 5 years"; with a cancer its metastases are left out. Something narrower
("metastatic disease") stays as it is. What names the disease itself at any time ("previous
COVID-19") means an earlier one: who has it now need not have had it before.
"""

from dataclasses import replace
from operator import is_
from typing import Final

from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import AllOf, AnyOf, AtLeast, Clinical, Not, Rule
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon

NEOPLASMS: Final = "MESH:C04"
METASTASES: Final = "MESH:D009362"


def sparing_own(criterion: Criterion, about: tuple[str, ...], lexicon: Lexicon) -> Criterion:
    """The criterion with the trial's own diseases left out of what broader ones it rules out."""
    if not about:
        return criterion

    def spared(rule: Rule, *, rules_out: bool) -> Rule:
        match rule:
            case AllOf(of) | AnyOf(of) | AtLeast(of=of):
                parts = tuple(spared(part, rules_out=rules_out) for part in of)
                return rule if all(map(is_, parts, of)) else replace(rule, of=parts)
            case Not(of):
                part = spared(of, rules_out=not rules_out)
                return rule if part is of else Not(part)
            case Clinical(kind=Kind.CONDITION) if rules_out:
                return _sparing(rule, about, lexicon)
            case _:
                return rule

    rule = spared(criterion.rule, rules_out=criterion.kind == "exclusion")
    return criterion if rule is criterion.rule else replace(criterion, rule=rule)


def _sparing(leaf: Clinical, about: tuple[str, ...], lexicon: Lexicon) -> Clinical:
    if leaf.status == "ever" and leaf.within is None and not set(about).isdisjoint(leaf.concepts):
        return replace(leaf, status="past")
    own = [c for c in about if _is_broader(leaf, c, lexicon)]
    if any(lexicon.is_a(c, NEOPLASMS) for c in own) and METASTASES not in leaf.concepts:
        own.append(METASTASES)
    return replace(leaf, besides=tuple(dict.fromkeys((*leaf.besides, *own))))


def _is_broader(leaf: Clinical, concept: str, lexicon: Lexicon) -> bool:
    """Whether every concept of the leaf that takes in `concept` is broader than it."""
    above = lexicon.ancestors(concept) - {concept}
    return concept not in leaf.concepts and not above.isdisjoint(leaf.concepts)
