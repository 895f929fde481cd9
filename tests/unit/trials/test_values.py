import pytest

from recruit.core.dates import PartialDate, TimeUnit
from recruit.core.errors import Refusal
from recruit.trials.draft import AgeLimit, TrialStatus
from recruit.trials.sources.countries import country_code
from recruit.trials.values import read_age, read_date, read_sex, read_status


@pytest.mark.parametrize(
    ("words", "amount", "unit"),
    [
        ("18 Years", 18, TimeUnit.YEAR),
        ("1 Year", 1, TimeUnit.YEAR),
        ("18", 18, TimeUnit.YEAR),
        ("6 mois", 6, TimeUnit.MONTH),
        ("3 Weeks", 3, TimeUnit.WEEK),
        ("28 Days", 28, TimeUnit.DAY),
        ("18 ans", 18, TimeUnit.YEAR),
        ("1.5 years", 1.5, TimeUnit.YEAR),
        ("36 Hours", 1, TimeUnit.DAY),
        ("5 Minutes", 0, TimeUnit.DAY),
        ("130 Years", 130, TimeUnit.YEAR),
    ],
)
def test_an_age_is_read_with_its_unit(words: str, amount: float, unit: TimeUnit) -> None:
    assert read_age(words, "T1", "min_age") == AgeLimit(amount, unit)


@pytest.mark.parametrize("words", [None, "", " ", "N/A", "n/a"])
def test_no_age_is_no_limit(words: str | None) -> None:
    assert read_age(words, "T1", "min_age") is None


@pytest.mark.parametrize("words", ["450 Years", "8000 Weeks", "999999 Days", "2000 months"])
def test_an_age_that_nobody_reaches_is_refused(words: str) -> None:
    with pytest.raises(Refusal, match="T1: max_age: nobody reaches the age of"):
        read_age(words, "T1", "max_age")


@pytest.mark.parametrize("words", ["eighteen", "-3 Years", "18 parsecs", "18 Years Years", "1e3"])
def test_what_is_no_age_is_refused(words: str) -> None:
    with pytest.raises(Refusal, match=r"T1: min_age: .* is not an age"):
        read_age(words, "T1", "min_age")


@pytest.mark.parametrize(
    ("word", "sex"),
    [("ALL", "all"), ("both", "all"), ("Female", "female"), ("male", "male"), (None, None)],
)
def test_a_sex_is_read_in_any_case(word: str | None, sex: str | None) -> None:
    assert read_sex(word, "T1") == sex


def test_an_unknown_sex_is_refused() -> None:
    with pytest.raises(Refusal, match="T1: sex: “martian” is not a sex known here"):
        read_sex("martian", "T1")


@pytest.mark.parametrize(
    "words", ["ACTIVE_NOT_RECRUITING", "Active, not recruiting", "active not recruiting"]
)
def test_a_status_is_read_as_people_write_it(words: str) -> None:
    assert read_status(words, "T1") is TrialStatus.ACTIVE_NOT_RECRUITING


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(Refusal, match="T1: status: “asleep” is not a status"):
        read_status("asleep", "T1")


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("2026", "2026"),
        ("2026-04", "2026-04"),
        ("2026-04-30", "2026-04-30"),
        ("30/04/2026", "2026-04-30"),
        ("2026-04-30T00:00:00.000Z", "2026-04-30"),
    ],
)
def test_a_date_is_read_as_far_as_it_is_known(words: str, date: str) -> None:
    assert read_date(words, "T1", "start_date") == PartialDate.parse(date)


@pytest.mark.parametrize("words", ["30/02/2026", "2026-13", "soon", "04/2026"])
def test_what_is_no_date_is_refused(words: str) -> None:
    with pytest.raises(Refusal, match=r"T1: start_date: .* is not a date"):
        read_date(words, "T1", "start_date")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("France", "FR"),
        ("Allemagne", "DE"),
        ("Korea, Republic of", "KR"),
        ("Turkey (Türkiye)", "TR"),
        ("Côte D'Ivoire", "CI"),
        ("The Netherlands", "NL"),
        ("England", "GB"),
        ("uk", "GB"),
        ("us", "US"),
        ("Former Yugoslavia", "Former Yugoslavia"),
        (" ", None),
        (None, None),
    ],
)
def test_a_country_becomes_its_code_where_it_has_one(name: str | None, code: str | None) -> None:
    assert country_code(name) == code
