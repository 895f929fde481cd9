"""Ages and sexes as records write them, in both languages."""

import pytest

from recruit.core.dates import TimeUnit
from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Age, AllOf, AnyOf, Clinical, Rule, Sex, Unparsed
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion
from tests.unit.trials.parser.bare import bare

EITHER = AnyOf((Sex("male"), Sex("female")))


def rule(text: str, lexicon: Lexicon) -> Rule:
    return bare(parse_criterion("inclusion", text, lexicon).rule)


def from_to(low: float, low_unit: TimeUnit, high: float, high_unit: TimeUnit) -> AllOf:
    return AllOf((Age(low, unit=low_unit), Age(max=high, unit=high_unit)))


@pytest.mark.parametrize(
    ("text", "low", "unit", "high"),
    [
        ("2 months to 20 years of age", 2, TimeUnit.MONTH, 20),
        ("Age 6 months - 13 years", 6, TimeUnit.MONTH, 13),
        ("Ages 28 days to 17 years", 28, TimeUnit.DAY, 17),
        ("Âgé de 2 mois à 20 ans", 2, TimeUnit.MONTH, 20),
        ("Age 6 mois à 13 ans", 6, TimeUnit.MONTH, 13),
    ],
)
def test_each_end_of_a_range_has_its_unit(
    text: str, low: float, unit: TimeUnit, high: float, lexicon: Lexicon
) -> None:
    assert rule(text, lexicon) == from_to(low, unit, high, TimeUnit.YEAR)


@pytest.mark.parametrize(
    "text", ["Age 6 months to less than 13 years", "Enfants de 6 mois à moins de 13 ans"]
)
def test_the_upper_end_may_be_left_out(text: str, lexicon: Lexicon) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, AllOf)
    assert isinstance(found.of[1], Age)
    assert (found.of[1].max, found.of[1].max_inclusive) == (13, False)


def test_places_of_a_parted_range_do_not_overlap(lexicon: Lexicon) -> None:
    text = "Aged 6 months to 13 years"
    found = parse_criterion("inclusion", text, lexicon)
    spans = [leaf.span for leaf in leaves(found.rule) if leaf.span]
    assert [text[slice(*span)] for span in spans] == ["Aged 6 months", "13 years"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aged 18 years and less than 80 years", Age(18, 80, max_inclusive=False)),
        ("children and adults from birth to 80 years", Age(max=80)),
        ("Birth to 18 years", Age(max=18)),
        ("De la naissance à 18 ans", Age(max=18)),
        ("Adults and adolescents aged 12 to 80", Age(12, 80)),
        ("Infants aged 0-28 days", Age(0, 28, unit=TimeUnit.DAY)),
        ("Age 8yr-18yrs", Age(8, 18)),
        ("20-70 age", Age(20, 70)),
        ("18+ years", Age(18)),
        ("Equal to or older than 18 years", Age(18)),
        ("Égal ou supérieur à 18 ans", Age(18)),
        ("More or equal 18 years and less or equal 45 years", Age(18, 45)),
        ("Over the age of 6 months", Age(6, min_inclusive=False, unit=TimeUnit.MONTH)),
    ],
)
def test_ages_are_one_range(text: str, expected: Age, lexicon: Lexicon) -> None:
    assert rule(text, lexicon) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Age > 18 with one of the following: asthma, COPD",
        "Âge > 18 ans avec l'un des suivants : asthme, BPCO",
    ],
)
def test_an_age_before_a_list_is_no_number_of_it(text: str, lexicon: Lexicon) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, AllOf)
    assert found.of[0] == Age(18, min_inclusive=False)


@pytest.mark.parametrize("text", ["Infants", "Nourrissons"])
def test_a_group_without_its_ages_is_not_read(text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon) == Unparsed("")


@pytest.mark.parametrize(
    "text",
    [
        "Both genders",
        "Patients of both sexes",
        "Either sex",
        "Male or female",
        "Patients des deux sexes",
        "Hommes et femmes",
    ],
)
def test_both_sexes_are_either(text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon) == EITHER


