"""Times of which one counts, values that define, and lists that share what stands at their end."""

import pytest

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import (
    AllOf,
    AnyOf,
    Clinical,
    Measure,
    Not,
    Ordinal,
    State,
    Unparsed,
    Window,
)
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion
from tests.unit.trials.parser.bare import bare

THIRTY_DAYS = Window(30)


@pytest.mark.parametrize(
    "text",
    [
        "Rituximab within 30 days or 5 half-lives, whichever is longer",
        "Rituximab within 5 half-lives or 30 days, whichever is longer",
        "Rituximab within 30 days or 5 half-lives (whichever is longer) prior to enrolment",
        "Rituximab within 30 days or 5 half-lives of the drug, whichever is the longer",
        "Rituximab dans les 30 jours ou 5 demi-vies (selon la durée la plus longue)",
    ],
)
def test_the_days_are_enough_where_the_longer_time_counts(text: str, lexicon: Lexicon) -> None:
    found = parse_criterion("exclusion", text, lexicon).rule
    assert isinstance(found, AnyOf)
    first, second = found.of
    assert isinstance(first, Clinical)
    assert first.within == THIRTY_DAYS
    assert isinstance(second, AllOf)
    assert [type(part) for part in second.of] == [Clinical, Unparsed]
    ever = second.of[0]
    assert isinstance(ever, Clinical)
    assert (ever.within, ever.status, ever.concepts) == (None, "ever", first.concepts)


def test_the_days_are_not_enough_where_the_shorter_time_counts(lexicon: Lexicon) -> None:
    text = "Rituximab within 30 days or 5 half-lives, whichever is shorter"
    found = parse_criterion("exclusion", text, lexicon).rule
    assert isinstance(found, AllOf)
    assert [type(part) for part in found.of] == [Clinical, Unparsed]


def test_a_denial_is_of_both_times(lexicon: Lexicon) -> None:
    text = "No rituximab within 30 days or 5 half-lives, whichever is longer, prior to enrolment"
    found = parse_criterion("inclusion", text, lexicon).rule
    assert isinstance(found, Not)
    assert isinstance(found.of, AnyOf)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Chemotherapy or radiotherapy within 4 weeks, or surgery within 2 weeks", [4, 4, 2]),
        ("Stroke or myocardial infarction within the last 6 months", [6, 6]),
        (
            "Chimiothérapie ou radiothérapie dans les 4 semaines, ou chirurgie dans les 2 semaines",
            [4, 4, 2],
        ),
    ],
)
def test_a_time_is_that_of_what_stands_before_it(
    text: str, amounts: list[float], lexicon: Lexicon
) -> None:
    found = leaves(parse_criterion("exclusion", text, lexicon).rule)
    assert [
        leaf.within and leaf.within.max for leaf in found if isinstance(leaf, Clinical)
    ] == amounts


@pytest.mark.parametrize(
    "text",
    [
        "ALT more than twice the ULN",
        "ALT greater than two times the upper limit of normal",
        "ALAT supérieure à deux fois la LSN",
        "ALAT supérieure au double de la normale",
    ],
)
def test_twice_is_a_multiple(text: str, lexicon: Lexicon) -> None:
    found = parse_criterion("exclusion", text, lexicon).rule
    assert isinstance(found, Measure)
    assert (found.variable, found.min, found.min_inclusive, found.times) == ("alt", 2, False, "uln")


@pytest.mark.parametrize(
    "text",
    [
        "Classe II ou III de la NYHA",
        "Classe fonctionnelle II-III selon la NYHA",
        "NYHA class II or III",
        "Class II to III NYHA",
    ],
)
def test_grades_stand_before_their_scale_as_well(text: str, lexicon: Lexicon) -> None:
    assert bare(parse_criterion("inclusion", text, lexicon).rule) == Ordinal("nyha", ("2", "3"))


@pytest.mark.parametrize(
    "text", ["Au moins une ligne de traitement antérieure", "At least one prior line of therapy"]
)
def test_one_is_a_figure_before_what_is_counted(text: str, lexicon: Lexicon) -> None:
    found = parse_criterion("inclusion", text, lexicon).rule
    assert isinstance(found, Measure)
    assert (found.variable, found.min, found.max) == ("prior_lines", 1, None)


@pytest.mark.parametrize(
    "text",
    [
        "Fumeur ou ancien fumeur (≥ 10 paquets-années)",
        "Fumeurs ou ex-fumeurs ≥ 10 paquets-années",
        "Smokers or former smokers with at least 10 pack-years",
    ],
)
def test_the_pack_years_are_of_all_smokers(text: str, lexicon: Lexicon) -> None:
    found = parse_criterion("inclusion", text, lexicon).rule
    assert isinstance(found, AllOf)
    assert bare(found.of[0]) == Not(State("never_smoker"))
    assert isinstance(found.of[1], Measure)


@pytest.mark.parametrize(
    "text",
    [
        "Uncontrolled hypertension defined as blood pressure > 160/100 mmHg",
        "Uncontrolled hypertension (BP > 160/100 mmHg)",
        "Hypertension artérielle non contrôlée définie par PAS > 160 mmHg ou PAD > 100 mmHg",
        "Poorly controlled diabetes defined as HbA1c > 9 %",
    ],
)
def test_a_value_says_what_uncontrolled_is(text: str, lexicon: Lexicon) -> None:
    found = list(leaves(parse_criterion("exclusion", text, lexicon).rule))
    assert {type(leaf) for leaf in found} == {Clinical, Measure}


@pytest.mark.parametrize(
    "text", ["Uncontrolled hypertension", "Uncontrolled hypertension requiring admission (ward 3)"]
)
def test_without_a_value_uncontrolled_is_not_read(text: str, lexicon: Lexicon) -> None:
    found = leaves(parse_criterion("exclusion", text, lexicon).rule)
    assert any(isinstance(leaf, Unparsed) for leaf in found)
