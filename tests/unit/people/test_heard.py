"""What a person types about their health, in both languages and with its slips."""

import time
from datetime import date

import pytest

from recruit.people.facts import ClinicalFact, MeasureFact, StateFact
from recruit.people.intake.heard import LONGEST, Heard, Understanding, listen, plain, says_none
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon

ON = date(2026, 11, 21)
DIABETES = "MESH:D003924"
HYPERTENSION = "MESH:D006973"
METFORMIN = "ATC:A10BA02"


def hear(text: str, lexicon: Lexicon, about: Kind = Kind.CONDITION) -> Understanding:
    return listen(text, about, lexicon, ON)


def one(text: str, lexicon: Lexicon, about: Kind = Kind.CONDITION) -> Heard:
    [heard] = hear(text, lexicon, about).heard
    return heard


def clinical(heard: Heard) -> ClinicalFact:
    assert isinstance(heard.fact, ClinicalFact)
    return heard.fact


@pytest.mark.parametrize(
    "text",
    [
        "diabète de type 2 depuis 2015, HTA, metformine 500",
        "Type 2 diabetes since 2015; high blood pressure\nmetformin 500 mg",
    ],
)
def test_a_list_is_heard_thing_by_thing(text: str, lexicon: Lexicon) -> None:
    heard = hear(text, lexicon).heard
    assert [clinical(each).concepts for each in heard] == [
        (DIABETES,),
        (HYPERTENSION,),
        (METFORMIN,),
    ]
    assert all(each.sure for each in heard)
    assert str(clinical(heard[0]).began) == "2015"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("diabette de type 2", DIABETES),
        ("type 2 diabetis since 2015", DIABETES),
        ("high blood presure", HYPERTENSION),
        ("hipertension", HYPERTENSION),
        ("fibromialgie", "MESH:D005356"),
        ("polyarthrite rumathoide", "MESH:D001172"),
        ("maladie de chron", "MESH:D003424"),
        ("astme", "MESH:D001249"),
    ],
)
def test_a_misspelt_name_is_a_choice_never_a_code_by_itself(
    text: str, meant: str, lexicon: Lexicon
) -> None:
    heard = one(text, lexicon)
    assert not heard.sure
    offered = {each.id for each in heard.candidates} | set(clinical(heard).concepts)
    assert meant in offered


def test_a_date_stays_with_a_misspelt_name(lexicon: Lexicon) -> None:
    assert str(clinical(one("type 2 diabetis since 2015", lexicon)).began) == "2015"


@pytest.mark.parametrize("text", ["pas de diabète", "no diabetes", "jamais de diabète"])
def test_what_is_denied_is_heard_as_absent(text: str, lexicon: Lexicon) -> None:
    heard = one(text, lexicon)
    assert (clinical(heard).status, heard.sure) == ("absent", True)


@pytest.mark.parametrize("text", ["pas de diabète, HTA", "no diabetes, high blood pressure"])
def test_how_far_a_no_reaches_is_asked(text: str, lexicon: Lexicon) -> None:
    denied, open_ = hear(text, lexicon).heard
    assert (clinical(denied).status, denied.sure) == ("absent", True)
    assert (open_.either_way, open_.sure) == (True, False)


@pytest.mark.parametrize(
    "text",
    ["ma mère a eu un cancer du sein", "my mother had breast cancer", "peut-être un diabète"],
)
def test_what_is_a_relatives_or_only_feared_is_left_out(text: str, lexicon: Lexicon) -> None:
    understood = hear(text, lexicon)
    assert (understood.heard, understood.left_out) == ((), (text,))


def test_a_relative_before_a_comma_takes_nothing_from_what_is_ones_own(lexicon: Lexicon) -> None:
    understood = hear("my mother had breast cancer, I have asthma", lexicon)
    assert [clinical(each).concepts for each in understood.heard] == [("MESH:D001249",)]
    assert understood.heard[0].sure


def test_what_may_still_be_the_relatives_is_asked(lexicon: Lexicon) -> None:
    [heard] = hear("ma mère a eu un cancer du sein, un diabète", lexicon).heard
    assert not heard.sure


def test_what_is_not_understood_keeps_its_words(lexicon: Lexicon) -> None:
    heard = one("bidule truc", lexicon)
    assert (heard.named, heard.candidates, clinical(heard).text) == (None, (), "bidule truc")


def test_two_things_that_are_not_understood_stay_two(lexicon: Lexicon) -> None:
    assert len(hear("bidule truc, machin chose", lexicon).heard) == 2


def test_an_operation_has_its_year_however_it_is_put(lexicon: Lexicon) -> None:
    heard = one("appendicectomie 1998", lexicon, Kind.PROCEDURE)
    assert (clinical(heard).status, str(clinical(heard).began)) == ("past", "1998")


@pytest.mark.parametrize("text", ["pénicilline", "allergique à la pénicilline", "penicillin"])
def test_a_drug_among_allergies_is_an_allergy(text: str, lexicon: Lexicon) -> None:
    fact = clinical(one(text, lexicon, Kind.ALLERGY))
    assert (fact.kind, fact.concepts) == (Kind.ALLERGY, ("ATC:J01C",))


def test_a_name_of_another_kind_is_no_sure_answer(lexicon: Lexicon) -> None:
    assert not one("thyroide", lexicon).sure


def test_values_and_states_are_heard_too(lexicon: Lexicon) -> None:
    measure, state = (each.fact for each in hear("HbA1c 7,8 %, enceinte", lexicon).heard)
    assert isinstance(measure, MeasureFact)
    assert (measure.variable, measure.value) == ("hba1c", 7.8)
    assert isinstance(state, StateFact)
    assert state.state == "pregnant"


@pytest.mark.parametrize("text", ["none", "Aucune.", "rien du tout", "no", "Non !"])
def test_none_is_no_name(text: str) -> None:
    assert says_none(text)


@pytest.mark.parametrize("text", ["no diabetes", "non-Hodgkin lymphoma", "aucun diabète"])
def test_a_denial_of_something_is_not_none(text: str) -> None:
    assert not says_none(text)


def test_signs_that_nobody_sees_are_taken_away() -> None:
    assert plain("\u202eastme\u202c\x00 \u200bHTA\r\nx") == "astme HTA\nx"


@pytest.mark.parametrize(
    "text",
    [
        "a" * LONGEST,
        "no " * (LONGEST // 3),
        "<script>" * (LONGEST // 8),
        "diabète " * (LONGEST // 8),
        "(" * LONGEST,
        "É" * LONGEST,
        "1/" * (LONGEST // 2),
        "a. " * (LONGEST // 3),
    ],
)
def test_hostile_words_are_read_quickly(text: str, lexicon: Lexicon) -> None:
    start = time.perf_counter()
    hear(text, lexicon)
    assert time.perf_counter() - start < 2
