"""What no engine may stumble over: trials without rules, unknown variables, contradicting facts."""

import pytest

from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.nodes import Clinical, Measure, Rule
from recruit.criteria.truth import Truth
from recruit.matching import reference
from recruit.matching.outcome import Verdict, Why
from recruit.people.facts import ClinicalFact, MeasureFact, Profile
from recruit.terminology.concepts import Kind
from tests.generative.world import TODAY, WORLD
from tests.spec.engines import ENGINES, Engine

ASTHMA = "MESH:D001249"
HAS = ClinicalFact(Kind.CONDITION, "asthma", (ASTHMA,), "present")
HAS_NOT = ClinicalFact(Kind.CONDITION, "asthma", (ASTHMA,), "absent")
PERSON = Profile("p1", facts=(HAS, MeasureFact("no_such_variable", 5.0)))


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    return ENGINES[request.param]


def asking(*rules: Rule) -> Eligibility:
    criteria = tuple(Criterion("inclusion", "as said", rule) for rule in rules)
    return Eligibility("T-1", criteria, about=(ASTHMA,))


def test_a_trial_without_rules_takes_nobody_and_refuses_nobody(engine: Engine) -> None:
    judged = engine(asking(), [PERSON, Profile("p2")], WORLD, TODAY)
    assert [(each.verdict, each.candidate, each.truths) for each in judged] == [
        (Verdict.UNDETERMINED, True, ()),
        (Verdict.UNDETERMINED, False, ()),
    ]


def test_a_trial_judges_a_group_of_nobody(engine: Engine) -> None:
    assert engine(asking(), [], WORLD, TODAY) == []


def test_a_rule_on_a_variable_that_is_not_in_the_table_is_open_without_a_value(
    engine: Engine,
) -> None:
    rule = Measure("no_other_variable", min=1.0)
    [judged] = engine(asking(rule), [PERSON], WORLD, TODAY)
    assert (judged.truths, judged.verdict) == ((Truth.UNKNOWN,), Verdict.UNDETERMINED)


def test_facts_that_contradict_each_other_leave_it_open_and_are_both_shown(engine: Engine) -> None:
    rule = Clinical(Kind.CONDITION, "asthma", (ASTHMA,))
    torn = Profile("p1", facts=(HAS, HAS_NOT))
    [judged] = engine(asking(rule), [torn], WORLD, TODAY)
    assert (judged.truths, judged.verdict) == ((Truth.UNKNOWN,), Verdict.UNDETERMINED)
    [criterion] = reference.explain(asking(rule), torn, WORLD, TODAY).criteria
    assert criterion.leaves[0].why is Why.CONTRADICTION
    assert set(criterion.leaves[0].evidence) == {HAS, HAS_NOT}
