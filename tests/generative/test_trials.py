"""One person judged by many trials at once is judged as by each of them alone."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from recruit.criteria.eligibility import Eligibility
from recruit.matching import reference
from recruit.matching.embedded import VERDICTS
from recruit.matching.embedded_trials import Trials
from recruit.matching.outcome import holds
from recruit.matching.plan import compile_plan
from recruit.people.facts import Profile
from tests.generative.people import profiles
from tests.generative.rules import eligibilities
from tests.generative.world import TODAY, WORLD


@given(st.lists(eligibilities(), min_size=1, max_size=4), st.lists(profiles(), max_size=3))
def test_a_person_stands_with_all_trials_as_the_law_says_of_each(
    asked: list[Eligibility], people: list[Profile]
) -> None:
    trials = [replace(each, trial=f"NCT{number}") for number, each in enumerate(asked)]
    ready = Trials([compile_plan(trial) for trial in trials], WORLD, TODAY)

    for person in people:
        standing = ready.judge(person)

        for place, trial in enumerate(trials):
            law = reference.explain(trial, person, WORLD, TODAY).judgement
            first, last = standing.begins[place : place + 2]
            kinds = [criterion.kind for criterion in trial.criteria]
            assert standing.held[first:last].tolist() == list(map(holds, kinds, law.truths))
            assert VERDICTS[standing.verdicts[place]] is law.verdict
            assert standing.candidates[place] == law.candidate
