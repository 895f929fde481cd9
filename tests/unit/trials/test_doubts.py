"""What keeps nobody out, because the text says more than was read of it."""

from datetime import date

import pytest

from recruit.core.dates import PartialDate
from recruit.criteria.nodes import SexValue
from recruit.criteria.truth import Truth
from recruit.matching import reference
from recruit.people.facts import ClinicalFact, Fact, MeasureFact, Profile, StateFact
from recruit.people.intake.derive import with_consequences
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialDraft
from recruit.trials.eligibility import read_eligibility

ON = date(2026, 11, 1)
VENTILATION = "RECRUIT:procedure-mechanical-ventilation"


def held(text: str, lexicon: Lexicon, profile: Profile) -> Truth:
    """Whether the only criterion of a trial lets the person in."""
    draft = TrialDraft(id="T", title="A study", criteria=text)
    outcome = reference.explain(read_eligibility(draft, lexicon), profile, lexicon, ON)
    assert len(outcome.criteria) == 1
    return outcome.criteria[0].holds


def somebody(*facts: Fact, age: int = 40, sex: SexValue = "male") -> Profile:
    born = PartialDate.of_age(age, ON)
    return with_consequences(Profile("p", born=born, sex=sex, facts=facts))


SATURATED = MeasureFact("spo2", 97)
ASTHMA = ClinicalFact(Kind.CONDITION, "asthma", ("MESH:D001249",))
FEVER = ClinicalFact(Kind.CONDITION, "fever", ("MESH:D005334",))
VENTILATED = ClinicalFact(Kind.PROCEDURE, "ventilation", (VENTILATION,), "past")
IN_HOSPITAL = StateFact("hospitalised")
NURSE = StateFact("health_worker")
ILL_FOR_LONG = ClinicalFact(Kind.CONDITION, "chronic disease", ("MESH:D002908",))
INSULIN = ClinicalFact(Kind.DRUG, "insulin", ("ATC:A10A",))
ANXIOUS = MeasureFact("ham_a", 20)
SEES = MeasureFact("visual_acuity", 0.3)
LISTED = (
    "severe disease defined by the presence of at least one of the following: A. PaO2/FiO2 below"
    " 300; B. oxygen saturation ≤ 93%"
)


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        (f"Inclusion Criteria:\n- {LISTED}", somebody(SATURATED)),
        ("Inclusion Criteria:\n- SpO2 ≤ 94% on room air", somebody(SATURATED)),
        ("Inclusion Criteria:\n- SpO2 ≤ 94% ON ROOM AIR", somebody(SATURATED)),
        ("Inclusion Criteria:\n- SpO2 ≤ 94% ON ROOM AIR (İzmir)", somebody(SATURATED)),
        ("Inclusion Criteria:\n- oxygen saturation < 93% OR", somebody(SATURATED)),
        ("Inclusion Criteria:\n- Patients ages 50-65 must provide a report", somebody()),
        ("Inclusion Criteria:\n- Arm B: age 65 years or older", somebody()),
        ("Inclusion Criteria:\n- have a child between 6 and 13 years", somebody()),
        ("Inclusion Criteria:\n- HR < 130 bpm (in the absence of fever)", somebody(FEVER)),
        ("Exclusion Criteria:\n- Known allergy to the study drug", somebody(ASTHMA)),
        ("Exclusion Criteria:\n- Ongoing mechanical ventilation", somebody(VENTILATED)),
        ("Exclusion Criteria:\n- Admission to an intensive care unit", somebody(IN_HOSPITAL)),
        ("Exclusion Criteria:\n- Severe lung disease such as asthma", somebody(ASTHMA)),
        ("Inclusion Criteria:\n- fever or - oxygen saturation ≤ 93%", somebody(SATURATED)),
        ("Inclusion Criteria:\n- Mandatory (just one): SpO2 ≤ 93%", somebody(SATURATED)),
        ("Inclusion Criteria:\n- Hamilton Anxiety Rating Scale = 18", somebody(ANXIOUS)),
        ("Inclusion Criteria:\n- Visual acuity 0.7 or better", somebody(SEES)),
        ("Inclusion Criteria:\n- Acuité visuelle d'au moins 0,7", somebody(SEES)),
        ("Inclusion Criteria:\n- Are currently not hospitalized", somebody(IN_HOSPITAL)),
        ("Inclusion Criteria:\n- Patients non hospitalisés", somebody(IN_HOSPITAL)),
        ("Exclusion Criteria:\n- Hospitalization within 6 days", somebody(IN_HOSPITAL)),
        ("Exclusion Criteria:\n- Severe, acute or chronic disease", somebody(ILL_FOR_LONG)),
        ("Exclusion Criteria:\n- Previous asthma and", somebody(ASTHMA)),
        ("Exclusion Criteria:\n- on asthma", somebody(ASTHMA)),
        ("Exclusion Criteria:\n- For the control group: asthma", somebody(ASTHMA)),
        ("Exclusion Criteria:\n- Groupe B : asthme", somebody(ASTHMA)),
        ("Exclusion Criteria:\n- Insulin or metformin in combination", somebody(INSULIN)),
    ],
)
def test_words_that_change_a_criterion_keep_nobody_out(
    text: str, profile: Profile, lexicon: Lexicon
) -> None:
    assert held(text, lexicon, profile) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("Inclusion Criteria:\n- SpO2 ≤ 94%", somebody(SATURATED)),
        ("Inclusion Criteria:\n- age 65 years or older", somebody()),
        ("Inclusion Criteria:\n- one of the following: COPD or bronchitis", somebody()),
        ("Exclusion Criteria:\n- Asthma", somebody(ASTHMA)),
        ("Exclusion Criteria:\n- Asthma, COPD or severe anaemia", somebody(ASTHMA)),
        ("Exclusion Criteria:\n- Insulin or metformin", somebody(INSULIN)),
        ("Inclusion Criteria:\n- Hamilton Anxiety Rating Scale < 18", somebody(ANXIOUS)),
        ("Inclusion Criteria:\n- Visual acuity of 20/30 or better", somebody(SEES)),
    ],
)
def test_the_same_without_such_words_is_as_strict_as_ever(
    text: str, profile: Profile, lexicon: Lexicon
) -> None:
    complete = Profile(
        "p",
        born=profile.born,
        sex=profile.sex,
        facts=profile.facts,
        complete=frozenset({Kind.CONDITION}),
    )
    assert held(text, lexicon, complete) is Truth.NO


