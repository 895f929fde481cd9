"""The queue as somebody opens it: a page of it, what it can be narrowed by, and who fell out."""

from dataclasses import dataclass

from sqlalchemy import Engine

from recruit.actions.fallen import Fallen, fallen
from recruit.actions.reviewing.queue import (
    Queue,
    list_queue,
    plan_alone,
    seen,
    sites,
    studies,
)
from recruit.actions.reviewing.wanted import Look, Wanted
from recruit.audit.trail import Deed, Tag, record_deeds
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work


@dataclass(frozen=True, slots=True)
class Front:
    """A page of the queue and, as (value, words), the studies and the sites of the one chosen.

    `fallen` stand above the whole queue alone.
    """

    queue: Queue
    studies: list[tuple[str, str]]
    sites: list[tuple[str, str]]
    fallen: tuple[Fallen, ...]


def show_queue(engine: Engine, wanted: Wanted, look: Look, *, actor: str) -> Front:
    """The queue, shown to somebody: who stands in it is recorded before anybody sees it."""
    with reading(engine) as session:
        plan_alone(session)
        queue, at = list_queue(session, wanted, look), now()
        ended: tuple[Fallen, ...] = ()
        if queue.earlier is None and not wanted.narrows:
            ended = fallen(session, study=None, tenant=wanted.tenant, language=look.language, at=at)
        front = Front(
            queue,
            studies(session, look.language, wanted.tenant),
            sites(session, wanted.study) if wanted.study else [],
            ended,
        )
    gone = [Deed(Tag.MATCH_SHOWN, each.pseudonym, each.slug, "list") for each in ended]
    with unit_of_work(engine) as session:
        record_deeds(session, [*seen(queue.lines), *gone], actor=actor)
    return front
