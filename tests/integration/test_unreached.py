"""Whom no message tells of the erasure to come: told again, by who acts for them, or by letter."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine

from recruit.actions.outreach.receipts import What, take_mail
from recruit.actions.retention import announcing, silent
from recruit.actions.retention.announcing import announce
from recruit.actions.retention.silent import BEFORE, BY_LETTER, KEPT, TRIES
from recruit.actions.retention.unpermitted import erase_unpermitted
from recruit.actions.retention.unreached import NOT_PRINTED, Why, letter, posted, unreached
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.core.clock import now, today
from recruit.core.config import Settings
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.notify.channels.letter_page import Sender
from recruit.notify.letter import Outcome
from recruit.notify.messages import Message
from recruit.notify.post import Address, post
from recruit.notify.suppression import Cause, suppress
from recruit.people import representatives
from recruit.people.representatives import Kind, Powers
from recruit.people.vault import Item
from recruit.people.vault_tables import ITEM
from tests.erasing import SECRETS
from tests.incoming import bounce
from tests.outreach import OWN, RING, STAFF, VAULT, agreement, willing
from tests.staying import HERALD, NEAR, leaves

DAY = timedelta(days=1)
SENDER = Sender("Recruit, 1 rue des Essais, 75012 Paris", "")
NEXT_OF_KIN = "R-AAAAAAAA"
KIN_EMAIL = "kin@example.org"


def silent_one(engine: Engine, name: str = "camille", *, without: tuple[Item, ...] = ()) -> str:
    """Somebody who has taken everything back, and gave no such way to reach them."""
    person = willing(engine, name)
    with unit_of_work(engine) as session:
        ledger.withdraw(session, person, None, OWN, "link")
        gone = ITEM.c.item.in_([item.value for item in without])
        session.execute(ITEM.delete().where(ITEM.c.holder == person, gone))
    return person


def speaks(engine: Engine, person: str) -> None:
    with unit_of_work(engine) as session:
        ledger.grant(session, [(person, agreement(Choice(Purpose.MATCHING)))], OWN)


def waiting(engine: Engine) -> Mapping[str, Why]:
    return {each.person: each.why for each in unreached(engine, RING, 1, now()).items}


def erase(engine: Engine, folder: Path) -> int:
    return erase_unpermitted(engine, SECRETS, Settings(data_folder=folder), now())


def print_it(engine: Engine, person: str) -> bytes:
    return letter(engine, HERALD, person, SENDER, now(), actor=STAFF)


# ---------------------------------------------------------------- a message that came back
@pytest.mark.parametrize(("status", "why"), [("5.1.1", Why.ENDED), ("5.2.2", Why.FAILED)])
def test_whose_message_came_back_was_not_told(
    engine: Engine, tmp_path: Path, status: str, why: Why
) -> None:
    person = silent_one(engine)
    with time_machine.travel(now() + NEAR, tick=False) as clock:
        announce(engine, HERALD, now())
        [letter] = leaves(engine)
        clock.shift(timedelta(minutes=1))
        raw = bounce(letter.reference, status)
        where = HERALD.base_url
        assert take_mail(engine, RING, raw, now(), base_url=where, folder=tmp_path) is What.BOUNCED
        assert waiting(engine) == {person: why}
        clock.shift(BEFORE)
        assert erase(engine, tmp_path) == 0


def test_a_report_about_no_message_of_ours_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    where = HERALD.base_url
    assert take_mail(engine, RING, bounce(), now(), base_url=where, folder=tmp_path) is What.NOBODY


def test_a_code_that_somebody_waits_for_goes_before_the_messages_of_a_night(engine: Engine) -> None:
    silent_one(engine)
    code = Message("sign-in-code", "en", {"link": "https://recruit.example.org", "code": "123456"})
    with time_machine.travel(now() + NEAR, tick=False) as clock:
        announce(engine, HERALD, now())
        clock.shift(timedelta(minutes=5))
        with unit_of_work(engine) as session:
            end = now() + timedelta(minutes=10)
            post(session, RING, code, Address(Channel.EMAIL, "ada@example.org"), now(), end)
        first, second = leaves(engine)
    assert "123456" in first.text
    assert "/stay/" in second.text


# ---------------------------------------------------------------- a message that failed
def test_a_message_that_failed_is_written_again_after_two_weeks(engine: Engine) -> None:
    silent_one(engine)
    told = []
    with time_machine.travel(now() + NEAR, tick=False) as clock:
        for _ in range(3):
            told.append(announce(engine, HERALD, now()))
            leaves(engine, Outcome.NEVER)
            clock.shift(BEFORE / 2)
    assert told == [1, 0, 1]


def test_after_three_failures_no_message_is_written_any_more(engine: Engine) -> None:
    person = silent_one(engine)
    told = []
    with time_machine.travel(now() + NEAR, tick=False) as clock:
        for _ in range(TRIES + 2):
            told.append(announce(engine, HERALD, now()))
            leaves(engine, Outcome.NEVER)
            clock.shift(BEFORE)
        assert waiting(engine) == {person: Why.FAILED}
    assert told == [1, 1, 1, 0, 0]


def test_who_speaks_after_failures_has_three_more_messages(engine: Engine) -> None:
    person = silent_one(engine)
    with time_machine.travel(now() + NEAR, tick=False) as clock:
        for _ in range(TRIES):
            announce(engine, HERALD, now())
            leaves(engine, Outcome.NEVER)
            clock.shift(BEFORE)
        with unit_of_work(engine) as session:
            ledger.withdraw(session, person, None, OWN, "link")
        clock.shift(NEAR)
        assert announce(engine, HERALD, now()) == 1


def test_a_message_that_left_is_written_once(engine: Engine) -> None:
    silent_one(engine)
    told = []
    with time_machine.travel(now() + NEAR, tick=False) as clock:
        for _ in range(3):
            told.append(announce(engine, HERALD, now()))
            leaves(engine)
            clock.shift(BEFORE + DAY)
    assert told == [1, 0, 0]


def test_who_gives_an_address_later_is_told(engine: Engine) -> None:
    person = silent_one(engine, without=(Item.EMAIL,))
    with time_machine.travel(now() + NEAR, tick=False) as clock:
        assert announce(engine, HERALD, now()) == 0
        with unit_of_work(engine) as session:
            VAULT.keep(session, {person: {Item.EMAIL: "camille@example.org"}})
        clock.shift(BEFORE)
        assert announce(engine, HERALD, now()) == 1


# ---------------------------------------------------------------- many of them
def test_who_cannot_be_told_stands_in_nobodys_way(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silent, "PAGE", 1)
    for name in ("anna", "bert", "carl"):
        silent_one(engine, name, without=(Item.EMAIL,))
        silent_one(engine, f"{name}2")
    assert announce(engine, HERALD, now() + NEAR) == 3


def test_so_many_messages_go_out_in_one_night(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "AT_ONCE", 2)
    for name in ("anna", "bert", "carl"):
        silent_one(engine, name)
    nights = [announce(engine, HERALD, now() + NEAR + number * DAY) for number in range(3)]
    assert nights == [2, 1, 0]


def test_a_service_that_ends_tells_nobody_any_more(engine: Engine) -> None:
    silent_one(engine)
    assert announce(engine, HERALD, now() + NEAR, lambda: True) == 0


# ---------------------------------------------------------------- who acts for them
def acts(engine: Engine, person: str, kind: Kind) -> None:
    with unit_of_work(engine) as session:
        link = representatives.make(session, person, kind=kind, powers=Powers.ACT)
        VAULT.keep(session, {NEXT_OF_KIN: {Item.EMAIL: KIN_EMAIL}})
        representatives.accept(session, link, NEXT_OF_KIN, confirmed=True)


@pytest.mark.parametrize("kind", Kind)
def test_who_acts_for_somebody_is_told_beside_them(engine: Engine, kind: Kind) -> None:
    acts(engine, silent_one(engine), kind)
    with time_machine.travel(now() + NEAR, tick=False):
        assert announce(engine, HERALD, now()) == 1
        letters = {each.to: each.text for each in leaves(engine)}
    assert set(letters) == {"camille@example.org", KIN_EMAIL}
    assert "/stay/" not in letters[KIN_EMAIL]


def test_whose_authority_is_over_is_not_told(engine: Engine) -> None:
    person = silent_one(engine)
    acts(engine, person, Kind.RELATIVE)
    with unit_of_work(engine) as session:
        (link,) = representatives.of_person(session, person)
        representatives.end(session, link)
    with time_machine.travel(now() + NEAR, tick=False):
        announce(engine, HERALD, now())
        assert [each.to for each in leaves(engine)] == ["camille@example.org"]


@pytest.mark.parametrize(("kind", "erased"), [(Kind.GUARDIAN, 1), (Kind.RELATIVE, 0)])
def test_a_guardians_message_counts_where_the_person_has_no_address(
    engine: Engine, tmp_path: Path, kind: Kind, erased: int
) -> None:
    acts(engine, silent_one(engine, without=(Item.EMAIL,)), kind)
    with time_machine.travel(now() + KEPT, tick=False) as clock:
        announce(engine, HERALD, now())
        leaves(engine)
        clock.shift(BEFORE)
        assert erase(engine, tmp_path) == erased


# ---------------------------------------------------------------- by letter
def test_who_is_reached_by_no_message_waits_for_a_letter(engine: Engine) -> None:
    silent_one(engine, "reached")
    nowhere = silent_one(engine, "nowhere", without=(Item.EMAIL,))
    ended = silent_one(engine, "ended")
    with unit_of_work(engine) as session:
        suppress(session, RING, Channel.EMAIL, "ended@example.org", Cause.BOUNCE, now())
    with time_machine.travel(now() + NEAR, tick=False):
        announce(engine, HERALD, now())
        leaves(engine)
        assert waiting(engine) == {nowhere: Why.NO_ADDRESS, ended: Why.ENDED}


def test_a_letter_that_was_posted_counts_as_told(engine: Engine, tmp_path: Path) -> None:
    person = silent_one(engine, without=(Item.EMAIL,))
    with time_machine.travel(now() + KEPT, tick=False) as clock:
        announce(engine, HERALD, now())
        clock.shift(DAY)
        assert print_it(engine, person).startswith(b"%PDF")
        clock.shift(DAY)
        posted(engine, person, now(), actor=STAFF)
        assert waiting(engine) == {}
        clock.shift(BY_LETTER - DAY)
        assert (announce(engine, HERALD, now()), erase(engine, tmp_path)) == (0, 0)
        clock.shift(DAY)
        assert erase(engine, tmp_path) == 1


def test_a_letter_that_nobody_posted_counts_for_nothing(engine: Engine, tmp_path: Path) -> None:
    person = silent_one(engine, without=(Item.EMAIL,))
    with time_machine.travel(now() + KEPT, tick=False) as clock:
        announce(engine, HERALD, now())
        clock.shift(DAY)
        print_it(engine, person)
        clock.shift(2 * BY_LETTER)
        assert erase(engine, tmp_path) == 0


def test_a_letter_that_lay_about_is_printed_anew(engine: Engine) -> None:
    person = silent_one(engine, without=(Item.EMAIL,))
    with time_machine.travel(now() + NEAR, tick=False) as clock:
        announce(engine, HERALD, now())
        clock.shift(DAY)
        print_it(engine, person)
        clock.shift(8 * DAY)
        [waits] = unreached(engine, RING, 1, now()).items
        assert waits.printed_at is None
        with pytest.raises(Refusal) as refused:
            posted(engine, person, now(), actor=STAFF)
    assert refused.value.problem == NOT_PRINTED


def test_a_letter_is_printed_before_it_is_posted(engine: Engine) -> None:
    person = silent_one(engine, without=(Item.EMAIL,))
    with time_machine.travel(now() + NEAR, tick=False):
        announce(engine, HERALD, now())
        with pytest.raises(Refusal) as refused:
            posted(engine, person, now(), actor=STAFF)
    assert refused.value.problem == NOT_PRINTED


def test_who_speaks_meanwhile_is_posted_no_letter(engine: Engine) -> None:
    person = silent_one(engine, without=(Item.EMAIL,))
    with time_machine.travel(now() + NEAR, tick=False) as clock:
        announce(engine, HERALD, now())
        clock.shift(DAY)
        print_it(engine, person)
        clock.shift(DAY)
        speaks(engine, person)
        with pytest.raises(NotFound):
            posted(engine, person, now(), actor=STAFF)


def test_whom_a_message_reaches_gets_no_letter(engine: Engine) -> None:
    person = silent_one(engine)
    with time_machine.travel(now() + NEAR, tick=False):
        announce(engine, HERALD, now())
        leaves(engine)
        with pytest.raises(NotFound):
            print_it(engine, person)


def test_without_a_postal_address_the_letter_is_refused_and_the_list_says_so(
    engine: Engine,
) -> None:
    person = silent_one(engine, without=(Item.EMAIL, Item.ADDRESS))
    with time_machine.travel(now() + NEAR, tick=False):
        announce(engine, HERALD, now())
        (line,) = unreached(engine, RING, 1, now()).items
        with pytest.raises(Refusal):
            print_it(engine, person)
    assert not line.by_post
    assert line.since.date() == today()
