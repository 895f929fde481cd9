"""A community's own columns become our fields; a field that does not exist is named."""

import json

import pytest

from recruit.core.errors import Refusal
from recruit.people.intake.mapping_file import parse_mapping, read_mapping

ID = '[person]\nid = "member"\n'


def applied(mapping: str, row: object) -> object:
    return read_mapping(parse_mapping(ID + mapping)).applied(row)


def test_columns_become_fields_of_the_person() -> None:
    row = {"member": " 7 ", "g": "F", "born": "3/4/1975", "zip": "75012", "tongue": "français"}
    assert applied(
        'birth_date = { column = "born", format = "DD/MM/YYYY" }\n'
        'sex = { column = "g", words = { f = "female" } }\n'
        'postcode = "zip"\n'
        'country = { constant = "FR" }\n'
        'language = { column = "tongue", words = { "Français" = "fr" } }\n',
        row,
    ) == {
        "id": "7",
        "birth_date": "1975-04-03",
        "sex": "female",
        "language": "fr",
        "location": {"postcode": "75012", "country": "FR"},
    }


@pytest.mark.parametrize(
    ("layout", "written", "read"),
    [
        ("YYYY", "1975", "1975"),
        ("MM/YYYY", "4/1975", "1975-04"),
        ("DD.MM.YYYY", "03.04.1975", "1975-04-03"),
        ("YYYYMMDD", "19750403", "1975-04-03"),
        ("DD/MM/YYYY", "1975-04-03", "1975-04-03"),  # stays, and is read as it is
        ("DD/MM/YYYY", "soon", "soon"),  # stays, and is refused later
    ],
)
def test_dates_are_read_as_they_are_written(layout: str, written: str, read: str) -> None:
    mapping = f'birth_date = {{ column = "born", format = "{layout}" }}'
    assert applied(mapping, {"member": "7", "born": written}) == {"id": "7", "birth_date": read}


def test_a_moment_has_the_zone_of_its_clock() -> None:
    mapping = (
        '[consent]\nat = { column = "at", format = "DD/MM/YYYY hh:mm", zone = "Europe/Paris" }\n'
        'purposes = { column = "for", separator = ",", words = { études = "matching" } }'.replace(
            "études", '"études"'
        )
    )
    row = {"member": "7", "at": "1/10/2026 10:00", "for": "études, contact/email"}
    assert applied(mapping, row) == {
        "id": "7",
        "consent": {
            "at": "2026-10-01T10:00:00+02:00",
            "purposes": ["matching", "contact/email"],
        },
    }


def test_a_yes_is_one_of_the_words_for_it_alone() -> None:
    mapping = '[[choices]]\npurpose = "matching"\ncolumn = "ok"\nyes = ["oui", "x"]'
    for word, agreed in {"Oui": True, "X": True, "non": False, "": False, "yes": False}.items():
        told = applied(mapping, {"member": "7", "ok": word})
        assert isinstance(told, dict)
        assert ("consent" in told) is agreed, word


def test_lists_measures_states_and_answers_become_facts() -> None:
    mapping = (
        '[[lists]]\nkind = "drug"\ncolumn = "drugs"\nseparator = "/"\n'
        '[[measures]]\ntext = "HbA1c"\nvalue = "a1c"\nunit = { constant = "%" }\n'
        '[[states]]\nstate = "smoker"\ncolumn = "smokes"\nwords = { j = "present", n = "absent" }\n'
        '[[answers]]\nquestion = "prior surgery"\ncolumn = "surgery"\n'
    )
    row = {"member": "7", "drugs": "metformin / insulin/ ", "a1c": "7,8", "smokes": "N"}
    assert applied(mapping, row) == {
        "id": "7",
        "facts": [
            {"kind": "drug", "text": "metformin"},
            {"kind": "drug", "text": "insulin"},
            {"kind": "state", "text": "smoker", "status": "absent"},
            {"kind": "measure", "text": "HbA1c", "value": "7,8", "unit": "%"},
        ],
    }
    assert applied(mapping, {"member": "7", "surgery": "no"}) == {
        "id": "7",
        "answers": [{"question": "prior surgery", "answer": "no"}],
    }


def test_paths_lead_into_nested_records() -> None:
    mapping = 'sex = "profile.gender"\nage = "profile.age"\n[[lists]]\nkind = "condition"\n'
    row = {"member": 7, "profile": {"gender": "male", "age": 49, "ills": ["asthma", "gout"]}}
    assert applied(mapping + 'column = "profile.ills"', row) == {
        "id": "7",
        "sex": "male",
        "age": 49,
        "facts": [{"kind": "condition", "text": "asthma"}, {"kind": "condition", "text": "gout"}],
    }


def test_contact_points_stand_apart() -> None:
    told = applied('[contact]\nemail = "mail"', {"member": "7", "mail": "jane@example.org"})
    assert told == {"id": "7", "contact": {"email": "jane@example.org"}}


@pytest.mark.parametrize(
    ("mapping", "field", "said"),
    [
        ('birthdate = "b"', "person.birthdate", "“birth_date” is the nearest"),
        ('[persn]\nx = "y"', "persn", "“person” is the nearest"),
        ('[consent]\npurpose = "p"', "consent.purpose", "“purposes” is the nearest"),
        ('[[lists]]\nkind = "ilness"\ncolumn = "c"', "lists[0].kind", "there is no such field"),
        ('sex = { colum = "g" }', "person.sex.colum", "“column” is the nearest"),
        ("sex = 7", "person.sex", "table of fields"),
        ('sex = { words = { a = "b" } }', "person.sex", "“column” or a “constant”"),
        ('birth_date = { column = "b", format = "DD/MM" }', "person.birth_date.format", "YYYY"),
        ('age = { column = "b", zone = "Mars" }', "person.age.zone", "Europe/Paris"),
        ('[[measures]]\ntext = "HbA1c"', "measures[0].value", "this field is missing"),
        ('[[choices]]\npurpose = "matching"\ncolumn = "c"', "choices[0].yes", "list of texts"),
        ("[person", "file", "neither TOML nor JSON; look at line 3"),
    ],
)
def test_what_a_mapping_cannot_say_is_refused_by_name(mapping: str, field: str, said: str) -> None:
    with pytest.raises(Refusal) as error:
        parse_mapping(ID + mapping)
    assert error.value.field == field
    assert said in error.value.explain("en")


def test_a_mapping_without_an_identifier_is_none() -> None:
    with pytest.raises(Refusal) as error:
        parse_mapping('[person]\nsex = "g"')
    assert error.value.field == "person.id"


def test_json_says_the_same_as_toml() -> None:
    toml = parse_mapping(ID + 'sex = { column = "g", words = { f = "female" } }')
    assert parse_mapping(json.dumps(toml)) == toml


def test_what_is_no_record_stays_for_the_reader_to_refuse() -> None:
    assert applied("", "text") == "text"
    assert applied("", [{"member": "7"}, 8]) == [{"id": "7"}, 8]
