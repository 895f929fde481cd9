"""A trial does not exclude people for the disease it is about.

A COVID-19 trial that excludes "respiratory disease" means others: the disease it is about, and
what is a kind of it, is left out of an exclusion that is broader, and of an inclusion that says
"no": "no malignancy within 5 years". What names the disease itself ("previous COVID-19") or
something narrower ("metastatic disease") stays as it is.
"""

from dataclasses import replace

from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import AllOf, AnyOf, AtLeast, Clinical, Not, Rule
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon


def sparing_own(criterion: Criterion, about: tuple[str, ...], lexicon: Lexicon) -> Criterion:
    """The criterion with the trial's own diseases left out of what broader ones it rules out."""

    def spared(rule: Rule, *, rules_out: bool) -> Rule:
        match rule:
            case AllOf(of) | AnyOf(of) | AtLeast(of=of):
                return replace(rule, of=tuple(spared(part, rules_out=rules_out) for part in of))
            case Not(of):
                return Not(spared(of, rules_out=not rules_out))
            case Clinical(kind=Kind.CONDITION) if rules_out:
                own = tuple(c for c in about if _is_broader(rule, c, lexicon))
                return replace(rule, besides=tuple(dict.fromkeys((*rule.besides, *own))))
            case _:
                return rule

    rule = spared(criterion.rule, rules_out=criterion.kind == "exclusion")
    return replace(criterion, rule=rule)


def _is_broader(leaf: Clinical, concept: str, lexicon: Lexicon) -> bool:
    """Whether every concept of the leaf that takes in `concept` is broader than it."""
    above = lexicon.ancestors(concept) - {concept}
    return concept not in leaf.concepts and not above.isdisjoint(leaf.concepts)
