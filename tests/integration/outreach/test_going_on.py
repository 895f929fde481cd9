"""A worker goes on behind what it took, and passes nothing over for good."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update

from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.notify import handoff, worker
from recruit.notify.letter import Letter
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Claim, Fate, Hold, State
from recruit.notify.worker import Sending, Sent
from recruit.terminology.lexicon import Lexicon
from tests.outreach import Study, queued, state, study, willing

PATIENCE = timedelta(seconds=30)


class Provider:
    """Takes every message, and does something with the first."""

    name = "test"

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.meanwhile = [meanwhile]

    def hand_over(self, _letter: Letter, last: Callable[[], bool]) -> Fate:
        assert last()
        while self.meanwhile:
            self.meanwhile.pop()()
        return Fate.SENT


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    return study(engine, lexicon)


def written(_session: object, claims: Sequence[Claim], _at: object) -> dict[int, Letter | Hold]:
    return {each.id: Letter(each.reference, "a@example.org", "Text") for each in claims}


def taken(engine: Engine, at_most: int, behind: Claim | None = None) -> list[Claim]:
    with unit_of_work(engine) as session:
        return handoff.claim(session, "one", now(), at_most, behind=behind)


def test_who_goes_on_takes_what_is_due_next(engine: Engine, here: Study) -> None:
    numbers = [queued(engine, here, willing(engine, f"p{each}")) for each in range(3)]
    [first] = taken(engine, 1)
    others = taken(engine, 10, first)
    assert [each.id for each in (first, *others)] == numbers


def test_who_goes_on_does_not_look_back(engine: Engine, here: Study) -> None:
    numbers = [queued(engine, here, willing(engine, f"p{each}")) for each in range(2)]
    due_first(engine, numbers[1], hours=1)
    [first] = taken(engine, 1)
    assert first.id == numbers[1]
    due_first(engine, numbers[0], hours=2)
    assert taken(engine, 10, first) == []


def test_what_came_to_be_due_before_goes_out_all_the_same(
    engine: Engine, here: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "AT_ONCE", 1)
    late: list[int] = []

    def comes_late() -> None:
        late.append(queued(engine, here, willing(engine, "late")))
        due_first(engine, late[0], hours=1)

    first = queued(engine, here, willing(engine, "first"))
    carried = {Channel.EMAIL: (Provider(comes_late),)}
    sending = Sending(engine, lambda *_: None, (), written, carried, "one")
    assert worker.drain(sending, PATIENCE) == Sent(sent=2)
    assert {state(engine, each)[0] for each in (first, *late)} == {State.ACCEPTED}


def due_first(engine: Engine, number: int, *, hours: int) -> None:
    """Let a message be due for so long."""
    with unit_of_work(engine) as session:
        earlier = now() - timedelta(hours=hours)
        session.execute(update(OUTBOX).where(OUTBOX.c.id == number).values(due_at=earlier))
