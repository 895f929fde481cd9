"""Each deed in the ledger has its name, its meaning and its receipt."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine

from recruit.consent import ledger, receipts
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.evidence import Controls, Evidence
from recruit.consent.ledger import Actor, Role
from recruit.consent.permit import people_with, permit
from recruit.consent.state import pause_of
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import ConsentMissing, NotFound, WrongUsage

SELF = Actor("P-1", Role.SELF)
GUARDIAN = Actor("R-1", Role.GUARDIAN, "representation 7")
MATCHING = Choice(Purpose.MATCHING)
MAIL = Choice(Purpose.CONTACT, Channel.EMAIL)
SITE = Choice(Purpose.RELEASE, scope="site/12")
START = now() - timedelta(days=10)


def proof(*choices: Choice, days: int = 0, lasts: int | None = None) -> Evidence:
    at = START + timedelta(days=days)
    return Evidence(
        choices,
        "ab" * 32,
        "1",
        "fr",
        at,
        "box on /join",
        "recruit",
        at + timedelta(days=lasts) if lasts else None,
        double_opt_in="code by e-mail",
    )


def agree(engine: Engine, *choices: Choice, days: int = 0, lasts: int | None = None) -> None:
    with unit_of_work(engine) as session:
        ledger.grant(session, [("P-1", proof(*choices, days=days, lasts=lasts))], SELF)


def may(engine: Engine, choice: Choice, days: int = 10) -> bool:
    with reading(engine) as session:
        try:
            permit(
                session,
                "P-1",
                choice.purpose,
                channel=choice.channel,
                scope=choice.scope,
                at=START + timedelta(days=days),
            )
        except ConsentMissing:
            return False
    return True


def types(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [row["type"] for row in ledger.history(session, "P-1")]


def test_one_form_is_one_act_with_one_receipt(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        number = ledger.answer(session, "P-1", proof(MATCHING), [MAIL], SELF)
    assert (may(engine, MATCHING), may(engine, MAIL)) == (True, False)
    with reading(engine) as session:
        events = ledger.history(session, "P-1")
    assert {event["receipt"] for event in events} == {number}
    assert [event["type"] for event in events] == ["granted", "denied"]


def test_what_was_shown_and_how_it_was_said_is_kept(engine: Engine) -> None:
    agree(engine, MATCHING)
    with reading(engine) as session:
        (event,) = ledger.history(session, "P-1")
    assert event["shown"] == {
        "notice": "ab" * 32,
        "notice_version": "1",
        "language": "fr",
        "controls": "unticked",
    }
    assert event["how"] == {
        "method": "box on /join",
        "source": "recruit",
        "double_opt_in": "code by e-mail",
    }
    assert (event["jurisdiction"], event["legal_basis"]) == ("FR", "GDPR 6(1)(a), 9(2)(a)")


def test_no_word_stands_for_a_box_that_was_ticked_already() -> None:
    assert {each.value for each in Controls} == {
        "unticked",
        "asked aloud",
        "on paper",
        "not stated",
    }


def test_a_denial_ends_a_yes(engine: Engine) -> None:
    agree(engine, MATCHING)
    with unit_of_work(engine) as session:
        ledger.deny(session, "P-1", proof(MATCHING, days=1), SELF)
    assert not may(engine, MATCHING)


def test_an_objection_ends_a_yes(engine: Engine) -> None:
    agree(engine, MATCHING)
    with unit_of_work(engine) as session:
        ledger.object_to(session, "P-1", MATCHING, SELF, "letter")
    assert not may(engine, MATCHING, 11)


def test_a_new_notice_is_asked_about_again(engine: Engine) -> None:
    agree(engine, MATCHING)
    with unit_of_work(engine) as session:
        ledger.supersede(session, "P-1", MATCHING, Actor("cli", Role.STAFF), "2")
    assert not may(engine, MATCHING)
    with reading(engine) as session:
        assert ledger.history(session, "P-1")[-1]["how"] == {"method": "notice 2"}


def test_a_reconfirmation_makes_a_yes_last_longer(engine: Engine) -> None:
    agree(engine, MATCHING, lasts=5)
    with unit_of_work(engine) as session:
        again = proof(MATCHING, MAIL, days=3, lasts=30)
        assert ledger.reconfirm(session, "P-1", again, SELF) == [MATCHING]
    assert (may(engine, MATCHING, 9), may(engine, MAIL, 9)) == (True, False)


def test_what_ran_out_is_written_down_once(engine: Engine) -> None:
    agree(engine, MATCHING, MAIL, lasts=2)
    for expected in (2, 0):
        with unit_of_work(engine) as session:
            assert ledger.expire(session, now()) == expected
    assert types(engine) == ["granted", "granted", "expired", "expired"]
    with reading(engine) as session:
        last = ledger.history(session, "P-1")[-1]
        assert ledger.verify(session) is None
    assert last["occurred_at"] == START + timedelta(days=2)
    assert (last["actor"], last["role"]) == ("job", "system")


def test_newer_evidence_counts_after_an_expiry(engine: Engine) -> None:
    agree(engine, MATCHING, lasts=3)
    with unit_of_work(engine) as session:
        ledger.expire(session, now())
    agree(engine, MATCHING, days=1)
    assert may(engine, MATCHING)


def test_nothing_is_permitted_during_a_pause_and_everything_after_it(engine: Engine) -> None:
    agree(engine, MATCHING, MAIL)
    with unit_of_work(engine) as session:
        ledger.pause(session, "P-1", None, SELF)
    assert (may(engine, MATCHING), may(engine, MAIL)) == (False, False)
    with reading(engine) as session:
        assert people_with(session, Purpose.MATCHING, now()) == set()
    with unit_of_work(engine) as session:
        ledger.resume(session, "P-1", SELF)
    assert (may(engine, MATCHING), may(engine, MAIL)) == (True, True)
    with reading(engine) as session:
        assert people_with(session, Purpose.MATCHING, now()) == {"P-1"}
    assert types(engine)[2:] == ["paused", "resumed"]


def test_a_pause_may_end_by_itself(engine: Engine) -> None:
    agree(engine, MATCHING)
    with unit_of_work(engine) as session:
        ledger.pause(session, "P-1", now() + timedelta(days=5), SELF)
    with reading(engine) as session:
        own = ledger.standings(session, {"P-1"})["P-1"]
        assert pause_of(own, now())
        assert not pause_of(own, now() + timedelta(days=5))
        listed = people_with(session, Purpose.MATCHING, now() + timedelta(days=5))
    assert listed == {"P-1"}
    assert (may(engine, MATCHING, 11), may(engine, MATCHING, 16)) == (False, True)


def test_a_pause_that_would_be_over_is_refused(engine: Engine) -> None:
    with pytest.raises(WrongUsage), unit_of_work(engine) as session:
        ledger.pause(session, "P-1", now(), SELF)


def test_nobody_comes_back_under_an_erased_pseudonym(engine: Engine) -> None:
    agree(engine, MATCHING)
    with unit_of_work(engine) as session:
        ledger.erase(session, "P-1", SELF)
    with time_machine.travel(now() + timedelta(days=3)):
        agree(engine, MATCHING, days=12)
        assert not may(engine, MATCHING, 20)
    assert types(engine) == ["granted", "erased"]


def test_a_receipt_says_all_that_was_said(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        number = ledger.answer(session, "P-1", proof(MATCHING, SITE, lasts=30), [MAIL], GUARDIAN)
    assert number
    with reading(engine) as session:
        assert receipts.latest(session, "P-1") == number
        found = receipts.as_json(
            receipts.receipt(session, number),
            controller="Example, 1 rue de l’Exemple, Paris",
            base_url="https://recruit.example.org",
        )
    (service,) = found.pop("services")
    events = found.pop("events")
    assert found == {
        "version": "KI-CR-v1.1.0",
        "jurisdiction": "FR",
        "consentTimestamp": int(START.timestamp()),
        "collectionMethod": "box on /join, recruit",
        "consentReceiptID": number,
        "language": "fr",
        "piiPrincipalId": "P-1",
        "piiControllers": [
            {
                "piiController": "Example, 1 rue de l’Exemple, Paris",
                "piiControllerUrl": "https://recruit.example.org",
            }
        ],
        "policyUrl": "https://recruit.example.org/privacy/notice/1",
        "sensitive": True,
        "spiCat": ["health"],
    }
    end = (START + timedelta(days=30)).isoformat()
    assert [
        (each["purpose"], each["thirdPartyDisclosure"], each["thirdPartyName"])
        for each in service["purposes"]
    ] == [("matching", False, None), ("release/12", True, "12")]
    assert {each["termination"] for each in service["purposes"]} == {end}
    assert [(each["purpose"], each["event_state"], each["entity_id"]) for each in events] == [
        ("matching", "granted", "R-1"),
        ("release/12", "granted", "R-1"),
        ("contact/email", "denied", "R-1"),
    ]


def test_a_withdrawal_has_its_receipt_too(engine: Engine) -> None:
    agree(engine, MATCHING)
    with unit_of_work(engine) as session:
        number = ledger.withdraw(session, "P-1", None, SELF, "button")
    with reading(engine) as session:
        found = receipts.as_json(receipts.receipt(session, number))
    assert found["services"][0]["purposes"] == []
    assert [each["purpose"] for each in found["events"]] == ["everything"]


def test_there_is_no_receipt_without_an_act(engine: Engine) -> None:
    with reading(engine) as session:
        assert receipts.latest(session, "P-1") is None
        with pytest.raises(NotFound):
            receipts.receipt(session, "no such")


@pytest.mark.parametrize("people", [30, 600])
def test_many_people_are_granted_at_once_and_the_chain_holds(engine: Engine, people: int) -> None:
    given = [(f"P-{number:05}", proof(MATCHING, MAIL)) for number in range(people)]
    with unit_of_work(engine) as session:
        assert len(ledger.grant(session, given, SELF)) == 2 * people
        assert ledger.grant(session, given, SELF) == []
    with reading(engine) as session:
        assert ledger.verify(session) is None
        assert len(people_with(session, Purpose.MATCHING, now())) == people
