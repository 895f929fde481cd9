"""Questionnaires as they come: each pair says what it says, and nothing more."""

from datetime import date
from typing import Any

import pytest

from recruit.core.dates import PartialDate
from recruit.core.files import Record
from recruit.people.facts import ClinicalFact, MeasureFact, OrdinalFact, Profile, StateFact
from recruit.people.intake.reading import Intake
from recruit.people.intake.records import read_people
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon

ON = date(2026, 11, 1)


def asked(lexicon: Lexicon, question: str, answer: object, seeking: str = "glaucoma") -> Intake:
    person = {
        "id": "p1",
        "seeking": [seeking],
        "answers": [{"question": question, "answer": answer}],
    }
    (found,) = read_people(Record("f", person), lexicon, ON)
    assert isinstance(found, Intake)
    return found


def profile(lexicon: Lexicon, question: str, answer: object, seeking: str = "glaucoma") -> Profile:
    return asked(lexicon, question, answer, seeking).profile


def said(found: Profile) -> list[tuple[str, Any]]:
    """Names and values or statuses of the facts."""
    listed: list[tuple[str, Any]] = []
    for fact in found.facts:
        match fact:
            case ClinicalFact(concepts=concepts, status=status):
                listed += [(concept, status) for concept in concepts]
            case MeasureFact(variable=key, value=value) | OrdinalFact(variable=key, value=value):
                listed.append((key, value))
            case StateFact(state=key, status=status):
                listed.append((key, status))
    return listed


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("HbA1c", "7.8 %", [("hba1c", 7.8)]),
        ("intraocular pressure", "15 mmHg", [("iop", 15.0)]),
        ("visual acuity", "20/50", [("visual_acuity", 0.4)]),
        ("visual acuity", "0.3", [("visual_acuity", 0.3)]),
        ("PHQ-9", "18", [("phq9", 18.0)]),
        ("PHQ-9", 18, [("phq9", 18.0)]),
        ("FEV1", "85%", [("fev1_percent", 85.0)]),
        ("GOLD stage", "III", [("gold", "3")]),
        ("GOLD stage", "early", []),
        ("affected joints", "5 swollen joints", [("swollen_joints", 5.0)]),
        ("blood pressure", "140/90", [("systolic_bp", 140.0), ("diastolic_bp", 90.0)]),
    ],
)
def test_values_and_grades(
    question: str, answer: object, expected: list[tuple[str, Any]], lexicon: Lexicon
) -> None:
    assert said(profile(lexicon, question, answer)) == expected


@pytest.mark.parametrize(
    ("question", "answer", "name", "status"),
    [
        ("dementia", "no", "dementia", "absent"),
        ("dementia", "yes", "dementia", "present"),
        ("dementia", True, "dementia", "present"),
        ("tuberculosis", "past", "tuberculosis", "past"),
        ("prior cataract surgery", "no", "cataract surgery", "absent"),
        ("prior cataract surgery", "yes", "cataract surgery", "past"),
        ("Avez-vous de l'asthme ?", "oui", "asthma", "present"),
        ("Avez-vous de l'asthme ?", "non", "asthma", "absent"),
        ("comorbid ocular diseases", "corneal edema", "corneal edema", "present"),
        ("comorbidities", "hypertension", "hypertension", "present"),
        ("prior DMARD treatment", "hydroxychloroquine", "hydroxychloroquine", "past"),
        ("active DMARD treatment", "methotrexate", "methotrexate", "present"),
    ],
)
def test_what_one_has_had_or_takes(
    question: str, answer: object, name: str, status: str, lexicon: Lexicon
) -> None:
    found = said(profile(lexicon, question, answer))
    assert [how for _, how in found] == [status]
    concept = lexicon.lookup(name)[0].concept.id
    assert concept in {what for what, _ in found}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("yes", [("MESH:D005901", "present")]),
        ("confirmed by biopsy", [("MESH:D005901", "present")]),
        ("no", [("MESH:D005901", "absent")]),
        ("primary open angle glaucoma", [("MESH:D005902", "present")]),
        ("POAG", [("MESH:D005902", "present")]),
        ("not sure", []),
    ],
)
def test_the_diagnosis_is_of_what_is_sought(
    answer: str, expected: list[tuple[str, str]], lexicon: Lexicon
) -> None:
    assert said(profile(lexicon, "definitive diagnosis", answer)) == expected


@pytest.mark.parametrize(
    ("answer", "smoker"),
    [
        ("never", "absent"),
        ("none", "absent"),
        ("5 cigarettes/day until stopping 2 years ago", "past"),
        ("2 packs day", "present"),
        ("yes", "present"),
    ],
)
def test_smoking(answer: str, smoker: str, lexicon: Lexicon) -> None:
    assert ("smoker", smoker) in said(profile(lexicon, "smoking history", answer))


def test_smoking_is_asked_in_french_too(lexicon: Lexicon) -> None:
    assert said(profile(lexicon, "Fumez-vous ?", "J'ai arrêté il y a 3 ans")) == [
        ("smoker", "past"),
        ("never_smoker", "absent"),
    ]


def test_an_operation_is_neither_the_disease_nor_any_operation(lexicon: Lexicon) -> None:
    found = said(profile(lexicon, "Avez-vous été opéré de la cataracte ?", "non"))
    assert found == [("RECRUIT:procedure-cataract-surgery", "absent")]


def test_languages_are_all_there_are(lexicon: Lexicon) -> None:
    found = profile(lexicon, "proficient languages", "English, Swedish")
    assert (found.languages, found.all_languages) == (frozenset({"en", "sv"}), True)


def test_age_and_sex(lexicon: Lexicon) -> None:
    assert profile(lexicon, "age", "39").born == PartialDate.of_age(39, ON)
    assert profile(lexicon, "Âge", "39 ans").born == PartialDate.of_age(39, ON)
    assert profile(lexicon, "sex", "F").sex == "female"


@pytest.mark.parametrize("answer", ["", " ", None, "unknown", "N/A", "je ne sais pas", "?"])
def test_no_answer_says_nothing(answer: object, lexicon: Lexicon) -> None:
    assert profile(lexicon, "dementia", answer).facts == ()


def test_an_unknown_unit_is_refused_by_name(lexicon: Lexicon) -> None:
    found = asked(lexicon, "intraocular pressure", "22 mgHg")
    assert [note.field for note in found.notes] == ["answers[0]"]
    assert found.profile.facts == ()


def test_no_other_diseases_makes_the_list_complete(lexicon: Lexicon) -> None:
    assert profile(lexicon, "other comorbidities", "none").complete == {Kind.CONDITION}


def test_none_of_a_group_does_not_deny_what_one_seeks_a_trial_for(lexicon: Lexicon) -> None:
    assert profile(lexicon, "lung comorbidities", "none", "COPD").facts == ()
    denied = said(profile(lexicon, "lung comorbidities", "none", "glaucoma"))
    assert denied == [("MESH:D008171", "absent")]


@pytest.mark.parametrize("question", ["COPD treatments", "cataract treatment"])
def test_none_of_its_treatments_does_not_deny_the_disease(question: str, lexicon: Lexicon) -> None:
    assert profile(lexicon, question, "none", "asthma").facts == ()


def test_no_treatment_now_says_nothing_of_earlier_ones(lexicon: Lexicon) -> None:
    assert profile(lexicon, "active DMARD treatment", "none").facts == ()
