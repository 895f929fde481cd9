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


@pytest.mark.parametrize(
    "text",
    [
        "Has not received methotrexate",
        "Patients who have never taken methotrexate",
        "Not previously treated with methotrexate",
        "N'ayant pas reçu de méthotrexate",
        "N'a jamais pris de méthotrexate",
    ],
)
def test_what_was_not_received_never_was(text: str, lexicon: Lexicon) -> None:
    assert read("+", text, lexicon) == ["not drug methotrexate, ever"]


def test_what_is_not_taken_now_may_have_been(lexicon: Lexicon) -> None:
    assert read("+", "Not receiving methotrexate", lexicon) == ["not drug methotrexate, current"]


@pytest.mark.parametrize(
    ("side", "text", "tree_"),
    [
        (
            "-",
            "Receiving methotrexate or have received such therapy within 4 weeks",
            [
                "any of",
                "  drug methotrexate, current",
                "  drug methotrexate, ever, within 4 week before enrolment",
            ],
        ),
        (
            "-",
            "Traité par méthotrexate ou ayant reçu ce traitement dans les 4 dernières semaines",
            [
                "any of",
                "  drug methotrexate, current",
                "  drug methotrexate, ever, within 4 week before enrolment",
            ],
        ),
        ("-", "Co-infection with hepatitis C", ["condition hepatitis C, current"]),
        ("-", "Co-infecté par le VHC", ["condition hepatitis C, current"]),
        (
            "-",
            "Penicillin or aspirin allergy",
            ["any of", "  allergy penicillins, current", "  allergy aspirin, current"],
        ),
        (
            "-",
            "Use of warfarin or penicillin allergy",
            ["any of", "  drug warfarin, current", "  allergy penicillins, current"],
        ),
        ("+", "Child-Pugh score ≤ 6", ["child_pugh A"]),
        ("+", "Child-Pugh score ≥ 7", ["child_pugh B, C"]),
    ],
)
def test_is_read_of_what_it_points_to(
    side: str, text: str, tree_: list[str], lexicon: Lexicon
) -> None:
    assert read(side, text, lexicon) == tree_


@pytest.mark.parametrize(
    "text", ["Child-Pugh ≤ 7", "Child-Pugh < 9", "Child-Pugh > 7", "Score de Child-Pugh ≥ 8"]
)
def test_points_that_part_a_class_tell_nothing_of_it(text: str, lexicon: Lexicon) -> None:
    assert not any(line.startswith("child_pugh") for line in read("+", text, lexicon))


@pytest.mark.parametrize(
    "text",
    ["Fructose or lactose intolerant subjects", "Aspirin, ibuprofen or naproxen intolerance"],
)
def test_nobody_takes_what_they_do_not_bear(text: str, lexicon: Lexicon) -> None:
    found = leaves(rule("-", text, lexicon))
    assert not any(isinstance(leaf, Clinical) and leaf.concepts for leaf in found)


@pytest.mark.parametrize("text", ["Non-diabetic nephropathy", "Non-rheumatic heart disease"])
def test_a_denied_kind_of_a_disease_denies_no_disease(text: str, lexicon: Lexicon) -> None:
    found = rule("-", text, lexicon)
    assert isinstance(found, AllOf)
    assert not any(isinstance(part, Not) for part in found.of)


@pytest.mark.parametrize(
    "text",
    [
        "Men who are sexually active with women of childbearing potential must use contraception",
        "Males having a partner of childbearing potential must use contraception",
    ],
)
def test_whom_a_man_is_with_says_nothing_of_women(text: str, lexicon: Lexicon) -> None:
    said = [line.strip() for line in read("+", text, lexicon)]
    assert "male" in said
    assert not any("childbearing_potential" in line and "unread" not in line for line in said)


@pytest.mark.parametrize(
    "text",
    [
        "No stroke. Women will be given a test to ensure that they are not pregnant.",
        "Pas d'AVC. Un test de grossesse sera fait chez les femmes enceintes.",
    ],
)
def test_what_the_study_will_do_is_asked_of_nobody(text: str, lexicon: Lexicon) -> None:
    assert not any("state" in line for line in read("+", text, lexicon))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Asthma. Patients must have platelets ≥ 100 G/L.", "  not platelets ≥ 100 10*9/L"),
        (
            "Asthme. Les patients doivent avoir des plaquettes ≥ 100 G/L.",
            "  not platelets ≥ 100 10*9/L",
        ),
        (
            "Asthma. Patients must not have COPD.",
            "  condition chronic obstructive pulmonary diseases, current",
        ),
    ],
)
def test_who_does_not_meet_what_an_exclusion_asks_is_kept_out(
    text: str, reason: str, lexicon: Lexicon
) -> None:
    assert read("-", text, lexicon) == ["any of", "  condition asthma, current", reason]


def test_a_requirement_that_was_not_read_keeps_nobody_out(lexicon: Lexicon) -> None:
    found = rule("-", "Sedatives. Aspirin must have been stable for a week.", lexicon)
    assert isinstance(found, AllOf)
    assert isinstance(found.of[-1], Unparsed)
