"""Criteria that cannot speak of a person at all: pregnancy tests for men."""

from typing import Final

from recruit.criteria.eligibility import Criterion, leaves
from recruit.criteria.nodes import Sex, State, Unparsed
from recruit.people.facts import Profile

WOMENS_STATES: Final = frozenset(
    {"pregnant", "breastfeeding", "childbearing_potential", "menopausal"}
)


def applies(criterion: Criterion, profile: Profile) -> bool:
    """Whether the criterion may speak of this person.

    It does not when the person is a man and all it says is about states that only women have.
    """
    if profile.sex != "male":
        return True
    said = [leaf for leaf in leaves(criterion.rule) if not isinstance(leaf, Unparsed)]
    womens = [
        leaf
        for leaf in said
        if (isinstance(leaf, State) and leaf.state in WOMENS_STATES)
        or leaf == Sex("female", leaf.span)
    ]
    others = [
        leaf for leaf in said if leaf not in womens and leaf != State("contraception", leaf.span)
    ]
    return not womens or bool(others)
