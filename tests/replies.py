"""Somebody who was asked about a study, and what they write back."""

from sqlalchemy import Engine, select

from recruit.actions.outreach import heard
from recruit.actions.outreach.heard import Incoming
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify import handoff
from recruit.notify.free_words import Meaning
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Fate, Told
from recruit.notify.tables import MESSAGE
from tests.outreach import RING, Study, queued

BASE_URL = "https://recruit.example.org"


def sent(engine: Engine, study: Study, person: str, channel: Channel = Channel.SMS) -> str:
    """An invitation that went out; its reference."""
    number = queued(engine, study, person, channel)
    with unit_of_work(engine) as session:
        mine = handoff.claim_one(session, number, "test", now())
        assert mine is not None
        assert handoff.open_handoff(session, mine, (), now())
        assert handoff.send_data(session, mine, (), now())
        handoff.finish(session, Told(mine, Fate.SENT, "form"), now())
        return str(session.scalar(select(OUTBOX.c.reference).where(OUTBOX.c.id == number)))


def said(  # noqa: PLR0913 - what somebody writes, and how it comes in
    engine: Engine,
    person: str,
    text: str,
    *,
    mark: str = "1",
    channel: Channel = Channel.SMS,
    trial: str | None = None,
    alone: bool = True,
) -> Meaning | None:
    """Take what somebody wrote."""
    incoming = Incoming(person, trial, channel, text, now(), mark, alone=alone)
    return heard.take(engine, RING, incoming, BASE_URL)


def posted(engine: Engine) -> list[tuple[str, str, str]]:
    """Name, language and channel of each message that waits, in the order they were posted."""
    with reading(engine) as session:
        columns = (MESSAGE.c.name, MESSAGE.c.language, MESSAGE.c.channel)
        rows = session.execute(select(*columns).order_by(MESSAGE.c.posted_at, MESSAGE.c.name))
        return [(row.name, row.language, row.channel) for row in rows]
