"""Age and sex as notes and answers say them."""

from datetime import date

import pytest

from recruit.core.dates import PartialDate
from recruit.criteria.nodes import SexValue
from recruit.people.intake.demographics import read_age, read_person, read_sex

ON = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("note", "age", "sex"),
    [
        ("A 60-year-old man with chest pain", 60, "male"),
        ("48 M with a h/o HTN", 48, "male"),
        ("55yo woman presents", 55, "female"),
        ("This is a 58 y/o female.", 58, "female"),
        ("67-year-old right-handed Black woman", 67, "female"),
        ("Femme de 49 ans, diabétique", 49, "female"),
        ("homme, 62 ans", 62, "male"),
        ("Patiente de 33 ans", 33, "female"),
        ("Patient, âgée de 45 ans", 45, "female"),
        ("Patient de 62 ans, diabétique", 62, None),
        ("74M s/p fall", 74, "male"),
        ("70 y/o with COPD", 70, None),
        ("Son is well. She is a 40 year old teacher", 40, None),
    ],
)
def test_a_note_says_whom_it_is_about(note: str, age: int, sex: SexValue | None) -> None:
    assert read_person(note, ON) == (PartialDate.of_age(age, ON), sex)


@pytest.mark.parametrize(
    "note", ["She walked 400 m daily for 3 years", "Ejection fraction 45, F waves", ""]
)
def test_numbers_that_are_no_age_are_left_alone(note: str) -> None:
    assert read_person(note, ON)[0] is None


def test_an_infant_is_as_old_as_it_is() -> None:
    born, sex = read_person("3-month-old boy", ON)
    assert (born, sex) == (PartialDate(date(2026, 7, 2), date(2026, 8, 1)), "male")


@pytest.mark.parametrize(
    ("note", "sex"),
    [
        ("He fell. His knee hurts and he limps.", "male"),
        ("She fell. Her husband says he saw her.", None),
        ("He fell.", None),
    ],
)
def test_pronouns_tell_the_sex_when_they_all_agree(note: str, sex: SexValue | None) -> None:
    assert read_person(note, ON)[1] == sex


@pytest.mark.parametrize("reply", ["39", "39 years old", "39yo", "39 y/o", "39 ans"])
def test_an_age_is_answered_in_many_ways(reply: str) -> None:
    assert read_age(reply, ON) == PartialDate.of_age(39, ON)


def test_an_adult_has_come_of_age_and_a_child_has_not() -> None:
    adult, child = read_age("adult", ON), read_age("enfant", ON)
    assert adult is not None
    assert child is not None
    assert adult.latest == date(2008, 11, 1)
    assert child.earliest == date(2008, 11, 2)


@pytest.mark.parametrize("reply", ["old enough", "450", "39 kg", ""])
def test_what_is_no_age_says_nothing(reply: str) -> None:
    assert read_age(reply, ON) is None


@pytest.mark.parametrize(
    ("reply", "sex"), [("F", "female"), ("homme", "male"), ("Woman", "female"), ("x", None)]
)
def test_sex_is_answered_in_both_languages(reply: str, sex: SexValue | None) -> None:
    assert read_sex(reply) == sex
