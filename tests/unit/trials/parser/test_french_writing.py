"""What French texts write otherwise: endings for either sex, adjectives behind, what is to come."""

import pytest

from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse, parse_criterion
from recruit.trials.parser.clean import has_endings
from tests.reading.tree import tree


def read(text: str, lexicon: Lexicon) -> list[str]:
    return list(tree(parse_criterion("inclusion", text, lexicon).rule, lexicon))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Patient(e)s âgé(e)s de 18 ans ou plus", "Patients âgés de 18 ans ou plus"),
        ("Sujet traité(e) par insuline", "Sujet traité par insuline"),
        ("Patient·e·s asthmatiques", "Patients asthmatiques"),
        ("Lésion(s) cutanée(s)", "Lésions cutanées"),
        ("Fracture(s) vertébrale(s)", "Fracture vertébrale"),
    ],
)
def test_endings_for_either_sex_or_number_change_no_rule(
    written: str, plain: str, lexicon: Lexicon
) -> None:
    assert read(written, lexicon) == read(plain, lexicon)


def test_people_read_the_endings_as_they_were_written(lexicon: Lexicon) -> None:
    (criterion,) = parse("- Patient(e)s âgé·e·s  de plus de 18 ans, ECOG \\< 2", lexicon)
    assert criterion.text == "Patient(e)s âgé·e·s de plus de 18 ans, ECOG < 2"


@pytest.mark.parametrize("text", ["vitamine B(e)", "(e) asthme", "score (s) 3"])
def test_a_letter_in_brackets_elsewhere_is_no_ending(text: str, lexicon: Lexicon) -> None:
    (criterion,) = parse(f"- {text}", lexicon)
    assert text in criterion.text
    assert not has_endings(text, 0, len(text))


@pytest.mark.parametrize(
    ("text", "severe"),
    [
        ("Asthme sévère avec exacerbations", ["asthma"]),
        ("Severe asthma with exacerbations", ["asthma"]),
        ("Asthme avec exacerbations sévères", ["exacerbation"]),
        ("Asthme, insuffisance rénale sévère", ["renal insufficiency"]),
        ("Severe renal or hepatic impairment", ["renal insufficiency", "hepatic insufficiency"]),
    ],
)
def test_a_severity_is_that_of_what_it_stands_beside(
    text: str, severe: list[str], lexicon: Lexicon
) -> None:
    found = [line for line in read(text, lexicon) if "severity severe" in line]
    assert [name for name in severe if any(name in line for line in found)] == severe
    assert len(found) == len(severe)


@pytest.mark.parametrize(
    "text",
    [
        "Chirurgie prévue dans les 3 prochains mois",
        "Chirurgie dans les 3 mois à venir",
        "Grossesse prévue au cours des 12 prochains mois",
    ],
)
def test_what_is_to_come_is_asked_of_no_record(text: str, lexicon: Lexicon) -> None:
    assert not [
        line for line in read(text, lexicon) if "procedure surgery" in line or "state" in line
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Rheumatoid arthritis according to ACR/EULAR 2010 criteria",
        "Polyarthrite rhumatoïde selon les critères ACR/EULAR",
    ],
)
def test_a_name_with_a_stroke_is_no_alternative(text: str, lexicon: Lexicon) -> None:
    first, *_ = read(text, lexicon)
    assert first == "all of"


def test_diseases_with_a_stroke_are_alternatives(lexicon: Lexicon) -> None:
    first, *_ = read("asthma/COPD", lexicon)
    assert first == "any of"
