"""What providers say later changes what it may, once, and ends addresses that are over."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, select, update

from recruit.audit import trail
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify import handoff, receipts, suppression
from recruit.notify.outbox_steps import move
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.receipt_tables import SUPPRESSION
from recruit.notify.stages import Claim, Fate, Reason, State, Told, Wave
from recruit.people.vault import Item
from recruit.terminology.lexicon import Lexicon
from tests.outreach import RING, VAULT, Study, queued, state, steps, study, willing

WHERE = "camille@example.org"


@pytest.fixture
def world(engine: Engine, lexicon: Lexicon) -> Study:
    return study(engine, lexicon)


def sent(engine: Engine, world: Study, person: str, stands: State = State.ACCEPTED) -> int:
    """A message that has left, and stands as it is said."""
    number = queued(engine, world, person)
    with unit_of_work(engine) as session:
        left = {"state": stands.value, "sent_at": now()}
        session.execute(update(OUTBOX).where(OUTBOX.c.id == number).values(left))
    return number


def reference(engine: Engine, number: int) -> str:
    with reading(engine) as session:
        query = select(OUTBOX.c.reference).where(OUTBOX.c.id == number)
        return str(session.scalars(query).one())


def receive(engine: Engine, number: int, said: State, *, ends_address: bool = True) -> bool:
    named = reference(engine, number)
    with unit_of_work(engine) as session:
        return receipts.receive(session, RING, named, said, now(), ends_address=ends_address)


def is_over(engine: Engine, where: str = WHERE, channel: Channel = Channel.EMAIL) -> bool:
    with reading(engine) as session:
        return suppression.is_suppressed(session, RING, channel, where)


@pytest.mark.parametrize("stands", [State.DATA_SENT, State.ACCEPTED, State.UNKNOWN])
@pytest.mark.parametrize("said", [State.DELIVERED, State.BOUNCED, State.COMPLAINED])
def test_a_receipt_says_what_became_of_a_message_that_left(
    engine: Engine, world: Study, stands: State, said: State
) -> None:
    number = sent(engine, world, willing(engine), stands)

    assert receive(engine, number, said)
    assert state(engine, number) == (said, Reason.RECEIPT)
    assert steps(engine, number)[-1] == said


def test_a_bounce_may_follow_a_delivery_and_not_the_other_way_round(
    engine: Engine, world: Study
) -> None:
    number = sent(engine, world, willing(engine))

    assert receive(engine, number, State.DELIVERED)
    assert receive(engine, number, State.BOUNCED)
    assert not receive(engine, number, State.DELIVERED)
    assert state(engine, number) == (State.BOUNCED, Reason.RECEIPT)


def test_a_repeated_receipt_changes_nothing(engine: Engine, world: Study) -> None:
    number = sent(engine, world, willing(engine))
    receive(engine, number, State.BOUNCED)
    before = steps(engine, number)

    assert not receive(engine, number, State.BOUNCED)
    assert steps(engine, number) == before


def test_a_receipt_of_a_message_that_was_not_sent_changes_nothing(
    engine: Engine, world: Study
) -> None:
    number = queued(engine, world, willing(engine))

    assert not receive(engine, number, State.COMPLAINED)
    assert state(engine, number)[0] is State.QUEUED
    assert not is_over(engine)


def tried(engine: Engine, world: Study, person: str, *after: State) -> int:
    """A message that was tried to its last byte, and then stood as it is said."""
    number = queued(engine, world, person)
    with unit_of_work(engine) as session:
        for each in (State.CLAIMED, State.HANDOFF_OPEN, State.DATA_SENT, *after):
            move(session, number, each, None, now())
    return number


AGAIN = (
    State.QUEUED,
    State.DEFERRED,
    State.CLAIMED,
    State.HANDOFF_OPEN,
    State.CANCELLED,
    State.SUPPRESSED,
    State.EXPIRED,
)


@pytest.mark.parametrize("stands", AGAIN)
@pytest.mark.parametrize("said", [State.DELIVERED, State.BOUNCED, State.COMPLAINED])
def test_a_receipt_for_an_earlier_try_settles_the_message(
    engine: Engine, world: Study, stands: State, said: State
) -> None:
    number = tried(engine, world, willing(engine), stands)

    assert receive(engine, number, said)
    assert state(engine, number) == (said, Reason.RECEIPT)
    assert is_over(engine) == (said is not State.DELIVERED)


def test_what_arrived_after_all_does_not_go_out_again(engine: Engine, world: Study) -> None:
    number = tried(engine, world, willing(engine), State.UNKNOWN, State.DEFERRED)
    with unit_of_work(engine) as session:
        [mine] = handoff.claim(session, "test", now())
        assert handoff.open_handoff(session, mine, (), now())

    receive(engine, number, State.DELIVERED)

    with unit_of_work(engine) as session:
        assert not handoff.send_data(session, mine, (), now())
        assert handoff.claim(session, "test", now()) == []


def leaving(engine: Engine, world: Study, person: str) -> Claim:
    """A message whose last byte a worker has leave for, and that a receipt settled meanwhile."""
    number = queued(engine, world, person)
    with unit_of_work(engine) as session:
        [mine] = handoff.claim(session, "test", now())
        assert handoff.open_handoff(session, mine, (), now())
        assert handoff.send_data(session, mine, (), now())
    receive(engine, number, State.DELIVERED)
    receive(engine, number, State.BOUNCED, ends_address=False)
    return mine


def is_on_its_way(engine: Engine, person: str) -> bool:
    with reading(engine) as session:
        return handoff.is_on_its_way(session, person)


@pytest.mark.parametrize("fate", Fate)
def test_what_a_receipt_settled_is_on_its_way_until_the_worker_has_finished(
    engine: Engine, world: Study, fate: Fate
) -> None:
    person = willing(engine)
    mine = leaving(engine, world, person)

    assert is_on_its_way(engine, person)
    with unit_of_work(engine) as session:
        handoff.finish(session, Told(mine, fate), now())
    assert not is_on_its_way(engine, person)
    assert state(engine, mine.id) == (State.BOUNCED, Reason.RECEIPT)


def test_what_a_receipt_settled_is_not_on_its_way_after_a_dead_workers_lease(
    engine: Engine, world: Study
) -> None:
    person = willing(engine)
    mine = leaving(engine, world, person)

    with unit_of_work(engine) as session:
        handoff.reclaim(session, now() + timedelta(minutes=1))
    assert not is_on_its_way(engine, person)
    assert state(engine, mine.id) == (State.BOUNCED, Reason.RECEIPT)


@pytest.mark.parametrize("said", [State.BOUNCED, State.COMPLAINED])
def test_an_address_ends_also_after_a_bounce_that_left_it(
    engine: Engine, world: Study, said: State
) -> None:
    number = sent(engine, world, willing(engine))
    receive(engine, number, State.BOUNCED, ends_address=False)

    assert receive(engine, number, said)
    assert is_over(engine)


def test_a_copy_of_a_bounce_does_not_end_an_address_that_was_let_go_on(
    engine: Engine, world: Study
) -> None:
    number = sent(engine, world, willing(engine))
    receive(engine, number, State.BOUNCED)
    with unit_of_work(engine) as session:
        session.execute(delete(SUPPRESSION))

    assert not receive(engine, number, State.BOUNCED)
    assert not is_over(engine)


def test_a_receipt_for_nobody_changes_nothing(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        assert not receipts.receive(session, RING, "0" * 32, State.BOUNCED, now())


@pytest.mark.parametrize("said", [State.BOUNCED, State.COMPLAINED])
def test_a_bounce_or_complaint_ends_the_address_and_what_waits_for_it(
    engine: Engine, world: Study, said: State
) -> None:
    person = willing(engine)
    number = sent(engine, world, person)
    waits = queued(engine, world, person, wave=Wave.REMINDER)
    by_sms = queued(engine, world, person, Channel.SMS)

    receive(engine, number, said)

    assert is_over(engine)
    assert state(engine, waits) == (State.CANCELLED, Reason.ADDRESS_ENDED)
    assert state(engine, by_sms)[0] is State.QUEUED


def test_an_ended_address_stands_in_the_trail_without_its_owner(
    engine: Engine, world: Study
) -> None:
    number = sent(engine, world, willing(engine))

    receive(engine, number, State.COMPLAINED)

    with reading(engine) as session:
        query = select(AUDIT).where(AUDIT.c.tag == Tag.ADDRESS_ENDED.value)
        row = session.execute(query).one()
        assert trail.verify(session) is None
    assert (row.subject, row.reason) == (f"message {reference(engine, number)}", "complaint")


def test_a_bounce_that_is_not_the_addresss_fault_leaves_it(engine: Engine, world: Study) -> None:
    person = willing(engine)
    number = sent(engine, world, person)
    waits = queued(engine, world, person, wave=Wave.REMINDER)

    receive(engine, number, State.BOUNCED, ends_address=False)

    assert not is_over(engine)
    assert state(engine, waits)[0] is State.QUEUED


def test_a_late_bounce_does_not_end_the_address_given_since(engine: Engine, world: Study) -> None:
    person = willing(engine)
    number = sent(engine, world, person)
    with unit_of_work(engine) as session:
        VAULT.keep(session, {person: {Item.EMAIL: "neu@example.org"}})
        trail.record(session, Tag.CONTACT_CHANGED, actor="own page", subject=person)

    assert receive(engine, number, State.BOUNCED)
    assert not is_over(engine, "neu@example.org")


def test_a_delay_is_noted_once_and_changes_nothing(engine: Engine, world: Study) -> None:
    number = sent(engine, world, willing(engine))
    before = state(engine, number)
    with unit_of_work(engine) as session:
        named = session.scalars(select(OUTBOX.c.reference).where(OUTBOX.c.id == number)).one()
        late = Reason.DELAYED_THERE
        assert receipts.note(session, named, late, now())
        assert not receipts.note(session, named, late, now() + timedelta(hours=1))

    assert state(engine, number) == before
    assert steps(engine, number) == [State.APPROVED, State.QUEUED, State.ACCEPTED]
