"""Partitions of people change nothing, and time changes nothing between two turning days."""

import pickle
from datetime import timedelta
from itertools import pairwise
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.criteria.eligibility import Eligibility
from recruit.matching import distributed, reference
from recruit.matching.building import build
from recruit.matching.distributed import Share, merged, share, share_among, share_of
from recruit.matching.embedded import Engine
from recruit.matching.plan import compile_plan
from recruit.matching.turning_days import HORIZON, dated_leaves, turning_days
from recruit.people.facts import Profile
from tests.generative.people import profiles
from tests.generative.rules import eligibilities
from tests.generative.world import TODAY, WORLD

unhurried = settings(deadline=None)
PEOPLE = st.lists(profiles(), min_size=1, max_size=8)


def assert_same(one: Share, other: Share) -> None:
    counts = ("size", "eligible", "ineligible", "candidates")
    assert [getattr(one, each) for each in counts] == [getattr(other, each) for each in counts]
    for column in ("people", "truths", "certain"):
        np.testing.assert_array_equal(getattr(one, column), getattr(other, column))
    np.testing.assert_allclose(one.scores, other.scores)


@unhurried
@given(
    eligibilities(), PEOPLE, st.lists(st.integers(0, 8)), st.randoms(use_true_random=False),
    st.sampled_from([None, 1, 3]),
)  # fmt: skip
def test_however_people_are_divided_they_come_to_the_same(
    eligibility: Eligibility,
    people: list[Profile],
    cuts: list[int],
    chance: Random,
    most: int | None,
) -> None:
    plan = compile_plan(eligibility)
    whole = share(Engine(build(people, WORLD), WORLD, TODAY), plan, most)
    bounds = sorted({0, len(people), *(cut for cut in cuts if cut < len(people))})
    parts = [
        share(Engine(build(people[low:high], WORLD), WORLD, TODAY), plan, most, first=low)
        for low, high in pairwise(bounds)
    ]
    chance.shuffle(parts)  # as they happen to come

    sent = [pickle.loads(pickle.dumps(part)) for part in parts]  # noqa: S301 - our own
    assert_same(merged(sent, most), whole)


@unhurried
@given(eligibilities(), PEOPLE, st.sets(st.integers(0, 7)))
def test_some_of_the_people_come_to_what_the_law_says_of_them(
    eligibility: Eligibility, people: list[Profile], chosen: set[int]
) -> None:
    rows = np.array(sorted(row for row in chosen if row < len(people)), np.int32)
    law = reference.evaluate(eligibility, [people[row] for row in rows], WORLD, TODAY)
    engine = Engine(build(people, WORLD), WORLD, TODAY)

    found = share_among(engine, compile_plan(eligibility), rows)

    assert_same(found, share_of(eligibility, law))
    names = [people[row].person for row in rows]
    said = found.judgements(eligibility.trial, names)
    assert sorted(map(repr, said)) == sorted(repr(each) for each in law if each.candidate)


@unhurried
@given(eligibilities(), PEOPLE)
def test_the_distributed_engine_agrees_with_the_law(
    eligibility: Eligibility, people: list[Profile]
) -> None:
    law = reference.evaluate(eligibility, people, WORLD, TODAY)
    assert distributed.evaluate(eligibility, people, WORLD, TODAY) == law


@unhurried
@given(eligibilities(), profiles(), st.integers(1, HORIZON - 1))
def test_before_a_turning_day_nothing_changes_by_itself(
    eligibility: Eligibility, person: Profile, later: int
) -> None:
    day = TODAY + timedelta(days=later)
    turning = turning_days(dated_leaves(eligibility), build([person], WORLD), TODAY)[0]
    before = reference.explain(eligibility, person, WORLD, TODAY).judgement

    after = reference.explain(eligibility, person, WORLD, day).judgement

    assert turning <= day.toordinal() or after == before
