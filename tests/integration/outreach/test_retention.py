"""What is kept of messages, and for how long."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from recruit.actions.retention.terms import LINKS, enforce
from recruit.core import expiring
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify import links
from recruit.notify.links import Purpose
from recruit.notify.outbox_tables import OUTBOX_LINK
from recruit.terminology.lexicon import Lexicon
from tests.outreach import queued, state, steps, study, willing


def minted(engine: Engine, lexicon: Lexicon, age: timedelta, count: int = 1) -> int:
    """A message whose links were made so long ago; its number."""
    number = queued(engine, study(engine, lexicon), willing(engine))
    with unit_of_work(engine) as session:
        for _ in range(count):
            links.mint(session, number, Purpose.STOP, now() - age)
    return number


def kept(engine: Engine) -> int:
    with reading(engine) as session:
        return len(session.execute(select(OUTBOX_LINK)).all())


def test_links_are_deleted_after_180_days(engine: Engine, lexicon: Lexicon) -> None:
    minted(engine, lexicon, LINKS.kept + timedelta(hours=1))

    assert enforce(engine, now()) == 1
    assert kept(engine) == 0


def test_links_are_kept_until_then(engine: Engine, lexicon: Lexicon) -> None:
    minted(engine, lexicon, LINKS.kept - timedelta(hours=1))

    assert enforce(engine, now()) == 0
    assert kept(engine) == 1


def test_the_message_and_its_steps_stay(engine: Engine, lexicon: Lexicon) -> None:
    number = minted(engine, lexicon, LINKS.kept * 10)
    before = state(engine, number), steps(engine, number)

    enforce(engine, now())

    assert (state(engine, number), steps(engine, number)) == before


def test_many_are_deleted_a_part_at_a_time(
    engine: Engine, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    minted(engine, lexicon, LINKS.kept * 2, count=5)
    monkeypatch.setattr(expiring, "AT_ONCE", 2)

    assert enforce(engine, now()) == 5
    assert kept(engine) == 0
