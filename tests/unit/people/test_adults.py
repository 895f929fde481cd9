"""Of age: surely 18 on the day."""

from datetime import date

import pytest

from recruit.core.dates import PartialDate
from recruit.people.adults import is_adult

BORN = date(2008, 11, 21)


@pytest.mark.parametrize(
    ("on", "adult"),
    [(date(2026, 11, 20), False), (date(2026, 11, 21), True), (date(2026, 11, 22), True)],
)
def test_nobody_is_of_age_before_the_eighteenth_birthday(on: date, *, adult: bool) -> None:
    assert is_adult(BORN, on) is adult


@pytest.mark.parametrize(("on", "adult"), [(date(2026, 2, 28), False), (date(2026, 3, 1), True)])
def test_born_on_29_february_is_of_age_on_1_march(on: date, *, adult: bool) -> None:
    assert is_adult(date(2008, 2, 29), on) is adult


@pytest.mark.parametrize(
    ("born", "adult"),
    [
        ("2007", True),
        ("2008", False),
        ("2008-10", True),
        ("2008-11", False),
        ("2008-11-21", True),
        ("2007-01-01/2009-01-01", False),
    ],
)
def test_a_date_known_in_part_counts_by_its_last_day(born: str, *, adult: bool) -> None:
    assert is_adult(PartialDate.parse(born), date(2026, 11, 21)) is adult


def test_a_birth_date_in_the_future_makes_no_adult() -> None:
    assert not is_adult(date(2030, 1, 1), date(2026, 11, 21))


def test_the_last_year_of_the_calendar_makes_no_adult_and_no_error() -> None:
    assert not is_adult(date(9999, 12, 31), date(2026, 11, 21))
