"""One's own choices: seen in words, taken back with one click, proved by receipts."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, select

from recruit.audit.tables import AUDIT
from recruit.consent.choices import Channel, Purpose
from recruit.consent.permit import permit
from recruit.consent.tables import CONSENT
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import ConsentMissing
from recruit.people import store
from recruit.people.communities import hooks
from recruit.people.communities.tables import EVENT
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item, Vault
from tests.joining import BORN, EMAIL, Joiner, Place, code_in, place
from tests.oneself import guardian, own, relative
from tests.web_world import settled

PAGE = "/me/consents"


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine) -> Place:
    return place(tmp_path, sqlite_engine)


@pytest.fixture
def ada(here: Place) -> Joiner:
    return here.joined(choices=("matching", "contact/email"))


def allowed(here: Place, purpose: Purpose, channel: Channel | None = None) -> bool:
    with reading(here.engine) as session:
        person = session.execute(select(PARTICIPANT.c.pseudonym)).scalar_one()
        try:
            permit(session, person, purpose, channel=channel, at=now())
        except ConsentMissing:
            return False
        return True


def events(here: Place) -> int:
    with reading(here.engine) as session:
        return len(session.execute(select(CONSENT.c.sequence)).all())


def words(page: str) -> str:
    """What a page says, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def take_back(joiner: Joiner, choice: str) -> None:
    answer = joiner.send(f"{PAGE}/take-back", PAGE, choice=choice)
    assert answer.headers["Location"] == PAGE


def give(joiner: Joiner, *choices: str, address: str = "") -> str:
    notice = joiner.hidden(PAGE, "notice")
    path = f"{PAGE}/give"
    return joiner.send(path, PAGE, notice=notice, choice=list(choices), address=address).text


def test_a_stranger_is_led_to_the_sign_in(here: Place) -> None:
    for path in ("", "/stop", "/history", "/receipts"):
        answer = here.joiner().client.get(PAGE + path)
        assert answer.headers["Location"] == "/me/sign-in"


def test_each_choice_says_how_it_stands(ada: Joiner) -> None:
    said = words(ada.client.get(PAGE).text)
    assert "Look for studies for me ✓ Yes You said yes on" in said
    assert "Write to me by letter ✕ No You said no on" in said
    assert "Write to me by text message ? Not chosen You have not been asked yet." in said


def test_one_click_takes_a_yes_back(here: Place, ada: Joiner) -> None:
    assert allowed(here, Purpose.CONTACT, Channel.EMAIL)
    take_back(ada, "contact/email")
    assert not allowed(here, Purpose.CONTACT, Channel.EMAIL)
    assert allowed(here, Purpose.MATCHING)
    said = words(ada.client.get(PAGE).text)
    assert "You took this yes back: Write to me by e-mail. It holds from now on." in said
    assert "You took this yes back" not in words(ada.client.get(PAGE).text)


def test_a_second_click_writes_and_sends_nothing(here: Place, ada: Joiner) -> None:
    take_back(ada, "matching")
    before = events(here)
    assert len(here.post()) == 1
    take_back(ada, "matching")
    assert events(here) == before
    assert here.post() == []
    assert "Nothing had to be changed" in ada.client.get(PAGE).text


@pytest.mark.parametrize("choice", ["", "everything", "release/one", "contact/sms", "matching\0"])
def test_nothing_else_can_be_taken_back(here: Place, ada: Joiner, choice: str) -> None:
    before = events(here)
    take_back(ada, choice)
    assert events(here) == before


def test_what_was_taken_back_can_be_given_again_with_the_notice_shown(
    here: Place, ada: Joiner
) -> None:
    take_back(ada, "matching")
    page = ada.client.get(PAGE).text
    boxes = re.findall(r'<input[^>]*type="checkbox"[^>]*>', page)
    assert boxes
    assert not any(re.search(r"\schecked", box) for box in boxes)
    give(ada, "matching")
    assert allowed(here, Purpose.MATCHING)
    with reading(here.engine) as session:
        last = session.execute(select(CONSENT).order_by(CONSENT.c.sequence.desc())).mappings()
        assert last.first()["shown"]["controls"] == "unticked"  # type: ignore[index]


def test_each_change_is_confirmed_by_one_message(here: Place, ada: Joiner) -> None:
    take_back(ada, "contact/email")
    (letter,) = here.post()
    assert letter.to == EMAIL
    assert "Write to me by e-mail" in letter.text
    give(ada, "research-reuse")
    (letter,) = here.post()
    assert "Use my answers for research" in letter.text
    assert "Look for studies for me" in letter.text