@pytest.mark.parametrize(
    "text",
    [
        "Male or female, 18-80 years",
        "Both genders, 18 to 80 years",
        "Hommes ou femmes, de 18 à 80 ans",
        "Des deux sexes, de 18 à 80 ans",
    ],
)
def test_either_sex_goes_with_the_age(text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon) == AllOf((EITHER, Age(18, 80)))


@pytest.mark.parametrize(
    "text",
    [
        "≥ 12 years of age. In countries where the legal age is 18, patients must be ≥ 18 years",
        "≥ 12 years of age. In countries that permit adults only, ≥ 18 years",
        "Âge ≥ 12 ans. Dans les pays où la majorité est à 18 ans, âge ≥ 18 ans",
    ],
)
def test_a_rule_for_some_countries_binds_nobody_else(text: str, lexicon: Lexicon) -> None:
    found = rule(text, lexicon)
    assert found == AllOf((Age(12), Unparsed("")))


def test_both_sexes_leave_the_disease_its_place(lexicon: Lexicon) -> None:
    found = parse_criterion("inclusion", "Patients of both sexes with asthma", lexicon).rule
    assert [leaf.concepts for leaf in leaves(found) if isinstance(leaf, Clinical)] == [
        ("MESH:D001249",)
    ]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Age of at least 18 years", 18, None),
        ("Âge d'au moins 18 ans", 18, None),
        ("Age equal or superior to 18 years", 18, None),
        ("Âge égal ou supérieur à 18 ans", 18, None),
        ("Age between 18 and 78 year-old", 18, 78),
        ("Age range: 7 to 14 years-old", 7, 14),
        ("With age ranging 40-80", 40, 80),
        ("Âge allant de 40 à 80 ans", 40, 80),
        ("Students aged 18-21 at the university", 18, 21),
        ("Population aged 55 to 74 years from the first study", 55, 74),
        ("Men or women, at least 19 years at the time of signing informed consent", 19, None),
        ("Hommes ou femmes, au moins 19 ans à la signature du consentement", 19, None),
    ],
)
def test_an_age_by_the_word_beside_it(
    text: str, low: float, high: float | None, lexicon: Lexicon
) -> None:
    found = leaves(parse_criterion("inclusion", text, lexicon).rule)
    ages = [(leaf.min, leaf.max) for leaf in found if isinstance(leaf, Age)]
    assert ages == [(low, high)]


@pytest.mark.parametrize(
    "text",
    [
        "Patients under 18 or over 80 years",
        "Patients de moins de 18 ou de plus de 80 ans",
        "Subjects below 18 and above 80",
        "Age < 18 or > 80",
        "Âge < 18 ou > 80",
    ],
)
def test_two_ages_of_which_one_lacks_its_unit(text: str, lexicon: Lexicon) -> None:
    found = leaves(parse_criterion("exclusion", text, lexicon).rule)
    ages = [(leaf.min, leaf.max) for leaf in found if isinstance(leaf, Age)]
    assert ages == [(None, 18), (80, None)]


@pytest.mark.parametrize(
    "text",
    [
        "Age at diagnosis < 40 years",
        "Âge au diagnostic < 40 ans",
        "Bone age ≤ 14 years",
        "Âge osseux ≤ 14 ans",
        "Age at onset between 18 and 40 years",
        "At least one child",
        "Au moins un enfant",
        "Women living with their children",
        "Patients with < 18 points",
    ],
)
def test_what_is_no_age_of_the_person_today(text: str, lexicon: Lexicon) -> None:
    found = leaves(parse_criterion("inclusion", text, lexicon).rule)
    assert not any(isinstance(leaf, Age) for leaf in found)


def test_who_fell_ill_at_an_age_is_at_least_as_old(lexicon: Lexicon) -> None:
    found = rule("Age at onset ≥ 50 years", lexicon)
    assert isinstance(found, AllOf)
    assert Age(50) in found.of
