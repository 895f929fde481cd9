"""What waits, asked of the database whenever somebody asks for the figures.

It is the same whichever process is asked: over several, take the largest and never the sum. Every
question has an index of its own, so that a million messages that have left cost nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, Engine, and_, func, select
from sqlalchemy.orm import Session

from recruit.actions.watching.readiness import Part, missing
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.keys import Secrets
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.receipt_tables import CHANNEL_STANDING
from recruit.notify.reputation import Standing
from recruit.notify.stages import DUE, State
from recruit.notify.tables import MESSAGE

OUTREACH: Final = "outreach"
"""Messages about studies."""
POST: Final = "post"
"""Codes and other messages that somebody waits for."""
IN_TROUBLE: Final = (State.UNKNOWN, State.BOUNCED, State.COMPLAINED, State.FAILED)
IS_DUE: Final = OUTBOX.c.state.in_(sorted(DUE))


@dataclass(frozen=True, slots=True)
class Queue(Collector):
    """Readiness and queues of one database."""

    engine: Engine
    secrets: Secrets

    def collect(self) -> Iterator[Metric]:
        """Every figure; of a service that is not ready only that."""
        lacks = missing(self.engine, self.secrets)
        yield _family(
            "recruit_ready",
            "1 where nothing is missing; else 0 for the first part that is.",
            "part",
            {part.value: float(part is not lacks) for part in Part},
        )
        if lacks:
            return
        with reading(self.engine) as session:
            yield from _figures(session, now())

    def describe(self) -> list[Metric]:
        """Nothing: no name of these is anybody else's, and the database need not be asked."""
        return []


def _figures(session: Session, at: datetime) -> Iterator[Metric]:
    waiting = {
        State.APPROVED.value: _count(session, OUTBOX.c.state == State.APPROVED.value),
        "due": _count(session, and_(IS_DUE, OUTBOX.c.due_at <= at)),
        "later": _count(session, and_(IS_DUE, OUTBOX.c.due_at > at)),
        "under_way": _count(session, OUTBOX.c.lease_until.is_not(None)),
        **{each.value: _count(session, OUTBOX.c.state == each.value) for each in IN_TROUBLE},
    }
    said = "Messages about studies that wait (approved, due, later, under way) or are in trouble."
    yield _family("recruit_messages", said, "state", waiting)
    posted = select(func.count()).select_from(MESSAGE)
    said = "Codes, receipts and the like that wait to be sent."
    yield _family("recruit_post_waiting", said, "", {"": session.scalar(posted) or 0})
    oldest = {
        OUTREACH: session.scalar(select(func.min(OUTBOX.c.due_at)).where(IS_DUE)),
        POST: session.scalar(select(func.min(MESSAGE.c.due_at))),
    }
    said = "For how long the message that has been due the longest has been so; 0 where none is."
    ages = {queue: _seconds(since, at) for queue, since in oldest.items()}
    yield _family("recruit_oldest_due_seconds", said, "queue", ages)
    standings = select(CHANNEL_STANDING.c.channel, CHANNEL_STANDING.c.standing)
    off = {row.channel: row.standing != Standing.FINE.value for row in session.execute(standings)}
    said = "1 where a channel is slowed down or stopped for complaints, bounces or a restore."
    yield _family("recruit_channel_held", said, "channel", off)


def _count(session: Session, which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(OUTBOX).where(which)) or 0


def _seconds(since: datetime | None, at: datetime) -> float:
    return max(0.0, (at - since).total_seconds()) if since else 0.0


def _family(
    name: str, said: str, label: str, values: dict[str, int] | dict[str, float] | dict[str, bool]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, said, labels=[label] if label else [])
    for value, figure in values.items():
        family.add_metric([value] if label else [], float(figure))
    return family
