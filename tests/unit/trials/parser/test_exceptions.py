"""An exception in brackets takes back what it names from what stands before it, and no more."""

from itertools import pairwise

import pytest

from recruit.core.dates import TimeUnit
from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import AnyOf, Clinical, Not, Rule, Window
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion

CANCER = ("MESH:C04",)
BASAL_CELL = ("MESH:D002280",)


def rule(text: str, lexicon: Lexicon) -> Rule:
    return parse_criterion("exclusion", text, lexicon).rule


@pytest.mark.parametrize(
    "text",
    [
        "cancer (except basal cell carcinoma)",
        "cancer (excluding basal cell carcinoma)",
        "cancer (sauf carcinome basocellulaire)",
        "cancer (hormis carcinome basocellulaire)",
    ],
)
def test_a_cancer_in_brackets_after_except_is_no_reason_by_itself(
    text: str, lexicon: Lexicon
) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, Clinical)
    assert (found.concepts, found.besides) == (CANCER, BASAL_CELL)


def test_the_time_behind_the_brackets_is_that_of_what_stands_before(lexicon: Lexicon) -> None:
    found = rule("malignancy (except basal cell carcinoma) within 5 years", lexicon)
    assert isinstance(found, Clinical)
    assert found.within == Window(max=5, unit=TimeUnit.YEAR)


def test_the_rest_of_a_list_is_not_part_of_the_exception(lexicon: Lexicon) -> None:
    found = rule("cancer (except basal cell carcinoma), asthma", lexicon)
    assert isinstance(found, AnyOf)
    assert [leaf.besides for leaf in leaves(found) if isinstance(leaf, Clinical)] == [
        BASAL_CELL,
        (),
    ]


def test_a_denial_is_of_what_is_left(lexicon: Lexicon) -> None:
    found = rule("no cancer (except basal cell carcinoma)", lexicon)
    assert isinstance(found, Not)
    assert isinstance(found.of, Clinical)
    assert found.of.besides == BASAL_CELL


def test_words_between_leave_each_leaf_its_own_place(lexicon: Lexicon) -> None:
    found = rule("cancer treated (except basal cell carcinoma)", lexicon)
    places = sorted(leaf.span for leaf in leaves(found) if leaf.span)
    assert all(one[1] <= next_[0] for one, next_ in pairwise(places))
    assert not any(leaf.besides for leaf in leaves(found) if isinstance(leaf, Clinical))
