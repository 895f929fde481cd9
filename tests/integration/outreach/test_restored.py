"""A restored copy sends nothing until an administrator lets it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, select, update

from recruit.actions.outreach import delivery_decisions, waves
from recruit.actions.outreach.waves import Begun
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify import handoff, reputation
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.receipt_tables import CHANNEL_STANDING
from recruit.notify.reputation import Standing
from recruit.notify.stages import Claim, Hold, Reason, State
from recruit.terminology.lexicon import Lexicon
from tests.outreach import OFFICE_HOURS, matched, queued, study, willing

EMAIL = Channel.EMAIL


@pytest.fixture(autouse=True)
def _office_hours() -> Iterator[None]:
    with time_machine.travel(OFFICE_HOURS, tick=False):
        yield


def restore(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        reputation.hold_all(session, now())


def let_go_on(engine: Engine) -> None:
    for channel in Channel:
        delivery_decisions.go_on(engine, channel, "entered again", at=now(), actor="test")


def gate(engine: Engine, mine: Claim) -> Hold | None:
    with reading(engine) as session:
        return reputation.holds_back(session, mine, now(), reputation.last_look(session, EMAIL))


def silent(engine: Engine, lexicon: Lexicon) -> None:
    """Somebody was invited, and is due to be reminded."""
    here = study(engine, lexicon)
    who = willing(engine)
    matched(engine, lexicon, here.trial, who)
    queued(engine, here, who)
    sent = {"state": State.ACCEPTED.value, "sent_at": now() - timedelta(days=11)}
    with unit_of_work(engine) as session:
        session.execute(update(OUTBOX).values(sent))


def test_nobody_is_reminded_until_an_administrator_lets_it(
    engine: Engine, lexicon: Lexicon
) -> None:
    silent(engine, lexicon)
    restore(engine)
    assert waves.begin_waves(engine, now()) == Begun()
    let_go_on(engine)
    assert waves.begin_waves(engine, now()).reminded == 1


def test_one_channel_that_waits_still_keeps_rounds_from_beginning(
    engine: Engine, lexicon: Lexicon
) -> None:
    silent(engine, lexicon)
    restore(engine)
    delivery_decisions.go_on(engine, EMAIL, "entered again", at=now(), actor="test")
    assert waves.begin_waves(engine, now()) == Begun()


def test_what_is_queued_by_hand_waits_for_the_channel(engine: Engine, lexicon: Lexicon) -> None:
    restore(engine)
    number = queued(engine, study(engine, lexicon), willing(engine))
    with unit_of_work(engine) as session:
        mine = handoff.claim_one(session, number, "one", now())
        assert mine
    held = gate(engine, mine)
    assert held
    assert (held.state, held.reason) == (State.DEFERRED, Reason.RESTORED)
    with unit_of_work(engine) as session:
        handoff.hold(session, mine, held, now())
    let_go_on(engine)
    with reading(engine) as session:
        due = session.scalar(select(OUTBOX.c.due_at).where(OUTBOX.c.id == number))
    assert due == now()


def test_a_count_of_messages_does_not_let_it_go_on(engine: Engine) -> None:
    restore(engine)
    reputation.look(engine, now())
    later = reputation.look(engine, now() + timedelta(days=30))
    assert later == dict.fromkeys(Channel, Standing.RESTORED)


def test_a_channel_that_had_stopped_is_stopped_still(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        reputation.hold_all(session, now())
        session.execute(
            update(CHANNEL_STANDING)
            .where(CHANNEL_STANDING.c.channel == EMAIL.value)
            .values(standing=Standing.STOPPED.value)
        )
    restore(engine)
    with reading(engine) as session:
        assert reputation.standing(session, EMAIL) is Standing.STOPPED
        assert reputation.standing(session, Channel.SMS) is Standing.RESTORED