def test_only_what_is_open_can_be_given(here: Place, ada: Joiner) -> None:
    before = events(here)
    text = give(ada, "contact/sms", "contact/phone", "release/one", "other")
    assert "Please tick at least one box" in text
    assert events(here) == before


def test_nothing_is_given_beside_another_notice(here: Place, ada: Joiner) -> None:
    before = events(here)
    path = f"{PAGE}/give"
    answer = ada.send(path, PAGE, notice="0" * 64, choice=["research-reuse"])
    assert answer.status_code == 422
    assert "The notice has changed" in answer.text
    assert events(here) == before


def test_letters_need_an_address_here_too(here: Place, ada: Joiner) -> None:
    assert "Please write the address" in give(ada, "contact/letter")
    assert not allowed(here, Purpose.CONTACT, Channel.LETTER)
    give(ada, "contact/letter", address="1 rue d’Exemple\n75012 Paris")
    assert allowed(here, Purpose.CONTACT, Channel.LETTER)
    with reading(here.engine) as session:
        person = session.execute(select(PARTICIPANT.c.pseudonym)).scalar_one()
        assert Item.ADDRESS in Vault(here.keyring).read(session, person)


def test_after_that_nothing_says_of_a_choice_that_there_was_a_yes(ada: Joiner) -> None:
    ada.send(f"{PAGE}/stop")
    shown = words(ada.client.get(PAGE).text)
    assert "You took your yes back" not in shown
    assert shown.count("You stopped everything on") == 6


def test_everything_is_stopped_after_one_page_that_asks(here: Place, ada: Joiner) -> None:
    asked = words(ada.client.get(f"{PAGE}/stop").text)
    assert "Look for studies for me Write to me by e-mail" in asked
    assert allowed(here, Purpose.MATCHING)
    ada.send(f"{PAGE}/stop")
    assert not allowed(here, Purpose.MATCHING)
    assert not allowed(here, Purpose.CONTACT, Channel.EMAIL)
    assert "There is no yes of yours" in ada.client.get(f"{PAGE}/stop").text


@pytest.mark.parametrize(("months", "days"), [("1", 30), ("3", 91), ("6", 181)])
def test_a_pause_ends_by_itself(here: Place, months: str, days: int) -> None:
    with time_machine.travel("2026-11-30T10:00:00+00:00", tick=False) as time:
        ada = here.joined()
        ada.send(f"{PAGE}/pause", PAGE, months=months)
        assert not allowed(here, Purpose.MATCHING)
        time.shift(timedelta(days=days - 2))
        assert not allowed(here, Purpose.MATCHING)
        time.shift(timedelta(days=4))
        assert allowed(here, Purpose.MATCHING)


def test_a_pause_without_an_end_is_ended_by_hand(here: Place, ada: Joiner) -> None:
    ada.send(f"{PAGE}/pause", PAGE, months="open")
    assert "It lasts until you end it" in here.post()[0].text
    with time_machine.travel(now() + timedelta(minutes=50), tick=False):
        assert not allowed(here, Purpose.MATCHING)
        assert "You are on a pause" in ada.client.get(PAGE).text
        ada.send(f"{PAGE}/resume", PAGE)
        assert allowed(here, Purpose.MATCHING)


@pytest.mark.parametrize("months", ["", "2", "-1", "1e9", "999999999999", "open\0"])
def test_other_pauses_are_not_offered(here: Place, ada: Joiner, months: str) -> None:
    answer = ada.send(f"{PAGE}/pause", PAGE, months=months)
    assert answer.status_code == 422
    assert "Please choose how long" in answer.text
    assert allowed(here, Purpose.MATCHING)


def receipt_of(joiner: Joiner) -> str:
    found = re.search(r"/me/consents/receipts/[0-9a-f-]{36}", joiner.client.get(PAGE).text)
    assert found
    return found[0]


def test_a_receipt_can_be_read_and_kept(ada: Joiner) -> None:
    path = receipt_of(ada)
    said = words(ada.client.get(path).text)
    assert "Yes to: Look for studies for me" in said
    assert "By you" in said
    assert "with a code that we sent to you" in said
    file = ada.client.get(f"{path}.json")
    assert file.mimetype == "application/json"
    assert "attachment" in file.headers["Content-Disposition"]
    assert json.loads(file.text)["consentReceiptID"] == path.rpartition("/")[2]


