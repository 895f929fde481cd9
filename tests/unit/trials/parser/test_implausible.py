"""Figures that would let everybody in or nobody, because they are of something else."""

import pytest

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Age, Clinical, Measure, Ordinal
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion


@pytest.mark.parametrize(
    "text",
    [
        "IOP ≥ 19 mmHg in at least 1 eye",
        "A drop in systolic blood pressure of 20 mmHg or more",
        "Baisse de la pression artérielle systolique de plus de 20 mmHg",
        "Weight change more than 3 kg",
        "Pain score on a scale of 0 to 10",
        "FiO2 ≤ 100 %",
        "BMI above the 5th percentile",
    ],
)
def test_no_value_is_at_an_end_of_what_can_be(text: str, lexicon: Lexicon) -> None:
    found = leaves(parse_criterion("exclusion", text, lexicon).rule)
    values = [(leaf.min, leaf.max) for leaf in found if isinstance(leaf, Measure)]
    assert values in ([], [(19, None)])


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("MMSE ≥ 30", 30, None), ("GCS < 15", None, 15), ("Pain score of 0", 0, 0)],
)
def test_the_last_value_of_a_score_is_one(
    text: str, low: float | None, high: float | None, lexicon: Lexicon
) -> None:
    found = leaves(parse_criterion("inclusion", text, lexicon).rule)
    values = [(leaf.min, leaf.max) for leaf in found if isinstance(leaf, Measure)]
    assert values in ([], [(low, high)])


@pytest.mark.parametrize(
    "text",
    [
        "Other malignancy limiting survival to ≤ 2 years",
        "Age > 30 years, onset of first symptoms < 96 hours",
        "Previous (less than 10 years) or current malignant neoplasm",
        "Age 18 and over, reversibility after 2 to 4 inhalations",
        "Age 18 and over, WHO 0-2",
        "At least 6 years of schooling after the age of 5",
        "Age 18 to 55, minimum of 8th grade education",
        "Age: 18 and over Performance Status: WHO 0-2",
    ],
)
def test_no_age_is_read_from_another_figure(text: str, lexicon: Lexicon) -> None:
    found = leaves(parse_criterion("inclusion", text, lexicon).rule)
    ages = {end for leaf in found if isinstance(leaf, Age) for end in (leaf.min, leaf.max)}
    assert ages <= {None, 18, 30, 55, 5}


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("Patients > 65 years with treated asthma", 65),
        ("Patients older than or equal to 21 years undergoing catheterization", 21),
        ("Older > 18 years", 18),
    ],
)
def test_so_many_years_are_an_age(text: str, low: float, lexicon: Lexicon) -> None:
    found = list(leaves(parse_criterion("inclusion", text, lexicon).rule))
    assert [leaf.min for leaf in found if isinstance(leaf, Age)] == [low]
    assert all(leaf.within is None for leaf in found if isinstance(leaf, Clinical))


@pytest.mark.parametrize(
    "text",
    [
        "Migraine with onset prior to 50 years of age",
        "Claudication within 10 minutes of treadmill walking",
        "First cigarette within 30 minutes of waking",
    ],
)
def test_these_are_no_windows(text: str, lexicon: Lexicon) -> None:
    found = leaves(parse_criterion("inclusion", text, lexicon).rule)
    assert all(leaf.within is None for leaf in found if isinstance(leaf, Clinical))


@pytest.mark.parametrize("text", ["ECOG performance status of 0-2 or better", "ECOG 2 or better"])
def test_better_is_towards_the_well_end_of_the_scale(text: str, lexicon: Lexicon) -> None:
    found = parse_criterion("inclusion", text, lexicon).rule
    assert isinstance(found, Ordinal)
    assert found.values == ("0", "1", "2")
