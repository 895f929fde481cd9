"""A person decides that somebody is asked; where something stands in the way, it is said."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import Engine, func, select

from recruit.actions.deciding_means import means_of
from recruit.actions.outreach.inviting import seen
from recruit.actions.outreach.prospects import Fate, prospect
from recruit.actions.outreach.writing import Writer
from recruit.actions.reviewing.bulk import Many, decide_each
from recruit.actions.reviewing.deciding import Outcome, Wish
from recruit.actions.reviewing.looked_at import Hindrance
from recruit.actions.reviewing.tables import Kind
from recruit.audit.trail import about
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.paths import default_data_folder
from recruit.notify import outbox
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Reason, State, Wave
from recruit.people.vault import Item
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon
from recruit.trials.materials import content
from recruit.trials.materials import store as materials
from tests.outreach import (
    OFFICE_HOURS,
    OWN,
    RING,
    VAULT,
    Study,
    approved,
    matched,
    queued,
    state,
    study,
    willing,
)
from tests.publishing import tenant

WRITER = Writer(RING, "https://recruit.example.org", ZoneInfo("Europe/Paris"))
MEANS = means_of(lambda: WRITER, lambda: open_lexicon(default_data_folder()))
COORDINATOR = "account 5"
NIGHT = OFFICE_HOURS - timedelta(hours=8)


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    return study(engine, lexicon)


def decide(engine: Engine, *matches: int, tenant: int | None = None) -> list[Outcome]:
    many = Many(matches, COORDINATOR, tenant)
    return decide_each(engine, MEANS, many, Wish(Kind.APPROVE))


def message(engine: Engine, found: Outcome) -> int:
    """The newest invitation of whoever was decided about."""
    assert found.decision is not None
    with reading(engine) as session:
        own = select(func.max(OUTBOX.c.id)).where(OUTBOX.c.person == found.person)
        return session.scalar(own) or 0


def messages(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(OUTBOX)) or 0


def channel_of(engine: Engine, found: Outcome) -> str:
    with reading(engine) as session:
        row = session.execute(select(OUTBOX).where(OUTBOX.c.id == message(engine, found))).one()
    return f"{row.channel} {row.language} {row.country}"


def without(engine: Engine, person: str, *items: Item) -> None:
    with unit_of_work(engine) as session:
        VAULT.keep(session, {person: dict.fromkeys(items, "")})


def test_whom_a_person_invites_waits_for_their_round(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    [found] = decide(engine, matched(engine, lexicon, here.trial, willing(engine)))
    assert state(engine, message(engine, found)) == (State.APPROVED, None)
    assert channel_of(engine, found) == "email fr FR"


def test_an_invitation_leaves_its_audit_row_without_a_name(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    decide(engine, matched(engine, lexicon, here.trial, person))
    with reading(engine) as session:
        rows = [row for row in about(session, person) if row["tag"] == "outreach:person:invited"]
    assert [(row["actor"], row["new"]) for row in rows] == [
        (COORDINATOR, f"{here.trial} invitation email fr")
    ]


def test_to_press_twice_is_to_press_once(engine: Engine, lexicon: Lexicon, here: Study) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    decide(engine, match, match)
    [again] = decide(engine, match)
    assert (again.decision, again.hindrance, again.reason) == (None, Hindrance.DECIDED, None)
    assert messages(engine) == 1


def test_two_who_press_at_once_invite_somebody_once(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    with ThreadPoolExecutor(4) as pressing:
        decided = [each[0] for each in pressing.map(lambda _: decide(engine, match), range(4))]
    assert [each.decision is not None for each in decided].count(True) == 1
    assert messages(engine) == 1


@pytest.mark.parametrize(
    ("gone", "channel"),
    [
        ((Item.EMAIL,), "sms"),
        ((Item.EMAIL, Item.PHONE), "letter"),
        ((Item.EMAIL, Item.ADDRESS), "sms"),
    ],
)
def test_the_next_way_is_taken_where_one_is_missing(
    engine: Engine, lexicon: Lexicon, here: Study, gone: tuple[Item, ...], channel: str
) -> None:
    person = willing(engine)
    without(engine, person, *gone)
    [found] = decide(engine, matched(engine, lexicon, here.trial, person))
    assert channel_of(engine, found).startswith(channel)


def test_only_ways_that_were_agreed_to_are_taken(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine, channels=(Channel.PHONE,))
    [found] = decide(engine, matched(engine, lexicon, here.trial, person))
    assert channel_of(engine, found).startswith("phone")


def test_who_agreed_to_no_contact_is_not_invited(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine, channels=())
    [found] = decide(engine, matched(engine, lexicon, here.trial, person))
    assert (found.decision, found.reason) == (None, Reason.CONSENT)
    assert messages(engine) == 0


def test_who_cannot_be_reached_is_not_invited(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    without(engine, person, Item.EMAIL, Item.PHONE, Item.ADDRESS)
    [found] = decide(engine, matched(engine, lexicon, here.trial, person))
    assert found.reason is Reason.NO_CONTACT


def test_without_an_approved_text_nobody_is_invited(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine, channels=(Channel.EMAIL,)))
    with unit_of_work(engine) as session:
        for language in ("en", "fr"):
            place = content.Place(here.posting, content.Channel.EMAIL, language)
            materials.suspend(session, place, 1, reason="test", author="account 9")
    [found] = decide(engine, match)
    assert found.reason is Reason.NO_TEXT


def test_who_speaks_french_alone_is_not_written_to_in_english(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine, channels=(Channel.EMAIL,)))
    with unit_of_work(engine) as session:
        place = content.Place(here.posting, content.Channel.EMAIL, "fr")
        materials.suspend(session, place, 1, reason="test", author="account 9")
    [found] = decide(engine, match)
    assert found.reason is Reason.NO_TEXT


def test_who_took_a_channel_back_after_they_were_looked_at_is_not_invited_by_it(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine, channels=(Channel.EMAIL,))
    match = matched(engine, lexicon, here.trial, person)
    with unit_of_work(engine) as session:
        ledger.withdraw(session, person, Choice(Purpose.CONTACT, Channel.EMAIL), OWN, "test")
    [found] = decide(engine, match)
    assert found.reason is Reason.CONSENT


def test_a_match_that_no_longer_stands_invites_nobody(engine: Engine) -> None:
    [found] = decide(engine, 4711)
    assert found.hindrance is Hindrance.GONE


def test_another_organisation_invites_nobody(engine: Engine, lexicon: Lexicon, here: Study) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    [found] = decide(engine, match, tenant=tenant(engine, "Another sponsor"))
    assert found.hindrance is Hindrance.GONE
    assert messages(engine) == 0


def test_after_a_message_was_cancelled_somebody_may_decide_on_another_way(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    number = approved(engine, here, person)
    with unit_of_work(engine) as session:
        outbox.cancel(session, OUTBOX.c.id == number, Reason.STAFF, now())
    [found] = decide(engine, matched(engine, lexicon, here.trial, person))
    assert channel_of(engine, found).startswith("sms")


def test_a_round_asks_nobody_again_by_another_way(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    number = queued(engine, here, person)
    with unit_of_work(engine) as session:
        gone = {"state": State.FAILED.value, "round": 1}
        session.execute(OUTBOX.update().where(OUTBOX.c.id == number).values(gone))
    [found] = decide(engine, matched(engine, lexicon, here.trial, person))
    assert (found.decision, found.state) == (None, State.FAILED)


def test_a_plan_writes_nothing(engine: Engine, lexicon: Lexicon, here: Study) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    with reading(engine) as session:
        prospect(session, WRITER, seen(session, match, None, now()), now())
    assert messages(engine) == 0


def test_at_night_somebody_is_asked_in_the_morning(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    with time_machine.travel(NIGHT, tick=False):
        match = matched(engine, lexicon, here.trial, willing(engine))
        with reading(engine) as session:
            found = prospect(session, WRITER, seen(session, match, None, now()), now())
    assert (found.fate, found.reason) == (Fate.NOW, None)
    assert found.when
    assert NIGHT < found.when < OFFICE_HOURS


def test_who_was_asked_twice_lately_is_asked_when_thirty_days_are_over(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    with unit_of_work(engine) as session:
        sent = {"state": State.ACCEPTED.value, "sent_at": now() - timedelta(days=3)}
        for number in (
            queued(engine, here, person, Channel.LETTER, wave=Wave.REMINDER),
            queued(engine, here, person, Channel.PHONE, wave=Wave.REMINDER),
        ):
            session.execute(OUTBOX.update().where(OUTBOX.c.id == number).values(sent))
    match = matched(engine, lexicon, here.trial, person)
    with reading(engine) as session:
        found = prospect(session, WRITER, seen(session, match, None, now()), now())
    assert (found.fate, found.reason) == (Fate.LATER, Reason.CAP)
    assert found.when
    assert found.when > now() + timedelta(days=26)