CAREFUL = (
    "Inclusion Criteria:\n- Women of childbearing potential must not be pregnant and must agree to"
    " use contraception. Should a woman become pregnant she must tell the physician."
)


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (somebody(), Truth.UNKNOWN),
        (somebody(StateFact("menopausal"), sex="female", age=60), Truth.UNKNOWN),
    ],
)
def test_what_is_asked_of_women_who_may_bear_children_keeps_nobody_else_out(
    profile: Profile, expected: Truth, lexicon: Lexicon
) -> None:
    assert held(CAREFUL, lexicon, profile) is expected


def test_who_treats_a_disease_need_not_have_it(lexicon: Lexicon) -> None:
    nobody_ill = Profile("p", facts=(NURSE,), complete=frozenset({Kind.CONDITION}))
    for text in ("Health workers on wards with asthma", "Soignants de patients avec un asthme"):
        assert held(f"Inclusion Criteria:\n- {text}", lexicon, nobody_ill) is Truth.UNKNOWN
    by_one = "Inclusion Criteria:\n- Asthma as told by healthcare staff"
    assert held(by_one, lexicon, nobody_ill) is Truth.NO


def test_a_pregnant_woman_is_kept_out_all_the_same(lexicon: Lexicon) -> None:
    pregnant = somebody(StateFact("pregnant"), sex="female")
    text = "Inclusion Criteria:\n- Women must not be pregnant or breastfeeding"

    assert held(text, lexicon, pregnant) is Truth.NO
