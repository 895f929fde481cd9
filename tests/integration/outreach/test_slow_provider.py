"""Several messages have one lease: what a slow provider leaves no time for is given back."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from time import sleep

import pytest
from sqlalchemy import Engine

from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.notify import handoff, worker
from recruit.notify.letter import Letter
from recruit.notify.stages import Claim, Fate, Hold, Reason, State
from recruit.notify.worker import Sending, Sent
from recruit.terminology.lexicon import Lexicon
from tests.outreach import queued, state, study, willing

LEASE = timedelta(seconds=1)
BRIEFLY = timedelta(seconds=0.1)
"""So long a worker goes on claiming."""


class Slow:
    """A provider that takes more than half of a lease for a message."""

    name = "slow"

    def hand_over(self, _letter: Letter, last: Callable[[], bool]) -> Fate:
        assert last()
        sleep(LEASE.total_seconds() * 0.6)
        return Fate.SENT


@pytest.fixture
def messages(engine: Engine, lexicon: Lexicon) -> list[int]:
    here = study(engine, lexicon)
    return [queued(engine, here, willing(engine, f"p{each}")) for each in range(3)]


def written(_session: object, claims: Sequence[Claim], _at: object) -> dict[int, Letter | Hold]:
    return {each.id: Letter(each.reference, "a@example.org", "Text") for each in claims}


def test_a_slow_provider_gets_no_more_than_fits_into_the_lease(
    engine: Engine, messages: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handoff, "LEASE", LEASE)
    first, *rest = messages
    carried = {Channel.EMAIL: (Slow(),)}
    sending = Sending(engine, lambda *_: None, (), written, carried, "one")
    assert worker.drain(sending, BRIEFLY) == Sent(sent=1)
    assert state(engine, first)[0] is State.ACCEPTED
    assert {state(engine, each) for each in rest} == {(State.DEFERRED, Reason.BUSY)}
    with unit_of_work(engine) as session:
        assert [each.id for each in handoff.claim(session, "two", now(), 10)] == rest
