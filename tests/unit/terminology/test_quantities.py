import time
import timeit

import pytest

from recruit.core.dates import TimeUnit
from recruit.terminology.quantities import find_durations, find_quantities, measured
from recruit.terminology.variables import variable


@pytest.mark.parametrize(
    ("text", "written", "value", "unit"),
    [
        ("HbA1c of 7.5 %", "7.5 %", 7.5, "%"),
        ("HbA1c à 7,5 %", "7,5 %", 7.5, "%"),
        ("neutrophiles > 1 500/mm3", "1 500/mm3", 1500, "/uL"),
        ("ANC 1,500 cells/µL", "1,500 cells/µL", 1500, "/uL"),
        ("at least 100 000", "100 000", 100_000, None),
        ("100x10^9/L", "100x10^9/L", 100, "10*9/L"),
        ("100 × 10⁹/L", "100 × 10⁹/L", 100, "10*9/L"),
        ("1.5 x 109/L", "1.5 x 109/L", 1.5, "10*9/L"),
        ("1.5 x ULN", "1.5 x ULN", 1.5, "ULN"),
        ("2,5 fois la LSN", "2,5 fois la LSN", 2.5, "ULN"),
        ("> 3N", "3N", 3, "ULN"),
        ("≤ upper limit of normal", "upper limit of normal", 1, "ULN"),
        ("2 times the institutional ULN.", "2 times the institutional ULN", 2, "ULN"),
        ("1.5 times the\n        upper limit of normal", None, 1.5, "ULN"),
        ("3 x limite supérieure de la normale", None, 3, "ULN"),
        ("2 fois la normale", "2 fois la normale", 2, "ULN"),
        ("ULN x 2.5", "ULN x 2.5", 2.5, "ULN"),
        ("below 0.5 x LLN", "0.5 x LLN", 0.5, "LLN"),
        ("1.5 times baseline", "1.5 times baseline", 1.5, "baseline"),
        ("BMI < 40 kg/m\\^2", "40 kg/m\\^2", 40, "kg/m2"),
        ("60 mL/min/1.73 m²", "60 mL/min/1.73 m²", 60, "mL/min/{1.73_m2}"),
        ("T-score ≤ -2.5", "-2.5", -2.5, None),
        ("six (6) months", "six (6) months", 6, "mo"),
        ("38,5°C", "38,5°C", 38.5, "Cel"),
        ("0,125 mg", "0,125 mg", 0.125, "mg"),
        ("1,234,567 copies/mL", "1,234,567 copies/mL", 1_234_567, "{copies}/mL"),
        ("two prior lines", "two", 2, None),
        ("quatre-vingt-dix jours", "quatre-vingt-dix jours", 90, "d"),
    ],
)
def test_a_number_is_read_with_its_unit(
    text: str, written: str | None, value: float, unit: str | None
) -> None:
    (found,) = find_quantities(text)

    assert (found.value, found.unit) == (value, unit)
    assert written is None or text[found.start : found.end] == written


@pytest.mark.parametrize(
    "text",
    [
        "COVID-19 pneumonia",
        "CD4 and IL-6",
        "one of the following",
        "un nouveau traitement",
        "in March 2019",
        "le 03/04/2019",
        "no number",
        "",
    ],
)
def test_what_is_no_quantity_is_left_alone(text: str) -> None:
    assert find_quantities(text) == []


@pytest.mark.parametrize(
    ("text", "values", "unit"),
    [
        ("7.0-10.5%", [7, 10.5], "%"),
        ("18 à 65 ans", [18, 65], "a"),
        ("between 18.5 and 30 kg/m2", [18.5, 30], "kg/m2"),
        ("3 to 5 x ULN", [3, 5], "ULN"),
    ],
)
def test_the_first_number_of_a_range_takes_the_unit_of_the_second(
    text: str, values: list[float], unit: str
) -> None:
    found = find_quantities(text)

    assert [(each.value, each.unit) for each in found] == [(value, unit) for value in values]


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("BP 140/90 mmHg", "systolic_bp", 140),
        ("BP 140/90 mmHg", "diastolic_bp", 90),
        ("TA 14/8", "systolic_bp", 140),
        ("vision 20/50", "visual_acuity", 0.4),
        ("acuité 5/10", "visual_acuity", 0.5),
        ("MMSE 24/30", "mmse", 24),
        ("weight 150 lb", "weight", 68.0388555),
        ("BMI 4000", "bmi", None),
    ],
)
def test_a_quantity_says_what_it_can_of_a_variable(
    text: str, key: str, value: float | None
) -> None:
    known = variable(key)
    assert known is not None
    (found,) = find_quantities(text)

    assert measured(found, known) == (value if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "written", "amount", "unit"),
    [
        ("within 6 months", "6 months", 6, TimeUnit.MONTH),
        ("depuis six mois", "six mois", 6, TimeUnit.MONTH),
        ("the last two weeks", "two weeks", 2, TimeUnit.WEEK),
        ("dans les 24 heures", "24 heures", 1, TimeUnit.DAY),
        ("72 hours", "72 hours", 3, TimeUnit.DAY),
        ("a 12-week washout", "12-week", 12, TimeUnit.WEEK),
        ("in the past year", "the past year", 1, TimeUnit.YEAR),
        ("l'année dernière", "l'année dernière", 1, TimeUnit.YEAR),
        ("les 6 derniers mois", "6 derniers mois", 6, TimeUnit.MONTH),
        ("a 45-year-old man", "45-year", 45, TimeUnit.YEAR),
        ("vingt et un jours", "vingt et un jours", 21, TimeUnit.DAY),
    ],
)
def test_a_length_of_time_is_read(text: str, written: str, amount: float, unit: TimeUnit) -> None:
    (found,) = find_durations(text)

    assert (text[found.start : found.end], found.amount, found.unit) == (written, amount, unit)


def test_a_week_without_more_is_no_length_of_time_in_french() -> None:
    assert find_durations("la semaine de la visite") == []


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 111 ",
        "5x10^",
        "3 times the ",
        "twenty ",
        "upper limit of ",
        "5 log ",
        " ",
        "(",
        "1/",
    ],
)
def test_hostile_text_is_read_in_linear_time(unit: str) -> None:
    """Four times the text may take about four times as long, not sixteen: both are measured."""
    short, long = (unit * (size // len(unit)) for size in (60_000, 240_000))

    assert _seconds(long) < 10 * _seconds(short) + 0.2


def _seconds(text: str) -> float:
    """The least of three: what else the process does, such as collecting garbage, is no part."""
    return min(
        timeit.repeat(lambda: find_quantities(text), timer=time.process_time, number=1, repeat=3)
    )
