"""A profile leaves as FHIR R4 and comes back as it was."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

import pytest
from fhir.resources.R4B.bundle import Bundle

from recruit.core.dates import PartialDate
from recruit.criteria.nodes import Detail
from recruit.demo.people import people
from recruit.people.export.fhir import bundle
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    FactStatus,
    Home,
    MeasureFact,
    OrdinalFact,
    Profile,
    Source,
    StateFact,
)
from recruit.people.intake.exchange import read_exchange
from recruit.people.intake.fhir import read_fhir
from recruit.people.intake.reading import Intake
from recruit.people.vault import Item
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon

Written: TypeAlias = dict[str, Any]

ON = date(2026, 11, 21)
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
PERSON = "P-7F3K92QX"
DIABETES = ("MESH:D003924",)


def exported(profile: Profile, lexicon: Lexicon, contact: dict[Item, str] | None = None) -> Written:
    """The bundle as it stands in a file."""
    made = bundle(profile, contact or {}, AT, [], [], lexicon)
    written: Written = json.loads(json.dumps(made))
    return written


def back(made: Written, lexicon: Lexicon) -> Intake:
    [read] = read_fhir(made, "line 1", lexicon, ON)
    assert isinstance(read, Intake)
    return read


def told(profile: Profile) -> set[Fact]:
    return {fact for fact in profile.facts if fact.source is not Source.DERIVED}


def resources(made: Written, kind: str) -> list[Any]:
    return [e["resource"] for e in made["entry"] if e["resource"]["resourceType"] == kind]


FACTS: list[Fact] = [
    ClinicalFact(Kind.CONDITION, "diabète de type 2", DIABETES, began=PartialDate.parse("2015")),
    ClinicalFact(
        Kind.CONDITION, "diabetes", DIABETES, began=PartialDate.parse("2015-01-03/2016-02-04")
    ),
    ClinicalFact(Kind.CONDITION, "something nobody knows", ()),
    ClinicalFact(
        Kind.CONDITION,
        "cancer du sein",
        ("MESH:D001943",),
        detail=Detail(stage="iiia", severity="severe", line="2", value="mutated"),
    ),
    ClinicalFact(
        Kind.DRUG,
        "metformine",
        ("ATC:A10BA02",),
        "past",
        PartialDate.parse("2019-03"),
        PartialDate.parse("2020-03-04"),
        source=Source.COMMUNITY,
    ),
    ClinicalFact(Kind.PROCEDURE, "cataract surgery", (), "past", source=Source.RECORD),
    ClinicalFact(Kind.ALLERGY, "peanuts", ("RECRUIT:allergen-peanut",), source=Source.NOTE),
    ClinicalFact(Kind.BIOMARKER, "EGFR", ("RECRUIT:biomarker-egfr",), detail=Detail(value="x")),
    ClinicalFact(Kind.DEVICE, "metal plate", ("RECRUIT:device-metal-implant",), "past"),
    ClinicalFact(Kind.EXPOSURE, "tobacco", ("RECRUIT:exposure-tobacco",), "absent"),
    MeasureFact("hba1c", 7.8, PartialDate.parse("2026-10-01"), 6.0, 4.0, "HbA1c"),
    MeasureFact("hba1c", 8.1, PartialDate.parse("2025-10"), text="HbA1c"),
    MeasureFact("bmi", 24.5),
    OrdinalFact("ecog", "1", PartialDate.parse("2026"), "ECOG"),
    StateFact("pregnant", "absent", "enceinte"),
]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: getattr(fact, "text", "") or "plain")
def test_a_fact_comes_back_as_it_left(fact: Fact, lexicon: Lexicon) -> None:
    made = exported(Profile(PERSON, facts=(fact,)), lexicon)

    assert told(back(made, lexicon).profile) == {fact}


@pytest.mark.parametrize("status", ["present", "past", "absent", "unknown"])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_status_of_every_kind_comes_back(
    kind: Kind, status: FactStatus, lexicon: Lexicon
) -> None:
    fact = ClinicalFact(kind, "words", (), status)
    made = exported(Profile(PERSON, facts=(fact,)), lexicon)

    Bundle.model_validate(made)
    assert told(back(made, lexicon).profile) == {fact}


def test_invented_people_come_back_whole_in_valid_fhir(lexicon: Lexicon) -> None:
    for record in people(60, on=ON):
        profile = replace(read_exchange(record, "line 1", lexicon, ON).profile, person=PERSON)
        made = exported(profile, lexicon)

        Bundle.model_validate(made)
        read = back(made, lexicon)
        assert told(read.profile) == told(profile), record["id"]
        assert replace(read.profile, facts=()) == replace(profile, facts=())
        assert read.notes == ()


def test_the_patient_carries_what_the_vault_holds(lexicon: Lexicon) -> None:
    contact = {
        Item.NAME: "Camille Exemple",
        Item.EMAIL: "camille@example.org",
        Item.PHONE: "+33639980001",
        Item.ADDRESS: "1 rue de l’Exemple\n75012 Paris",
        Item.BIRTH_DATE: "1975-04-17",
    }
    made = exported(Profile(PERSON, home=Home("FR", "75012", 48.85, 2.35)), lexicon, contact)

    Bundle.model_validate(made)
    [patient] = resources(made, "Patient")
    assert patient["name"] == [{"text": "Camille Exemple"}]
    assert [each["value"] for each in patient["telecom"]] == [
        "camille@example.org",
        "+33639980001",
    ]
    assert patient["birthDate"] == "1975-04-17"
    assert patient["address"][0]["line"] == ["1 rue de l’Exemple", "75012 Paris"]


def test_who_told_what_stands_in_a_provenance(lexicon: Lexicon) -> None:
    made = exported(Profile(PERSON, facts=tuple(FACTS)), lexicon)

    tellers = {each["agent"][0]["who"]["display"] for each in resources(made, "Provenance")}
    assert tellers == {"the person", "the patient community", "the health record", "a note"}


def test_what_follows_from_other_facts_is_not_handed_out_as_told(lexicon: Lexicon) -> None:
    derived = StateFact("pregnant", "absent", source=Source.DERIVED)
    made = exported(Profile(PERSON, facts=(derived,)), lexicon)

    assert resources(made, "Observation") == []


def test_a_changed_resource_of_ours_is_refused_by_name(lexicon: Lexicon) -> None:
    made = exported(Profile(PERSON, facts=(FACTS[0],)), lexicon)
    [condition] = resources(made, "Condition")
    condition["extension"] = [{"url": "urn:recruit:fact:status", "valueString": "perhaps"}]

    read = back(made, lexicon)
    assert told(read.profile) == set()
    assert [note.field for note in read.notes] == ["Condition/fact-1"]
