"""What leaves: the text approved at that moment, filled for one person, in our frame."""

import re
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import Engine, select

from recruit.actions.outreach.gates import Desk, gates, text
from recruit.actions.outreach.writing import Writer
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import WrongUsage
from recruit.notify import handoff, links, outbox
from recruit.notify.letter import Letter
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Hold, Reason, State, Wave
from recruit.people.vault import Item
from recruit.terminology.lexicon import Lexicon
from recruit.trials.materials import content
from recruit.trials.materials import store as materials
from tests.outreach import (
    OFFICE_HOURS,
    OWN,
    REACHABLE,
    RING,
    VAULT,
    Study,
    approve_text,
    approved,
    queued,
    state,
    study,
    willing,
)

WRITER = Writer(RING, "https://recruit.example.org", ZoneInfo("Europe/Paris"))
LINK = re.compile(r"https://recruit\.example\.org/(i|u)/(\S+)")


def written(engine: Engine, number: int) -> Letter | Hold:
    """What the worker would send now."""
    with unit_of_work(engine) as session:
        mine = handoff.claim_one(session, number, "one", now())
        assert mine
        return WRITER(session, [mine], now())[mine.id]


def letter(engine: Engine, number: int) -> Letter:
    found = written(engine, number)
    assert isinstance(found, Letter), found
    return found


def put_off(found: Letter | Hold, reason: Reason) -> bool:
    """Whether it is looked at again tomorrow: the sponsor may have mended it by then."""
    return (
        isinstance(found, Hold)
        and (found.state, found.reason) == (State.DEFERRED, reason)
        and found.until is not None
        and found.until > now() + timedelta(hours=23)
    )


def named(engine: Engine, person: str, name: str) -> None:
    with unit_of_work(engine) as session:
        VAULT.keep(session, {person: {Item.NAME: name}})


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    return study(engine, lexicon)


def test_an_email_is_the_approved_text_filled_and_framed(engine: Engine, here: Study) -> None:
    found = letter(engine, queued(engine, here, willing(engine)))
    assert found.subject == "Une étude dont vous voudrez peut-être entendre parler"
    assert found.text.startswith("Bonjour Camille,\n\nVous nous avez permis de vous écrire")
    assert "Il y en a une à Paris : Une étude sur le sucre." in found.text.replace("\u00a0", " ")
    assert re.search(r"Le \d+ \w+ \d{4}, vous nous avez permis", found.text)
    assert found.to == "camille@example.org"


def test_each_link_of_an_email_stands_in_it_once_and_opens_its_page(
    engine: Engine, here: Study
) -> None:
    number = queued(engine, here, willing(engine))
    found = letter(engine, number)
    assert [each[0] for each in LINK.findall(found.text)] == ["i", "u"]
    (_, answer), (_, stop) = LINK.findall(found.text)
    assert found.link.endswith(answer)
    assert found.one_click.endswith(stop)
    with reading(engine) as session:
        for purpose, token in ((links.Purpose.ANSWER, answer), (links.Purpose.STOP, stop)):
            row = links.find(session, purpose, token)
            assert row
            assert row.id == number


def test_html_has_the_links_and_no_markup_of_a_name(engine: Engine, here: Study) -> None:
    person = willing(engine)
    named(engine, person, "<b>Camille</b> Exemple")
    found = letter(engine, queued(engine, here, person))
    assert f'<a href="{found.link}">' in found.html
    assert "<b>" not in found.html


def test_the_digest_of_what_was_written_stands_beside_the_message(
    engine: Engine, here: Study
) -> None:
    number = queued(engine, here, willing(engine))
    letter(engine, number)
    with reading(engine) as session:
        text = materials.approved(
            session, here.posting, content.Channel.EMAIL, "fr", "FR", now().date()
        )
        assert text
        digest = session.scalar(select(OUTBOX.c.digest).where(OUTBOX.c.id == number))
    assert digest == text.digest


def test_a_newer_approved_text_is_what_leaves(engine: Engine, here: Study) -> None:
    number = queued(engine, here, willing(engine))
    first = letter(engine, number)
    approve_text(engine, here.posting, content.Channel.EMAIL, "fr", replace(REACHABLE, title="X"))
    with unit_of_work(engine) as session:
        handoff.reclaim(session, now() + timedelta(minutes=2))
    assert letter(engine, number).link != first.link


def test_another_text_approved_before_the_last_byte_stops_the_one_that_was_written(
    engine: Engine, here: Study
) -> None:
    with time_machine.travel(OFFICE_HOURS, tick=False):
        number = queued(engine, here, willing(engine))
        looks = gates(Desk(RING, ZoneInfo("Europe/Paris")), (text,))
        with unit_of_work(engine) as session:
            mine = handoff.claim_one(session, number, "one", now())
            assert mine
            assert handoff.open_handoff(session, mine, looks, now())
            assert isinstance(WRITER(session, [mine], now())[mine.id], Letter)
        draft = replace(REACHABLE, title="Another title")
        approve_text(engine, here.posting, content.Channel.EMAIL, "fr", draft)
        with unit_of_work(engine) as session:
            assert not handoff.send_data(session, mine, looks, now())
    assert state(engine, number) == (State.DEFERRED, Reason.REWRITTEN)


