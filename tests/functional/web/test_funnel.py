"""The funnel, fairness and rules as pages and files: whose counts they are, and nobody in them."""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from recruit.actions.funnel import disclosed
from recruit.actions.posting.feasibility import Asker
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.disclosure import counts
from recruit.disclosure.rule import WINDOW
from recruit.disclosure.tables import GIVEN
from recruit.people import organisations
from recruit.trials import tenants
from recruit.trials.posting import store as postings
from recruit.trials.posting.reading import begun
from tests.coordinating import ELSEWHERE, STRANGER, Team
from tests.funnelled import FORMULA, OWN, SPONSOR, funnelled
from tests.outreach import REACHABLE
from tests.web_world import ADMINISTRATOR, COORDINATOR, World, empty_database, lexicon, settled

FILES = (
    "/funnel",
    "/funnel?study={trial}",
    "/funnel?study={trial}&by=week",
    "/funnel/chart.svg?study={trial}",
    "/funnel/funnel.csv?study={trial}&by=channel",
    "/funnel/fairness",
    "/funnel/fairness?study={trial}",
    "/funnel/fairness/fairness.csv",
    "/funnel/rules",
    "/funnel/rules?study={trial}",
    "/funnel/rules/rules.csv",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("funnel")
    engine = empty_database(folder)
    yield funnelled(folder, engine)
    engine.dispose()


def _get(here: Team, address: str, email: str | None = None) -> str:
    client = here.enter(email) if email else here.enter()
    answer = client.get(address.format(trial=here.study.trial) + "&lang=en" * ("?" in address))
    assert answer.status_code == 200, (address, answer.status_code)
    return unescape(answer.text)


def _cells(text: str) -> list[list[str]]:
    return list(csv.reader(text.removeprefix("\ufeff").splitlines()))


def test_a_coordinator_reads_how_far_people_came(desk: Team) -> None:
    _, everybody, *parts = _cells(_get(desk, "/funnel/funnel.csv?study={trial}&by=channel"))
    assert everybody == ["All people", "6", "3", "3", "3", "3", "2", "2", "2", "2", "1"]
    assert [part[:4] for part in parts] == [
        ["Not invited yet", "3", "0", "0"],
        ["Email", "2", "2", "2"],
        ["SMS", "1", "1", "1"],
    ]


def test_one_study_tells_reasons_times_and_that_a_forecast_comes_too_early(desk: Team) -> None:
    page = _get(desk, "/funnel?study={trial}")
    assert "Most people stop before “Approved for invitation”: 3 of 6 came that far." in page
    assert "The person said: not now" in page
    assert "Screening failed – Type 2 diabetes" in page
    assert "less than 1 hour" in page


def test_no_page_and_no_file_names_anybody(desk: Team) -> None:
    for address in FILES:
        text = _get(desk, address)
        assert not [each for each in desk.people.values() if each in text], address


def test_a_cell_that_looks_like_a_formula_is_text(desk: Team) -> None:
    assert f"'{FORMULA}" in _get(desk, "/funnel/funnel.csv?study={trial}&by=community")


def test_rules_say_how_many_failed_on_a_criterion_that_we_had_let_pass(desk: Team) -> None:
    page = _get(desk, "/funnel/rules?study={trial}")
    assert "“Type 2 diabetes”: 1 of 2 failed on it." in page
    assert "1 of 2" in _get(desk, "/funnel/rules/rules.csv?study={trial}")


@pytest.mark.parametrize(("email", "editors"), [(COORDINATOR, 0), (ADMINISTRATOR, 1)])
def test_every_link_of_the_rules_opens_for_whoever_sees_it(
    desk: Team, email: str, editors: int
) -> None:
    client = desk.enter(email)
    main = client.get(f"/funnel/rules?study={desk.study.trial}").text.partition("<main")[2]
    table = main.partition("<tbody")[2].partition("</tbody>")[0]
    links = re.findall(r'href="([^"]+)"', table)
    assert len(links) == 1 + editors
    assert f"/studies/{desk.study.trial}" in links
    for link in links:
        address, _, anchor = link.partition("#")
        there = client.get(address)
        assert there.status_code == 200
        assert not anchor or f'id="{anchor}"' in there.text


def test_fairness_tells_of_no_group_of_ten_people_or_fewer(desk: Team) -> None:
    rows = _cells(_get(desk, "/funnel/fairness/fairness.csv?study={trial}"))[1:]
    assert rows
    assert {row[2] for row in rows} == {"few"}


@pytest.mark.parametrize("address", ["/funnel", "/funnel/fairness", "/funnel/rules"])
def test_another_organisation_counts_nobody_and_finds_no_such_study(
    desk: Team, address: str
) -> None:
    client = desk.enter(STRANGER)
    there = client.get(f"{address}?study={desk.study.trial}")
    assert there.status_code == 404
    again = client.get(f"{address}?study={desk.study.trial}")
    assert settled(there.text) == settled(again.text)
    page = client.get(f"{address}?lang=en")
    assert page.status_code == 200
    assert desk.study.trial not in page.text


def test_a_sponsor_does_not_come_in(desk: Team) -> None:
    client = desk.enter(SPONSOR)
    for address in FILES:
        assert client.get(address.format(trial=desk.study.trial)).status_code == 403


def test_a_sponsor_is_told_of_few_people_and_the_trail_says_so(desk: Team) -> None:
    address = f"/sponsor/trials/{desk.study.posting}/funnel"
    client = desk.enter(OWN)
    page = unescape(client.get(f"{address}?lang=en").text)
    assert page.count("0–190") >= 10
    assert "Too few people to tell at which step they stop" in page
    file = client.get(f"{address}/funnel.csv").text
    assert [row[1] for row in _cells(file)[1:]] == ["0–190"] * 10
    assert client.get(f"{address}/chart.svg").status_code == 200
    with reading(desk.engine) as session:
        shown = select(AUDIT.c.new).where(AUDIT.c.tag == Tag.FUNNEL_SHOWN.value)
        assert session.scalars(shown).all() == [" ".join(["0–190"] * 10)]


def test_the_funnel_spends_its_own_purse_and_is_told_whole_every_time(
    desk: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is left for criteria here; in half a year no window costs more than the purse."""
    monkeypatch.setattr(counts, "COMMON", replace(counts.COMMON, allowance=0.0))
    asker, start = Asker(None, "test"), now() + timedelta(days=100)
    for day in range(0, 180, 5):
        at = start + timedelta(days=day)
        monkeypatch.setattr(disclosed, "now", lambda at=at: at)
        with unit_of_work(desk.engine) as session:
            steps = disclosed.told(session, desk.study.trial, asker, b"a key of the test")
            assert all(each.people and not each.people.locked for each in steps)
            paid = select(GIVEN.c.asker, func.sum(GIVEN.c.cost)).group_by(GIVEN.c.asker)
            rows = session.execute(paid.where(GIVEN.c.at > at - WINDOW))
            spent = {row[0]: row[1] for row in rows}
        assert max(spent.values()) <= disclosed.PURSE.allowance
        assert asker.name not in spent


def test_a_draft_with_anothers_number_opens_no_funnel(desk: Team) -> None:
    with unit_of_work(desk.engine) as session:
        organisation = organisations.find(session, ELSEWHERE)
        copy = begun(replace(REACHABLE, title="Copied"), lexicon())
        posting = postings.begin(
            session, postings.new_id(), copy, organisation=organisation.id, author="test"
        )
        assert desk.study.trial not in session.scalars(tenants.of(organisation.id)).all()
    client = desk.enter(SPONSOR)
    address = f"/sponsor/trials/{posting.id}/funnel"
    assert "Nobody to count yet" in client.get(f"{address}?lang=en").text
    for file in ("chart.svg", "funnel.csv"):
        assert client.get(f"{address}/{file}").status_code == 404


def test_without_anybody_the_pages_say_when_there_will_be(filled: World) -> None:
    page = filled.enter("coordinator@example.org").get("/funnel/rules?lang=en").text
    assert "Nobody has failed a screening on a criterion that we had let pass." in page
