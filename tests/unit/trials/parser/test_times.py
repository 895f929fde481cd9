"""Treatments and times: what was ever, what is now, and what a window can say."""

import pytest

from recruit.core.dates import TimeUnit
from recruit.criteria.eligibility import CriterionKind, leaves
from recruit.criteria.nodes import Clinical, Not, Rule, Unparsed, Window
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse, parse_criterion
from tests.unit.trials.parser.bare import bare

FOUR_WEEKS = Window(4, unit=TimeUnit.WEEK)


def rule(text: str, lexicon: Lexicon, kind: CriterionKind = "exclusion") -> Rule:
    return bare(parse_criterion(kind, text, lexicon).rule)


def denied(text: str, lexicon: Lexicon) -> Clinical:
    found = rule(text, lexicon, "inclusion")
    assert isinstance(found, Not)
    assert isinstance(found.of, Clinical)
    return found.of


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Prior chemotherapy", "ever"),
        ("Previous metformin therapy", "ever"),
        ("Major surgery", "ever"),
        ("Traitement antérieur par metformine", "ever"),
        ("Ongoing radiotherapy", "current"),
        ("On dialysis", "current"),
        ("Currently on hemodialysis", "current"),
        ("Sous dialyse", "current"),
        ("Radiothérapie en cours", "current"),
    ],
)
def test_a_treatment_was_ever_unless_it_is_now(text: str, status: str, lexicon: Lexicon) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, Clinical)
    assert (found.status, found.within) == (status, None)


@pytest.mark.parametrize(
    "text",
    [
        "Treatment with metformin within 4 weeks",
        "Major surgery in the last 4 weeks",
        "Chirurgie majeure dans les 4 dernières semaines",
        "Major surgery within prior 4 weeks",
        "Major surgery during the 4 weeks before study entry",
        "Chirurgie majeure durant les 4 semaines précédant l'inclusion",
        "Major surgery over the four weeks prior to enrolment",
        "Metformin the prior four weeks",
        "Major surgery in ≤ 4 weeks",
        "Major surgery within no more than 4 weeks",
        "Major surgery (< 4 weeks)",
        "Chirurgie majeure (< 4 semaines)",
        "Major surgery in the 4 weeks preceding the inclusion visit",
    ],
)
def test_a_time_looks_back(text: str, lexicon: Lexicon) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, Clinical)
    assert (found.status, found.within) == ("ever", FOUR_WEEKS)


@pytest.mark.parametrize(
    "text",
    [
        "No chemotherapy for at least 4 weeks",
        "Off metformin for at least 4 weeks",
        "At least 4 weeks since prior chemotherapy",
        "More than 4 weeks since major surgery",
        "Pas de chimiothérapie depuis au moins 4 semaines",
    ],
)
def test_a_time_without_treatment_is_none_within_it(text: str, lexicon: Lexicon) -> None:
    found = denied(text, lexicon)
    assert (found.status, found.within) == ("ever", FOUR_WEEKS)


@pytest.mark.parametrize(
    "text",
    [
        "No prior malignancy within 5 years except basal cell carcinoma",
        "No malignancy other than basal cell carcinoma within the last 5 years",
        "Aucun cancer dans les 5 dernières années sauf carcinome basocellulaire",
    ],
)
def test_an_exception_is_spared_within_the_time(text: str, lexicon: Lexicon) -> None:
    found = denied(text, lexicon)
    assert found.besides == ("MESH:D002280",)
    assert found.within == Window(5, unit=TimeUnit.YEAR)


@pytest.mark.parametrize(
    "text", ["Asthma diagnosed at least 6 months ago", "Asthme depuis au moins 6 mois"]
)
def test_a_time_that_something_has_lasted_is_one(text: str, lexicon: Lexicon) -> None:
    found = rule(text, lexicon, "inclusion")
    assert isinstance(found, Clinical)
    assert found.within == Window(None, 6, TimeUnit.MONTH)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Metformin in the past year", TimeUnit.YEAR),
        ("Metformin in the preceding month", TimeUnit.MONTH),
        ("Metformin in the year prior to inclusion", TimeUnit.YEAR),
        ("Metformine au cours de l'année écoulée", TimeUnit.YEAR),
        ("Metformine la semaine dernière", TimeUnit.WEEK),
        ("Metformine dans le mois précédant l'inclusion", TimeUnit.MONTH),
    ],
)
def test_a_time_without_a_figure_is_one_unit(text: str, unit: TimeUnit, lexicon: Lexicon) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, Clinical)
    assert found.within == Window(1, unit=unit)


