"""What criteria say, piece by piece: each row is one class of wording."""

import pytest

from recruit.core.dates import TimeUnit
from recruit.criteria.eligibility import CriterionKind, leaves
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Language,
    Measure,
    Not,
    Ordinal,
    Rule,
    Sex,
    State,
    Unparsed,
    Window,
)
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse, parse_criterion
from tests.unit.trials.parser.bare import bare

ASTHMA = ("MESH:D001249",)
STROKE = ("MESH:D020521",)
DIABETES = ("MESH:D003924",)
UNREAD = Unparsed("")


def condition(concepts: tuple[str, ...], **more: object) -> Clinical:
    return Clinical(Kind.CONDITION, "", concepts, **more)  # type: ignore[arg-type]


def rule(kind: CriterionKind, text: str, lexicon: Lexicon) -> Rule:
    return bare(parse_criterion(kind, text, lexicon).rule)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Age ≥ 18 years", Age(18)),
        ("18 years and older", Age(18)),
        ("over 18 years of age", Age(18, min_inclusive=False)),
        ("Age: 18-75 years", Age(18, 75)),
        ("aged 18 to 75", Age(18, 75)),
        ("Age ≥ 18 and < 65 years", Age(18, 65, max_inclusive=False)),
        ("between 18 and 65 years of age", Age(18, 65)),
        ("Age < 12 months", Age(None, 12, max_inclusive=False, unit=TimeUnit.MONTH)),
        ("at least 6 weeks of age", Age(6, unit=TimeUnit.WEEK)),
        ("Adults", Age(18)),
    ],
)
def test_ages_are_bounded_as_written(text: str, expected: Age, lexicon: Lexicon) -> None:
    assert rule("inclusion", text, lexicon) == expected


def test_an_age_that_nobody_reaches_is_not_read(lexicon: Lexicon) -> None:
    assert rule("inclusion", "Age > 450 years", lexicon) == UNREAD


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HbA1c > 7.5 %", Measure("hba1c", 7.5, None, min_inclusive=False, unit="%")),
        ("HbA1c 7-10%", Measure("hba1c", 7, 10, unit="%")),
        ("ANC ≥ 1,500/µL", Measure("neutrophils", 1.5, unit="10*9/L")),
        ("platelets no less than 100 x 10^9/L", Measure("platelets", 100, unit="10*9/L")),
        ("ALT no greater than 3 times ULN", Measure("alt", None, 3, times="uln")),
        ("ALT > ULN", Measure("alt", 1, None, min_inclusive=False, times="uln")),
        ("BMI of 30 or greater", Measure("bmi", 30, unit="kg/m2")),
    ],
)
def test_values_carry_their_canonical_unit(text: str, expected: Measure, lexicon: Lexicon) -> None:
    assert rule("inclusion", text, lexicon) == expected


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("ECOG 0-1", ("0", "1")),
        ("ECOG performance status of 0, 1 or 2", ("0", "1", "2")),
        ("ECOG ≤ 2", ("0", "1", "2")),
        ("ECOG less than 2", ("0", "1")),
    ],
)
def test_grades_are_listed(text: str, values: tuple[str, ...], lexicon: Lexicon) -> None:
    assert rule("inclusion", text, lexicon) == Ordinal("ecog", values)


def test_two_variables_share_a_value(lexicon: Lexicon) -> None:
    found = rule("inclusion", "AST/ALT ≤ 2.5 x ULN", lexicon)
    leaves_ = (Measure("ast", None, 2.5, times="uln"), Measure("alt", None, 2.5, times="uln"))
    assert found == AllOf(leaves_)


def test_either_pressure_too_high_is_too_high(lexicon: Lexicon) -> None:
    found = rule("exclusion", "blood pressure ≥ 140/90 mmHg", lexicon)
    assert found == AnyOf(
        (Measure("systolic_bp", 140, unit="mm[Hg]"), Measure("diastolic_bp", 90, unit="mm[Hg]"))
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("asthma", condition(ASTHMA)),
        ("history of asthma", condition(ASTHMA, status="ever")),
        ("active asthma", condition(ASTHMA)),
        (
            "stroke within 6 months",
            condition(STROKE, status="ever", within=Window(6, unit=TimeUnit.MONTH)),
        ),
        ("asthma for at least 3 months", condition(ASTHMA, within=Window(None, 3, TimeUnit.MONTH))),
        (
            "stroke within 30 days prior to the first dose",
            condition(STROKE, status="ever", within=Window(30, anchor="first_dose")),
        ),
        ("no asthma", Not(condition(ASTHMA))),
        ("absence of asthma", Not(condition(ASTHMA))),
    ],
)  # fmt: skip
def test_status_and_time_are_kept(text: str, expected: Rule, lexicon: Lexicon) -> None:
    assert rule("exclusion", text, lexicon) == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("exclusion", "asthma or stroke", AnyOf((condition(ASTHMA), condition(STROKE)))),
        ("exclusion", "asthma and stroke", AnyOf((condition(ASTHMA), condition(STROKE)))),
        ("inclusion", "asthma and stroke", AllOf((condition(ASTHMA), condition(STROKE)))),
        ("inclusion", "no asthma or stroke", Not(AnyOf((condition(ASTHMA), condition(STROKE))))),
        ("inclusion", "asthma and no stroke", AllOf((condition(ASTHMA), Not(condition(STROKE))))),
        ("exclusion", "asthma unless stroke", AllOf((condition(ASTHMA), Not(condition(STROKE))))),
        ("inclusion", "asthma unless stroke", AnyOf((condition(ASTHMA), condition(STROKE)))),
    ],
)
def test_lists_are_joined_by_the_side_they_stand_on(
    kind: CriterionKind, text: str, expected: Rule, lexicon: Lexicon
) -> None:
    assert rule(kind, text, lexicon) == expected


