"""A channel that is complained of slows down and stops, and goes on when a person says so."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import Engine, func, select, update

from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core.bulk import insert_all
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify import handoff, reputation
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.reputation import Figures, Standing, judged
from recruit.notify.stages import Claim, Hold, Reason, State
from recruit.people import store as people
from recruit.people.tables import PARTICIPANT
from recruit.terminology.lexicon import Lexicon
from tests.outreach import STAFF, Study, queued, study, willing
from tests.publishing import DRAFT

EMAIL = Channel.EMAIL
NUMBERS = count()


@pytest.fixture
def world(engine: Engine, lexicon: Lexicon) -> Study:
    return study(engine, lexicon)


def sent(
    engine: Engine, world: Study, counts: dict[State, int], at: datetime, reason: str | None = None
) -> None:
    """Messages that left at a moment, so many in each state, each to somebody of their own."""
    with unit_of_work(engine) as session:
        people.know_community(session, "example")
        states = [each for each, count in counts.items() for _ in range(count)]
        names = [f"R-{next(NUMBERS)}" for _ in states]
        given = {"community": "example", "created_at": at}
        rows = [{"pseudonym": name, "external_id": name, **given} for name in names]
        insert_all(session, PARTICIPANT, rows)
        rows = [
            {
                "trial": world.trial,
                "posting": world.posting,
                "person": name,
                "wave": "invitation",
                "channel": EMAIL.value,
                "language": "fr",
                "country": "FR",
                "state": each.value,
                "reason": reason,
                "due_at": at,
                "not_after": at + timedelta(days=30),
                "tries": 0,
                "fence": 1,
                "reference": f"{name:0>32}",
                "approved_by": STAFF,
                "approved_at": at,
                "sent_at": None if each is State.FAILED else at,
                "changed_at": at,
            }
            for name, each in zip(names, states, strict=True)
        ]
        insert_all(session, OUTBOX, rows)


def looked(engine: Engine, at: datetime | None = None) -> Standing:
    return reputation.look(engine, at or now())[EMAIL]


def gate(engine: Engine, mine: Claim, at: datetime) -> Hold | None:
    with reading(engine) as session:
        seen = reputation.last_look(session, mine.message.channel)
        return reputation.holds_back(session, mine, at, seen)


def claimed(engine: Engine, world: Study) -> Claim:
    queued(engine, world, willing(engine))
    with unit_of_work(engine) as session:
        return handoff.claim(session, "test", now())[0]


@pytest.mark.parametrize(
    ("figures", "standing"),
    [
        (Figures(sent=10, complained=1), Standing.FINE),
        (Figures(sent=1000, complained=1), Standing.FINE),
        (Figures(sent=1000, complained=2), Standing.SLOW),
        (Figures(sent=10, complained=2), Standing.SLOW),
        (Figures(sent=1000, complained=3), Standing.SLOW),
        (Figures(sent=10, complained=4), Standing.STOPPED),
        (Figures(sent=100_000, complained=100), Standing.FINE),
        (Figures(sent=100_000, complained=101), Standing.SLOW),
        (Figures(sent=100_000, complained=301), Standing.STOPPED),
        (Figures(sent=3, bounced=3), Standing.FINE),
        (Figures(sent=100, bounced=6), Standing.SLOW),
        (Figures(sent=20, bounced=11), Standing.STOPPED),
        (Figures(sent=1000, bounced=100), Standing.SLOW),
        (Figures(sent=1000, bounced=101), Standing.STOPPED),
    ],
)
def test_shares_above_the_levels_slow_and_stop_and_a_few_messages_prove_nothing(
    figures: Figures, standing: Standing
) -> None:
    assert judged(figures) is standing


def test_a_channel_that_was_never_looked_at_is_fine(engine: Engine) -> None:
    with reading(engine) as session:
        assert reputation.standing(session, EMAIL) is Standing.FINE


def test_what_came_back_in_the_last_seven_days_counts(engine: Engine, world: Study) -> None:
    sent(engine, world, {State.ACCEPTED: 20, State.COMPLAINED: 4}, now() - timedelta(days=6))

    assert looked(engine) is Standing.STOPPED


@pytest.mark.parametrize("state", [State.COMPLAINED, State.BOUNCED])
def test_one_person_cannot_slow_or_stop_a_channel(
    engine: Engine, world: Study, state: State
) -> None:
    sent(engine, world, {state: 12}, now())
    with unit_of_work(engine) as session:
        one = session.scalar(select(func.min(OUTBOX.c.person)))
        each = func.substr(OUTBOX.c.reference, 20, 13)
        session.execute(update(OUTBOX).values(person=one, wave=each))

    assert looked(engine) is Standing.FINE


def test_complaints_are_counted_by_people(engine: Engine, lexicon: Lexicon, world: Study) -> None:
    other = study(engine, lexicon, replace(DRAFT, id="OTHER-1", title="Another study"))
    sent(engine, world, {State.COMPLAINED: 2}, now())
    with unit_of_work(engine) as session:
        rows = [dict(row) for row in session.execute(select(OUTBOX)).mappings()]
        for row in rows:
            del row["id"]
            row["reference"] = row["reference"].replace("R", "S")
            row.update(trial=other.trial, posting=other.posting)
        insert_all(session, OUTBOX, rows)

    assert looked(engine) is Standing.SLOW


def test_what_was_sent_before_that_does_not(engine: Engine, world: Study) -> None:
    sent(engine, world, {State.ACCEPTED: 20, State.COMPLAINED: 4}, now() - timedelta(days=8))

    assert looked(engine) is Standing.FINE


def test_an_address_refused_at_the_door_is_a_bounce(engine: Engine, world: Study) -> None:
    sent(engine, world, {State.FAILED: 11}, now(), Reason.REFUSED.value)

    assert looked(engine) is Standing.STOPPED


def test_a_message_that_failed_for_want_of_a_provider_is_none(engine: Engine, world: Study) -> None:
    sent(engine, world, {State.FAILED: 11}, now(), Reason.NO_PROVIDER.value)

    assert looked(engine) is Standing.FINE


def test_each_channel_stands_for_itself(engine: Engine, world: Study) -> None:
    sent(engine, world, {State.COMPLAINED: 4}, now())
    looked(engine)

    with reading(engine) as session:
        assert reputation.standing(session, Channel.SMS) is Standing.FINE


def test_a_fine_channel_holds_nothing_back(engine: Engine, world: Study) -> None:
    mine = claimed(engine, world)
    looked(engine)

    assert gate(engine, mine, now()) is None


def test_a_stopped_channel_holds_everything_back(engine: Engine, world: Study) -> None:
    mine = claimed(engine, world)
    sent(engine, world, {State.COMPLAINED: 4}, now())
    looked(engine)
    at = now()

    assert gate(engine, mine, at) == Hold(State.DEFERRED, Reason.REPUTATION, at + timedelta(days=1))


def test_a_slow_channel_sends_a_hundred_an_hour(engine: Engine, world: Study) -> None:
    at = now()
    mine = claimed(engine, world)
    sent(engine, world, {State.COMPLAINED: 2}, at - timedelta(hours=3))
    sent(engine, world, {State.ACCEPTED: 99}, at - timedelta(minutes=20))
    assert looked(engine) is Standing.SLOW
    assert gate(engine, mine, at) is None

    sent(engine, world, {State.ACCEPTED: 1}, at - timedelta(minutes=10))

    held = gate(engine, mine, at)
    assert held
    assert held.until == at + timedelta(minutes=40)


def test_a_message_is_put_off_no_further_than_its_last_moment(engine: Engine, world: Study) -> None:
    mine = claimed(engine, world)
    sent(engine, world, {State.COMPLAINED: 4}, now())
    looked(engine)

    held = gate(engine, mine, mine.message.not_after - timedelta(hours=1))

    assert held
    assert held.until == mine.message.not_after


def test_a_channel_that_stopped_stays_so_however_old_its_complaints(
    engine: Engine, world: Study
) -> None:
    sent(engine, world, {State.COMPLAINED: 4}, now())
    looked(engine)

    assert looked(engine, now() + timedelta(days=30)) is Standing.STOPPED


def test_a_slow_channel_recovers_by_itself(engine: Engine, world: Study) -> None:
    sent(engine, world, {State.COMPLAINED: 2}, now())
    assert looked(engine) is Standing.SLOW

    assert looked(engine, now() + timedelta(days=8)) is Standing.FINE


def test_stopping_is_written_down_once(engine: Engine, world: Study) -> None:
    sent(engine, world, {State.COMPLAINED: 4}, now())
    looked(engine)
    looked(engine)

    with reading(engine) as session:
        query = select(AUDIT.c.subject).where(AUDIT.c.tag == Tag.CHANNEL_STOPPED.value)
        assert list(session.scalars(query)) == ["channel email"]


def test_a_channel_that_goes_on_is_judged_by_what_it_sends_from_then_on(
    engine: Engine, world: Study
) -> None:
    sent(engine, world, {State.COMPLAINED: 4}, now())
    looked(engine)
    with unit_of_work(engine) as session:
        assert reputation.go_on(session, EMAIL, now())

    assert looked(engine) is Standing.FINE

    sent(engine, world, {State.COMPLAINED: 4}, now())
    assert looked(engine) is Standing.STOPPED


def test_what_waited_for_a_stopped_channel_is_due_when_it_goes_on(
    engine: Engine, world: Study
) -> None:
    mine = claimed(engine, world)
    sent(engine, world, {State.COMPLAINED: 4}, now())
    looked(engine)
    with unit_of_work(engine) as session:
        handoff.hold(
            session, mine, Hold(State.DEFERRED, Reason.REPUTATION, now() + timedelta(1)), now()
        )
    at = now()
    with unit_of_work(engine) as session:
        reputation.go_on(session, EMAIL, at)

    with reading(engine) as session:
        query = select(OUTBOX.c.due_at).where(OUTBOX.c.id == mine.id)
        assert session.scalars(query).one() == at


def test_a_channel_that_is_fine_cannot_go_on(engine: Engine) -> None:
    looked(engine)
    with unit_of_work(engine) as session:
        assert not reputation.go_on(session, EMAIL, now())
