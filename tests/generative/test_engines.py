"""The laws of matching, on invented trials and people."""

from dataclasses import replace
from itertools import product
from random import Random
from unittest.mock import patch

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.truth import Truth
from recruit.matching import embedded, reference, sets
from recruit.matching.best import best
from recruit.matching.building import build
from recruit.matching.embedded import Engine
from recruit.matching.outcome import Verdict
from recruit.matching.plan import compile_plan
from recruit.matching.scoring import score
from recruit.people.facts import ClinicalFact, Fact, Profile, Source, StateFact
from recruit.people.telling import with_unknown
from tests.generative.people import clinical_facts, facts, profiles, states
from tests.generative.rules import criteria, eligibilities
from tests.generative.world import TODAY, WORLD


@given(eligibilities(), st.lists(profiles(), min_size=1, max_size=5))
def test_the_embedded_engine_agrees_with_the_law_on_every_criterion(
    eligibility: Eligibility, people: list[Profile]
) -> None:
    law = reference.evaluate(eligibility, people, WORLD, TODAY)

    # Sets of five people are lists, lists and bits, or bits alone.
    for sparse in (1, 2, 512):
        with patch.object(sets, "SPARSE", sparse):
            assert embedded.evaluate(eligibility, people, WORLD, TODAY) == law


@given(eligibilities(), st.lists(profiles(), min_size=1, max_size=5))
def test_the_best_candidates_are_those_with_the_highest_scores(
    eligibility: Eligibility, people: list[Profile]
) -> None:
    law = reference.evaluate(eligibility, people, WORLD, TODAY)
    scored = [score(eligibility, each.truths) for each in law if each.candidate]
    engine, plan = Engine(build(people, WORLD), WORLD, TODAY), compile_plan(eligibility)

    # Candidates are looked at one by one, or group by group.
    for one_by_one, most in product((0, len(people) + 1), (1, 2, 5)):
        with patch("recruit.matching.best.ONE_BY_ONE", one_by_one):
            found = best(engine, plan, engine.found(plan), most)

        assert all(law[row].candidate for row in found.rows)
        np.testing.assert_allclose(found.scores, sorted(scored, reverse=True)[:most])
        truths = [law[row].truths for row in found.rows]
        assert [tuple(column) for column in found.truths.T] == truths


@given(eligibilities())
def test_a_person_of_whom_nothing_is_known_is_never_eligible(eligibility: Eligibility) -> None:
    nobody = Profile("nobody")

    judgement = reference.explain(eligibility, nobody, WORLD, TODAY).judgement

    assert judgement.verdict is not Verdict.ELIGIBLE
    assert not judgement.candidate


@given(criteria(), profiles(), clinical_facts() | facts())
def test_filling_an_unknown_never_flips_yes_to_no(
    criterion: Criterion, person: Profile, answer: Fact
) -> None:
    assume(is_news(answer, person))
    before = reference.explain_criterion(criterion, person, WORLD, TODAY).truth
    informed = replace(person, facts=(*person.facts, answer))

    after = reference.explain_criterion(criterion, informed, WORLD, TODAY).truth

    assert before is Truth.UNKNOWN or after is before


@given(criteria(), profiles(), clinical_facts() | states())
def test_filling_in_i_do_not_know_never_makes_a_no_nor_a_yes(
    criterion: Criterion, person: Profile, spoken: ClinicalFact | StateFact
) -> None:
    before = reference.explain_criterion(criterion, person, WORLD, TODAY).truth
    unsure = replace(person, facts=(*person.facts, replace(spoken, status="unknown")))

    after = reference.explain_criterion(criterion, unsure, WORLD, TODAY).truth

    assert after in {before, Truth.UNKNOWN}


@given(profiles(), clinical_facts() | states())
def test_saying_i_do_not_know_keeps_what_others_reported(
    person: Profile, reported: ClinicalFact | StateFact
) -> None:
    community = replace(reported, source=Source.COMMUNITY, status="present")
    known = Profile(person.person, facts=(community,), complete=person.complete)

    told = with_unknown(known, [replace(reported, status="unknown")])

    assert community in told.facts


@given(eligibilities(), profiles(), st.randoms(use_true_random=False))
def test_the_order_of_facts_changes_nothing(
    eligibility: Eligibility, person: Profile, chance: Random
) -> None:
    shuffled = list(person.facts)
    chance.shuffle(shuffled)
    other = replace(person, facts=tuple(shuffled))

    assert (
        reference.explain(eligibility, other, WORLD, TODAY).judgement
        == reference.explain(eligibility, person, WORLD, TODAY).judgement
    )


def is_news(answer: Fact, person: Profile) -> bool:
    """Whether the answer speaks of something on which nothing was known, not even by a list."""
    if isinstance(answer, ClinicalFact):
        if answer.kind in person.complete:
            return False
        related = {
            relative
            for concept in answer.concepts
            for relative in WORLD.ancestors(concept) | WORLD.descendants(concept)
        }
        return not any(
            isinstance(fact, ClinicalFact)
            and fact.kind == answer.kind
            and any(not related.isdisjoint(WORLD.ancestors(c)) for c in fact.concepts)
            for fact in person.facts
        )
    subject = getattr(answer, "variable", None) or getattr(answer, "state", None)
    known = {getattr(f, "variable", None) or getattr(f, "state", None) for f in person.facts}
    return subject not in known and "state" not in person.complete