def test_pregnancy_implies_the_sex(lexicon: Lexicon) -> None:
    found = rule("exclusion", "Pregnant or breastfeeding women", lexicon)
    assert found == AnyOf((State("pregnant"), State("breastfeeding")))


def test_who_is_not_meant_is_asked_nothing(lexicon: Lexicon) -> None:
    text = "Women of childbearing potential must have a negative pregnancy test"
    assert rule("inclusion", text, lexicon) == AnyOf(
        (Not(State("childbearing_potential")), Not(State("pregnant")))
    )


def test_both_sexes_are_either(lexicon: Lexicon) -> None:
    found = rule("inclusion", "Male or female aged 18 or over", lexicon)
    assert found == AllOf((AnyOf((Sex("male"), Sex("female"))), Age(18)))


def test_nobody_has_to_be_of_both_sexes(lexicon: Lexicon) -> None:
    found = rule("inclusion", "Men and non-pregnant women", lexicon)
    women = AllOf((Not(State("pregnant")), Sex("female")))
    assert found == AnyOf((Sex("male"), women))


def test_a_refusal_twice_denied_answers_nothing(lexicon: Lexicon) -> None:
    found = parse_criterion("exclusion", "Refused or no consent", lexicon)
    assert all(isinstance(leaf, Unparsed) for leaf in leaves(found.rule))


def test_a_lone_figure_is_no_bound(lexicon: Lexicon) -> None:
    found = parse_criterion("inclusion", "HbA1c of 7 %", lexicon)
    assert all(isinstance(leaf, Unparsed) for leaf in leaves(found.rule))


def test_an_introduction_that_names_no_disease_adds_nothing(lexicon: Lexicon) -> None:
    text = "Exclusion:\n* Any of the following diseases:\n  * asthma\n  * stroke\n"
    found = [bare(criterion.rule) for criterion in parse(text, lexicon)]
    assert found == [condition(ASTHMA), condition(STROKE)]


def test_a_language_is_spoken(lexicon: Lexicon) -> None:
    assert rule("inclusion", "Able to speak French", lexicon) == Language("fr")


def test_an_inability_denies(lexicon: Lexicon) -> None:
    found = rule("exclusion", "Unable to give informed consent", lexicon)
    assert found == Not(State("able_to_consent"))


def test_time_since_a_treatment_denies_it_within(lexicon: Lexicon) -> None:
    found = rule("inclusion", "At least 4 weeks since prior chemotherapy", lexicon)
    assert isinstance(found, Not)
    assert isinstance(found.of, Clinical)
    assert found.of.within == Window(4, unit=TimeUnit.WEEK)


def test_an_allergy_is_no_treatment(lexicon: Lexicon) -> None:
    found = rule("exclusion", "Known hypersensitivity to penicillin", lexicon)
    assert isinstance(found, Clinical)
    assert found.kind is Kind.ALLERGY


def test_what_an_exception_spares_does_not_answer(lexicon: Lexicon) -> None:
    found = rule("exclusion", "Malignancy other than basal cell carcinoma", lexicon)
    assert isinstance(found, Clinical)
    assert found.besides == ("MESH:D002280",)


@pytest.mark.parametrize(
    "text",
    [
        "Family history of asthma",
        "Risk of asthma",
        "Suspected asthma",
        "Candidates for asthma surgery",
        "In the opinion of the investigator",
    ],
)
def test_what_is_not_said_of_the_person_answers_nothing(text: str, lexicon: Lexicon) -> None:
    found = parse_criterion("exclusion", text, lexicon)
    assert all(
        isinstance(leaf, Unparsed) or (isinstance(leaf, Clinical) and not leaf.concepts)
        for leaf in leaves(found.rule)
        if not (isinstance(leaf, Clinical) and leaf.kind is Kind.PROCEDURE)
    )


def test_an_unread_qualifier_narrows(lexicon: Lexicon) -> None:
    found = rule("exclusion", "asthma requiring hospitalisation", lexicon)
    assert isinstance(found, AllOf)
    assert found.of[0] == condition(ASTHMA)
    assert any(isinstance(leaf, Unparsed) for leaf in leaves(found))


def test_a_parent_gathers_its_alternatives(lexicon: Lexicon) -> None:
    text = "* At least two of the following:\n  * asthma\n  * stroke\n  * type 2 diabetes\n"
    (criterion,) = parse(text, lexicon)
    assert bare(criterion.rule) == AtLeast(
        2, (condition(ASTHMA), condition(STROKE), condition(DIABETES))
    )


def test_an_excluded_person_among_the_inclusions_is_an_exclusion(lexicon: Lexicon) -> None:
    (criterion,) = parse("Inclusion Criteria:\n- Patients with asthma are excluded", lexicon)
    assert (criterion.kind, bare(criterion.rule)) == ("exclusion", condition(ASTHMA))


def test_a_cohorts_requirement_excludes_nobody_from_the_others(lexicon: Lexicon) -> None:
    (criterion,) = parse("Inclusion Criteria:\nCohort A:\n- asthma", lexicon)
    assert bare(criterion.rule) == AnyOf((condition(ASTHMA), UNREAD))


def test_spans_are_those_of_the_original(lexicon: Lexicon) -> None:
    text = "Inclusion Criteria:\r\n* Age \\>= 18 years\r\n* Type 2\r\n  diabetes\r\n"
    age, diabetes = parse(text, lexicon)
    spans = [leaf.span for criterion in (age, diabetes) for leaf in leaves(criterion.rule)]
    assert [text[slice(*span)] for span in spans if span] == [
        "Age \\>= 18 years",
        "Type 2\r\n  diabetes",
    ]
