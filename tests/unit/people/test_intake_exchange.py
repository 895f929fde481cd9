"""The exchange format: what is refused, by name, and what becomes a fact."""

from datetime import date

import pytest

from recruit.core.dates import PartialDate
from recruit.core.errors import Refusal
from recruit.core.files import Record
from recruit.criteria.nodes import Detail
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    Home,
    MeasureFact,
    OrdinalFact,
    Source,
    StateFact,
)
from recruit.people.intake.reading import Intake
from recruit.people.intake.records import read_all, read_people
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon

ON = date(2026, 11, 1)


def read(person: object, lexicon: Lexicon) -> Intake | Refusal:
    (found,) = read_people(Record("people.jsonl:3", person), lexicon, ON)
    return found


def intake(lexicon: Lexicon, **fields: object) -> Intake:
    found = read({"id": "p1", **fields}, lexicon)
    assert isinstance(found, Intake), found
    return found


def one(lexicon: Lexicon, **fact: object) -> Fact:
    found = intake(lexicon, facts=[fact])
    assert found.notes == ()
    return found.profile.facts[0]


def test_an_identifier_is_enough(lexicon: Lexicon) -> None:
    found = intake(lexicon)
    assert (found.profile.person, found.profile.facts, found.claim) == ("p1", (), None)


def test_a_person_is_read(lexicon: Lexicon) -> None:
    profile = intake(
        lexicon,
        language="fr",
        birth_date="1975-04-12",
        sex="female",
        location={"postcode": "75012", "country": "FR", "lat": 48.84, "lon": 2.39},
        seeking=["type 2 diabetes"],
        complete=["drug"],
    ).profile
    assert profile.born == PartialDate.parse("1975-04")  # the day is not kept
    assert profile.sex == "female"
    assert profile.home == Home("FR", "75012", 48.84, 2.39)
    assert (profile.languages, profile.all_languages) == (frozenset({"fr"}), False)
    assert (profile.seeking, profile.seeking_text) == (("MESH:D003924",), ("type 2 diabetes",))
    assert profile.complete == {Kind.DRUG}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", None),
        ("id", "  "),
        ("id", ["p1"]),
        ("id", "p\r\n1"),
        ("id", "p" * 201),
        ("birth_date", "2027-01"),
        ("birth_date", "1875"),
        ("birth_date", "12/04/1975"),
        ("birth_date", 1975),
        ("age", 450),
        ("age", -1),
        ("age", "old"),
        ("age", True),
        ("sex", "banana"),
        ("language", "French"),
        ("location", "Paris"),
        ("seeking", "diabetes"),
        ("seeking", ["diabetes"] * 201),
        ("seeking", ["x" * 201]),
        ("complete", "drug"),
        ("facts", {"kind": "drug"}),
        ("answers", "none"),
        ("note", 7),
        ("note", "x" * 250_001),
        ("consent", "yes"),
    ],
)
def test_an_odd_field_refuses_the_person(field: str, value: object, lexicon: Lexicon) -> None:
    found = read({"id": "p1", field: value}, lexicon)
    assert isinstance(found, Refusal)
    where = "people.jsonl:3" if field == "id" else "p1"
    assert (found.record, found.field) == (where, field)


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ({"lat": 91}, "location.lat"),
        ({"lon": "2.39"}, "location.lon"),
        ({"country": "France"}, "location.country"),
    ],
)
def test_an_odd_place_refuses_the_person(
    place: dict[str, object], field: str, lexicon: Lexicon
) -> None:
    found = read({"id": "p1", "location": place}, lexicon)
    assert isinstance(found, Refusal)
    assert found.field == field


@pytest.mark.parametrize("value", ["a text", 7, None, []])
def test_what_is_no_person_is_refused(value: object, lexicon: Lexicon) -> None:
    found = list(read_people(Record("people.json", [value]), lexicon, ON))
    assert [type(each) for each in found] == [Refusal]


@pytest.mark.parametrize(
    ("fact", "field"),
    [
        ("diabetes", "facts[0]"),
        ({"text": "diabetes"}, "facts[0].kind"),
        ({"kind": "wish", "text": "diabetes"}, "facts[0].kind"),
        ({"kind": "condition"}, "facts[0].text"),
        ({"kind": "condition", "text": "asthma", "status": "maybe"}, "facts[0].status"),
        ({"kind": "condition", "text": "asthma", "onset": "long ago"}, "facts[0].onset"),
        ({"kind": "condition", "text": "asthma", "onset": "2031"}, "facts[0].onset"),
        ({"kind": "measure", "text": "HbA1c", "value": 7.8, "unit": "furlong"}, "facts[0].unit"),
        ({"kind": "measure", "text": "HbA1c", "value": 780, "unit": "%"}, "facts[0].value"),
        ({"kind": "measure", "text": "HbA1c", "unit": "%"}, "facts[0].value"),
        ({"kind": "measure", "text": "HbA1c", "value": True, "unit": "%"}, "facts[0].value"),
        ({"kind": "measure", "text": "mood ring", "value": 1}, "facts[0].text"),
        ({"kind": "measure", "text": "ECOG", "value": 9}, "facts[0].value"),
        ({"kind": "state", "text": "bored"}, "facts[0].text"),
    ],
)
def test_an_odd_fact_is_left_out_and_named(fact: object, field: str, lexicon: Lexicon) -> None:
    good = {"kind": "condition", "text": "hypertension"}
    found = intake(lexicon, facts=[fact, good])
    assert [note.field for note in found.notes] == [field]
    assert [fact.text for fact in found.profile.facts] == ["hypertension"]