def test_without_an_approved_text_nothing_is_written(engine: Engine, here: Study) -> None:
    with unit_of_work(engine) as session:
        place = content.Place(here.posting, content.Channel.EMAIL, "fr")
        materials.suspend(session, place, 1, reason="test", author="account 9")
    found = written(engine, queued(engine, here, willing(engine)))
    assert put_off(found, Reason.NO_TEXT)


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("", "Bonjour,"),
        ("EXEMPLE Camille", "Bonjour Camille,"),
        ("Mme Camille Exemple", "Bonjour Camille,"),
        ("Jean-Noël", "Bonjour Jean-Noël,"),
        ("www.example.org/win", "Bonjour,"),
        ("Camille\r\nBcc: all@example.org", "Bonjour Camille,"),
        ("\u202eCamille", "Bonjour Camille,"),
        ("{{link}}", "Bonjour,"),
        ("X" * 200, "Bonjour,"),
    ],
)
def test_a_greeting_takes_a_first_name_or_does_without(
    engine: Engine, here: Study, name: str, greeting: str
) -> None:
    person = willing(engine)
    named(engine, person, name)
    found = letter(engine, queued(engine, here, person))
    assert found.text.split("\n")[0] == greeting
    assert "\r" not in found.text


def test_a_call_to_somebody_without_a_name_is_held(engine: Engine, here: Study) -> None:
    person = willing(engine)
    named(engine, person, "")
    found = written(engine, queued(engine, here, person, Channel.PHONE))
    assert put_off(found, Reason.TEXT_FIELD)


def test_a_text_with_a_field_that_has_no_value_is_held(engine: Engine, lexicon: Lexicon) -> None:
    nobody_to_call = study(engine, lexicon, replace(REACHABLE, contacts=()))
    found = written(engine, queued(engine, nobody_to_call, willing(engine)))
    assert put_off(found, Reason.TEXT_FIELD)


def test_somebody_without_an_address_is_not_written_to(engine: Engine, here: Study) -> None:
    person = willing(engine)
    with unit_of_work(engine) as session:
        VAULT.keep(session, {person: {Item.EMAIL: ""}})
    found = written(engine, queued(engine, here, person))
    assert found == Hold(State.SUPPRESSED, Reason.NO_CONTACT)


def test_a_text_message_keeps_to_the_letters_of_phones(engine: Engine, here: Study) -> None:
    person = willing(engine)
    named(engine, person, "François")
    found = letter(engine, queued(engine, here, person, Channel.SMS))
    assert found.text.startswith("Recruit : bonjour Francois, il y a une étude à Paris")
    assert "STOP" in found.text
    assert (found.subject, found.html, found.one_click) == ("", "", "")


def test_a_letter_goes_to_the_lines_of_an_address_under_the_name(
    engine: Engine, here: Study
) -> None:
    person = willing(engine)
    with unit_of_work(engine) as session:
        VAULT.keep(session, {person: {Item.ADDRESS: "12 rue des Essais\n75012 Paris"}})
    found = letter(engine, queued(engine, here, person, Channel.LETTER))
    assert found.to == "Camille Exemple\n12 rue des Essais\n75012 Paris"


def test_a_reminder_says_that_it_is_the_last(engine: Engine, here: Study) -> None:
    found = letter(engine, queued(engine, here, willing(engine), wave=Wave.REMINDER))
    assert found.text.startswith("Bonjour Camille,\n\nNous vous avons déjà écrit")


def test_closing_news_has_no_link_to_answer(engine: Engine, here: Study) -> None:
    found = letter(engine, queued(engine, here, willing(engine), wave=Wave.CLOSING))
    assert [each[0] for each in LINK.findall(found.text)] == ["u"]
    assert found.link == ""


def test_closing_news_too_long_for_a_phone_is_held(engine: Engine, here: Study) -> None:
    number = queued(engine, here, willing(engine), Channel.SMS, wave=Wave.CLOSING)
    assert put_off(written(engine, number), Reason.TOO_LONG)


def test_without_consent_no_words_are_written(engine: Engine, here: Study) -> None:
    person = willing(engine)
    number = queued(engine, here, person)
    with unit_of_work(engine) as session:
        choice = Choice(Purpose.CONTACT, Channel.EMAIL)
        ledger.withdraw(session, person, choice, OWN, "test")
    assert written(engine, number) == Hold(State.SUPPRESSED, Reason.CONSENT)


def test_in_french_a_message_for_a_french_reader_and_in_english_for_others(
    engine: Engine, here: Study
) -> None:
    person = willing(engine)
    number = approved(engine, here, person, language="en")
    with unit_of_work(engine) as session:
        outbox.queue(session, [number], now())
    assert letter(engine, number).text.startswith("Hello Camille,")


@pytest.mark.parametrize("address", ["http://recruit.example.org", "http://10.0.0.1:8000"])
def test_links_cross_no_network_in_the_clear(address: str) -> None:
    with pytest.raises(WrongUsage):
        Writer(RING, address, ZoneInfo("Europe/Paris"))


def test_links_to_this_machine_are_for_trying_out() -> None:
    here = "http://127.0.0.1:8000"
    assert Writer(RING, here, ZoneInfo("Europe/Paris")).base_url == here
