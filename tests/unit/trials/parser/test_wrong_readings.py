"""Readings that a clinician called wrong, by class; each was found in random real criteria."""

import pytest

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Age, AllOf, AnyOf, Clinical, Not, Rule, Unparsed
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion
from tests.reading.tree import tree
from tests.unit.trials.parser.bare import bare


def read(side: str, text: str, lexicon: Lexicon) -> list[str]:
    return list(tree(rule(side, text, lexicon), lexicon))


def rule(side: str, text: str, lexicon: Lexicon) -> Rule:
    return parse_criterion("inclusion" if side == "+" else "exclusion", text, lexicon).rule


@pytest.mark.parametrize(
    ("side", "text", "tree_"),
    [
        (
            "-",
            "Active hepatitis B or a history of hepatitis C",
            ["any of", "  condition hepatitis B, current", "  condition hepatitis C, ever"],
        ),
        (
            "-",
            "Human immunodeficiency virus (HIV) infection",
            ["condition HIV infections, current"],
        ),
        ("-", "Hepatitis B virus (HBV) infection", ["condition hepatitis B, current"]),
        ("-", "Cirrhosis", ["condition liver cirrhosis, current"]),
        ("-", "Cirrhose", ["condition liver cirrhosis, current"]),
        ("-", "Previous exposure to ustekinumab (Stelara®)", ["drug ustekinumab, ever"]),
        ("-", "Ever been treated with metformin", ["drug metformin, ever"]),
        ("-", "Hypersensitivity or intolerance to aspirin", ["allergy aspirin, current"]),
        ("-", "Allergie ou intolérance à l'aspirine", ["allergy aspirin, current"]),
        (
            "+",
            "Non-obese patients (BMI < 27 kg/m2)",
            ["all of", "  not condition obesity, current", "  bmi < 27 kg/m2"],
        ),
    ],
)
def test_is_read_as_it_is_meant(side: str, text: str, tree_: list[str], lexicon: Lexicon) -> None:
    assert read(side, text, lexicon) == tree_


@pytest.mark.parametrize(
    "text",
    ["Patient over 18 years old, under guardianship", "Patient de plus de 18 ans, sous tutelle"],
)
def test_nobody_is_excluded_for_being_of_age(text: str, lexicon: Lexicon) -> None:
    assert isinstance(rule("-", text, lexicon), AllOf)


def test_an_age_of_which_a_trial_may_well_be_afraid_is_a_reason_of_its_own(
    lexicon: Lexicon,
) -> None:
    assert isinstance(rule("-", "Age > 80 years, pregnancy", lexicon), AnyOf)


def test_a_denied_adjective_denies_no_disease(lexicon: Lexicon) -> None:
    read_ = rule("-", "Severe non-hepatic illnesses", lexicon)
    assert isinstance(read_, AllOf)
    assert not any(isinstance(part, Not) for part in read_.of)
    assert isinstance(rule("-", "Non-diabetic patients", lexicon), Not)


@pytest.mark.parametrize("text", ["Prostate cancer therapy within 2 months", "Asthma treatment"])
def test_a_treatment_of_a_disease_is_not_the_disease(text: str, lexicon: Lexicon) -> None:
    read_ = rule("-", text, lexicon)
    assert isinstance(read_, AllOf)
    first, second = read_.of
    assert isinstance(first, Clinical)
    assert (first.kind, first.concepts) == (Kind.CONDITION, ())
    assert isinstance(second, Unparsed)


@pytest.mark.parametrize("text", ["For the purposes of diagnosis", "A definite prognosis"])
def test_words_that_only_end_like_diseases_are_none(text: str, lexicon: Lexicon) -> None:
    assert isinstance(rule("-", text, lexicon), Unparsed)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Prior AZD2171", True),
        ("Prior MK-3475", True),
        ("Prior RTOG-0617", False),
        ("In 2019", False),
    ],
)
def test_a_makers_code_is_a_drug(text: str, lexicon: Lexicon, *, named: bool) -> None:
    assert any(line.startswith("drug") for line in read("-", text, lexicon)) is named


@pytest.mark.parametrize(
    "text",
    [
        "Adults with asthma. Patients with COPD are excluded.",
        "Adultes asthmatiques. Les patients atteints de BPCO sont exclus.",
    ],
)
def test_a_sentence_that_excludes_asks_for_nothing(text: str, lexicon: Lexicon) -> None:
    found = bare(parse_criterion("inclusion", text, lexicon).rule)
    assert isinstance(found, AllOf)
    assert [type(part) for part in found.of] == [Clinical, Not]


@pytest.mark.parametrize(
    "text",
    [
        "COVID-19 test within 3 days",
        "A test for COVID-19 taken at the check point",
        "Obtained COVID-19 testing",
        "Test COVID-19 dans les 3 jours",
    ],
)
def test_a_test_is_not_the_disease(text: str, lexicon: Lexicon) -> None:
    found = leaves(parse_criterion("inclusion", text, lexicon).rule)
    assert not any(isinstance(leaf, Clinical) and leaf.concepts for leaf in found)


@pytest.mark.parametrize(
    "text", ["Positive COVID-19 test", "Positive test for COVID-19", "Test COVID-19 positif"]
)
def test_a_positive_test_is_the_disease(text: str, lexicon: Lexicon) -> None:
    found = parse_criterion("inclusion", text, lexicon).rule
    assert isinstance(found, Clinical)
    assert found.concepts


@pytest.mark.parametrize("text", ["Age = 18 years and = 50 years", "Âge = 18 ans et = 50 ans"])
def test_two_equal_ages_are_not_both_asked_for(text: str, lexicon: Lexicon) -> None:
    found = leaves(parse_criterion("inclusion", text, lexicon).rule)
    assert len([leaf for leaf in found if isinstance(leaf, Age)]) <= 1