def test_a_condition_by_its_code(lexicon: Lexicon) -> None:
    found = one(lexicon, kind="condition", code="ICD10:E11", onset="2015", stage="Stage IIIA")
    assert isinstance(found, ClinicalFact)
    assert found.concepts == ("MESH:D003924",)
    assert found.began == PartialDate.parse("2015")
    assert found.detail == Detail(stage="iiia")


def test_strength_and_form_do_not_hide_a_drug(lexicon: Lexicon) -> None:
    found = one(lexicon, kind="drug", text="metformin 500 mg tablets")
    assert isinstance(found, ClinicalFact)
    assert found.concepts == ("ATC:A10BA02",)


def test_words_that_nobody_knows_keep_no_concept(lexicon: Lexicon) -> None:
    found = one(lexicon, kind="condition", text="the gloaming sickness")
    assert isinstance(found, ClinicalFact)
    assert (found.text, found.concepts) == ("the gloaming sickness", ())


def test_a_narrower_disease_is_the_broader_one_only_when_present(lexicon: Lexicon) -> None:
    text = "spectacular viral sinusitis"
    present = one(lexicon, kind="condition", text=text)
    absent = one(lexicon, kind="condition", text=text, status="absent")
    assert isinstance(present, ClinicalFact)
    assert isinstance(absent, ClinicalFact)
    assert present.concepts
    assert absent.concepts == ()


def test_a_procedure_lies_behind(lexicon: Lexicon) -> None:
    found = one(lexicon, kind="procedure", text="cataract surgery", date="2019-03")
    assert isinstance(found, ClinicalFact)
    assert (found.status, found.began, found.ended) == (
        "past",
        PartialDate.parse("2019-03"),
        PartialDate.parse("2019-03"),
    )


def test_a_measure_comes_in_its_canonical_unit(lexicon: Lexicon) -> None:
    found = one(
        lexicon, kind="measure", text="hémoglobine", value="102", unit="g/L", uln=160, lln=120
    )
    assert found == MeasureFact("haemoglobin", 10.2, uln=16.0, lln=12.0, text="hémoglobine")


def test_a_grade_and_a_state(lexicon: Lexicon) -> None:
    assert one(lexicon, kind="measure", text="ECOG", value=1) == OrdinalFact(
        "ecog", "1", text="ECOG"
    )
    assert one(lexicon, kind="state", text="enceinte", status="absent") == StateFact(
        "pregnant", "absent", "enceinte"
    )


def test_the_note_is_read_and_its_words_are_kept_apart(lexicon: Lexicon) -> None:
    profile = intake(
        lexicon, note="A 60-year-old man with asthma.", answers=[{"question": "x", "answer": "y"}]
    ).profile
    assert (profile.sex, profile.born) == ("male", PartialDate.of_age(60, ON))
    assert [f.text for f in profile.facts if f.source is Source.NOTE] == ["asthma"]
    assert profile.words == "x: y\nA 60-year-old man with asthma."


def test_what_was_answered_with_no_is_nothing_to_rank_by(lexicon: Lexicon) -> None:
    answers = [
        {"question": "prior LASIK surgery", "answer": "no"},
        {"question": "gout", "answer": "unknown"},
        {"question": "visual field", "answer": "moderate damage"},
    ]
    assert intake(lexicon, answers=answers).profile.words == "visual field: moderate damage"


def test_who_looks_for_a_trial_on_a_symptom_means_the_disorder_too(lexicon: Lexicon) -> None:
    sought = intake(lexicon, seeking=["anxiety"]).profile.seeking
    disorder = lexicon.lookup("anxiety disorder", kinds={Kind.CONDITION})[0].concept.id
    assert disorder in sought
    assert len(sought) > 1


def test_fields_go_before_the_note(lexicon: Lexicon) -> None:
    profile = intake(lexicon, note="A 60-year-old man", sex="female", age=30).profile
    assert (profile.sex, profile.born) == ("female", PartialDate.of_age(30, ON))


def test_a_home_is_kept_to_the_kilometre(lexicon: Lexicon) -> None:
    place = {"lat": 48.84123456, "lon": -2.39987654}
    home = intake(lexicon, location=place).profile.home
    assert (home.lat, home.lon) == (48.84, -2.4)


@pytest.mark.parametrize("name", ["onset", "end", "date"])
def test_a_date_before_anybodys_birth_is_a_slip(name: str, lexicon: Lexicon) -> None:
    oldest = {"kind": "condition", "text": "asthma", name: "1896"}
    assert len(intake(lexicon, facts=[oldest]).profile.facts) == 1
    found = intake(lexicon, facts=[{**oldest, name: "0215"}, {**oldest, name: "1895"}])
    assert found.profile.facts == ()
    assert [note.field for note in found.notes] == [f"facts[0].{name}", f"facts[1].{name}"]


def test_an_identifier_counts_once(lexicon: Lexicon) -> None:
    records = [Record("f:1", {"id": "a"}), Record("f:2", [{"id": "b"}, {"id": "a"}])]
    found = list(read_all(records, lexicon, ON))
    assert [f.record if isinstance(f, Refusal) else f.profile.person for f in found] == [
        "a",
        "b",
        "a",
    ]
    assert isinstance(found[2], Refusal)
    assert found[2].field == "id"
