"""What notes in both languages say of a person, and what they do not say."""

from datetime import date

import pytest

from recruit.core.dates import PartialDate
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    MeasureFact,
    OrdinalFact,
    Source,
    StateFact,
)
from recruit.people.intake.notes import read_note
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon

ON = date(2026, 11, 1)


def facts(note: str, lexicon: Lexicon) -> tuple[Fact, ...]:
    return read_note(note, lexicon, ON).facts


def status(note: str, name: str, lexicon: Lexicon, kind: Kind = Kind.CONDITION) -> str | None:
    """How the thing that `name` stands for is said to be, None when nothing is said."""
    wanted = {candidate.concept.id for candidate in lexicon.lookup(name, kinds={kind})[:1]}
    for fact in facts(note, lexicon):
        if isinstance(fact, ClinicalFact) and fact.kind is kind and wanted & set(fact.concepts):
            return fact.status
    return None


@pytest.mark.parametrize(
    ("note", "name", "expected"),
    [
        ("Patient with type 2 diabetes.", "type 2 diabetes", "present"),
        ("History of hypertension and asthma.", "hypertension", "present"),
        ("No history of asthma.", "asthma", "absent"),
        ("Denies chest pain or dyspnea.", "dyspnea", "absent"),
        ("Prior stroke in 2019.", "stroke", "past"),
        ("History of myocardial infarction.", "myocardial infarction", "past"),
        ("Mother had breast cancer.", "breast cancer", None),
        ("Possible pneumonia.", "pneumonia", None),
        ("At risk of stroke.", "stroke", None),
        ("Given pain medication.", "pain", None),
        ("Antécédents d'hypertension artérielle.", "hypertension", "present"),
        ("Pas d'asthme connu.", "asthma", "absent"),
        ("Sa mère avait un cancer du sein.", "breast cancer", None),
        ("Diabète de type 2 traité.", "type 2 diabetes", "present"),
    ],
)
def test_diseases(note: str, name: str, expected: str | None, lexicon: Lexicon) -> None:
    assert status(note, name, lexicon) == expected


@pytest.mark.parametrize(
    ("note", "name", "kind", "expected"),
    [
        ("He takes metformin 500 mg daily.", "metformin", Kind.DRUG, "present"),
        ("Metformin was stopped.", "metformin", Kind.DRUG, "past"),
        ("Not on warfarin.", "warfarin", Kind.DRUG, "absent"),
        ("Allergic to amoxicillin.", "amoxicillin", Kind.ALLERGY, "present"),
        ("Allergique à l'amoxicilline.", "amoxicillin", Kind.ALLERGY, "present"),
        ("s/p cataract surgery", "cataract surgery", Kind.PROCEDURE, "past"),
        ("Never had cataract surgery.", "cataract surgery", Kind.PROCEDURE, "absent"),
        ("Traitement par metformine.", "metformin", Kind.DRUG, "present"),
    ],
)
def test_drugs_allergies_and_procedures(
    note: str, name: str, kind: Kind, expected: str, lexicon: Lexicon
) -> None:
    drug_or_own = Kind.DRUG if kind is Kind.ALLERGY else kind
    wanted = {c.concept.id for c in lexicon.lookup(name, kinds={drug_or_own})[:1]}
    assert wanted
    found = [
        fact.status
        for fact in facts(note, lexicon)
        if isinstance(fact, ClinicalFact) and fact.kind is kind and wanted & set(fact.concepts)
    ]
    assert found == [expected]


@pytest.mark.parametrize(
    ("note", "variable", "value"),
    [
        ("EF was 25%.", "lvef", 25.0),
        ("HbA1c of 7.8 %", "hba1c", 7.8),
        ("BMI 34", "bmi", 34.0),
        ("Hemoglobin: 10.2 g/dL", "haemoglobin", 10.2),
        ("Hémoglobine à 102 g/L", "haemoglobin", 10.2),
        ("She has 3 swollen joints.", "swollen_joints", 3.0),
    ],
)
def test_values(note: str, variable: str, value: float, lexicon: Lexicon) -> None:
    found = {f.variable: f.value for f in facts(note, lexicon) if isinstance(f, MeasureFact)}
    assert found == {variable: pytest.approx(value)}


