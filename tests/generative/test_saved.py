"""An index that was saved in parts and opened answers as the one it was made from."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.core import arrays
from recruit.criteria.eligibility import Eligibility
from recruit.matching import reference, saved
from recruit.matching.building import build
from recruit.matching.embedded import Engine
from recruit.matching.index import SHELVES
from recruit.matching.plan import compile_plan
from recruit.people.facts import ClinicalFact, Profile
from tests.generative.people import clinical_facts, profiles
from tests.generative.rules import eligibilities
from tests.generative.world import TODAY, WORLD

unhurried = settings(deadline=None)
GROUPS = st.lists(st.lists(profiles(), max_size=4), min_size=1, max_size=3)


@unhurried
@given(GROUPS, eligibilities())
def test_people_saved_in_parts_are_judged_as_people_in_memory(
    groups: list[list[Profile]], eligibility: Eligibility
) -> None:
    everybody = [
        replace(profile, person=str(number))
        for number, profile in enumerate(p for group in groups for p in group)
    ]
    plan = compile_plan(eligibility)
    here = Engine(build(everybody, WORLD), WORLD, TODAY).columns(plan)

    with TemporaryDirectory() as folder:
        file = Path(folder) / "index"
        with arrays.writing(file) as writer:
            saved.write(writer, [build(group, WORLD) for group in groups])
        there = Engine(saved.read(arrays.read(file)), WORLD, TODAY).columns(
            compile_plan(eligibility)
        )

    np.testing.assert_array_equal(there.truths, here.truths)
    np.testing.assert_array_equal(there.held, here.held)
    np.testing.assert_array_equal(there.candidates, here.candidates)


@unhurried
@given(
    eligibilities(),
    st.lists(profiles(), min_size=1, max_size=3),
    st.lists(clinical_facts(), min_size=1, max_size=3),
)
def test_facts_beyond_the_shelves_count_as_any_other(
    eligibility: Eligibility, people: list[Profile], more: list[ClinicalFact]
) -> None:
    told = [
        replace(each, facts=(*more[:1] * (SHELVES - place), *more, *each.facts))
        for place, each in enumerate(people)
    ]
    law = reference.evaluate(eligibility, told, WORLD, TODAY)

    with TemporaryDirectory() as folder:
        file = Path(folder) / "index"
        with arrays.writing(file) as writer:
            saved.write(writer, [build([each], WORLD) for each in told])
        found = Engine(saved.read(arrays.read(file)), WORLD, TODAY).columns(
            compile_plan(eligibility)
        )

    assert [tuple(column) for column in found.truths.T] == [each.truths for each in law]
    assert found.candidates.tolist() == [each.candidate for each in law]


@unhurried
@given(st.lists(profiles(), min_size=1, max_size=5), st.lists(eligibilities(), max_size=4))
def test_an_engine_that_keeps_one_answer_says_the_same_as_one_that_keeps_all(
    people: list[Profile], trials: list[Eligibility]
) -> None:
    index = build(people, WORLD)
    forgetful, mindful = Engine(index, WORLD, TODAY, kept=1), Engine(index, WORLD, TODAY)
    for trial in [*trials, *trials]:
        plan = compile_plan(trial)
        np.testing.assert_array_equal(forgetful.columns(plan).truths, mindful.columns(plan).truths)
