"""The match table, and one match with its reasons."""

import re

import pytest
from sqlalchemy import select

from recruit.actions.match_table import MatchRow
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from tests.functional.web.conftest import SignIn
from tests.web_world import ADMINISTRATOR, COORDINATOR, TESTER, World


def rows(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'href="/review/(\d+)[^"]*"\s+data-row', page)]


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_likeliest_come_first(filled: World, signed_in: SignIn) -> None:
    page = signed_in(COORDINATOR).get("/review").text
    assert rows(page) == [filled.matches[name] for name in ("known", "born", "open", "against")]


def test_an_administrator_sees_them_too(filled: World, signed_in: SignIn) -> None:
    assert len(rows(signed_in(ADMINISTRATOR).get("/review").text)) == len(filled.matches)


def test_a_verdict_narrows_the_table(filled: World, signed_in: SignIn) -> None:
    client = signed_in(COORDINATOR)
    assert rows(client.get("/review?verdict=eligible").text) == []
    assert filled.matches["open"] in rows(client.get("/review?verdict=undetermined").text)


def test_a_study_narrows_the_table(filled: World, signed_in: SignIn) -> None:
    client = signed_in(COORDINATOR)
    assert len(rows(client.get("/review?study=WEB-1").text)) == len(filled.matches)
    assert rows(client.get("/review?study=WEB-2").text) == []


def test_an_odd_verdict_narrows_nothing(filled: World, signed_in: SignIn) -> None:
    page = signed_in(COORDINATOR).get("/review?verdict=%3Cscript%3E").text
    assert len(rows(page)) == len(filled.matches)


def test_the_filter_goes_along_to_the_match_and_back(filled: World, signed_in: SignIn) -> None:
    client = signed_in(COORDINATOR)
    assert (
        f'/review/{filled.matches["open"]}?study=WEB-1"' in client.get("/review?study=WEB-1").text
    )
    page = client.get(f"/review/{filled.matches['open']}?study=WEB-1").text
    assert 'href="/review?study=WEB-1"' in page


def test_a_match_knows_its_neighbours(filled: World, signed_in: SignIn) -> None:
    page = signed_in(COORDINATOR).get(f"/review/{filled.matches['open']}").text
    before = re.search(r'rel="prev"\s+href="/review/(\d+)', page)
    after = re.search(r'rel="next"\s+href="/review/(\d+)', page)
    assert before
    assert after
    assert int(before[1]) == filled.matches["born"]
    assert int(after[1]) == filled.matches["against"]


def test_a_filter_changes_who_the_neighbours_are(filled: World, signed_in: SignIn) -> None:
    page = signed_in(COORDINATOR).get(f"/review/{filled.matches['against']}?study=WEB-2").text
    assert 'rel="prev"' not in page
    assert 'rel="next"' not in page


def test_what_is_open_comes_first_with_its_question(filled: World, signed_in: SignIn) -> None:
    page = plain(signed_in(COORDINATOR).get(f"/review/{filled.matches['open']}").text)
    assert page.index("To clarify (") < page.index("In favour (")
    question = "Ask: What is the latest result of this blood test"
    assert page.index("To clarify (") < page.index(question) < page.index("In favour (")


def test_a_fact_is_shown_with_its_date_and_source(filled: World, signed_in: SignIn) -> None:
    page = plain(signed_in(COORDINATOR).get(f"/review/{filled.matches['known']}").text)
    assert "diabète de type 2 since 2015, own answer" in page
    assert re.search(r"HbA1c: 7\.8\s%  ?1 \w+ \d{4}, health record", page)


def test_a_match_is_explained_in_french(filled: World, signed_in: SignIn) -> None:
    page = plain(signed_in(COORDINATOR).get(f"/review/{filled.matches['known']}?lang=fr").text)
    assert re.search(r"diabète de type 2 début\s: 2015, sa réponse", page)
    assert re.search(r"HbA1c\s: 7,8\s%", page)


def test_what_speaks_against_is_said(filled: World, signed_in: SignIn) -> None:
    page = plain(signed_in(COORDINATOR).get(f"/review/{filled.matches['against']}").text)
    assert "Against (1)" in page


def test_the_day_of_birth_is_not_shown(filled: World, signed_in: SignIn) -> None:
    page = plain(signed_in(COORDINATOR).get(f"/review/{filled.matches['born']}").text)
    assert "Born: April 1975" in page
    assert "17 April 1975" not in page


def test_who_no_longer_fits_since_an_amendment_is_named(fresh: World) -> None:
    with unit_of_work(fresh.engine) as session:
        row = session.get(MatchRow, fresh.matches["open"])
        assert row
        row.superseded_at, row.reason = now(), "trial amended"
        person = row.person
    page = plain(fresh.enter(COORDINATOR).get("/review").text)
    assert re.search(rf"{person} · .* – no longer fits since the amendment of \d", page)


def test_a_superseded_match_is_gone(fresh: World) -> None:
    with unit_of_work(fresh.engine) as session:
        row = session.get(MatchRow, fresh.matches["open"])
        assert row
        row.superseded_at = now()
    client = fresh.enter(COORDINATOR)
    assert fresh.matches["open"] not in rows(client.get("/review").text)
    assert client.get(f"/review/{fresh.matches['open']}").status_code == 404


@pytest.mark.parametrize("path", ["/review/0", "/review/-1", "/review/x", "/review/" + "9" * 40])
def test_a_match_that_is_none_is_not_found(signed_in: SignIn, path: str) -> None:
    assert signed_in(COORDINATOR).get(path).status_code == 404


def test_an_empty_table_says_what_comes_next(fresh: World) -> None:
    with unit_of_work(fresh.engine) as session:
        for number in fresh.matches.values():
            row = session.get(MatchRow, number)
            assert row
            row.superseded_at = now()
    assert "No one is waiting." in fresh.enter(COORDINATOR).get("/review").text


def test_a_withdrawal_holds_at_once(fresh: World) -> None:
    client = fresh.enter(COORDINATOR)
    match = fresh.matches["open"]
    with unit_of_work(fresh.engine) as session:
        row = session.get(MatchRow, match)
        assert row
        ledger.withdraw(session, row.person, Choice(Purpose.MATCHING), TESTER, "test")
    assert match not in rows(client.get("/review").text)
    assert client.get(f"/review/{match}").status_code == 404


def test_who_saw_a_persons_facts_is_recorded(fresh: World) -> None:
    client = fresh.enter(COORDINATOR)
    client.get(f"/review/{fresh.matches['open']}")
    client.get("/review/99999")
    with reading(fresh.engine) as session:
        seen = session.execute(select(AUDIT).where(AUDIT.c.tag == Tag.MATCH_EXPLAINED)).all()
        row = session.get(MatchRow, fresh.matches["open"])
        assert row
    assert [(each.actor, each.subject, each.new) for each in seen] == [
        ("account 1", row.person, "WEB-1")
    ]


def test_an_exclusion_is_never_called_fulfilled(fresh: World) -> None:
    page = fresh.enter(COORDINATOR).get(f"/review/{fresh.matches['known']}").text
    kinds = re.findall(r"<span>([^<]+)</span>\s*</span>\s*<p class=\"said\">([^<]+)</p>", page)
    assert ("Fulfilled", "Inclusion") in kinds
    assert ("Fulfilled", "Exclusion") not in kinds