def test_a_blood_pressure_is_two_values(lexicon: Lexicon) -> None:
    found = [f for f in facts("Blood pressure 140/90 mmHg.", lexicon) if isinstance(f, MeasureFact)]
    assert {f.variable: f.value for f in found} == {"systolic_bp": 140.0, "diastolic_bp": 90.0}


def test_a_measure_without_a_value_says_nothing(lexicon: Lexicon) -> None:
    assert facts("Hemoglobin was low.", lexicon) == ()


def test_a_grade_is_read(lexicon: Lexicon) -> None:
    found = facts("NYHA class III heart failure.", lexicon)
    assert OrdinalFact("nyha", "3", text="NYHA", source=Source.NOTE) in [
        OrdinalFact(f.variable, f.value, text="NYHA", source=f.source)
        for f in found
        if isinstance(f, OrdinalFact)
    ]


@pytest.mark.parametrize(
    ("note", "state", "expected"),
    [
        ("Current smoker.", "smoker", "present"),
        ("Former smoker.", "smoker", "past"),
        ("She is pregnant.", "pregnant", "present"),
        ("She is not pregnant.", "pregnant", "absent"),
        ("Ancienne fumeuse.", "smoker", "past"),
    ],
)
def test_states(note: str, state: str, expected: str, lexicon: Lexicon) -> None:
    found = {f.state: f.status for f in facts(note, lexicon) if isinstance(f, StateFact)}
    assert found == {state: expected}


def test_the_date_right_after_is_when_it_began(lexicon: Lexicon) -> None:
    (found,) = facts("Asthma since 2015.", lexicon)
    assert isinstance(found, ClinicalFact)
    assert found.began == PartialDate.parse("2015")


def test_a_procedure_is_dated_as_an_event(lexicon: Lexicon) -> None:
    (found,) = facts("Cataract surgery in March 2019.", lexicon)
    assert isinstance(found, ClinicalFact)
    assert found.began == found.ended == PartialDate.parse("2019-03")


def test_the_same_thing_is_stated_once(lexicon: Lexicon) -> None:
    assert len(facts("Headache. The headaches are worse.", lexicon)) == 1


def test_an_hour_of_nonsense_is_read_in_a_moment(lexicon: Lexicon) -> None:
    hostile = "no (" * 5_000 + "45 45 45 " * 5_000 + "a" * 50_000
    assert read_note(hostile, lexicon, ON).sex is None


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("The tumor was HER2-positive.", [("RECRUIT:biomarker-her2", "present", "positive")]),
        (
            "The tumor was HER2 negative.",
            [
                ("RECRUIT:biomarker-her2-negative", "present", None),
                ("RECRUIT:biomarker-her2", "absent", None),
            ],
        ),
        ("KRAS wild type.", [("RECRUIT:biomarker-kras", "present", "wild type")]),
        ("EGFR mutation.", [("RECRUIT:biomarker-egfr", "present", "mutated")]),
    ],
)
def test_markers(note: str, expected: list[tuple[str, str, str | None]], lexicon: Lexicon) -> None:
    found = [
        (f.concepts[0], f.status, f.detail.value if f.detail else None)
        for f in facts(note, lexicon)
        if isinstance(f, ClinicalFact) and f.kind is Kind.BIOMARKER
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("She received melphalan and prednisone.", ["past", "past"]),
        ("He was treated with melphalan.", ["past"]),
        ("He is treated with prednisone.", ["present"]),
        ("Hypertension traitée par amlodipine.", ["present", "present"]),
        ("Takes vitamins and no other medication.", ["present"]),
    ],
)
def test_a_treatment_that_was_given_is_past(
    note: str, expected: list[str], lexicon: Lexicon
) -> None:
    drugs = [f for f in facts(note, lexicon) if isinstance(f, ClinicalFact)]
    assert [fact.status for fact in drugs] == expected