def test_a_receipt_of_somebody_else_is_none(here: Place, ada: Joiner) -> None:
    path = receipt_of(ada)
    bob = here.joined("bob@example.org")
    missing = bob.client.get("/me/consents/receipts/00000000-0000-0000-0000-000000000000")
    for address in (path, f"{path}.json"):
        answer = bob.client.get(address)
        assert (answer.status_code, settled(answer.text)) == (404, settled(missing.text))


def test_the_receipts_are_listed_the_newest_first(ada: Joiner) -> None:
    take_back(ada, "matching")
    said = words(ada.client.get(f"{PAGE}/receipts").text)
    assert said.index("Yes taken back: Look for studies for me") < said.index("Yes to:")


def test_the_history_names_who_acted(ada: Joiner) -> None:
    take_back(ada, "matching")
    ada.send(f"{PAGE}/stop")
    said = words(ada.client.get(f"{PAGE}/history").text)
    assert said.index("Yes taken back: everything") < said.index("Yes taken back: Look for")
    assert "by you" in said


def test_each_change_leaves_its_row_in_the_audit_trail(here: Place, ada: Joiner) -> None:
    take_back(ada, "matching")
    give(ada, "research-reuse")
    ada.send(f"{PAGE}/pause", PAGE, months="1")
    ada.send(f"{PAGE}/resume", PAGE)
    with reading(here.engine) as session:
        tags = session.execute(select(AUDIT.c.tag).order_by(AUDIT.c.sequence)).scalars().all()
    assert [tag for tag in tags if tag.startswith("consent:person:")] == [
        "consent:person:withdrawn",
        "consent:person:granted",
        "consent:person:paused",
        "consent:person:resumed",
    ]


def test_two_tabs_that_take_back_at_once_take_back_once(here: Place, ada: Joiner) -> None:
    token = ada.hidden(PAGE, "csrf_token")
    before = events(here)
    for _ in range(2):
        sent = {"csrf_token": token, "choice": "matching"}
        assert ada.client.post(f"{PAGE}/take-back", data=sent).status_code == 302
    assert events(here) == before + 1


def test_french_pages_are_french(ada: Joiner) -> None:
    said = words(ada.client.get(f"{PAGE}?lang=fr").text)
    assert "Chercher des études pour moi ✓ Oui Vous avez dit oui le" in said


def test_a_guardian_changes_choices_and_is_named(here: Place) -> None:
    who = own(here)
    other = guardian(who)
    take_back(other, "contact/email")
    give(other, "research-reuse")
    assert not allowed(here, Purpose.CONTACT, Channel.EMAIL)
    assert allowed(here, Purpose.RESEARCH_REUSE)
    said = words(who.page(f"{PAGE}/history"))
    assert "Yes to: Use my answers for research" in said
    assert "by Dominique Exemple, who acts for you" in said
    with reading(here.engine) as session:
        last = session.execute(select(CONSENT).order_by(CONSENT.c.sequence.desc())).mappings()
        row = last.first()
    assert row is not None
    assert row["role"] == "guardian"
    assert row["authority"].startswith("representation L-")


def test_a_relative_who_may_act_changes_choices_and_is_named(here: Place) -> None:
    who = own(here)
    other = relative(who, "act")
    take_back(other, "contact/email")
    assert not allowed(here, Purpose.CONTACT, Channel.EMAIL)
    assert "by Dominique Exemple, who acts for you" in words(who.page(f"{PAGE}/history"))


def test_a_relative_who_may_look_changes_nothing(here: Place) -> None:
    who = own(here)
    other = relative(who, "look")
    page = other.client.get(PAGE).text
    assert "Take back" not in page
    token = other.hidden(PAGE, "csrf_token")
    for path in ("take-back", "stop", "pause", "resume", "give"):
        sent = {"csrf_token": token, "choice": "matching", "months": "1"}
        assert other.client.post(f"{PAGE}/{path}", data=sent).status_code == 403
    assert allowed(here, Purpose.MATCHING)


def test_the_community_that_somebody_came_through_is_told_of_a_withdrawal(here: Place) -> None:
    with unit_of_work(here.engine) as session:
        store.know_community(session, "Les Exemples")
        hooks.set_hook(session, here.keyring, "Les Exemples", "https://example.org/hook")
    joiner = here.joiner()
    joiner.begin("/join/Les%20Exemples")
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    page = str(joiner.choose("matching").headers["Location"])
    joiner.show(page, code_in(here.post()[0]))
    take_back(joiner, "matching")
    with reading(here.engine) as session:
        assert session.execute(select(EVENT.c.type)).scalars().all() == ["consent.withdrawn"]
