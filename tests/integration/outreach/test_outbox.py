"""The outbox: one message of a kind, and only who holds the newest claim may go on with it."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine

from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.permit import permit
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import DatabaseUnreachable
from recruit.notify import handoff, outbox
from recruit.notify.stages import Claim, Fate, Hold, Reason, State, Told
from recruit.terminology.lexicon import Lexicon
from tests.outreach import OWN, approved, queued, state, steps, study, willing


@pytest.fixture
def message(engine: Engine, lexicon: Lexicon) -> int:
    """A message that is due."""
    return queued(engine, study(engine, lexicon), willing(engine))


def claimed(engine: Engine, worker: str = "one") -> Claim:
    with unit_of_work(engine) as session:
        [mine] = handoff.claim(session, worker, now())
    return mine


def step(engine: Engine, deed: object, mine: Claim, *gates: object) -> bool:
    with unit_of_work(engine) as session:
        return bool(deed(session, mine, gates, now()))  # type: ignore[operator]  # of the outbox


def data_sent(engine: Engine) -> Claim:
    mine = claimed(engine)
    assert step(engine, handoff.open_handoff, mine)
    assert step(engine, handoff.send_data, mine)
    return mine


def finish(engine: Engine, mine: Claim, fate: Fate) -> None:
    with unit_of_work(engine) as session:
        handoff.finish(session, Told(mine, fate), now())


def test_a_message_goes_out_step_by_step(engine: Engine, message: int) -> None:
    finish(engine, data_sent(engine), Fate.SENT)
    assert steps(engine, message) == [
        "approved", "queued", "claimed", "handoff_open", "data_sent", "accepted",
    ]  # fmt: skip


def test_there_is_one_message_of_a_kind(engine: Engine, lexicon: Lexicon) -> None:
    here, person = study(engine, lexicon), willing(engine)
    approved(engine, here, person)
    with pytest.raises(AssertionError):
        approved(engine, here, person)


def test_what_is_approved_waits_for_its_wave(engine: Engine, lexicon: Lexicon) -> None:
    approved(engine, study(engine, lexicon), willing(engine))
    with unit_of_work(engine) as session:
        assert handoff.claim(session, "one", now()) == []


def test_a_permit_for_somebody_else_approves_nothing(engine: Engine, lexicon: Lexicon) -> None:
    here, ada, ben = study(engine, lexicon), willing(engine, "ada"), willing(engine, "ben")
    queued(engine, here, ada)
    mine = claimed(engine).message
    with unit_of_work(engine) as session:
        other = permit(session, ben, Purpose.CONTACT, channel=Channel.EMAIL, at=now())
        with pytest.raises(ValueError):  # noqa: PT011 - no words: nobody reads them
            outbox.approve(session, other, mine, now(), by="account 1")


def test_nobody_claims_what_somebody_has(engine: Engine, message: int) -> None:
    assert claimed(engine).id == message
    with unit_of_work(engine) as session:
        assert handoff.claim(session, "two", now()) == []


def test_a_gate_holds_a_message_before_any_connection(engine: Engine, message: int) -> None:
    why = Hold(State.SUPPRESSED, Reason.CONSENT)
    assert not step(engine, handoff.open_handoff, claimed(engine), lambda *_: why)
    assert state(engine, message) == (State.SUPPRESSED, Reason.CONSENT)


def test_a_gate_holds_a_message_before_its_last_byte(engine: Engine, message: int) -> None:
    mine = claimed(engine)
    assert step(engine, handoff.open_handoff, mine)
    why = Hold(State.DEFERRED, Reason.WINDOW, now() + timedelta(hours=1))
    assert not step(engine, handoff.send_data, mine, lambda *_: why)
    assert state(engine, message) == (State.DEFERRED, Reason.WINDOW)


def test_what_could_only_go_out_too_late_expires(engine: Engine, message: int) -> None:
    why = Hold(State.DEFERRED, Reason.CAP, now() + timedelta(days=90))
    assert not step(engine, handoff.open_handoff, claimed(engine), lambda *_: why)
    assert state(engine, message) == (State.EXPIRED, Reason.CAP)


def test_a_message_past_its_last_day_expires(engine: Engine, message: int) -> None:
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        assert not step(engine, handoff.open_handoff, claimed(engine))
    assert state(engine, message) == (State.EXPIRED, Reason.TOO_LATE)


@pytest.mark.usefixtures("message")
def test_who_was_given_up_for_dead_sends_no_last_byte(engine: Engine) -> None:
    stale = claimed(engine)
    assert step(engine, handoff.open_handoff, stale)
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        with unit_of_work(engine) as session:
            assert handoff.reclaim(session, now()) == 1
        assert claimed(engine, "two").fence == stale.fence + 1
        assert not step(engine, handoff.send_data, stale)


@pytest.mark.usefixtures("message")
def test_an_older_claim_does_not_go_on_with_a_newer_ones_hand_over(engine: Engine) -> None:
    stale = claimed(engine)
    assert step(engine, handoff.open_handoff, stale)
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        with unit_of_work(engine) as session:
            handoff.reclaim(session, now())
        assert step(engine, handoff.open_handoff, claimed(engine, "two"))
        assert not step(engine, handoff.send_data, stale)


def test_an_older_claim_does_not_say_what_became_of_a_newer_one(
    engine: Engine, message: int
) -> None:
    stale = data_sent(engine)
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        with unit_of_work(engine) as session:
            handoff.reclaim(session, now())
            assert outbox.decide(session, message, was_sent=False, at=now())
        data_sent(engine)
        finish(engine, stale, Fate.LATER)
    assert state(engine, message)[0] is State.DATA_SENT


def test_what_may_have_been_sent_is_unknown(engine: Engine, message: int) -> None:
    data_sent(engine)
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        with unit_of_work(engine) as session:
            handoff.reclaim(session, now())
        with unit_of_work(engine) as session:
            assert handoff.claim(session, "two", now()) == []
    assert state(engine, message) == (State.UNKNOWN, Reason.WORKER_GONE)


def test_a_slow_worker_knows_better(engine: Engine, message: int) -> None:
    mine = data_sent(engine)
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        with unit_of_work(engine) as session:
            handoff.reclaim(session, now())
        finish(engine, mine, Fate.SENT)
    assert state(engine, message)[0] is State.ACCEPTED


@pytest.mark.parametrize(
    ("fate", "becomes"),
    [
        (Fate.SENT, State.ACCEPTED),
        (Fate.LATER, State.DEFERRED),
        (Fate.NEVER, State.FAILED),
        (Fate.UNSURE, State.UNKNOWN),
    ],
)
def test_a_fate_is_written_down(engine: Engine, message: int, fate: Fate, becomes: State) -> None:
    finish(engine, data_sent(engine), fate)
    assert state(engine, message)[0] is becomes


@pytest.mark.usefixtures("message")
def test_each_try_waits_twice_as_long(engine: Engine) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        for minutes in (1, 2, 4):
            finish(engine, data_sent(engine), Fate.LATER)
            clock.shift(timedelta(minutes=minutes, seconds=-1))
            with unit_of_work(engine) as session:
                assert handoff.claim(session, "early", now()) == []
            clock.shift(timedelta(seconds=1))


def test_cancelling_stops_a_hand_over_that_has_begun(engine: Engine, message: int) -> None:
    mine = claimed(engine)
    assert step(engine, handoff.open_handoff, mine)
    with unit_of_work(engine) as session:
        which = outbox.of_person(mine.message.person)
        assert outbox.cancel(session, which, Reason.WITHDRAWN, now()) == 1
    assert not step(engine, handoff.send_data, mine)
    assert state(engine, message) == (State.CANCELLED, Reason.WITHDRAWN)


@pytest.mark.usefixtures("message")
def test_nobody_cancels_what_is_on_its_way(engine: Engine) -> None:
    mine = data_sent(engine)
    with unit_of_work(engine) as session:
        assert (
            outbox.cancel(session, outbox.of_trial(mine.message.trial), Reason.STOPPED, now()) == 0
        )
        assert handoff.is_on_its_way(session, mine.message.person)
    finish(engine, mine, Fate.SENT)
    with reading(engine) as session:
        assert not handoff.is_on_its_way(session, mine.message.person)


@pytest.mark.parametrize(("was_sent", "becomes"), [(True, State.ACCEPTED), (False, State.DEFERRED)])
def test_a_person_decides_about_the_unknown(
    engine: Engine,
    message: int,
    *,
    was_sent: bool,
    becomes: State,
) -> None:
    finish(engine, data_sent(engine), Fate.UNSURE)
    with unit_of_work(engine) as session:
        assert outbox.decide(session, message, was_sent=was_sent, at=now())
        assert not outbox.decide(session, message, was_sent=was_sent, at=now())
    assert state(engine, message) == (becomes, Reason.DECIDED)


def test_every_step_of_many_is_written_down(engine: Engine, lexicon: Lexicon) -> None:
    here = study(engine, lexicon)
    numbers = [queued(engine, here, willing(engine, f"p{each}")) for each in range(5)]
    with unit_of_work(engine) as session:
        assert outbox.cancel(session, outbox.of_trial(here.trial), Reason.STOPPED, now()) == 5
    assert {tuple(steps(engine, each)) for each in numbers} == {("approved", "queued", "cancelled")}


def test_a_withdrawal_waits_for_whoever_asks_for_leave(
    postgres_engine: Engine, lexicon: Lexicon
) -> None:
    """Under the person's lock a consent cannot end: on PostgreSQL, others would let it."""
    person = willing(postgres_engine)
    queued(postgres_engine, study(postgres_engine, lexicon), person)
    mine = claimed(postgres_engine)
    with unit_of_work(postgres_engine) as holding:
        assert handoff.open_handoff(holding, mine, (), now())
        with pytest.raises(DatabaseUnreachable):  # it waits for the lock, and gives up here
            end_impatiently(postgres_engine, person)


def end_impatiently(engine: Engine, person: str) -> None:
    with unit_of_work(engine) as session:
        session.connection().exec_driver_sql("SET LOCAL lock_timeout = '200ms'")
        ledger.withdraw(session, person, Choice(Purpose.CONTACT, Channel.EMAIL), OWN, "test")
