"""The bar beside a match: decisions, what stands in the way, many at once, and misread rules."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from recruit.actions.accounts import add_account
from recruit.actions.match_table import Superseded
from recruit.actions.reviewing import claims
from recruit.actions.reviewing.misread import open_notes
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify.outbox_tables import OUTBOX
from recruit.people.accounts import Role
from recruit.terminology.lexicon import Lexicon
from tests.coordinating import STRANGER, Team, team
from tests.deciding import decisions, stands, superseded
from tests.outreach import OWN
from tests.web_world import ADMINISTRATOR, CHEAP, PASSWORD, csrf

COLLEAGUE = "colleague@example.org"


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine, lexicon: Lexicon) -> Team:
    found = team(tmp_path, sqlite_engine, lexicon)
    account(found, COLLEAGUE, Role.COORDINATOR)
    return found


def account(here: Team, email: str, role: Role) -> None:
    add_account(here.engine, email=email, role=role, password=PASSWORD, actor="test", cost=CHEAP)


def withdraw(here: Team, name: str) -> None:
    with unit_of_work(here.engine) as session:
        ledger.withdraw(session, here.people[name], Choice(Purpose.MATCHING), OWN, "test")


def questions_of(page: str) -> list[str]:
    """The criteria about which the page offers to ask."""
    boxes = re.findall(r'<input[^>]*type="radio"[^>]*>', page)
    asks = [each for each in boxes if 'name="criterion"' in each]
    return [value for each in asks for value in re.findall(r'value="(\d+)"', each)]


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " ").split())


def status(client: FlaskClient, address: str, **fields: object) -> tuple[int, str]:
    sent = {**fields, "csrf_token": csrf(client, "/privacy")}
    answer = client.post(address, data=sent, follow_redirects=True)
    return answer.status_code, plain(answer.text)


def test_after_a_decision_the_next_match_is_shown_with_a_way_back(here: Team) -> None:
    client = here.enter()
    ada, ben = here.matches["ada"], here.matches["ben"]
    page = here.post(
        client, f"/review/{ada}/decide", decision="no", reason="known to the site", following=ben
    )
    assert f"{here.people['ada']}: no." in plain(page)
    assert here.people["ben"] in plain(page)
    undo = re.search(r'action="(/review/\d+/undo[^"]*)".*?name="of" value="(\d+)"', page, re.DOTALL)
    assert undo
    said = here.post(client, undo[1], of=undo[2])
    assert "The match waits again." in plain(said)
    assert stands(here.engine, ada) is None


def test_a_no_without_a_reason_asks_for_one_and_decides_nothing(here: Team) -> None:
    client = here.enter()
    code, text = status(client, f"/review/{here.matches['ada']}/decide", decision="no")
    assert (code, decisions(here.engine)) == (422, [])
    assert "Please say why not." in text


def test_who_is_put_off_says_until_when(here: Team) -> None:
    client, match = here.enter(), here.matches["ada"]
    page = client.get(f"/review/{match}").text
    day = re.findall(r'<option value="(\d{4}-\d\d-\d\d)"', page)[1]
    here.post(client, f"/review/{match}/decide", decision="not_now", until=day)
    assert re.search(r"Not now until \d", plain(client.get(f"/review/{match}").text))


@pytest.mark.parametrize("until", ["", "tomorrow", "2020-01-01", "9999-12-31"])
def test_an_odd_day_is_asked_for_again(here: Team, until: str) -> None:
    address = f"/review/{here.matches['ada']}/decide"
    code, text = status(here.enter(), address, decision="not_now", until=until)
    assert (code, decisions(here.engine)) == (422, [])
    assert "Please choose a day" in text


def test_a_colleague_sees_who_has_a_match_in_hand_and_cannot_decide(here: Team) -> None:
    client, match = here.enter(), here.matches["ada"]
    assert "Take in hand" in plain(client.get(f"/review/{match}").text)
    page = plain(here.post(client, f"/review/{match}/claim"))
    assert re.search(r"In your hands until \d\d:\d\d", page)
    other = here.enter(COLLEAGUE)
    assert "In hand: coordinator@example.org" in plain(other.get("/review").text)
    page = plain(other.get(f"/review/{match}").text)
    assert re.search(r"In hand with coordinator@example.org until \d\d:\d\d", page)
    assert "Approve for invitation" not in page
    code, text = status(other, f"/review/{match}/decide", decision="approve")
    assert (code, decisions(here.engine)) == (409, [])
    assert "A colleague has this match in hand." in text


def test_to_look_at_a_match_takes_nothing_in_hand(here: Team) -> None:
    match = here.matches["ada"]
    here.enter().get(f"/review/{match}")
    assert "In hand" not in plain(here.enter(COLLEAGUE).get(f"/review/{match}").text)


def test_a_match_of_somebody_who_withdrew_is_not_taken_in_hand(here: Team) -> None:
    client, match = here.enter(), here.matches["ada"]
    withdraw(here, "ada")
    sent = {"csrf_token": csrf(client, "/privacy")}
    quiet = {"X-Requested-With": "fetch"}
    assert client.post(f"/review/{match}/claim", data=sent, headers=quiet).status_code == 409


def test_an_incomplete_decision_shows_nothing_of_somebody_who_withdrew(here: Team) -> None:
    client, match = here.enter(), here.matches["ada"]
    withdraw(here, "ada")
    code, text = status(client, f"/review/{match}/decide", decision="no")
    assert code == 409
    assert "does not want to be matched" in text
    assert here.people["ada"] not in text


def test_who_sees_what_is_open_in_an_incomplete_decision_is_recorded(here: Team) -> None:
    status(here.enter(), f"/review/{here.matches['ada']}/decide", decision="no")
    with reading(here.engine) as session:
        seen = select(AUDIT.c.subject).where(AUDIT.c.tag == Tag.MATCH_EXPLAINED.value)
        assert session.scalars(seen).all() == [here.people["ada"]]


def test_a_match_that_was_superseded_while_its_page_was_open_is_said_to_be(here: Team) -> None:
    client, match = here.enter(), here.matches["ada"]
    client.get(f"/review/{match}")
    superseded(here.engine, match, Superseded.TRIAL_STOPPED)
    code, text = status(client, f"/review/{match}/decide", decision="approve")
    assert (code, decisions(here.engine)) == (409, [])
    assert "The study was paused or closed" in text


def test_a_match_of_nobody_and_one_of_others_give_the_same_page(here: Team) -> None:
    client = here.enter(STRANGER)
    pages = [
        status(client, f"/review/{match}/decide", decision="approve")
        for match in (here.matches["ada"], 4711)
    ]
    assert pages[0] == pages[1]
    assert pages[0][0] == 404


def test_the_same_pressed_twice_is_no_error(here: Team) -> None:
    client, match = here.enter(), here.matches["ada"]
    for _ in range(2):
        said = here.post(client, f"/review/{match}/decide", decision="approve")
    assert "this was decided already" in plain(said)
    assert decisions(here.engine) == [("approve", None)]


def test_many_are_shown_first_and_decided_once(here: Team) -> None:
    client = here.enter()
    asked = "&".join(f"match={each}" for each in here.matches.values())
    page = client.get(f"/review/bulk?decision=approve&{asked}").text
    text = plain(page)
    assert "3 matches would be decided" in text or "4 matches would be decided" in text
    assert "Cannot be invited: Did not agree to be contacted" in text
    assert decisions(here.engine) == []
    listed = re.findall(r'name="match" value="(\d+)"', page)
    for _ in range(2):
        said = here.post(client, "/review/bulk", decision="approve", match=listed)
    assert "0 people are approved." in plain(said)
    assert "left out" in plain(said)
    with reading(here.engine) as session:
        assert session.scalar(select(func.count()).select_from(OUTBOX)) == len(listed)


def test_a_number_that_no_match_has_is_left_out(here: Team) -> None:
    client, odd = here.enter(), ["4294967296", "9" * 30, "0", "-1"]
    assert (
        client.get("/review/bulk?" + "&".join(f"match={each}" for each in odd)).status_code == 200
    )
    chosen = [*odd, here.matches["ada"]]
    said = here.post(client, "/review/bulk", decision="no", reason="other", match=chosen)
    assert "1 no is written down." in plain(said)
    said = here.post(client, f"/outreach/{here.study.trial}/invite", match=odd)
    assert "0 people were invited." in plain(said)


def test_that_a_rule_is_misread_is_not_said_of_many(here: Team) -> None:
    misread = {"reason": "rule misread", "criterion": 1, "wrong": "number"}
    chosen = list(here.matches.values())
    code, text = status(here.enter(), "/review/bulk", decision="no", match=chosen, **misread)
    assert (code, decisions(here.engine)) == (422, [])
    assert "A rule belongs to one study." in text


def test_who_is_asked_can_be_asked_something_more(here: Team) -> None:
    client, match = here.enter(), here.matches["ada"]
    asks = questions_of(client.get(f"/review/{match}").text)
    here.post(client, f"/review/{match}/decide", decision="ask", criterion=asks[0])
    page = client.get(f"/review/{match}").text
    assert questions_of(page) == asks[1:]
    assert ("Ask something more…" in plain(page)) == bool(asks[1:])


def test_who_cannot_be_asked_is_not_offered_to_be_and_why_is_said(here: Team) -> None:
    client, match = here.enter(), here.matches["ada"]
    assert 'id="decide-ask"' in client.get(f"/review/{match}").text
    with unit_of_work(here.engine) as session:
        for channel in Channel:
            no = Choice(Purpose.CONTACT, channel)
            ledger.withdraw(session, here.people["ada"], no, OWN, "link")
    page = client.get(f"/review/{match}").text
    assert 'id="decide-ask"' not in page
    assert "Nothing can be asked now: " in plain(page)


def test_saying_no_to_many_needs_a_reason(here: Team) -> None:
    client = here.enter()
    code, text = status(client, "/review/bulk", decision="no", match=[here.matches["ada"]])
    assert code == 422
    assert "Please say why not." in text
    said = here.post(
        client, "/review/bulk", decision="no", reason="other", match=[here.matches["ada"]]
    )
    assert "1 no is written down." in plain(said)


def test_many_go_in_parts_and_say_how_far_they_are(
    here: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recruit.web.bulk.AT_ONCE", 2)
    client = here.enter()
    chosen = [here.matches[name] for name in ("ada", "ben", "cleo")]
    page = here.post(client, "/review/bulk", decision="no", reason="other", match=chosen)
    assert "2 of 3 are done" in plain(page)
    rest = re.findall(r'name="match" value="(\d+)"', page)
    said = here.post(
        client,
        "/review/bulk",
        decision="no",
        reason="other",
        match=rest,
        decided=2,
    )
    assert "3 noes are written down." in plain(said)


def test_a_misread_rule_is_shown_at_the_sponsors_criterion_and_settled_there(here: Team) -> None:
    client = here.enter()
    match, number = here.matches["ada"], here.study.posting
    here.post(
        client,
        f"/review/{match}/misread",
        criterion=1,
        wrong="concept",
        words="Type 1 as well",
    )
    account(here, ADMINISTRATOR, Role.ADMINISTRATOR)
    sponsor = here.enter(ADMINISTRATOR)
    page = sponsor.get(f"/sponsor/trials/{number}/criteria").text
    assert "Said by a coordinator" in plain(page)
    assert "Type 1 as well" in page
    assert here.people["ada"] not in page
    note = re.search(r'formaction="(/sponsor/trials/[^"]+/misread/\d+)"', page)
    assert note
    after = here.post(sponsor, note[1])
    assert "Type 1 as well" not in after
    with reading(here.engine) as session:
        assert open_notes(session, here.study.trial) == []


@pytest.mark.parametrize("words", ["ask P-7F3KQ2XW", "write to ada@example.org", "06 39 98 00 01"])
def test_words_that_name_somebody_are_not_sent_to_the_sponsor(here: Team, words: str) -> None:
    address = f"/review/{here.matches['ada']}/misread"
    code, text = status(here.enter(), address, criterion=1, wrong="number", words=words)
    assert code == 422
    assert "name nobody here" in text


def test_a_claim_is_renewed_without_a_page(here: Team) -> None:
    client, match = here.enter(), here.matches["ada"]
    sent = {"csrf_token": csrf(client, "/privacy")}
    quiet = {"X-Requested-With": "fetch"}
    assert client.post(f"/review/{match}/claim", data=sent, headers=quiet).status_code == 204
    other = here.enter(COLLEAGUE)
    sent = {"csrf_token": csrf(other, "/privacy")}
    assert other.post(f"/review/{match}/claim", data=sent, headers=quiet).status_code == 409
    with unit_of_work(here.engine) as session:
        assert claims.of(session, [match], now())


def test_the_bar_speaks_french(here: Team) -> None:
    page = plain(here.enter().get(f"/review/{here.matches['ada']}?lang=fr").text)
    assert "Approuver pour l’invitation" in page
