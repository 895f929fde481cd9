"""A trial does not exclude people for the disease it is about."""

import pytest

from recruit.criteria.eligibility import Criterion, CriterionKind
from recruit.criteria.nodes import AnyOf, Clinical, Not, Rule
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.own_condition import METASTASES, sparing_own


@pytest.fixture
def own(lexicon: Lexicon) -> str:
    return named(lexicon, "breast cancer")


def named(lexicon: Lexicon, text: str) -> str:
    return lexicon.lookup(text, kinds={Kind.CONDITION})[0].concept.id


def having(concept: str) -> Clinical:
    return Clinical(Kind.CONDITION, "it", (concept,))


def spared(lexicon: Lexicon, own: str, rule: Rule, kind: CriterionKind = "exclusion") -> Rule:
    return sparing_own(Criterion(kind, "it", rule), (own,), lexicon).rule


def test_a_broader_exclusion_leaves_the_trials_own_disease_out(lexicon: Lexicon, own: str) -> None:
    cancer = having(named(lexicon, "cancer"))

    rule = spared(lexicon, own, AnyOf((cancer, having(named(lexicon, "asthma")))))

    assert isinstance(rule, AnyOf)
    assert [leaf.besides for leaf in rule.of if isinstance(leaf, Clinical)] == [
        (own, METASTASES),
        (),
    ]


def test_an_exclusion_of_the_disease_itself_stays(lexicon: Lexicon, own: str) -> None:
    assert spared(lexicon, own, having(own)) == having(own)


def test_a_disease_that_must_be_there_is_not_left_out(lexicon: Lexicon, own: str) -> None:
    absent = Not(having(named(lexicon, "cancer")))

    assert spared(lexicon, own, absent) == absent


def test_an_inclusion_that_says_no_leaves_it_out_as_well(lexicon: Lexicon, own: str) -> None:
    rule = spared(lexicon, own, Not(having(named(lexicon, "cancer"))), "inclusion")

    assert isinstance(rule, Not)
    assert isinstance(rule.of, Clinical)
    assert rule.of.besides == (own, METASTASES)


def test_an_inclusion_stays(lexicon: Lexicon, own: str) -> None:
    cancer = having(named(lexicon, "cancer"))

    assert spared(lexicon, own, cancer, "inclusion") == cancer


def test_an_earlier_episode_of_the_disease_is_not_the_one_that_is_there(
    lexicon: Lexicon, own: str
) -> None:
    before = Clinical(Kind.CONDITION, "previous breast cancer", (own,), status="ever")

    rule = spared(lexicon, own, before)

    assert isinstance(rule, Clinical)
    assert rule.status == "past"
