"""Dates as people write them."""

from datetime import date

import pytest

from recruit.core.written import day


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (date(2026, 12, 1), "1 December 2026", "1er décembre 2026"),
        (date(2026, 12, 11), "11 December 2026", "11 décembre 2026"),
    ],
)
def test_french_has_an_ordinal_for_the_first_of_a_month_alone(
    value: date, english: str, french: str
) -> None:
    assert (day(value, "en"), day(value, "fr")) == (english, french)
