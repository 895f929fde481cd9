"""The best candidates, whether they are looked at one by one or group by group."""

from unittest.mock import patch

import pytest

from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.nodes import Clinical, Measure, Sex
from recruit.matching.best import best
from recruit.matching.building import build
from recruit.matching.embedded import Engine
from recruit.matching.plan import compile_plan
from recruit.people.facts import ClinicalFact, MeasureFact, Profile
from recruit.terminology.concepts import Kind
from tests.generative.world import TODAY, WORLD

ASTHMA = "MESH:D001249"
HAS = ClinicalFact(Kind.CONDITION, "asthma", (ASTHMA,), "present")
FEMALE = Criterion("inclusion", "women", Sex("female"))
FIT = Criterion("exclusion", "a high BMI", Measure("bmi", min=40))
TRIAL = Eligibility(
    "T-1",
    (Criterion("inclusion", "asthma", Clinical(Kind.CONDITION, "asthma", (ASTHMA,))), FEMALE, FIT),
    about=(ASTHMA,),
)
PEOPLE = [
    Profile("nothing more is known", facts=(HAS,)),
    Profile("the exclusion", facts=(HAS, MeasureFact("bmi", 22.0))),
    Profile("the inclusion", sex="female", facts=(HAS,)),
    Profile("both", sex="female", facts=(HAS, MeasureFact("bmi", 22.0))),
    Profile("both, later", sex="female", facts=(HAS, MeasureFact("bmi", 23.0))),
    Profile("no candidate", sex="male", facts=(HAS,)),
]


@pytest.mark.parametrize("one_by_one", [0, len(PEOPLE) + 1])
def test_who_is_known_to_meet_more_comes_first_and_then_who_came_first(one_by_one: int) -> None:
    engine, plan = Engine(build(PEOPLE, WORLD), WORLD, TODAY), compile_plan(TRIAL)

    with patch("recruit.matching.best.ONE_BY_ONE", one_by_one):
        found = best(engine, plan, engine.found(plan), 4)

    assert found.rows.tolist() == [3, 4, 2, 1]
