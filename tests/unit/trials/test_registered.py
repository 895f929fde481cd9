import pytest

from recruit.core.dates import TimeUnit
from recruit.criteria.eligibility import Criterion, Place
from recruit.criteria.nodes import Age, AllOf, AnyOf, Not, Rule, Sex
from recruit.trials.about import places
from recruit.trials.draft import SiteDraft, TrialDraft, TrialStatus
from recruit.trials.registered import registered
from recruit.trials.sources.exchange import read_exchange
from tests.unit.trials.samples import exchange


def asked(*said: Rule, **fields: str) -> list[tuple[str, Rule]]:
    """What the registry's fields add to what the text `said`."""
    draft = read_exchange(exchange(**fields), "file")
    read = tuple(Criterion("inclusion", "text", rule) for rule in said)
    return [(each.text, each.rule) for each in registered(draft, read)]


@pytest.mark.parametrize(
    ("low", "high", "text", "rule"),
    [
        ("18 Years", "75 Years", "Age 18 to 75 years", Age(18, 75)),
        ("18 Years", "N/A", "Age 18 years or over", Age(18)),
        ("N/A", "1 Year", "Age 1 year or under", Age(max=1)),
        ("28 Days", "28 Days", "Age 28 to 28 days", Age(28, 28, unit=TimeUnit.DAY)),
        (
            "6 Months",
            "5 Years",
            "Age 6 months to 5 years",
            AllOf((Age(6, unit=TimeUnit.MONTH), Age(max=5))),
        ),
        ("0 Years", "17 Years", "Age 17 years or under", Age(max=17)),
    ],
)
def test_the_ages_of_the_registry_become_a_criterion(
    low: str, high: str, text: str, rule: Rule
) -> None:
    assert asked(min_age=low, max_age=high) == [(text, rule)]


def test_a_french_trial_is_said_in_french() -> None:
    assert asked(min_age="18 ans", max_age="75 ans", sex="female", language="fr") == [
        ("Âge : de 18 à 75 ans", Age(18, 75)),
        ("Personnes de sexe féminin uniquement", Sex("female")),
    ]


@pytest.mark.parametrize("said", [Age(18, 75), AllOf((Age(18), Sex("female"), Age(max=75)))])
def test_what_the_text_says_alike_is_not_said_twice(said: Rule) -> None:
    assert asked(said, min_age="18 Years", max_age="75 Years") == []


@pytest.mark.parametrize(
    "said",
    [
        Age(18, 80),
        Age(18, 75, max_inclusive=False),
        AllOf((Age(18), Age(max=75, unit=TimeUnit.MONTH))),
    ],
)
def test_only_the_bound_that_the_text_does_not_give_is_added(said: Rule) -> None:
    assert asked(said, min_age="18 Years", max_age="75 Years") == [
        ("Age 75 years or under", Age(max=75))
    ]


@pytest.mark.parametrize("said", [AnyOf((Age(18), Sex("male"))), Not(Age(18))])
def test_what_the_text_says_only_of_some_is_no_statement_about_all(said: Rule) -> None:
    assert asked(said, min_age="18 Years") == [("Age 18 years or over", Age(18))]


def test_an_age_in_an_exclusion_is_not_the_registrys() -> None:
    draft = read_exchange(exchange(min_age="18 Years"), "file")
    assert list(registered(draft, (Criterion("exclusion", "text", Age(18)),)))


@pytest.mark.parametrize("sex", ["all", None])
def test_a_trial_for_all_asks_for_no_sex(sex: str | None) -> None:
    draft = read_exchange(exchange(sex=sex), "file")
    assert list(registered(draft, ())) == []


def test_a_sex_that_the_text_asks_for_is_not_asked_twice() -> None:
    assert asked(Sex("male"), sex="male") == []
    assert asked(Sex("female"), sex="male") == [("Male participants only", Sex("male"))]


def test_places_that_recruit_come_first_and_each_once() -> None:
    lyon, paris = {"country": "FR", "lat": 45.75, "lon": 4.85}, {"country": "FR"}
    sites = [lyon | {"status": "completed"}, paris, paris | {"name": "Another ward"}]
    draft = read_exchange(exchange(sites=sites, status="recruiting"), "file")
    assert places(draft) == (
        Place("FR", None, None, recruiting=True),
        Place("FR", 45.75, 4.85, recruiting=False),
    )


@pytest.mark.parametrize(
    ("trial", "site", "recruiting"),
    [
        (TrialStatus.UNKNOWN, None, True),
        (TrialStatus.COMPLETED, None, False),
        (TrialStatus.NOT_YET_RECRUITING, TrialStatus.RECRUITING, True),
        (TrialStatus.RECRUITING, TrialStatus.WITHDRAWN, False),
    ],
)
def test_a_site_recruits_as_it_says_or_else_as_the_trial_says(
    trial: TrialStatus, site: TrialStatus | None, *, recruiting: bool
) -> None:
    draft = TrialDraft(id="T1", criteria="x", status=trial, sites=(SiteDraft(status=site),))
    assert [place.recruiting for place in places(draft)] == [recruiting]


def test_a_country_without_a_code_is_no_country_of_a_place() -> None:
    draft = TrialDraft(id="T1", criteria="x", sites=(SiteDraft(country="Former Yugoslavia"),))
    assert places(draft) == (Place(None, None, None),)
