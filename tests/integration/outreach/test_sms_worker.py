"""Text messages from the outbox to gateways: the second is tried after a sure refusal alone."""

import json
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
import time_machine
from sqlalchemy import Engine, select

from recruit.actions.words_table import HEARD
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.config import read_settings
from recruit.core.db import reading
from recruit.notify import worker
from recruit.notify.channels.sms_gateways import gateways
from recruit.notify.letter import Letter
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Claim, Hold, Reason, State
from recruit.notify.transports import transports
from recruit.notify.worker import Sending, Sent
from recruit.terminology.lexicon import Lexicon
from tests.gateway import Gateway, Said, gateway
from tests.outreach import Study, queued, state, study, willing
from tests.replies import posted, said, sent

PATIENCE = timedelta(seconds=20)


@pytest.fixture
def first() -> Iterator[Gateway]:
    with gateway() as running:
        yield running


@pytest.fixture
def second() -> Iterator[Gateway]:
    with gateway() as running:
        running.says = Said(202, b'{"message_uuid": "u-1"}')
        yield running


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    return study(engine, lexicon)


def drain(engine: Engine, first: Gateway, second: Gateway) -> Sent:
    """Let one worker send what is due, with nothing in its way."""
    urls = {
        "SMS_URL": f"form+{first.url.replace('//', '//a:b@')}",
        "SMS_FALLBACK_URL": f"json+{second.url}",
    }
    both = read_settings({f"RECRUIT_{name}": url for name, url in urls.items()})

    def write(_session: object, claims: Sequence[Claim], _at: object) -> dict[int, Letter | Hold]:
        return {
            each.id: Letter(each.reference, "+33639980001", "Recruit : une étude. STOP")
            for each in claims
        }

    carried = {Channel.SMS: gateways(both)}
    sending = Sending(engine, lambda *_: None, (), write, carried, "one")
    return worker.drain(sending, PATIENCE)


def provider(engine: Engine, number: int) -> str | None:
    with reading(engine) as session:
        found: str | None = session.scalar(select(OUTBOX.c.provider).where(OUTBOX.c.id == number))
        return found


def test_a_letter_that_nobody_signs_waits_until_somebody_does(engine: Engine, here: Study) -> None:
    number = queued(engine, here, willing(engine), Channel.LETTER)
    nobody = transports(read_settings({}))
    sending = Sending(engine, lambda *_: None, (), lambda *_: {}, nobody, "one")
    worker.drain(sending, PATIENCE)
    assert state(engine, number) == (State.DEFERRED, Reason.NO_PROVIDER)
    signed = transports(read_settings({"RECRUIT_OPERATOR": "Recruit, 1 rue des Essais, Paris"}))
    assert signed[Channel.LETTER]


def test_a_message_that_the_first_refuses_for_now_goes_by_the_second(
    engine: Engine, here: Study, first: Gateway, second: Gateway
) -> None:
    first.says = Said(429, json.dumps({"code": 20429, "message": "Too Many Requests"}).encode())
    number = queued(engine, here, willing(engine), Channel.SMS)
    assert drain(engine, first, second) == Sent(later=1)
    assert state(engine, number)[0] is State.DEFERRED
    with time_machine.travel(now() + timedelta(minutes=2), tick=True):
        assert drain(engine, first, second) == Sent(sent=1)
    assert (state(engine, number)[0], provider(engine, number)) == (State.ACCEPTED, "json")
    one = parse_qs(first.bodies[0].decode())["StatusCallback"][0].rpartition("=")[2]
    assert json.loads(second.bodies[0])["client_ref"] == one


@pytest.mark.parametrize("happens", ["reset", Said(200, b"<html>", "text/html"), Said(500, b"")])
def test_a_message_that_the_first_may_have_taken_goes_nowhere_else(
    engine: Engine, here: Study, first: Gateway, second: Gateway, *, happens: Said | str
) -> None:
    first.says = happens
    number = queued(engine, here, willing(engine), Channel.SMS)
    assert drain(engine, first, second) == Sent(unsure=1)
    with time_machine.travel(now() + timedelta(days=1), tick=True):
        assert drain(engine, first, second) == Sent()
    assert (state(engine, number)[0], second.requests) == (State.UNKNOWN, [])


def test_a_number_that_will_never_do_ends_the_message(
    engine: Engine, here: Study, first: Gateway, second: Gateway
) -> None:
    first.says = Said(400, json.dumps({"code": 21211, "message": "Invalid 'To'"}).encode())
    number = queued(engine, here, willing(engine), Channel.SMS)
    assert drain(engine, first, second) == Sent(never=1)
    assert (state(engine, number)[0], second.requests) == (State.FAILED, [])


def test_the_same_reply_at_two_doors_at_once_is_answered_once(
    postgres_engine: Engine, lexicon: Lexicon
) -> None:
    person = willing(postgres_engine)
    sent(postgres_engine, study(postgres_engine, lexicon), person)
    doors = [
        threading.Thread(target=said, args=(postgres_engine, person, "Arrêtez")) for _ in range(4)
    ]
    for door in doors:
        door.start()
    for door in doors:
        door.join()
    with reading(postgres_engine) as session:
        assert len(session.execute(select(HEARD)).all()) == 1
    assert sorted(name for name, _, _ in posted(postgres_engine)) == ["reply-stopped", "withdrawn"]
