"""Whoever sends and whoever stops a whole study wait for each other, but never in a circle."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from recruit.actions.outreach import cancelling
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.locks import hold_everybody, hold_people
from recruit.notify import outbox, worker
from recruit.notify.letter import Letter
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Claim, Fate, Reason, State
from recruit.notify.worker import Sending, Transport
from recruit.terminology.lexicon import Lexicon
from tests.faults.workers import eventually
from tests.outreach import Study, queued, state, study, willing

PATIENCE = timedelta(seconds=30)
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")


@pytest.fixture
def here(postgres_engine: Engine, lexicon: Lexicon) -> Study:
    return study(postgres_engine, lexicon)


@pytest.fixture
def people(postgres_engine: Engine) -> list[str]:
    """In the order in which the database finds the messages of a study."""
    return sorted(willing(postgres_engine, name) for name in ("ana", "bob", "cleo"))


@pytest.fixture
def messages(postgres_engine: Engine, here: Study, people: list[str]) -> list[int]:
    return [queued(postgres_engine, here, person) for person in people]


@contextmanager
def meanwhile(session: Session, deed: Callable[[], object]) -> Iterator[Future[object]]:
    """Somebody else's deed, which waits for this unit of work or has ended."""
    with ThreadPoolExecutor(1) as other:
        theirs = other.submit(deed)
        assert eventually(lambda: theirs.done() or session.scalar(WAITING) == 1, within=30)
        yield theirs
        session.commit()
        theirs.result(30)


def lock(session: Session, number: int) -> None:
    session.execute(select(OUTBOX.c.id).where(OUTBOX.c.id == number).with_for_update())


class LastOne:
    """A provider that is busy; when it says so, the process is told to end."""

    name = "last"

    def __init__(self) -> None:
        self.asked, self.may_answer = Event(), Event()

    def hand_over(self, _letter: Letter, _last: Callable[[], bool]) -> Fate:
        self.asked.set()
        assert self.may_answer.wait(30)
        return Fate.LATER


def sending(engine: Engine, channel: Channel, transport: Transport) -> Sending:
    def write(_session: object, claims: Sequence[Claim], _at: object) -> dict[int, Letter]:
        return {each.id: Letter(each.reference, "a@example.org", "Text") for each in claims}

    return Sending(engine, lambda *_: None, (), write, {channel: (transport,)}, "one")


def test_a_stop_takes_no_message_while_somebody_sends(
    postgres_engine: Engine, here: Study, people: list[str], messages: list[int]
) -> None:
    def stop() -> int:
        with unit_of_work(postgres_engine) as session:
            return cancelling.of_stopped(session, here.trial)

    with unit_of_work(postgres_engine) as session:
        hold_people(session, people)
        lock(session, messages[2])
        with meanwhile(session, stop) as stopped:
            lock(session, messages[0])
    assert stopped.result() == 3


def test_a_worker_without_a_provider_takes_no_message_while_somebody_stops(
    postgres_engine: Engine, here: Study, people: list[str], messages: list[int]
) -> None:
    queued(postgres_engine, here, people[0], Channel.SMS)
    one = sending(postgres_engine, Channel.SMS, LastOne())
    with unit_of_work(postgres_engine) as session:
        hold_everybody(session)
        with meanwhile(session, lambda: worker.drain(one, PATIENCE)):
            outbox.cancel(session, outbox.of_trial(here.trial), Reason.STOPPED, now())
    assert {state(postgres_engine, each)[0] for each in messages} == {State.CANCELLED}


def test_a_worker_that_ends_gives_no_message_back_while_somebody_stops(
    postgres_engine: Engine, here: Study, messages: list[int]
) -> None:
    provider = LastOne()
    one = sending(postgres_engine, Channel.EMAIL, provider)
    with ThreadPoolExecutor(1) as working, unit_of_work(postgres_engine) as session:
        worked = working.submit(worker.drain, one, PATIENCE)
        assert provider.asked.wait(30)
        one.ending.set()
        hold_everybody(session)
        lock(session, messages[2])
        with meanwhile(session, provider.may_answer.set):
            assert eventually(lambda: session.scalar(WAITING) == 1, within=30)
            outbox.cancel(session, outbox.of_trial(here.trial), Reason.STOPPED, now())
        worked.result(30)
    assert {state(postgres_engine, each)[0] for each in messages} == {State.CANCELLED}


def test_who_holds_a_person_ends_their_match_while_somebody_sends(
    postgres_engine: Engine, here: Study, people: list[str], messages: list[int]
) -> None:
    """An answer, say, after which a study fits no more."""

    def send() -> None:
        with unit_of_work(postgres_engine) as session:
            hold_people(session, people)

    with unit_of_work(postgres_engine) as session:
        hold_people(session, people[:1])
        with meanwhile(session, send):
            ended = cancelling.of_unmatched(
                session, here.trial, people[:1], Reason.AMENDED, held=True
            )
    assert ended == 1
    assert state(postgres_engine, messages[0])[0] == State.CANCELLED
