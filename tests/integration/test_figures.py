"""What is counted, and what is asked of the database when somebody looks at the figures."""

from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, insert, update

from recruit.actions.watching.figures import may_read
from recruit.actions.watching.queue import Queue
from recruit.consent.choices import Channel, Purpose
from recruit.consent.permit import permit
from recruit.core import metrics
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import connect, unit_of_work
from recruit.core.errors import ConsentMissing, DatabaseUnreachable
from recruit.core.keys import Secrets
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.receipt_tables import CHANNEL_STANDING
from recruit.notify.stages import State
from recruit.people.key_proofs import prove
from recruit.terminology.lexicon import Lexicon
from tests.faults.world import crowd, queue_all
from tests.outreach import study

SECRETS = Secrets(("s" * 32,), Keyring.of(["v" * 32]), "e" * 32)


def asked(engine: Engine) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Queue(engine, SECRETS))
    return registry


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    return registry.get_sample_value(name, labels)


def test_what_waits_is_counted_as_it_stands(engine: Engine, lexicon: Lexicon) -> None:
    prove(engine, SECRETS)
    here = study(engine, lexicon)
    persons = crowd(engine, 4)
    queue_all(engine, here, persons)
    at = now()
    with unit_of_work(engine) as session:
        for person, values in (
            (persons[0], {"due_at": at - timedelta(seconds=500)}),
            (persons[1], {"due_at": at + timedelta(hours=1)}),
            (persons[2], {"state": State.UNKNOWN.value}),
        ):
            session.execute(update(OUTBOX).where(OUTBOX.c.person == person).values(values))
        standing = {"channel": "email", "standing": "stopped", "since": at, "looked_at": at}
        counts = dict.fromkeys(("sent", "bounced", "complained", "waiting"), 0)
        session.execute(insert(CHANNEL_STANDING), {**standing, **counts})
    found = asked(engine)
    states = ("due", "later", "unknown", "approved", "under_way")
    waiting = [value(found, "recruit_messages", state=state) for state in states]
    assert waiting == [2, 1, 1, 0, 0]
    assert value(found, "recruit_oldest_due_seconds", queue="outreach") == pytest.approx(
        500, abs=60
    )
    assert value(found, "recruit_oldest_due_seconds", queue="post") == 0
    assert value(found, "recruit_channel_held", channel="email") == 1


def test_of_a_database_that_does_not_answer_only_that_is_said() -> None:
    nowhere = connect("postgresql+psycopg://nobody:hidden@127.0.0.1:9/none")
    found = asked(nowhere)
    ready = [
        value(found, "recruit_ready", part=part) for part in ("database", "migrations", "keys")
    ]
    assert ready == [0, 1, 1]
    assert value(found, "recruit_post_waiting") is None
    nowhere.dispose()


def test_what_was_not_done_for_want_of_consent_is_counted(engine: Engine) -> None:
    before = metrics.OWN.get_sample_value("recruit_consent_refusals_total", {"door": "permit"}) or 0
    [person] = crowd(engine, 1)
    with unit_of_work(engine) as session:
        permit(session, person, Purpose.MATCHING, at=now())
        with pytest.raises(ConsentMissing):
            permit(session, person, Purpose.CONTACT, channel=Channel.SMS, at=now())
    after = metrics.OWN.get_sample_value("recruit_consent_refusals_total", {"door": "permit"})
    assert after == before + 1


def test_a_task_is_counted_as_done_or_failed() -> None:
    with metrics.job("test") as done:
        done()
    with pytest.raises(DatabaseUnreachable), metrics.job("test"):
        raise DatabaseUnreachable
    for outcome in ("done", "failed"):
        labels = {"task": "test", "outcome": outcome}
        assert metrics.OWN.get_sample_value("recruit_job_seconds_count", labels) == 1
    at = metrics.OWN.get_sample_value("recruit_job_done_timestamp_seconds", {"task": "test"})
    assert at == pytest.approx(now().timestamp(), abs=60)


def test_only_a_whole_key_opens_the_figures() -> None:
    assert not may_read("", ())
    assert not may_read("Bearer ", ())
