"""The samples, read and matched: what someone sees who tries Recruit for the first time."""

from collections import Counter
from dataclasses import dataclass

import pytest

from recruit.core.clock import today
from recruit.core.errors import Refusal
from recruit.core.paths import default_data_folder
from recruit.criteria.eligibility import Eligibility
from recruit.demo.people import people
from recruit.demo.trials import trials
from recruit.matching.embedded import evaluate
from recruit.matching.outcome import Judgement, Verdict
from recruit.people.facts import ClinicalFact, Profile
from recruit.people.intake import exchange
from recruit.terminology.build import open_lexicon
from recruit.trials.eligibility import read_eligibility
from recruit.trials.sources.exchange import read_exchange

PARTLY_READ = "DEMO-007"  # asks for the investigator's judgement, which nobody can read a rule from
READ = [f"DEMO-{n:03}" for n in range(1, 17) if f"DEMO-{n:03}" != PARTLY_READ]


@dataclass(frozen=True, slots=True)
class Samples:
    """What the samples become: profiles, refused facts, trials and all judgements by trial."""

    profiles: tuple[Profile, ...]
    refused: tuple[Refusal, ...]
    eligibilities: tuple[Eligibility, ...]
    judgements: dict[str, list[Judgement]]


@pytest.fixture(scope="module")
def samples() -> Samples:
    lexicon = open_lexicon(default_data_folder())
    read = [exchange.read_exchange(p, str(p["id"]), lexicon, today()) for p in people()]
    profiles = tuple(intake.profile for intake in read)
    asked = tuple(
        read_eligibility(read_exchange(record.value, record.where), lexicon) for record in trials()
    )
    return Samples(
        profiles,
        tuple(refusal for intake in read for refusal in intake.notes),
        asked,
        {each.trial: evaluate(each, profiles, lexicon, today()) for each in asked},
    )


def test_no_fact_of_the_sample_people_is_refused(samples: Samples) -> None:
    assert [str(refusal) for refusal in samples.refused] == []


def test_every_disease_treatment_and_finding_has_a_concept(samples: Samples) -> None:
    unknown = {
        fact.text
        for profile in samples.profiles
        for fact in profile.facts
        if isinstance(fact, ClinicalFact) and not fact.concepts
    }

    assert unknown == set()


def test_every_trial_is_about_something(samples: Samples) -> None:
    assert [each.trial for each in samples.eligibilities if not each.about] == []


@pytest.mark.parametrize("trial", READ)
def test_every_trial_has_people_of_each_verdict(trial: str, samples: Samples) -> None:
    found = Counter(judgement.verdict for judgement in samples.judgements[trial])

    assert all(found[verdict] for verdict in Verdict), found


@pytest.mark.parametrize("trial", READ)
def test_every_trial_has_candidates_who_are_eligible_and_some_who_are_not_sure(
    trial: str, samples: Samples
) -> None:
    found = Counter(j.verdict for j in samples.judgements[trial] if j.candidate)

    assert found[Verdict.ELIGIBLE], found
    assert found[Verdict.UNDETERMINED], found


def test_the_trial_that_asks_for_a_judgement_has_candidates_and_nobody_surely_eligible(
    samples: Samples,
) -> None:
    found = Counter(j.verdict for j in samples.judgements[PARTLY_READ] if j.candidate)

    assert found[Verdict.UNDETERMINED]
    assert not found[Verdict.ELIGIBLE]
