"""Observations in FHIR bundles: measures, grades and smoking."""

from typing import Any

import pytest

from recruit.core.dates import PartialDate
from recruit.people.facts import (
    MeasureFact,
    OrdinalFact,
    Source,
    StateFact,
)
from recruit.terminology.lexicon import Lexicon
from tests.fhir_intake import (
    facts,
    intake,
    named,
    observation,
    quantity,
)


def test_a_measure_with_its_reference_range(lexicon: Lexicon) -> None:
    (found,) = facts(
        lexicon,
        observation(
            named("Hemoglobin", "718-7"),
            valueQuantity=quantity(102, "g/L"),
            referenceRange=[{"low": quantity(120, "g/L"), "high": quantity(160, "g/L")}],
            effectiveDateTime="2026-10-01T08:00:00Z",
        ),
    )
    assert found == MeasureFact(
        "haemoglobin",
        10.2,
        taken=PartialDate.parse("2026-10-01"),
        uln=16.0,
        lln=12.0,
        text="Hemoglobin",
        source=Source.RECORD,
    )


def test_a_blood_pressure_by_its_components(lexicon: Lexicon) -> None:
    components = [
        {"code": named("Systolic", "8480-6"), "valueQuantity": quantity(140, "mm[Hg]")},
        {"code": named("Diastolic", "8462-4"), "valueQuantity": quantity(90, "mm[Hg]")},
    ]
    found = facts(lexicon, observation(named("BP", "55284-4"), component=components))
    values = {f.variable: f.value for f in found if isinstance(f, MeasureFact)}
    assert values == {"systolic_bp": 140.0, "diastolic_bp": 90.0}


def test_of_repeated_measures_the_latest_day_counts(lexicon: Lexicon) -> None:
    series = [
        observation(
            named("HbA1c", "4548-4"), valueQuantity=quantity(value, "%"), effectiveDateTime=day
        )
        for day, value in (("2025-01-01", 9.0), ("2026-10-01", 7.0), ("2024-01-01", 8.0))
    ]
    found = facts(lexicon, *series)
    assert [f.value for f in found if isinstance(f, MeasureFact)] == [7.0]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"valueQuantity": quantity(7.8, "furlong")}, "Observation/o1.unit"),
        ({"valueQuantity": quantity(7800, "%")}, "Observation/o1.value"),
    ],
)
def test_a_value_that_cannot_be_is_left_out_and_named(
    value: dict[str, Any], field: str, lexicon: Lexicon
) -> None:
    found = intake(lexicon, observation(named("HbA1c", "4548-4"), **value))
    assert ([note.field for note in found.notes], found.profile.facts) == ([field], ())


def test_a_bound_is_no_value(lexicon: Lexicon) -> None:
    below = quantity(5, "%", comparator="<")
    assert facts(lexicon, observation(named("HbA1c", "4548-4"), valueQuantity=below)) == ()


def test_grades(lexicon: Lexicon) -> None:
    ecog = observation(named("ECOG", "89247-1"), valueInteger=1)
    stage = observation(
        named("Stage group", "21908-9"),
        valueCodeableConcept={"text": "Stage 3A (qualifier value)"},
    )
    found = facts(lexicon, ecog, stage)
    assert {f.variable: f.value for f in found if isinstance(f, OrdinalFact)} == {
        "ecog": "1",
        "cancer_stage": "IIIA",
    }


def test_a_grade_that_is_none_is_left_out_and_named(lexicon: Lexicon) -> None:
    found = intake(lexicon, observation(named("ECOG", "89247-1"), valueInteger=-1))
    assert [note.field for note in found.notes] == ["Observation/o1.value"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("266919005", {"smoker": "absent", "never_smoker": "present"}),
        ("8517006", {"smoker": "past", "never_smoker": "absent"}),
        ("449868002", {"smoker": "present", "never_smoker": "absent"}),
    ],
)
def test_smoking(answer: str, expected: dict[str, str], lexicon: Lexicon) -> None:
    smoking = observation(
        named("Tobacco smoking status", "72166-2"),
        valueCodeableConcept=named("said", answer, "http://snomed.info/sct"),
    )
    found = facts(lexicon, smoking)
    assert {f.state: f.status for f in found if isinstance(f, StateFact)} == expected
