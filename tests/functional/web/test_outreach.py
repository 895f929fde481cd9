"""Who is invited: the plan of a study, a list to confirm, one match, and a way to stop."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, insert, select, update

from recruit.actions.accounts import add_account
from recruit.actions.outreach.round_table import ROUND
from recruit.actions.outreach.rounds import PATIENCE
from recruit.audit.trail import about
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import State
from recruit.people.accounts import Role
from recruit.people.facts import Home
from recruit.terminology.lexicon import Lexicon
from tests.coordinating import STRANGER, Team, team
from tests.outreach import matched, queued, willing
from tests.web_world import ADMINISTRATOR, CHEAP, PASSWORD, csrf


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine, lexicon: Lexicon) -> Team:
    return team(tmp_path, sqlite_engine, lexicon)


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " ").split())


def listed(page: str) -> list[int]:
    """The matches that the confirming form names."""
    return [int(each) for each in re.findall(r'name="match"\s+value="(\d+)"', page)]


def messages(here: Team, state: State = State.APPROVED) -> int:
    with reading(here.engine) as session:
        query = select(func.count()).where(OUTBOX.c.state == state.value)
        return session.scalar(query.select_from(OUTBOX)) or 0


def test_the_plan_counts_who_can_be_asked_and_says_why_not_the_others(here: Team) -> None:
    text = plain(here.enter().get(f"/outreach/{here.study.trial}").text)
    assert "3 people can be asked now" in text
    for reason in (
        "Said no in the last 60 days",
        "No address or number",
        "Did not agree to be contacted",
    ):
        assert reason in text


def test_the_plan_names_nobody_but_by_pseudonym(here: Team) -> None:
    page = here.enter().get(f"/outreach/{here.study.trial}").text
    assert here.people["ada"] in page
    assert not re.search(
        r"Camille|@example\.org(?!</button>)|\+33", page.split("<main")[1].split("<footer")[0]
    )


def test_whom_you_invite_is_shown_before_anybody_is_invited(here: Team) -> None:
    page = here.enter().get(f"/outreach/{here.study.trial}/invite?most=2").text
    assert len(listed(page)) == 2
    assert messages(here) == 0


def test_the_words_shown_are_filled_for_an_invented_person(here: Team) -> None:
    text = plain(here.enter().get(f"/outreach/{here.study.trial}/invite").text)
    assert "Bonjour Camille," in text
    assert "/i/00000000000000000000000000000000" in text


def test_those_who_stood_in_the_list_are_invited_and_nobody_else(here: Team) -> None:
    client = here.enter()
    page = client.get(f"/outreach/{here.study.trial}/invite?most=2").text
    said = here.post(client, f"/outreach/{here.study.trial}/invite", match=listed(page))
    assert "2 people were invited." in plain(said)
    assert messages(here) == 2
    assert "1 person can be asked now" in plain(said)


def test_to_send_the_list_twice_invites_nobody_twice(here: Team) -> None:
    client = here.enter()
    page = client.get(f"/outreach/{here.study.trial}/invite").text
    for _ in range(2):
        said = here.post(client, f"/outreach/{here.study.trial}/invite", match=listed(page))
    assert "0 people were invited. 3 were left out" in plain(said)
    assert messages(here) == 3


def test_who_cannot_be_asked_is_not_invited_by_a_form_of_ones_own_making(here: Team) -> None:
    matches = [here.matches["finn"], here.matches["eve"], 4711]
    here.post(here.enter(), f"/outreach/{here.study.trial}/invite", match=matches)
    assert messages(here) == 0


def test_one_match_is_invited_from_its_page(here: Team) -> None:
    client = here.enter()
    assert "Approve for invitation" in client.get(f"/review/{here.matches['ada']}").text
    said = here.post(client, f"/review/{here.matches['ada']}/decide", decision="approve")
    when = re.search(r"waits for its round, from ([^(]+) \(Europe/Paris\)", plain(said))
    assert when
    after = plain(client.get(f"/review/{here.matches['ada']}").text)
    assert re.search(r"Approved for invitation by you on \d", after)
    assert messages(here) == 1


def test_the_filter_of_the_table_is_kept(here: Team) -> None:
    client = here.enter()
    study = here.study.trial
    page = client.get(f"/review/{here.matches['ada']}?study={study}").text
    assert f'action="/review/{here.matches["ada"]}/decide?study={study}' in page


def test_a_match_whose_person_cannot_be_asked_says_why_and_has_no_button(here: Team) -> None:
    page = here.enter().get(f"/review/{here.matches['finn']}").text
    assert "Did not agree to be contacted" in page
    assert "Approve for invitation" not in page


def test_what_waits_is_stopped_with_a_reason(here: Team) -> None:
    client = here.enter()
    here.post(client, f"/review/{here.matches['ada']}/decide", decision="approve")
    said = here.post(client, f"/outreach/{here.study.trial}/stop", reason="The freezer broke")
    assert "1 message was stopped." in plain(said)
    assert (messages(here), messages(here, State.CANCELLED)) == (0, 1)
    with reading(here.engine) as session:
        rows = about(session, here.study.trial)
    assert [row["reason"] for row in rows if row["tag"] == "outreach:trial:stopped"] == [
        "The freezer broke"
    ]


def test_whose_message_the_team_stopped_did_not_refuse_to_be_contacted(
    here: Team, lexicon: Lexicon
) -> None:
    only_mail = willing(here.engine, "gil", channels=(Channel.EMAIL,))
    match = matched(here.engine, lexicon, here.study.trial, only_mail)
    client = here.enter()
    here.post(client, f"/review/{match}/decide", decision="approve")
    here.post(client, f"/outreach/{here.study.trial}/stop", reason="The freezer broke")
    assert "Cannot be asked. Stopped by the team" in plain(client.get(f"/review/{match}").text)


def test_a_round_that_waits_for_answers_is_waited_for_before_and_after_inviting(
    here: Team,
) -> None:
    began = now() - timedelta(days=2)
    queued(here.engine, here.study, here.people["cleo"], Channel.SMS)
    with unit_of_work(here.engine) as session:
        session.execute(update(OUTBOX).values(round=1))
        row = {"trial": here.study.trial, "number": 1, "size": 1, "asked": 0, "yes": 0}
        session.execute(insert(ROUND), {**row, "missing": None, "began_at": began})
    client, over = here.enter(), began + PATIENCE
    before = plain(client.get(f"/review/{here.matches['ada']}").text)
    found = re.search(r"Email, [^,]+, from ([^(]+) \(Europe/Paris\)", before)
    assert found
    read = datetime.strptime(found[1], "%d %B %Y, %H:%M")  # noqa: DTZ007 - its zone follows
    local = read.replace(tzinfo=ZoneInfo("Europe/Paris"))
    assert over.replace(second=0, microsecond=0) <= local <= over + timedelta(hours=13)
    assert 8 <= local.hour < 20
    said = plain(here.post(client, f"/review/{here.matches['ada']}/decide", decision="approve"))
    assert f"from {found[1]} (Europe/Paris)" in said


def test_a_text_that_is_missing_is_named_by_language_and_country_and_linked_for_who_may(
    here: Team, lexicon: Lexicon
) -> None:
    in_brussels = willing(here.engine, "hedi", home=Home("BE", "1000", 50.85, 4.35))
    match = matched(here.engine, lexicon, here.study.trial, in_brussels)
    add_account(
        here.engine,
        email=ADMINISTRATOR,
        role=Role.ADMINISTRATOR,
        password=PASSWORD,
        actor="test",
        cost=CHEAP,
    )
    told = "No approved text (French, Belgium)"
    client = here.enter()
    assert told in plain(client.get(f"/outreach/{here.study.trial}").text)
    assert "/materials" not in client.get(f"/review/{match}").text
    page = here.enter(ADMINISTRATOR).get(f"/review/{match}").text
    assert told in plain(page)
    assert f'/sponsor/trials/{here.study.posting}/materials?country=BE"' in page


def test_nothing_is_stopped_without_a_reason(here: Team) -> None:
    client = here.enter()
    here.post(client, f"/review/{here.matches['ada']}/decide", decision="approve")
    said = here.post(client, f"/outreach/{here.study.trial}/stop", reason="  ")
    assert "Please say why" in said
    assert messages(here) == 1


@pytest.mark.parametrize(
    "address",
    ["/outreach/{trial}", "/outreach/{trial}/invite", "/outreach/NCT99999999", "/review/{match}"],
)
def test_another_organisations_study_is_the_same_as_none(here: Team, address: str) -> None:
    client = here.enter(STRANGER)
    asked = address.format(trial=here.study.trial, match=here.matches["ada"])
    assert client.get(asked).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/outreach/{trial}/invite", "/outreach/{trial}/stop", "/review/{match}/decide"],
)
def test_another_organisation_decides_nothing(here: Team, address: str) -> None:
    client = here.enter(STRANGER)
    asked = address.format(trial=here.study.trial, match=here.matches["ada"])
    sent = {"csrf_token": csrf(client, "/privacy"), "match": here.matches["ada"], "reason": "mine"}
    sent["decision"] = "approve"
    assert client.post(asked, data=sent).status_code == 404
    assert messages(here) == 0


@pytest.mark.parametrize("most", ["-1", "0", "a", "99999999999999", "٣", ""])
def test_an_odd_number_of_people_is_no_error(here: Team, most: str) -> None:
    client = here.enter()
    asked = client.get(f"/outreach/{here.study.trial}/invite", query_string={"most": most})
    assert asked.status_code == 200


def test_the_plan_speaks_french(here: Team) -> None:
    page = here.enter().get(f"/outreach/{here.study.trial}?lang=fr").text
    assert "3 personnes peuvent être invitées maintenant" in plain(page)
