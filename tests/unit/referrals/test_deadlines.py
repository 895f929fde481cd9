"""Deadlines are counted in working days, with the public holidays of France."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.referrals.deadlines import WORKING_DAYS, due, late_before

PARIS = ZoneInfo("Europe/Paris")
YEAR = timedelta(days=366)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-11-23T09:00", "2026-11-26T00:00"),  # Monday: by the end of Wednesday
        ("2026-11-20T17:00", "2026-11-25T00:00"),  # Friday: the weekend does not count
        ("2026-11-21T09:00", "2026-11-25T00:00"),  # Saturday: as if on Sunday
        ("2026-11-10T09:00", "2026-11-14T00:00"),  # the Armistice, on a Wednesday
        ("2026-04-03T09:00", "2026-04-09T00:00"),  # Easter Monday
        ("2026-12-31T09:00", "2027-01-06T00:00"),  # New Year's Day, then a weekend
    ],
)
def test_a_site_calls_within_two_working_days(since: str, until: str) -> None:
    assert due("released", moment(since), PARIS) == moment(until)


def test_where_nobody_has_to_act_nothing_is_due() -> None:
    assert due("enrolled", moment("2026-11-23T09:00"), PARIS) is None


@given(
    st.sampled_from(sorted(WORKING_DAYS)),
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - it gets a zone
    st.timedeltas(timedelta(0), timedelta(days=60)),
)
def test_who_is_late_is_whose_last_day_is_over(
    word: str, since: datetime, passed: timedelta
) -> None:
    came = since.replace(tzinfo=PARIS)
    at = came + passed
    last = due(word, came, PARIS)
    assert last
    assert (at >= last) == (came < late_before(word, at, PARIS))


def test_some_days_more_are_days_later() -> None:
    at = moment("2026-11-27T12:00")  # a Friday
    assert late_before("released", at, PARIS) == moment("2026-11-25T00:00")
    assert late_before("released", at, PARIS, more=2) == moment("2026-11-23T00:00")