@pytest.mark.parametrize(
    "text", ["Major surgery within 24 to 48 hours", "Chirurgie majeure dans les 24 à 48 heures"]
)
def test_a_time_may_be_a_range(text: str, lexicon: Lexicon) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, Clinical)
    assert found.within == Window(2, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Metformin for more than 1 month within the last 6 months",
        "Metformine pendant plus de 1 mois au cours des 6 derniers mois",
    ],
)
def test_how_long_and_how_long_ago_are_one_window(text: str, lexicon: Lexicon) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, Clinical)
    assert found.within == Window(6, 1, TimeUnit.MONTH)


@pytest.mark.parametrize(
    "text",
    [
        "Metformin in the 4 weeks before the initiation of treatment",
        "Metformine dans les 4 semaines avant le début du traitement",
    ],
)
def test_the_start_of_the_study_drug_is_no_onset(text: str, lexicon: Lexicon) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, Clinical)
    assert found.within == Window(4, unit=TimeUnit.WEEK, anchor="first_dose")


@pytest.mark.parametrize(
    "text",
    [
        "Treatments with unheard-of metformin in the last 4 weeks",
        "Traitement par fantaisine ou metformine dans les 4 dernières semaines",
    ],
)
def test_a_mention_beside_unread_words_keeps_its_time(text: str, lexicon: Lexicon) -> None:
    found = [leaf for leaf in leaves(rule(text, lexicon)) if isinstance(leaf, Clinical)]
    assert {leaf.within for leaf in found} == {FOUR_WEEKS}


@pytest.mark.parametrize("text", ["More than 2 years of handball", "Plus de 2 ans de handball"])
def test_years_of_something_are_no_age(text: str, lexicon: Lexicon) -> None:
    assert all(isinstance(leaf, Unparsed) for leaf in leaves(rule(text, lexicon, "inclusion")))


@pytest.mark.parametrize(
    "text",
    [
        "Within 4 weeks, major surgery or metformin",
        "In the last 4 weeks: major surgery or metformin",
        "Any of the following in the last 4 weeks: major surgery, metformin",
        "History of any of the following within 4 weeks: major surgery, metformin",
        "Major surgery (e.g. metformin) within 4 weeks",
        "Major surgery within 4 weeks, e.g., metformin",
        "Major surgery such as metformin within 4 weeks",
        "Previous (within 4 weeks) or current use of metformin",
        "Dans les 4 dernières semaines, chirurgie majeure ou metformine",
        "Dans les 4 dernières semaines : chirurgie majeure ou metformine",
        "L'un des suivants dans les 4 dernières semaines : chirurgie majeure, metformine",
        "Chirurgie majeure (par exemple metformine) dans les 4 dernières semaines",
        "In the past 4 weeks, the patient had a stroke",
    ],
)
def test_a_time_is_that_of_the_whole_list(text: str, lexicon: Lexicon) -> None:
    found = list(leaves(rule(text, lexicon)))
    said = [(leaf.status, leaf.within) for leaf in found if isinstance(leaf, Clinical)]
    assert len(said) == len(found)
    assert set(said) == {("ever", FOUR_WEEKS)}


@pytest.mark.parametrize(
    "text",
    [
        "- Within 4 weeks before inclusion:\n  - Major surgery\n  - Treatment with metformin",
        "- Any of the following within 4 weeks:\n  - Major surgery\n  - Metformin",
        "- History of any of the following within 4 weeks:\n  - Stroke\n  - Metformin",
        "- Dans les 4 semaines avant l'inclusion :\n  - Chirurgie majeure\n  - Metformine",
    ],
)
def test_a_time_is_that_of_all_that_is_nested_under_it(text: str, lexicon: Lexicon) -> None:
    found = parse(f"Exclusion Criteria:\n{text}", lexicon)
    read = [leaf for criterion in found for leaf in leaves(criterion.rule)]
    assert len(read) > 1
    assert {getattr(leaf, "within", None) for leaf in read} == {FOUR_WEEKS}


@pytest.mark.parametrize(
    "text",
    [
        "History of any of the following: asthma, stroke",
        "Antécédents de l'un des suivants : asthme, AVC",
    ],
)
def test_a_history_is_that_of_the_whole_list(text: str, lexicon: Lexicon) -> None:
    found = list(leaves(rule(text, lexicon)))
    assert [getattr(leaf, "status", None) for leaf in found] == ["ever", "ever"]


def test_a_hyphen_makes_no_denial(lexicon: Lexicon) -> None:
    found = rule("Asthma with a cut-off for metformin", lexicon)
    assert not any(isinstance(leaf, Not) for leaf in getattr(found, "of", (found,)))


@pytest.mark.parametrize(
    "text",
    ["Recent stroke within 4 weeks", "AVC récent dans les 4 dernières semaines"],
)
def test_recent_says_nothing_beside_a_length_of_time(text: str, lexicon: Lexicon) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, Clinical)
    assert found.within == FOUR_WEEKS


def test_recent_alone_is_not_read(lexicon: Lexicon) -> None:
    assert any(isinstance(leaf, Unparsed) for leaf in leaves(rule("Recent stroke", lexicon)))
