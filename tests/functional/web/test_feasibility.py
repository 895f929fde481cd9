"""The feasibility page and the editor's third column: coarse figures, and nobody else's trial."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlmodel import col, select

from recruit.actions import population
from recruit.core.db import unit_of_work
from recruit.disclosure import counts, desk
from recruit.disclosure.rule import Answer, Grain
from recruit.people import organisations
from recruit.people.accounts import Account
from recruit.people.organisations import OrganisationKind
from recruit.trials.posting import store
from recruit.trials.posting.reading import begun
from tests.web_world import DIABETES, SPONSOR, World, lexicon


def posted(world: World, organisation: int | None = None) -> str:
    """A posting of the diabetes trial; its address."""
    with unit_of_work(world.engine) as session:
        posting = store.begin(
            session,
            store.new_id(),
            begun(DIABETES, lexicon()),
            organisation=organisation,
            author="test",
        )
    return f"/sponsor/trials/{posting.id}"


@pytest.fixture
def sponsor(fresh: World) -> FlaskClient:
    return fresh.enter(SPONSOR)


@pytest.fixture
def sentinel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fresh answer about people is 7,770, however many they are."""
    told = Answer(7770, grain=Grain.COARSE)
    monkeypatch.setattr(desk, "answer", lambda *_args: told)


def figures(page: str) -> set[str]:
    """What stands in the cells of numbers."""
    cells = re.findall(r'<td role="cell"[^>]*>(.*?)</td>', page, re.DOTALL)
    cells += re.findall(r'<span class="many">(.*?)</span>', page, re.DOTALL)
    return {" ".join(cell.split()) for cell in cells}


def test_the_page_shows_each_criterion_and_each_table(fresh: World, sponsor: FlaskClient) -> None:
    page = sponsor.get(f"{posted(fresh)}/feasibility").text
    assert "Between 18 and 75 years old" in page
    for table in ("After each criterion", "By region", "By distance", "By age and sex"):
        assert table in page


def test_few_people_are_never_told_apart(fresh: World, sponsor: FlaskClient) -> None:
    page = sponsor.get(f"{posted(fresh)}/feasibility?change=2").text
    assert figures(page) == {"0–190", "–", "none that can be told"}


@pytest.mark.usefixtures("sentinel")
@pytest.mark.parametrize("part", ["feasibility", "feasibility?change=2", "people"])
def test_every_number_of_people_comes_from_the_door_of_counts(
    part: str, fresh: World, sponsor: FlaskClient
) -> None:
    page = sponsor.get(f"{posted(fresh)}/{part}").text
    assert figures(page) - {"–", "none that can be told"} == {"7,770"}


@pytest.mark.usefixtures("sentinel")
def test_the_charts_show_the_same_numbers(fresh: World, sponsor: FlaskClient) -> None:
    address = posted(fresh)
    sponsor.get(f"{address}/feasibility")
    for chart in ("waterfall", "region", "distance", "age"):
        answer = sponsor.get(f"{address}/feasibility/{chart}.svg")
        assert answer.mimetype == "image/svg+xml"
        assert set(re.findall(r'class="value"[^>]*>(.*?)</text>', answer.text)) == {"7770"}


def test_a_chart_needs_nothing_from_elsewhere(fresh: World, sponsor: FlaskClient) -> None:
    address = posted(fresh)
    sponsor.get(f"{address}/feasibility")
    chart = sponsor.get(f"{address}/feasibility/waterfall.svg").text
    assert "<script" not in chart
    assert not re.findall(r'(?:href|src)="[^#]', chart)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("change=", "Choose what to try."),
        ("change=99", "Choose what to try."),
        ("change=%00", "Choose what to try."),
        ("change=1-7", "Choose what to try."),
        ("change=1-0", "Give at least one bound"),
        ("change=1-0&least=many", "This is not a number"),
        ("change=1-0&most=nan", "This is not a number"),
        ("change=1-0&most=1e999", "This is not a number"),
        ("change=1-0&least=70&most=60", "The upper bound lies below the lower one."),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(
    query: str, problem: str, fresh: World, sponsor: FlaskClient
) -> None:
    answer = sponsor.get(f"{posted(fresh)}/feasibility?{query}")
    assert answer.status_code == 422
    assert problem in answer.text


def test_what_was_typed_is_kept_and_shown_as_text(fresh: World, sponsor: FlaskClient) -> None:
    typed = "%22%3E%3Cscript%3E"
    page = sponsor.get(f"{posted(fresh)}/feasibility?change=1-0&least={typed}").text
    assert "&#34;&gt;&lt;script&gt;" in page
    assert '"><script>' not in page


def test_another_bound_is_tried_in_words(fresh: World, sponsor: FlaskClient) -> None:
    page = sponsor.get(f"{posted(fresh)}/feasibility?change=1-0&least=21&most=90").text
    assert "With: Between 21 and 90 years old." in page
    assert "Nothing of the trial was changed." in page


@pytest.mark.parametrize("part", ["feasibility", "feasibility/waterfall.svg", "people"])
def test_another_organisations_trial_looks_like_none(
    part: str, fresh: World, sponsor: FlaskClient
) -> None:
    with unit_of_work(fresh.engine) as session:
        kind = OrganisationKind.SPONSOR
        other = organisations.add(session, "Another Company", kind).id
        account = session.scalars(select(Account).where(col(Account.email) == SPONSOR)).one()
        account.organisation = organisations.add(session, "Own Company", kind).id
    answer = sponsor.get(f"{posted(fresh, other)}/{part}")
    assert answer.status_code == 404


def test_an_allowance_that_is_used_up_is_said(
    fresh: World, sponsor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "COMMON", replace(counts.COMMON, allowance=0.0))
    address = posted(fresh)
    for part in ("feasibility", "people"):
        answer = sponsor.get(f"{address}/{part}")
        assert answer.status_code == 200
        assert "No more different counts in these 30 days" in answer.text


def test_before_anybody_was_read_the_page_says_when(
    fresh: World, sponsor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(population, "SMALL", -1)
    address = posted(fresh)
    for part in ("feasibility", "people"):
        assert "Look again in a few minutes" in sponsor.get(f"{address}/{part}").text


def test_the_column_is_a_part_of_a_page(fresh: World, sponsor: FlaskClient) -> None:
    column = sponsor.get(f"{posted(fresh)}/people").text
    assert "<html" not in column
    assert 'href="#criterion-1"' in column
