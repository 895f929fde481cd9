"""The match table, and one match with its reasons."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import event, select

from recruit.actions.match_table import MatchRow
from recruit.actions.reviewing.standing import counted
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.core.clock import now, today
from recruit.core.dates import PartialDate
from recruit.core.db import reading, unit_of_work
from recruit.matching.reference import explain
from recruit.people import store as people
from recruit.people.facts import MeasureFact
from recruit.trials import store as trials
from tests.functional.web.conftest import SignIn
from tests.web_world import ADMINISTRATOR, COORDINATOR, TESTER, World, lexicon


def rows(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'href="/review/(\d+)[^"]*"\s+data-row', page)]


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def anew(world: World, name: str, *, hba1c: float | None = None) -> int:
    """Judge somebody again, with another HbA1c of the same day by their own word; the new match."""
    with unit_of_work(world.engine) as session:
        old = session.get_one(MatchRow, world.matches[name])
        profile = people.profile(session, old.person)
        if hba1c is not None:
            taken = PartialDate.parse(f"{today():%Y-%m}-01")
            told = MeasureFact("hba1c", hba1c, taken, text=f"{hba1c} %")
            profile = replace(profile, facts=(*profile.facts, told))
        [saved] = people.save(session, [profile])
        eligibility = trials.get(session, "WEB-1").eligibility
        judged = explain(eligibility, profile, lexicon(), today()).judgement
        old.superseded_at, old.reason = now(), "profile changed"
        session.flush()
        row = MatchRow(
            trial="WEB-1",
            trial_version=1,
            person=old.person,
            profile_version=saved.number,
            rules="reference",
            verdict=judged.verdict,
            score=1.0,
            truths=[truth.name.lower() for truth in judged.truths],
            made_at=now(),
            **counted(eligibility, judged.truths),
        )
        session.add(row)
        session.flush()
        assert row.id
        return row.id


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
    start = f"study=WEB-1&amp;start={filled.matches['known']}"
    assert f'/review/{filled.matches["open"]}?{start}"' in client.get("/review?study=WEB-1").text
    page = client.get(f"/review/{filled.matches['open']}?study=WEB-1").text
    assert f'href="/review?{start}"' in page


@pytest.mark.parametrize(
    ("start", "most"),
    [("/review", 9), ("/review?study=WEB-1&km=50", 9), ("/review/{known}?start={known}", 20)],
    ids=["the queue", "of a study", "a match"],
)
def test_a_page_asks_few_questions(filled: World, signed_in: SignIn, start: str, most: int) -> None:
    client, asked = signed_in(COORDINATOR), list[str]()
    address = start.format(**filled.matches)
    client.get(address)  # what is kept in memory is there now
    event.listen(filled.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert client.get(address).status_code == 200
    assert 0 < sum(not each.startswith("BEGIN") for each in asked) <= most, asked


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
    assert "type 2 diabetes mellitus diabète de type 2 since 2015, own answer" in page
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


def test_a_match_that_stands_no_more_says_what_happened(fresh: World) -> None:
    with unit_of_work(fresh.engine) as session:
        row = session.get(MatchRow, fresh.matches["open"])
        assert row
        row.superseded_at = now()
    client = fresh.enter(COORDINATOR)
    assert fresh.matches["open"] not in rows(client.get("/review").text)
    gone = client.get(f"/review/{fresh.matches['open']}")
    assert gone.status_code == 410
    assert "The study no longer fits the person." in plain(gone.text)


def test_a_match_that_was_judged_anew_leads_to_the_newer_one(fresh: World) -> None:
    newer = anew(fresh, "open")
    gone = fresh.enter(COORDINATOR).get(f"/review/{fresh.matches['open']}")
    assert gone.status_code == 410
    assert f'href="/review/{newer}"' in gone.text


def test_what_changed_since_last_time_is_said(fresh: World) -> None:
    newer = anew(fresh, "open", hba1c=8.0)
    page = plain(fresh.enter(COORDINATOR).get(f"/review/{newer}").text)
    said = page[page.index("Answered since") : page.index("Decision")]
    assert re.search(r"HbA1c between 7.0 % and 10.5 %.*Not known.*→.*Fulfilled", said)
    assert re.search(r"HbA1c: 8\s%.*own answer", said)


def test_what_disagrees_on_record_is_shown_together(fresh: World) -> None:
    newer = anew(fresh, "known", hba1c=12.0)
    page = plain(fresh.enter(COORDINATOR).get(f"/review/{newer}").text)
    assert "The record contradicts itself about 1 criterion." in page
    assert re.search(r"These two disagree: HbA1c: 7\.8\s%.*HbA1c: 12\s%", page)


def test_the_part_of_the_sentence_that_was_read_is_marked(filled: World, signed_in: SignIn) -> None:
    page = signed_in(COORDINATOR).get(f"/review/{filled.matches['known']}").text
    assert re.search(r'<mark class="yes">HbA1c between 7.0 % and 10.5 %</mark>', page)


@pytest.mark.parametrize(
    ("narrowed", "names"),
    [
        ("unknowns=0", ()),
        ("unknowns=9", ("known", "born", "open", "against")),
        ("waiting=1", ()),
        ("km=1", ()),
        ("state=decided", ()),
        ("search=P-", ("known", "born", "open", "against")),
        ("search=Q", ()),
    ],
)
def test_filters_narrow_the_queue(
    filled: World, signed_in: SignIn, narrowed: str, names: tuple[str, ...]
) -> None:
    page = signed_in(COORDINATOR).get(f"/review?{narrowed}").text
    assert rows(page) == [filled.matches[name] for name in names]


def test_a_row_says_why_in_one_line(filled: World, signed_in: SignIn) -> None:
    page = signed_in(COORDINATOR).get("/review").text
    lines = [each for each in page.split("<li") if f"/review/{filled.matches['known']}?" in each]
    said = plain(lines[0])
    assert re.search(r"waiting since today.*Not known: Keeps a diary of every single", said)


def test_a_row_says_what_is_against_as_such(filled: World, signed_in: SignIn) -> None:
    page = signed_in(COORDINATOR).get("/review").text
    lines = [each for each in page.split("<li") if f"/review/{filled.matches['against']}?" in each]
    assert re.search(r"Against: Between 18 and 75", plain(lines[0]))


@pytest.mark.parametrize("path", ["/review/0", "/review/-1", "/review/x", "/review/" + "9" * 40])
def test_a_match_that_is_none_is_not_found(signed_in: SignIn, path: str) -> None:
    assert signed_in(COORDINATOR).get(path).status_code == 404


def test_a_match_that_went_with_its_person_says_so_and_leads_back(signed_in: SignIn) -> None:
    gone = signed_in(COORDINATOR).get("/review/99999")
    assert gone.status_code == 404
    assert "Its person may have had their data deleted." in plain(gone.text)
    assert "All matches" in plain(gone.text)


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
    gone = client.get(f"/review/{match}")
    assert gone.status_code == 410
    assert "The person does not want to be matched with this study any more." in plain(gone.text)
    assert 'href="/review"' in gone.text
    assert "HbA1c" not in gone.text


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
