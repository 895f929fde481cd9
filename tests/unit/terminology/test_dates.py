import pytest

from recruit.terminology.dates import find_dates


@pytest.mark.parametrize(
    ("text", "written", "date"),
    [
        ("since 2015", "2015", "2015"),
        ("in March 2019", "March 2019", "2019-03"),
        ("en 03/2019", "03/2019", "2019-03"),
        ("le 3 mars 2019", "3 mars 2019", "2019-03-03"),
        ("le 1er août 2019", "1er août 2019", "2019-08-01"),
        ("on March 3rd, 2019", "March 3rd, 2019", "2019-03-03"),
        ("Sept. 2018", "Sept. 2018", "2018-09"),
        ("on [**2148-10-1**] he", "[**2148-10-1**]", "2148-10-01"),
        ("25/12/2019", "25/12/2019", "2019-12-25"),
        ("12/25/19", "12/25/19", "2019-12-25"),
        ("2019-05-06", "2019-05-06", "2019-05-06"),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_said(text: str, written: str, date: str) -> None:
    (found,) = find_dates(text)

    assert (text[found.start : found.end], str(found.date)) == (written, date)


def test_day_and_month_that_may_be_swapped_span_both() -> None:
    (found,) = find_dates("03/04/2019")

    assert str(found.date) == "2019-03-04/2019-04-03"


def test_both_years_of_a_span_are_dates() -> None:
    assert [str(each.date) for each in find_dates("2015-2018")] == ["2015", "2018"]


@pytest.mark.parametrize(
    "text",
    ["31/02/2019", "2000 mg", "> 2000", "2,000", "13/2019", "1200 ml", "1.5", "99/99/99", ""],
)
def test_what_is_no_date_is_left_alone(text: str) -> None:
    assert find_dates(text) == []