@pytest.mark.parametrize(
    "note",
    [
        "Born to a healthy mother.",
        "LDL-C and HDL-C were 545 and 53 mg/dL, respectively.",
    ],
)
def test_what_is_not_said_of_the_person_or_not_in_order_is_left_out(
    note: str, lexicon: Lexicon
) -> None:
    assert facts(note, lexicon) == ()


@pytest.mark.parametrize(
    ("note", "name", "expected"),
    [
        ("Woman with no past medical history presents with chest pain.", "chest pain", "present"),
        ("No significant medical history, complains of headache.", "headache", "present"),
        ("Femme sans antécédent, se présente avec douleur thoracique.", "chest pain", "present"),
        ("No past medical history of asthma.", "asthma", "absent"),
        ("Sans antécédent d'asthme.", "asthma", "absent"),
    ],
)
def test_an_empty_history_does_not_deny_what_a_person_comes_with(
    note: str, name: str, expected: str, lexicon: Lexicon
) -> None:
    assert status(note, name, lexicon) == expected


@pytest.mark.parametrize(
    ("note", "expected", "began"),
    [
        ("Myocardial infarction 2 years earlier.", "past", ("2024-05-01", "2025-05-01")),
        ("Stroke about three years ago.", "past", ("2023-05-01", "2024-05-01")),
        ("Infarctus du myocarde il y a deux ans.", "past", ("2024-05-01", "2025-05-01")),
        ("AVC il y a environ 3 ans.", "past", ("2023-05-01", "2024-05-01")),
        ("Asthma diagnosed 5 years ago.", "present", ("2021-05-01", "2022-05-01")),
    ],
)
def test_years_counted_back_are_half_a_year_either_way_and_an_event_is_over(
    note: str, expected: str, began: tuple[str, str], lexicon: Lexicon
) -> None:
    first, last = map(date.fromisoformat, began)
    found = [fact for fact in facts(note, lexicon) if isinstance(fact, ClinicalFact)]
    assert [(fact.status, fact.began) for fact in found] == [(expected, PartialDate(first, last))]


def test_a_time_before_something_else_counts_back_from_no_day_that_is_known(
    lexicon: Lexicon,
) -> None:
    found = facts("Asthma 2 years before the accident.", lexicon)
    assert [fact.began for fact in found if isinstance(fact, ClinicalFact)] == [None]


@pytest.mark.parametrize(
    ("note", "name", "kind"),
    [
        ("Imaging was negative for obstructive pancreatitis.", "pancreatitis", Kind.CONDITION),
        ("No evidence of metabolic liver disease.", "liver disease", Kind.CONDITION),
        ("He didn't respond to the usual corticosteroid inhaler.", "corticosteroids", Kind.DRUG),
    ],
)
def test_a_denial_of_one_sort_or_of_a_response_denies_no_more(
    note: str, name: str, kind: Kind, lexicon: Lexicon
) -> None:
    assert status(note, name, lexicon, kind) is None


@pytest.mark.parametrize(
    "note",
    [
        "She agrees to a resection prior to chemotherapy.",
        "He will be treated with chemotherapy.",
        "Elle accepte une biopsie avant la chimiothérapie.",
    ],
)
def test_a_treatment_that_is_to_come_was_not_given(note: str, lexicon: Lexicon) -> None:
    assert status(note, "chemotherapy", lexicon, Kind.PROCEDURE) is None


@pytest.mark.parametrize(
    ("note", "stage"),
    [
        ("Stage III breast cancer diagnosed in 2019.", "III"),
        ("Adenocarcinoma of the lung, stage IIIB.", "IIIB"),
        ("Cancer du sein de stade II.", "II"),
        ("Stage 3 pressure ulcer. Breast cancer in 2001.", None),
    ],
)
def test_the_stage_of_a_cancer(note: str, stage: str | None, lexicon: Lexicon) -> None:
    found = [fact.value for fact in facts(note, lexicon) if isinstance(fact, OrdinalFact)]
    assert found == ([stage] if stage else [])
