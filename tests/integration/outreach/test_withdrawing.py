"""Saying stop: what is queued is cancelled with it, what is on its way is waited for."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, select

from recruit.actions import consents, person
from recruit.actions.audit import expire_consents
from recruit.actions.erasure import erase_person
from recruit.actions.outreach import withdrawing
from recruit.actions.outreach.withdrawing import EVERY_CHANNEL, Stopping
from recruit.actions.pushing import withdraw_pushed
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.entry import Actor, Role
from recruit.consent.evidence import Evidence
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound
from recruit.notify import handoff, outbox
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Claim, Fate, State, Told, Wave
from recruit.people.communities import hooks
from recruit.people.communities.tables import EVENT
from recruit.people.facts import Home
from recruit.terminology.lexicon import Lexicon
from tests.asking import SECRETS, hand
from tests.joining import post_of
from tests.outreach import (
    OWN,
    RING,
    VOICE,
    Study,
    agreement,
    approved,
    queued,
    state,
    study,
    willing,
)

EMAIL = Choice(Purpose.CONTACT, Channel.EMAIL)
CLERK = Actor("cli", Role.STAFF)


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    return study(engine, lexicon)


def stop(engine: Engine, who: str, *choices: Choice, trial: str | None = None) -> str | None:
    stopping = Stopping(hand(who), "a test", choices or None, trial)
    return withdrawing.stop(engine, RING, stopping)


@pytest.mark.parametrize(
    ("home", "day"),
    [
        (Home("FR", "75012"), "1 December 2026"),
        (Home("FR", "97200"), "30 November 2026"),
        (None, "1 December 2026"),
    ],
)
def test_a_confirmation_bears_the_day_of_where_the_person_lives(
    engine: Engine, here: Study, home: Home | None, day: str
) -> None:
    del here
    who = willing(engine, home=home or Home())
    with time_machine.travel(datetime(2026, 11, 30, 23, 30, tzinfo=UTC), tick=False):
        assert stop(engine, who)
        [letter] = post_of(engine, RING)
    assert day in letter.text


def sending(engine: Engine) -> Claim:
    """Whoever has sent the last byte, and waits for an answer."""
    with unit_of_work(engine) as session:
        [mine] = handoff.claim(session, "one", now())
    for step in (handoff.open_handoff, handoff.send_data):
        with unit_of_work(engine) as session:
            assert step(session, mine, (), now())
    return mine


def everywhere(engine: Engine, who: str) -> None:
    stop(engine, who)


def at_the_desk(engine: Engine, who: str) -> None:
    person.withdraw(engine, VOICE, person=who, actor=CLERK, choice=None, method="on request")


def by_the_community(engine: Engine, who: str) -> None:
    told = Actor("key example", Role.COMMUNITY, "example")
    assert who
    withdraw_pushed(engine, VOICE, community="example", name="camille", choices=[], actor=told)


def by_a_pause(engine: Engine, who: str) -> None:
    consents.pause(engine, RING, hand(who), None)


WAYS: list[Callable[[Engine, str], None]] = [
    everywhere,
    at_the_desk,
    by_the_community,
    by_a_pause,
]


@pytest.mark.parametrize("way", WAYS)
def test_whatever_is_queued_is_cancelled(
    engine: Engine, here: Study, way: Callable[[Engine, str], None]
) -> None:
    who = willing(engine)
    messages = [queued(engine, here, who), approved(engine, here, who, Channel.LETTER)]
    way(engine, who)
    assert {state(engine, each)[0] for each in messages} == {State.CANCELLED}


@pytest.mark.parametrize("way", WAYS)
def test_nobody_elses_messages_are_cancelled(
    engine: Engine, here: Study, way: Callable[[Engine, str], None]
) -> None:
    other = queued(engine, here, willing(engine, "dominique"))
    way(engine, willing(engine))
    assert state(engine, other)[0] is State.QUEUED


def test_one_channel_leaves_the_others(engine: Engine, here: Study) -> None:
    who = willing(engine)
    mail, letter = queued(engine, here, who), queued(engine, here, who, Channel.LETTER)
    stop(engine, who, EMAIL)
    assert state(engine, mail)[0] is State.CANCELLED
    assert state(engine, letter)[0] is State.QUEUED


def test_who_lets_nobody_look_for_studies_is_invited_to_none(engine: Engine, here: Study) -> None:
    who = willing(engine)
    message = queued(engine, here, who)
    stop(engine, who, Choice(Purpose.MATCHING))
    assert state(engine, message)[0] is State.CANCELLED


def test_who_lets_nobody_look_for_studies_still_hears_of_results(
    engine: Engine, here: Study
) -> None:
    who = willing(engine)
    message = queued(engine, here, who, wave=Wave.RESULTS)
    stop(engine, who, Choice(Purpose.MATCHING))
    assert state(engine, message)[0] is State.QUEUED


def test_a_no_to_one_study_leaves_messages_about_others(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    from dataclasses import replace  # noqa: PLC0415

    from tests.publishing import DRAFT  # noqa: PLC0415

    other = study(engine, lexicon, replace(DRAFT, id="NCT00000002"))
    who = willing(engine)
    mine, others = queued(engine, here, who), queued(engine, other, who)
    stop(engine, who, trial=here.trial)
    assert state(engine, mine)[0] is State.CANCELLED
    assert state(engine, others)[0] is State.QUEUED


def test_a_no_for_all_studies_ends_what_was_agreed_to_for_one(engine: Engine, here: Study) -> None:
    who = willing(engine)
    narrow = Choice(Purpose.CONTACT, Channel.EMAIL, f"trial/{here.trial}")
    stop(engine, who, EMAIL)
    with unit_of_work(engine) as session:
        ledger.grant(session, [(who, _now(narrow))], OWN)
    message = queued_narrowly(engine, here, who)
    assert stop(engine, who, EMAIL)
    assert state(engine, message)[0] is State.CANCELLED


def _now(choice: Choice) -> Evidence:
    from dataclasses import replace  # noqa: PLC0415

    return replace(agreement(choice), at=now())


def queued_narrowly(engine: Engine, here: Study, who: str) -> int:
    from recruit.consent.permit import permit  # noqa: PLC0415
    from recruit.notify.stages import Message  # noqa: PLC0415

    scope, at = f"trial/{here.trial}", now()
    with unit_of_work(engine) as session:
        leave = permit(session, who, Purpose.CONTACT, channel=Channel.EMAIL, scope=scope, at=at)
        message = Message(
            here.trial,
            here.posting,
            who,
            Wave.INVITATION,
            Channel.EMAIL,
            "fr",
            "FR",
            at,
            at + timedelta(days=1),
        )
        number = outbox.approve(session, leave, message, at, by="account 5")
        assert number
        outbox.queue(session, [number], at)
    return number


def test_it_is_confirmed_once(engine: Engine) -> None:
    who = willing(engine)
    assert stop(engine, who, EMAIL)
    assert stop(engine, who, EMAIL) is None
    assert len(post_of(engine, RING)) == 1


def test_a_second_one_enters_nothing_into_the_ledger(engine: Engine) -> None:
    who = willing(engine)
    stop(engine, who, *EVERY_CHANNEL)
    with reading(engine) as session:
        before = len(ledger.history(session, who))
    stop(engine, who, *EVERY_CHANNEL)
    with reading(engine) as session:
        assert len(ledger.history(session, who)) == before


def test_a_release_that_ends_tells_no_community_of_the_study(engine: Engine, here: Study) -> None:
    who = willing(engine)
    release = Choice(Purpose.RELEASE, scope=f"site/{here.trial}/abc")
    with unit_of_work(engine) as session:
        hooks.set_hook(session, RING, "example", "https://example.org/hook")
        ledger.grant(session, [(who, _now(release))], OWN)
    stop(engine, who, trial=here.trial)
    with reading(engine) as session:
        assert session.execute(select(EVENT)).all() == []
        own = ledger.standings(session, {who})[who]
    assert not own[release].holds(now())


def test_nothing_is_stopped_for_somebody_who_was_erased(engine: Engine, tmp_path: Path) -> None:
    who = willing(engine)
    erase_person(engine, SECRETS, tmp_path, person=who, actor=CLERK)
    with pytest.raises(NotFound):
        stop(engine, who)


def test_what_is_on_its_way_is_waited_for(engine: Engine, here: Study) -> None:
    who = willing(engine)
    message = queued(engine, here, who)
    mine = sending(engine)

    def answered() -> None:
        time.sleep(0.3)
        with unit_of_work(engine) as session:
            handoff.finish(session, Told(mine, Fate.SENT), now())

    provider = threading.Thread(target=answered)
    provider.start()
    stop(engine, who)
    assert withdrawing.settled(engine, who)
    assert state(engine, message)[0] is State.ACCEPTED
    provider.join()


def test_a_sender_that_stands_still_is_not_waited_for_without_end(
    engine: Engine, here: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(withdrawing, "LONGEST_WAIT", 0.2)
    who = willing(engine)
    queued(engine, here, who)
    sending(engine)
    assert not withdrawing.settled(engine, who)


def test_whoever_opened_a_connection_sends_nothing_after_it(engine: Engine, here: Study) -> None:
    who = willing(engine)
    queued(engine, here, who)
    with unit_of_work(engine) as session:
        [mine] = handoff.claim(session, "one", now())
        assert handoff.open_handoff(session, mine, (), now())
    stop(engine, who)
    with unit_of_work(engine) as session:
        assert not handoff.send_data(session, mine, (), now())


def test_a_consent_that_runs_out_cancels_what_is_queued(engine: Engine, here: Study) -> None:
    who = willing(engine, channels=())
    ending = Evidence(
        purposes=(EMAIL,),
        notice="0" * 64,
        notice_version="1",
        language="fr",
        at=now() - timedelta(days=2),
        method="boxes",
        source="test",
        valid_until=now() + timedelta(seconds=1),
    )
    with unit_of_work(engine) as session:
        ledger.grant(session, [(who, ending)], OWN)
    message = queued(engine, here, who)
    time.sleep(1.1)
    expire_consents(engine, VOICE, actor="job")
    assert state(engine, message) == (State.CANCELLED, "no consent")


def test_an_erasure_waits_for_what_is_on_its_way(
    engine: Engine, here: Study, tmp_path: Path
) -> None:
    who = willing(engine)
    queued(engine, here, who)
    mine, done = sending(engine), []

    def answered() -> None:
        time.sleep(0.3)
        with unit_of_work(engine) as session:
            handoff.finish(session, Told(mine, Fate.SENT), now())
        done.append(True)

    provider = threading.Thread(target=answered)
    provider.start()
    erase_person(engine, SECRETS, tmp_path, person=who, actor=CLERK)
    assert done
    provider.join()
    with reading(engine) as session:
        assert session.execute(select(OUTBOX)).all() == []
